"""nginx for tests: the installation's own docker/nginx.conf, with addresses of this machine."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.certificate import write_certificate
from tests.processes import until
from tests.site import free_port

CONF = Path(__file__).parents[1] / "docker" / "nginx.conf"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    """In a folder of its own; TLS by a certificate that signs itself."""

    def __init__(self, folder: Path, web_port: int) -> None:
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self._folder = folder
        self.certificate, key = write_certificate(folder)
        paths = "".join(f"{one}_temp_path {folder}/{one};\n" for one in TEMPORARY)
        text = CONF.read_text("utf-8")
        for old, new in {
            "server daigang:8000;": f"server 127.0.0.1:{web_port};",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "/etc/nginx/tls/fullchain.pem": str(self.certificate),
            "/etc/nginx/tls/privkey.pem": str(key),
            "worker_rlimit_nofile 65536;": f"pid {folder}/nginx.pid;",
            "worker_connections 16384;": "worker_connections 512;",
            "http {": f"http {{\n{paths}",
        }.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / "nginx.conf").write_text(text)

    def examine(self) -> str:
        """What `nginx -t` complains about; empty when it is content."""
        done = subprocess.run(self._command("-t", "-q"), capture_output=True, text=True)
        return done.stderr

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        process = await asyncio.create_subprocess_exec(*self._command("-g", "daemon off;"))
        try:

            async def is_up() -> bool:
                return (self._folder / "nginx.pid").exists()

            await until(is_up)
            yield
        finally:
            process.terminate()
            await process.wait()

    def _command(self, *words: str) -> list[str]:
        quiet = ("-e", os.devnull) if "-t" not in words else ()
        return ["nginx", "-p", str(self._folder), "-c", "nginx.conf", *quiet, *words]
