"""What a reader of the job list looks for, as it stands in the page's address. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from server.base.security import plain_text
from server.base.words import EMPLOYMENT_TYPES
from server.jobs.posting import CATEGORIES, PAY_MAX

TEXT_LIMIT = 80
PAGE_LIMIT = 10_000


class JobFilter(NamedTuple):
    """Empty means: all. `pay` is the least a month must bring, in yuan."""

    q: str = ""
    category: str = ""
    place: str = ""
    employment_type: str = ""
    employer: str = ""
    pay: int = 0

    def address(self, path: str = "/jobs", page: int = 1, **changes: object) -> str:
        """The address of a list with this filter, some parts of it changed."""
        parts = {**self._asdict(), **changes, "page": page if page > 1 else ""}
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{path}?{query}" if query else path


def read_filter(query: Mapping[str, str]) -> JobFilter:
    """The filter in a query; what cannot be understood is no filter."""
    category, kind = query.get("category", ""), query.get("employment_type", "")
    return JobFilter(
        q=plain_text(query.get("q", ""))[:TEXT_LIMIT],
        category=category if category in CATEGORIES else "",
        place=plain_text(query.get("place", ""))[:TEXT_LIMIT],
        employment_type=kind if kind in EMPLOYMENT_TYPES else "",
        employer=query.get("employer", "")[:20],
        pay=_number(query.get("pay", ""), PAY_MAX),
    )


def read_page(query: Mapping[str, str]) -> int:
    """The page asked for, from 1."""
    return max(1, _number(query.get("page", ""), PAGE_LIMIT))


def _number(text: str, limit: int) -> int:
    return min(int(text), limit) if text.isascii() and text.isdigit() and len(text) < 12 else 0
