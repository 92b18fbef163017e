"""What is done without anybody asking: pauses end, provisional deadlines are worked out anew, old records go."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from dashboard.domain.calendars import WorkCalendar
from dashboard.domain.events import EventKind
from dashboard.domain.sla import ClockName
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.desk import Desk
from dashboard.services.housekeeping import (
    calendar_ends_soon,
    forget_old_records,
    recalculate_provisional_clocks,
    resume_ended_pauses,
)
from dashboard.services.rebuild import rebuild
from dashboard.store.engine import writing
from dashboard.store.logs import clocks_of, logs_of
from dashboard.store.models import Case
from dashboard.store.operations import Change, Run
from tests.factories import DAY, HOUR, MINUTE, NOON, make_actor, make_report
from tests.integration.test_intake import all_cases, take


def test_a_pause_ends_at_its_planned_end_however_late_somebody_looks(desk):
    take(desk, make_report())
    data = {"reason": "weather", "approver": "李", "planned_end": (NOON + DAY).isoformat()}
    perform(desk, [Act(1, EventKind.SUSPENDED, make_actor(), NOON + HOUR, data)], NOON + HOUR)
    assert resume_ended_pauses(desk, NOON + 23 * HOUR) == 0
    assert resume_ended_pauses(desk, NOON + 3 * DAY) == 1
    assert resume_ended_pauses(desk, NOON + 3 * DAY) == 0, "once is enough"
    (case,) = all_cases(desk)
    with desk.sessions.read() as session:
        resumed = logs_of(session, [1])[1][-1]
        feedback = clocks_of(session, [1])[1][1][ClockName.FEEDBACK]
    assert (case.stage, resumed.kind, resumed.at) == ("received", EventKind.RESUMED, NOON + DAY)
    assert feedback.due_at == NOON + DAY + 23 * HOUR


def with_calendar(desk: Desk, version: str, covered_to: date, holidays: frozenset[date] = frozenset()) -> Desk:
    calendar = WorkCalendar(version, covered_to, holidays)
    rules = replace(desk.rules, calendar_version=version, calendars={**desk.rules.calendars, version: calendar})
    return replace(desk, rules=rules)


def test_a_deadline_beyond_the_calendar_is_worked_out_anew_when_the_next_year_is_known(desk):
    before = with_calendar(desk, "short", date(2026, 3, 11))
    take(before, make_report())
    with desk.sessions.read() as session:
        provisional = clocks_of(session, [1])[1][1][ClockName.CLOSE]
    assert provisional.provisional
    holiday = frozenset({date(2026, 3, 12)})
    after = with_calendar(before, "long", date(2026, 12, 31), holiday)
    assert recalculate_provisional_clocks(after, NOON + HOUR) == 1
    assert recalculate_provisional_clocks(after, NOON + HOUR) == 0
    with desk.sessions.read() as session:
        final = clocks_of(session, [1])[1][1][ClockName.CLOSE]
    assert not final.provisional
    assert final.due_at == provisional.due_at + DAY
    assert rebuild(after, NOON + DAY).mended == [], "the log says which calendar counts"


def test_the_end_of_the_calendar_is_announced_sixty_days_ahead(desk):
    ending = with_calendar(desk, "short", date(2026, 12, 31))
    assert calendar_ends_soon(ending, datetime(2026, 10, 31, tzinfo=UTC)) is None
    assert calendar_ends_soon(ending, datetime(2026, 11, 2, tzinfo=UTC)) == datetime(2026, 12, 31, tzinfo=UTC)


def test_old_changes_and_runs_go_and_a_sources_newest_run_stays(desk):
    take(desk, make_report())
    with writing(desk.sessions, NOON) as session:
        for source, age in (("hotline", 200), ("hotline", 100), ("board", 300)):
            session.add(Run(source=source, started_at=NOON - age * DAY, outcome="ok"))
    forget_old_records(desk, NOON + MINUTE)
    with desk.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Change)) > 0
        kept = [(run.source, (NOON - run.started_at).days) for run in session.scalars(select(Run).order_by(Run.source))]
    assert kept == [("board", 300), ("hotline", 100)]
    forget_old_records(desk, NOON + 3 * DAY)
    with desk.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Change)) == 0
        assert session.scalar(select(func.count()).select_from(Case)) == 1
