"""Languages: gettext catalogues, one file per feature, merged; the msgid is the English text."""

from __future__ import annotations

import json
from pathlib import Path

from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

from server.base.security import LANGUAGE_COOKIE

LANGUAGES = ("zh", "en")
LOCALE_DIR = Path(__file__).parents[1] / "locale"


class Texts:
    """Translations by language; an unknown msgid is shown as it is."""

    def __init__(self, folder: Path = LOCALE_DIR) -> None:
        self._catalogues: dict[str, dict[str, str]] = {"en": {}, "zh": {}}
        self._browser: dict[str, dict[str, str]] = {"en": {}, "zh": {}}
        for path in sorted((folder / "zh").glob("*.po")):
            entries = read_catalogue(path)
            self._catalogues["zh"].update(entries)
            if path.stem.startswith("browser"):
                self._browser["zh"].update(entries)

    def say(self, lang: str, msgid: str, **params: object) -> str:
        """The text in the language, with `%(name)s` filled in."""
        text = self._catalogues[lang].get(msgid, msgid)
        return text % params if params else text

    def browser(self, lang: str) -> str:
        """What the page's scripts need, as JSON that is safe inside a script element."""
        return json.dumps(self._browser[lang], ensure_ascii=False).replace("</", "<\\/")


def read_catalogue(path: Path) -> dict[str, str]:
    """msgid → msgstr of one .po file; untranslated and fuzzy entries are left out."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", domain=path.stem)
    return {
        str(entry.id): str(entry.string)
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy
    }


def language_of(connection: HTTPConnection) -> str:
    """`?lang=`, else the cookie, else what the browser prefers, else Chinese."""
    asked = connection.query_params.get("lang") or connection.cookies.get(LANGUAGE_COOKIE, "")
    if asked in LANGUAGES:
        return asked
    for part in connection.headers.get("accept-language", "").split(","):
        if (tag := part.split(";")[0].strip().lower()[:2]) in LANGUAGES:
            return tag
    return "zh"
