"""Pages: Jinja in the reader's language, with hashed asset addresses and a nonce."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.base import words
from server.base.caller import Caller
from server.base.security import page_headers
from server.base.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


class Pages:
    """The templates, compiled once per language."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._assets: dict[str, str] = {}
        self._environments = {lang: self._environment(lang) for lang in ("zh", "en")}

    def render(
        self,
        request: Request,
        *,
        lang: str,
        caller: Caller,
        now: datetime,
        template: str,
        status: int = 200,
        context: Mapping[str, Any],
    ) -> Response:
        """One page; `context` is the feature's own."""
        nonce = secrets.token_urlsafe(16)
        html = (
            self._environments[lang]
            .get_template(template)
            .render(
                **context,
                lang=lang,
                caller=caller if caller.is_person else None,
                nonce=nonce,
                now_utc=now,
                path=request.url.path,
                page_url=_language_links(request),
            )
        )
        return HTMLResponse(
            html,
            status,
            headers={
                **page_headers(nonce),
                "Cache-Control": "no-store",
                "Content-Language": "zh-CN" if lang == "zh" else "en",
            },
        )

    def asset(self, path: str) -> str:
        """The address of a file under static/, which changes when the file does."""
        if path not in self._assets:
            digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
            self._assets[path] = f"/static/{path}?v={digest}"
        return self._assets[path]

    def import_map(self) -> Markup:
        """Every module of ours and the vendored ones, by hashed address: no stale module mixes."""
        modules = {
            f"/static/{path.relative_to(STATIC).as_posix()}": self.asset(
                path.relative_to(STATIC).as_posix()
            )
            for folder in ("lib", "live", "pages")
            for path in sorted((STATIC / folder).glob("**/*.js"))
        }
        if (STATIC / "vendor" / "uplot.js").exists():
            modules["uplot"] = self.asset("vendor/uplot.js")
        return Markup(json.dumps({"imports": modules}))

    def _environment(self, lang: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        translate: Callable[[str], str] = lambda text: self._texts.say(lang, text)  # noqa: E731
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            translate,
            lambda one, many, count: translate(one if count == 1 else many),
            newstyle=True,
        )
        environment.globals.update(
            asset=self.asset,
            importmap=self.import_map(),
            browser_texts=Markup(self._texts.browser(lang)),
        )
        environment.filters.update(words.filters(lang, translate))
        return environment


def script_json(value: object) -> Markup:
    """A value as JSON that is safe inside a script element."""
    return Markup(msgspec.json.encode(value).decode().replace("<", "\\u003c"))


def _language_links(request: Request) -> Callable[[str], str]:
    """The same page in another language."""

    def page_url(lang: str) -> str:
        query = {key: value for key, value in request.query_params.items() if key != "lang"}
        return f"{request.url.path}?{urlencode({**query, 'lang': lang})}"

    return page_url
