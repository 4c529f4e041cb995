"""`python -m bench [name …]`: run the benchmarks, write `bench/results.json`, print a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from bench import media_fanout, page_first_view
from bench.harness import RESULTS, Result, machine

BENCHMARKS: dict[str, Callable[[], list[Result]]] = {
    "media.fanout": media_fanout.measure,
    "page.first_view_kb": page_first_view.measure,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - BENCHMARKS.keys():
        print(
            f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}"
        )
        return 2
    results: list[Result] = []
    for name, measure in BENCHMARKS.items():
        if not names or name in names:
            print(f"{name} …", file=sys.stderr, flush=True)
            results += measure()
    document = {
        "machine": machine(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "results": [result.row() for result in results],
    }
    RESULTS.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    show(results)
    return 0


def show(results: list[Result]) -> None:
    table = Table("name", "viewers", "value", "unit", "rival", "floor", title=machine())
    for result in results:
        rival = f"{result.rival}: {result.rival_value}" if result.rival else "not here"
        floor = f"{result.floor}: {result.floor_value}" if result.floor else ""
        viewers = str(result.viewers or "")
        table.add_row(result.name, viewers, str(result.value), result.unit, rival, floor)
    Console().print(table)
    for note in dict.fromkeys(result.note for result in results if result.note):
        print(note)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
