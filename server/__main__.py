"""`daigang`: serve, media, demo, migrate, doctor, admin."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from rich.console import Console

from server import migrations, supervisor
from server.base.settings import Settings, SettingsError, load

app = typer.Typer(
    help="Online job fairs: live showcases, quick hire, interviews.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
admin = typer.Typer(help="The first administrator.", no_args_is_help=True)
app.add_typer(admin, name="admin")
console = Console()

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="TCP port of pages and sockets.")]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Web processes; many need Redis.")] = 1,
    media: Annotated[int, typer.Option(help="Media processes.")] = 1,
) -> None:
    """Serve pages, sockets and video, supervised."""
    settings = _settings(port)
    if workers > 1 and not settings.redis_url:
        _stop("serve: --workers: web processes hear each other by Redis; set DAIGANG_REDIS_URL")
    if media != 1:
        _stop("serve: --media: this version runs one media process")
    try:
        listening = supervisor.listen(host, port, workers)
    except OSError as error:
        _stop(f"serve: {host}:{port} cannot be opened: {error.strerror}")
    migrations.upgrade(settings.database_url)
    console.print(f"Daigang is on [bold]{settings.base_url}[/] — Ctrl-C stops it.")
    arguments = ["web", "--host", host, "--port", str(port)]
    children = [
        supervisor.Child("media", ["media"]),
        *(
            supervisor.Child(f"web {number}", arguments, one, is_renewed=True)
            for number, one in enumerate(listening, 1)
        ),
    ]
    try:
        asyncio.run(supervisor.supervise(children))
    except supervisor.ChildFailed as failed:
        _stop(f"serve: the {failed} process ends as soon as it is started; see its last line")


@app.command(hidden=True)
def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """One web process, as the supervisor starts it."""
    from server.serving import serve_web

    asyncio.run(serve_web(_settings(port), host, port))


@app.command()
def media(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0 means a Unix socket.")] = 0,
) -> None:
    """A media process alone."""
    settings = _settings()
    socket = settings.media_sockets[0]
    socket.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve_media(settings, None if port else socket, host, port or None))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    migrations.upgrade(_settings().database_url)


@app.command()
def demo(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    port: Port = 8000,
) -> None:
    """Seed the demo fair once and print how to sign in."""
    from server.demo import seed, show

    settings = _settings(port)
    migrations.upgrade(settings.database_url)
    seeded = asyncio.run(seed(settings))
    sys.stdout.write(show(seeded, as_json=json) + "\n")


@app.command()
def doctor() -> None:
    """Check ports, database, media, disk and clock; say what to do about each fault."""
    from server.doctor import examine

    findings = asyncio.run(examine(_settings()))
    for finding in findings:
        mark = "[green]ok[/]" if finding.is_well else "[red]mend[/]"
        console.print(f"{mark:>14}  {finding.name}: {finding.says}")
        if finding.remedy:
            console.print(f"          → {finding.remedy}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


@admin.command()
def create(
    login: Annotated[str, typer.Argument(help="Login name.")],
    name: Annotated[str, typer.Option(help="Name as shown.")] = "Administrator",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Make an administrator."""
    settings = _settings()
    migrations.upgrade(settings.database_url)
    asyncio.run(_create_admin(settings, login, name, password))
    console.print(f"{login} may now sign in on {settings.base_url}/sign-in")


async def _create_admin(settings: Settings, login: str, name: str, password: str) -> None:
    from server.accounts.actions_roles import create_admin
    from server.base.clock import Clock
    from server.base.db import Database
    from server.base.errors import Refusal

    db = Database(settings.database_url, Clock())
    try:
        await create_admin(db, login, name, password)
    except Refusal as refusal:
        _stop(f"admin create: {refusal.say}")
    finally:
        await db.close()


async def _serve_media(settings: Settings, uds: Path | None, host: str, port: int | None) -> None:
    """Forward video until a signal comes or the supervisor is gone."""
    from server.node import serve_node

    async def leave_with_parent() -> None:
        await supervisor.watch_parent()
        os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(leave_with_parent())
        await serve_node(
            uds=uds,
            host=host,
            port=port,
            udp_port=settings.udp_port,
            public_ip=settings.public_ip or None,
        )
        watching.cancel()


def _settings(port: int = 8000) -> Settings:
    try:
        return load(port=port)
    except SettingsError as error:
        _stop(str(error))


def _stop(reason: str) -> NoReturn:
    """End with one plain line."""
    sys.stderr.write(f"daigang: {reason}\n")
    raise SystemExit(2)


def main() -> None:
    """The command line."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app()


if __name__ == "__main__":
    main()
