"""Measures of a month and what the console looks for are read by index: no table of the past is read whole."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from dashboard.domain.access import Scope
from dashboard.domain.measures import Grouping, Part, total
from dashboard.live.picture import Picture
from dashboard.services.desk import Desk
from dashboard.services.measuring import Asked, measure
from dashboard.store.bulk import analyze, write_rows
from dashboard.store.case_list import case_rows, count_cases
from dashboard.store.handling import TaskRow
from dashboard.store.measured.tallies import SOURCES
from dashboard.store.models import Case, CaseEvent, ClockRow, Report, table_of
from dashboard.store.types import to_micros
from dashboard.store.waiting import to_be_visited
from dashboard.viewmodels.case_list import read_listing
from tests.factories import DAY, DISTRICT, HOUR

H = HOUR // timedelta(microseconds=1)
CASES, NOW = 12_000, datetime(2026, 3, 20, tzinfo=UTC)
LARGE = "cases|clocks|tasks|events|reports"
WHOLE = re.compile(
    rf"SCAN ({LARGE}|its_case|lead|begun|ends|following)\b|Seq Scan on ({LARGE})\b"
    "|ix_cases_area_opened"  # it holds all that ever happened in an area
)


def fill(desk: Desk) -> None:
    """Three years of cases, each with four clocks, a task, a report, and events."""
    step = 3 * 365 * DAY / CASES
    opened = [to_micros(NOW - number * step) for number in range(CASES, 0, -1)]
    with desk.sessions.write.begin() as session:
        for model, columns, rows in past(opened):
            write_rows(session, table_of(model), columns.split(), rows)
        analyze(session)


Row = tuple[Any, ...]


def past(opened: list[int]) -> Iterator[tuple[Any, str, list[Row]]]:
    """Tables, their columns and their rows, as SQLite keeps them."""
    numbered = list(enumerate(opened, 1))
    columns = "id number version stage is_open round category severity channel summary place area_code opened_at"
    yield (
        Case,
        f"{columns} closed_at ended_at close_level report_count is_mass is_history",
        [
            (n, f"XG-{n}", 1, "closed", 0, 1, "road/lamp", "normal", "hotline", "", "", f"{DISTRICT}00{n % 2 + 1}", at,
             at + 9 * H, at + 9 * H, "grid", 1, 0, 0)
            for n, at in numbered
        ],
    )  # fmt: skip
    columns = "case_id round name started_at target_minutes unit due_at raw_due_at at_risk_at very_late_at stopped_at"
    yield (
        ClockRow,
        f"{columns} required provisional pauses",
        [
            (n, 1, name, at, 60, "natural", at + H, at + H, at, at + 3 * H, at + H, 1, 0, "[]")
            for n, at in numbered
            for name in ("arrive", "close", "feedback", "respond")
        ],
    )
    yield (
        TaskRow,
        "case_id number round party is_lead state assigned_at accept_due_at due_at accepted_at done_at reason result",
        [(n, 1, 1, "power", 1, "done", at, at + H, at + 2 * H, at, at + H, "", "") for n, at in numbered],
    )
    yield (
        CaseEvent,
        "case_id kind at actor data recorded_at",
        [
            (n, kind, at + H, "王", '{"reached": true}', at + H)
            for n, at in numbered
            for kind in ("opened", "responded", "closed", "visited")
        ],
    )
    yield (
        Report,
        "source external_id channel case_id version text category fetched_at accepted_at flags digest answer_due_at",
        [("hotline", str(n), "hotline", n, 1, "", "road/lamp", at, at, "[]", "", at + 24 * H) for n, at in numbered],
    )


def plans(desk: Desk, question: Any) -> Iterator[tuple[str, str]]:
    """Every statement of a question with its plan."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    engine = desk.sessions.engine
    event.listen(engine, "before_cursor_execute", note)
    with desk.sessions.read() as session:
        question(session)
    event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if desk.sessions.is_sqlite else "EXPLAIN "
    with engine.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(explain + statement, parameters).fetchall()
            yield statement, "\n".join(str(row[-1]) for row in rows)


def test_no_table_of_the_past_is_read_whole_for_a_month(desk):
    fill(desk)
    situation = Picture(desk.sessions, desk.config, desk.rules, lambda: NOW).situation
    seen = 0

    def count(session: Any) -> None:
        for by in Grouping:
            found = measure(session, desk, Scope(DISTRICT), Asked(DISTRICT, "2025-05", by), NOW)
            denominators = {name: total(groups.values()).denominator for name, groups in found.tallies.items()}
            assert min(denominators.values()) > 300, "there is something to read"

    def show(session: Any) -> None:
        for name in SOURCES:
            query = f"?area={DISTRICT}&measure={name}&period=2025-05&by=area&part={Part.REST}"
            wanted = read_listing(query, Scope(DISTRICT), situation, set(), NOW).filter
            case_rows(session, wanted, [("opened_at", True)], 0, 100, count_cases(session, wanted))

    for question in (count, show):
        for statement, plan in plans(desk, question):
            assert not WHOLE.search(plan), f"{statement}\n{plan}"
            seen += bool(re.search(r"\bix_(clocks|tasks|events|reports|cases)_", plan))
    assert seen > 100, "the plans were looked at, and name indexes"


def test_the_consoles_return_visits_are_looked_for_among_what_ended_lately(desk):
    fill(desk)
    asked = plans(desk, lambda session: to_be_visited(session, DISTRICT, NOW - 7 * DAY, 100))
    found = [(statement, plan) for statement, plan in asked if statement.startswith("SELECT")]
    assert len(found) == 2
    for statement, plan in found:
        assert "ix_cases_ended" in plan, f"{statement}\n{plan}"
        assert not WHOLE.search(plan), f"{statement}\n{plan}"
