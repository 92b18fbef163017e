"""What the live picture asks of the database."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start
from dashboard.domain.counting import MEASURES
from dashboard.domain.events import Event, EventKind
from dashboard.domain.stages import Stage
from dashboard.store.count_tables import CHANNELS, DAYS, HOURS
from dashboard.store.logs import chunks, logs_of
from dashboard.store.models import Area, Case, CaseEvent, ClockRow, table_of

FEED_KINDS = (
    EventKind.OPENED, EventKind.RESPONDED, EventKind.ARRIVED, EventKind.FED_BACK, EventKind.CLOSED, EventKind.SENT_BACK,
    EventKind.REOPENED, EventKind.SUSPENDED, EventKind.REJECTED, EventKind.WITHDRAWN, EventKind.REPORT_JOINED,
)  # fmt: skip
OTHER = aliased(Case)
CASE_COLUMNS = (
    Case.id, Case.number, Case.category, Case.severity, Case.channel, Case.stage, Case.area_code, Case.place,
    Case.longitude, Case.latitude, Case.unlocated, Case.opened_at, Case.report_count, Case.is_mass, Case.round,
    Case.version, Case.summary, Case.handled_area, Case.assignee, Case.instructions,
)  # fmt: skip


def open_case_rows(session: Session, case_ids: Sequence[int] | None = None) -> list[Any]:
    """The open cases, or those of the given ones that are open."""
    query = select(*CASE_COLUMNS).where(Case.is_open.is_(True))
    if case_ids is None:
        return list(session.execute(query))
    return [row for chunk in chunks(case_ids) for row in session.execute(query.where(Case.id.in_(chunk)))]


def current_clock_rows(session: Session, rounds: Sequence[tuple[int, int]]) -> list[Any]:
    """The clocks of the current round of cases, given as (case, round)."""
    wanted = dict(rounds)
    return [
        row
        for chunk in chunks(wanted)
        for row in session.execute(select(*table_of(ClockRow).columns).where(ClockRow.case_id.in_(chunk)))
        if row.round == wanted[row.case_id]
    ]


def hour_counts(
    session: Session, start: datetime, end: datetime, codes: Sequence[str] | None = None
) -> dict[tuple[str, datetime], Counter[str]]:
    """(area, hour) → counts for hours in [start, end): of all areas down to the community, or of the given ones."""
    query = select(HOURS).where(HOURS.c.hour >= start, HOURS.c.hour < end)
    codes = _counted_codes(session) if codes is None else codes
    query = query.where(HOURS.c.area_code.in_(list(codes)))
    return {
        (row["area_code"], row["hour"]): Counter({m: row[m] for m in MEASURES if row[m]})
        for row in session.execute(query).mappings()
    }


def _counted_codes(session: Session) -> list[str]:
    return list(session.scalars(select(Area.code).where(Area.level <= Level.COMMUNITY).distinct()))


def grid_counts(session: Session, day: Any, codes: Sequence[str]) -> dict[str, Counter[str]]:
    """Grid → counts of one day."""
    query = select(DAYS).where(DAYS.c.day == day, DAYS.c.area_code.in_(list(codes)))
    return {
        row["area_code"]: Counter({m: row[m] for m in MEASURES if row[m]}) for row in session.execute(query).mappings()
    }


def channel_counts(session: Session, code: str, day: Any) -> dict[str, tuple[int, int]]:
    """Channel → (reports, cases) of one area on one day."""
    query = select(CHANNELS.c.channel, CHANNELS.c.reports, CHANNELS.c.received).where(
        CHANNELS.c.area_code == code, CHANNELS.c.day == day
    )
    return {channel: (reports, received) for channel, reports, received in session.execute(query)}


def clocks_due_between(session: Session, start: datetime, end: datetime) -> list[Any]:
    """(area code, clock, due, stopped) of required clocks due in [start, end), merged cases left out."""
    query = select(Case.area_code, ClockRow.name, ClockRow.due_at, ClockRow.stopped_at)
    query = query.join(Case, Case.id == ClockRow.case_id)
    return list(
        session.execute(
            query.where(
                ClockRow.due_at >= start,
                ClockRow.due_at < end,
                ClockRow.required.is_(True),
                Case.stage != Stage.MERGED,
            )
        )
    )


def newest_events(session: Session, since: datetime, limit: int, after: int = 0) -> list[Any]:
    """The newest events worth telling since an instant, newest first.

    Without `after` the time bounds what is read: in the order of ids a quiet day would read the whole log.
    """
    # As a condition on the joined table SQLite would build a Bloom filter for it, reading all cases.
    is_history = select(OTHER.is_history).where(OTHER.id == CaseEvent.case_id).scalar_subquery()
    query = (
        select(
            CaseEvent.id, CaseEvent.case_id, CaseEvent.kind, CaseEvent.at, Case.area_code, Case.category, Case.place,
            Case.opened_at, Case.number,
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.id > after, CaseEvent.recorded_at >= since)
        .where(CaseEvent.kind.in_(FEED_KINDS), is_history.is_(False))
        .order_by(*([] if after else [CaseEvent.recorded_at.desc()]), CaseEvent.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(session.execute(query))


def open_at(session: Session, instant: datetime) -> tuple[dict[int, list[Event]], dict[int, str]]:
    """The logs up to an instant, and the areas, of the cases that may have been open then."""
    known = and_(Case.stage != Stage.MERGED, Case.is_history.is_(False))
    areas: dict[int, str] = {}
    for then_open in (Case.is_open.is_(True), Case.ended_at > instant):  # one index each; an OR would use neither
        # Nearly all cases were opened before: asked for in SQL, the index on that would be taken and read whole.
        rows = session.execute(select(Case.id, Case.area_code, Case.opened_at).where(then_open, known))
        areas |= {row.id: row.area_code for row in rows if row.opened_at <= instant}
    logs = logs_of(session, list(areas))
    return {case_id: [event for event in log if event.at <= instant] for case_id, log in logs.items()}, areas


def channel_counts_until(session: Session, day: date, now: datetime) -> dict[str, int]:
    """Channel → cases of the whole district opened on the day before `day`, up to this time of day."""
    start = day_start(day - timedelta(days=1))
    query = select(Case.channel, func.count()).where(
        Case.opened_at >= start, Case.opened_at < now - timedelta(days=1), Case.stage != Stage.MERGED
    )
    return dict(session.execute(query.group_by(Case.channel)).all())
