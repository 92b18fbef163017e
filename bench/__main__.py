"""`python -m bench`: one table in which every claim about speed, size and memory is a row."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.categories import categories
from bench.clicks import clicks
from bench.databases import FOLDER, ROOT
from bench.fan_out import fan_out
from bench.importing import importing
from bench.live_page import commit_to_dom
from bench.locating import locating
from bench.memory import memory
from bench.merging import merging
from bench.pages import pages
from bench.rows import Row, as_table
from bench.rows_read import rows_read
from bench.setting import Setting
from bench.situation import situation
from bench.snapshots import snapshots

Measurement = Callable[[Setting], Iterator[Row]]
MEASUREMENTS: dict[str, Measurement] = {
    "fan-out": fan_out,
    "situation": situation,
    "rows-read": rows_read,
    "pages": pages,
    "clicks": clicks,
    "page": commit_to_dom,
    "import": importing,
    "locate": locating,
    "merging": merging,
    "categories": categories,
    "snapshots": snapshots,
    "memory": memory,
}
Name = Enum("Name", {name.replace("-", "_"): name for name in MEASUREMENTS})  # type: ignore[misc]
QUICK_CASES = 100_000
RESULT = ROOT / "var" / "bench.json"
console = Console(highlight=False, width=None if sys.stdout.isatty() else 170)
errors = Console(stderr=True, highlight=False)


def main(
    cases: int = typer.Option(1_000_000, min=20_000, help="Size of the past to measure on."),
    only: list[Name] = typer.Option([], help="Only this measurement; may be given several times."),
    quick: bool = typer.Option(False, "--quick", help="Small sizes and few repetitions, to try the bench itself."),
    ten_million: bool = typer.Option(False, "--ten-million", help="Also count steps on a past ten times as large."),
    real: Path | None = typer.Option(
        None,
        envvar="YIWANG_BENCH_REAL",
        help="Folder with real records, which are no part of the project.",
    ),
    output: Path = typer.Option(RESULT, help="Where the results go as JSON."),
) -> None:
    """Measure, print one table, and end with 1 when a gate was missed."""
    began = time.monotonic()
    setting = Setting(min(cases, QUICK_CASES) if quick else cases, quick, ten_million, real)
    wanted = [name.value for name in only] or list(MEASUREMENTS)
    rows = list(_measured(setting, wanted))
    title = f"{setting.cases:,} cases, {_machine()}, {(time.monotonic() - began) / 60:.0f} minutes"
    console.print(as_table(rows, title))
    missed = [row for row in rows if row.passed is False]
    console.print(f"{sum(row.passed is True for row in rows)} gates kept, {len(missed)} missed")
    _write(output, setting, rows)
    raise typer.Exit(1 if missed else 0)


def _machine() -> str:
    """What it was measured on; with more running than there are cores, times say little and ratios more."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[2]:.1f}, Python {platform.python_version()}"


def _measured(setting: Setting, names: list[str]) -> Iterator[Row]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    columns = (
        SpinnerColumn(),
        BarColumn(20),
        TextColumn("{task.fields[part]}: {task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as progress:
        task = progress.add_task("", total=len(names), part="")
        for name in names:
            setting.step = lambda what: progress.update(task, description=what)
            progress.update(task, part=name)
            yield from _attempt(name, setting)
            progress.advance(task)


def _attempt(name: str, setting: Setting) -> Iterator[Row]:
    """A measurement that breaks off is a row that failed, and the others go on."""
    try:
        yield from MEASUREMENTS[name](setting)
    except Exception as error:
        yield Row(name, "broke off", 0, failure=f"{type(error).__name__}: {error}"[:300])


def _write(path: Path, setting: Setting, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cases": setting.cases,
        "quick": setting.is_quick,
        "machine": _machine(),
        "rows": [row.as_json() for row in rows],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
