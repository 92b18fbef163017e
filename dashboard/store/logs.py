"""Events and clocks of cases: reading the log, adding to it, keeping what is worked out from it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState
from dashboard.domain.sla import Clock, ClockName, Pause, Target, Unit
from dashboard.store.models import CaseEvent, ClockRow


def logs_of(session: Session, case_ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of each case, oldest first, in the order they were written."""
    logs: dict[int, list[Event]] = {case_id: [] for case_id in case_ids}
    columns = (
        CaseEvent.case_id,
        CaseEvent.kind,
        CaseEvent.at,
        CaseEvent.actor,
        CaseEvent.data,
        CaseEvent.recorded_at,
    )
    for chunk in chunks(case_ids):
        query = select(*columns).where(CaseEvent.case_id.in_(chunk)).order_by(CaseEvent.case_id, CaseEvent.id)
        for case_id, kind, at, actor, data, recorded_at in session.execute(query):
            logs[case_id].append(Event(EventKind(kind), at, actor, data, recorded_at))
    return logs


def append_events(session: Session, events: Mapping[int, Sequence[Event]], now: datetime) -> None:
    """Add events to the logs of their cases."""
    rows = [
        {"case_id": case_id, "kind": e.kind, "at": e.at, "actor": e.actor, "data": dict(e.data), "recorded_at": now}
        for case_id, added in events.items()
        for e in added
    ]
    if rows:
        session.execute(insert(CaseEvent), rows)


def clock_rows(case_id: int, state: CaseState) -> list[dict[str, Any]]:
    """The rows of all clocks of a case."""
    return [
        {
            "case_id": case_id,
            "round": found.number,
            "name": clock.name,
            "started_at": clock.started_at,
            "target_minutes": clock.target.minutes,
            "unit": clock.target.unit,
            "due_at": clock.due_at,
            "raw_due_at": clock.raw_due_at,
            "at_risk_at": clock.at_risk_at,
            "very_late_at": clock.very_late_at,
            "stopped_at": clock.stopped_at,
            "ended_at": clock.ended_at,
            "required": clock.required,
            "provisional": clock.provisional,
            "pauses": [f"{pause.start.isoformat()}/{pause.end.isoformat()}" for pause in clock.pauses],
        }
        for found in state.rounds
        for clock in found.clocks.values()
    ]


def replace_clocks(session: Session, rows: Mapping[int, list[dict[str, Any]]]) -> None:
    """Keep these clocks for these cases instead of what was kept."""
    for chunk in chunks(list(rows)):
        session.execute(delete(ClockRow).where(ClockRow.case_id.in_(chunk)))
    flat = [row for found in rows.values() for row in found]
    if flat:
        session.execute(insert(ClockRow), flat)


def clocks_of(session: Session, case_ids: Sequence[int]) -> dict[int, dict[int, dict[ClockName, Clock]]]:
    """Case → round → clock name → the kept clock."""
    found: dict[int, dict[int, dict[ClockName, Clock]]] = defaultdict(lambda: defaultdict(dict))
    for chunk in chunks(case_ids):
        query = select(*ClockRow.__table__.columns).where(ClockRow.case_id.in_(chunk))
        for row in session.execute(query):
            found[row.case_id][row.round][ClockName(row.name)] = clock_of(row)
    return found


def clock_of(row: Any) -> Clock:
    """A kept clock as the domain knows it."""
    return Clock(
        name=ClockName(row.name),
        target=Target(row.target_minutes, Unit(row.unit)),
        started_at=row.started_at,
        due_at=row.due_at,
        raw_due_at=row.raw_due_at,
        at_risk_at=row.at_risk_at,
        very_late_at=row.very_late_at,
        stopped_at=row.stopped_at,
        ended_at=row.ended_at,
        required=row.required,
        provisional=row.provisional,
        pauses=tuple(pause_of(text) for text in row.pauses),
    )


def pause_of(text: str) -> Pause:
    """A pause as it is kept: two instants with a stroke between them."""
    start, end = text.split("/")
    return Pause(datetime.fromisoformat(start), datetime.fromisoformat(end))


def chunks(ids: Iterable[int], size: int = 500) -> Iterable[list[int]]:
    """Ids in pieces that fit into one statement."""
    ordered = list(ids)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
