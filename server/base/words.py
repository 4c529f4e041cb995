"""Values as people read them, in both languages: pay, kinds of work, states, moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from server.base.errors import msg

PAY_UNITS = {
    "hour": msg("hour"),
    "day": msg("day"),
    "month": msg("month"),
    "year": msg("year"),
}
EMPLOYMENT_TYPES = {
    "full_time": msg("Full-time"),
    "part_time": msg("Part-time"),
    "temporary": msg("Temporary"),
    "internship": msg("Internship"),
    "campus": msg("Campus recruitment"),
}

Translate = Callable[[str], str]


def pay(lang: str, translate: Translate, low: int, high: int, unit: str) -> str:
    """`¥6,500–8,500 / month`; in Chinese from 10,000 up as 万."""
    amounts = [_amount(lang, value) for value in dict.fromkeys((low, high))]
    return f"¥{'–'.join(amounts)} / {translate(PAY_UNITS[unit])}"


def _amount(lang: str, value: int) -> str:
    if lang == "zh" and value >= 10_000 and value % 1_000 == 0:
        return f"{value / 10_000:g}万"
    return f"{value:,}"


def in_zone(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def filters(lang: str, translate: Translate) -> dict[str, Callable[..., Any]]:
    """The template filters: `job|pay_text`, `type|employment_text`, `moment|moment(zone)`."""

    def pay_text(job: Mapping[str, Any]) -> str:
        return pay(lang, translate, job["pay_min"], job["pay_max"], job["pay_unit"])

    def moment(value: datetime, zone: str, show: str = "datetime") -> Markup:
        """A `<time>` in the fair's zone, which the page's script turns to the reader's."""
        local = in_zone(value, zone)
        texts = {
            "datetime": f"{local:%Y-%m-%d %H:%M}",
            "date": f"{local:%Y-%m-%d}",
            "time": f"{local:%H:%M}",
        }
        return Markup('<time datetime="{}" data-zone="{}" data-format="{}">{}</time>').format(
            value.isoformat(), zone, show, texts.get(show, texts["datetime"])
        )

    def minutes(seconds: float) -> str:
        whole = round(seconds / 60)
        return translate("%(count)s min") % {"count": whole}

    return {
        "pay_text": pay_text,
        "employment_text": lambda kind: translate(EMPLOYMENT_TYPES[kind]),
        "moment": moment,
        "minutes": minutes,
        "lines": lambda text: Markup("<br>").join(escape(text).splitlines()),
    }
