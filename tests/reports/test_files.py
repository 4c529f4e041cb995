"""The report's files: what a spreadsheet makes of them, and what it must not."""

from __future__ import annotations

import csv
from datetime import datetime
from io import BytesIO, StringIO
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from server.reports.sheets import BOM, safe_cell
from tests.reports.scene import ZONE, make_scene
from tests.site import Site

FORMULA = '=HYPERLINK("http://evil.example","free")'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "  ="])
def test_no_text_begins_like_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1", ZoneInfo(ZONE)).startswith("'")


def test_other_values_keep_their_form() -> None:
    zone = ZoneInfo(ZONE)
    assert [safe_cell(value, zone) for value in ("王敏", -1.5, 0, None)] == [
        "王敏",
        "-1.5",
        "0",
        "",
    ]


async def test_the_csv_opens_in_a_chinese_excel_and_runs_nothing(site: Site) -> None:
    scene = await make_scene(site)
    evil = await site.person("evil", name=FORMULA)
    await scene.stay(evil, 0, 30)
    await scene.stay("guest:g", 5, 10)
    answer = await scene.ask(ending=".csv", lang="zh")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(BOM.encode())
    heads, first, second = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert heads[:3] == ["姓名", "角色", f"首次到场 ({ZONE})"]
    local = scene.at(0).astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M:%S")
    assert first[:6] == [f"'{FORMULA}", "求职者", local, first[3], "1", "30.0"]
    assert second[0] == "访客 1"


async def test_the_file_has_a_name_that_says_what_it_is(site: Site) -> None:
    scene = await make_scene(site, title='A/B "fair"\\: 周二')
    for ending in (".csv", ".xlsx"):
        answer = await scene.ask(ending=ending, lang="en")
        day = scene.start.date().isoformat()
        plain, _, encoded = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
        assert plain == f'attachment; filename="attendance-{day}{ending}"'
        assert unquote(encoded) == f"A-B -fair--- 周二 attendance {day}{ending}"


async def test_the_workbook_has_typed_cells_and_frozen_heads(site: Site) -> None:
    scene = await make_scene(site)
    evil = await site.person("evil", name=FORMULA)
    await scene.stay(evil, 0, 30)
    room = await scene.interview(evil, 20, 30, 44)
    await scene.apply(evil, "accepted", interview=room)
    answer = await scene.ask(ending=".xlsx", lang="en")
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == [
        "Attendance",
        "Live sessions",
        "Jobs explained",
        "Interviews",
        "Totals",
        "People here over time",
    ]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
    heads, row = book["Attendance"].iter_rows(max_row=2)
    cells = {str(head.value): cell for head, cell in zip(heads, row, strict=True)}
    assert (cells["Name"].value, cells["Name"].data_type) == (FORMULA, "s")
    assert cells["Name"].quotePrefix
    seen = cells[f"First seen ({ZONE})"]
    assert isinstance(seen.value, datetime)
    local = scene.at(0).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None, microsecond=0)
    assert seen.value == local
    assert (cells["Minutes here"].value, cells["Visits"].value) == (30, 1)
    assert cells["Outcome"].value == "Provisional"
    assert [cell.value for cell in book["People here over time"]["B"]] == ["People here", 1, 0]


async def test_a_fair_that_nobody_came_to_has_files_too(site: Site) -> None:
    scene = await make_scene(site)
    text = (await scene.ask(ending=".csv")).content.decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(text)))) == 1
    book = load_workbook(BytesIO((await scene.ask(ending=".xlsx", lang="en")).content))
    assert book["Totals"].max_row == 11
