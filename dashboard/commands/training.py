"""Learning the categories of texts, and what people made of suggested ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typer
from rich.status import Status
from rich.table import Table

from dashboard.commands.console import DEFAULT, ConfigPath, console, errors, fail, read_config, ready_desk
from dashboard.config import Config
from dashboard.domain.calendars import SHANGHAI
from dashboard.runtime import utc_now
from dashboard.services.categories import Decided, decided_by_category
from dashboard.services.desk import Desk
from dashboard.services.training import TooFewCasesError, teach
from dashboard.store.classifying import keep_learned, newest_report
from dashboard.store.engine import writing

STEPS = {"reading": "Reading closed cases", "learning": "Learning, then measuring on texts held out"}


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(train)


def train(
    config: ConfigPath = DEFAULT,
    report: bool = typer.Option(False, "--report", help="Only show what was learned, and what people decided."),
) -> None:
    """Learn the categories of texts from the district's own closed cases, so that they can be suggested."""
    settings = read_config(config)
    desk = ready_desk(settings)
    if not report:
        _learn(desk)
    with desk.sessions.read() as session:
        newest, decided = newest_report(session), decided_by_category(session)
    if newest is None:
        fail("nothing was learned yet; run `yiwang train`")
    names = _names(settings)
    _say_learned(*newest, names, settings.categorising.least_of_a_category)
    _say_decided(decided, names)


def _learn(desk: Desk) -> None:
    """Learn beside the work of others, and keep it in a moment."""
    now = utc_now()
    try:
        with Status("", console=errors) as status, desk.sessions.read() as session:
            taught = teach(session, desk, now, lambda step: status.update(f"{STEPS[step]} …"))
    except TooFewCasesError as error:
        fail(f"too little to learn from: {error}")
    with writing(desk.sessions, now) as session:
        keep_learned(session, taught.content, taught.report, now)


def _names(config: Config) -> Mapping[str, str]:
    return {category.id: f"{category.name.zh} {category.name.en}" for category in config.categories}


def _say_learned(at: datetime, found: Mapping[str, Any], names: Mapping[str, str], least: int) -> None:
    columns = ("Category", "Learned from", "Held out", "Right")
    table = Table(*columns, title="What was learned 分类学习", title_justify="left")
    for row in found["categories"]:
        counts = (f"{row['learned_from']:,}", f"{row['held_out']:,}", _share(row["first"], row["held_out"]))
        table.add_row(names.get(row["category"], row["category"]), *counts)
    console.print(table)
    day = at.astimezone(SHANGHAI)
    console.print(
        f"Learned on {day:%Y-%m-%d %H:%M} from {found['learned_from']:,} different texts, in {found['seconds']} s. "
        f"Of {found['held_out']:,} others the right category came first for "
        f"{_share(found['first'], found['held_out'])} and among the first three for "
        f"{_share(found['among_three'], found['held_out'])}."
    )
    for low, high, band in _bands(found["bands"]):
        right = f"right for {_share(band['right'], band['texts'])} of {band['texts']:,}"
        console.print(f"  certain by {low:.0%} to {high:.0%}: {right}")
    if found["left_out"]:
        few = ", ".join(f"{names.get(name, name)} ({count})" for name, count in sorted(found["left_out"].items()))
        console.print(f"Left out, with less than {least} texts: {few}")


def _bands(bands: list[dict[str, Any]]) -> list[tuple[float, float, dict[str, Any]]]:
    lows = [band["from"] for band in bands]
    return [(low, high, band) for low, high, band in zip(lows, [*lows[1:], 1.0], bands, strict=True) if band["texts"]]


def _say_decided(decided: Mapping[str, Decided], names: Mapping[str, str]) -> None:
    if not decided:
        console.print("No category was suggested yet.")
        return
    columns = ("Suggested", "Taken", "Another chosen", "Rejected", "Waiting")
    table = Table(*columns, title="What people decided 人工处理结果", title_justify="left")
    total = sum(decided.values(), Decided())
    ordered = sorted(decided.items(), key=lambda one: (-one[1].settled, one[0]))
    for name, row in [*((names.get(name, name), row) for name, row in ordered), ("All 合计", total)]:
        table.add_row(name, *(f"{count:,}" for count in (row.taken, row.other, row.against, row.waiting)))
    console.print(table)
    console.print(f"Overridden: {_share(total.other + total.against, total.settled)} of {total.settled:,} decided.")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"
