"""Applications as a CSV file that is safe to open in a spreadsheet. No database, no web."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from server.base.errors import msg
from server.hiring.cards import Applicant
from server.hiring.stages import Stage

# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"  # else spreadsheets do not take the file for UTF-8

HEADINGS = (
    msg("Name"),
    msg("Job"),
    msg("Stage"),
    msg("Applied on (UTC)"),
    msg("Last change (UTC)"),
    msg("Live room"),
    msg("Headline"),
    msg("Lives in"),
    msg("Experience"),
    msg("Education"),
    msg("Phone"),
    msg("E-mail"),
    msg("Reason"),
)
STAGE_WORDS: dict[Stage, str] = {
    "applied": msg("Applied"),
    "invited": msg("Invited to interview"),
    "interviewed": msg("Interviewed"),
    "offered": msg("Offer made"),
    "accepted": msg("Place claimed"),
    "hired": msg("Hired"),
    "declined": msg("Declined"),
    "withdrawn": msg("Withdrawn"),
}


def csv_of(applicants: Iterable[Applicant], say: Callable[[str], str]) -> bytes:
    """The file, with headings and stages in the reader's language."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([say(heading) for heading in HEADINGS])
    for one in applicants:
        writer.writerow([safe(cell) for cell in _cells(one, say)])
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def safe(cell: str) -> str:
    """The cell as text, never as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cells(one: Applicant, say: Callable[[str], str]) -> list[str]:
    return [
        one.shared.full_name,
        one.job_title,
        say(STAGE_WORDS[one.stage]),
        f"{one.applied_at:%Y-%m-%d %H:%M}",
        f"{one.changed_at:%Y-%m-%d %H:%M}",
        one.room_title or "",
        one.shared.headline,
        one.shared.place,
        one.shared.experience,
        one.shared.education,
        one.contact.phone if one.contact else "",
        one.contact.email if one.contact else "",
        one.reason,
    ]
