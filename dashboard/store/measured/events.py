"""Events by when they happened: checks, closings and return visits. Only these kinds stand in the index on time."""

from typing import Any

from sqlalchemy import Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from dashboard.domain.events import EventKind
from dashboard.domain.measures import Reason
from dashboard.domain.sla import ClockName
from dashboard.store.measured.question import (
    CLOCKS,
    Condition,
    Question,
    beside,
    fact_rows,
    flag,
    lead_of,
    round_before,
)
from dashboard.store.models import MEASURED_EVENTS, CaseEvent, table_of

EVENTS = table_of(CaseEvent)
EVENT = EVENTS.c
FOLLOWING = CLOCKS.alias("following")


def check_facts(session: Session, question: Question) -> Select[Any]:
    """One row per round that was checked: closed or sent back, or both after one another."""
    checked = select(
        EVENT.case_id,
        round_before(EVENT.case_id, EVENT.at).label("round"),
        flag(EVENT.kind == EventKind.SENT_BACK).label("sent_back"),
    ).where(*_happened(question, EventKind.CLOSED, EventKind.SENT_BACK))
    each = checked.subquery("checked")
    rounds = select(each.c.case_id, each.c.round, func.max(each.c.sent_back).label("sent_back"))
    rounds_checked = rounds.group_by(each.c.case_id, each.c.round).subquery("rounds_checked")
    found = beside(session, rounds_checked)
    lead = lead_of(rounds_checked.c.case_id, rounds_checked.c.round)
    rows = fact_rows(question, found.case, lead, [], sent_back=rounds_checked.c.sent_back)
    return rows.select_from(found.rows)


def closing_facts(session: Session, question: Question) -> Select[Any]:
    """One row per closing, and whether another round began after it."""
    found = beside(session, EVENTS)
    rows = fact_rows(question, found.case, _lead(), [], again=flag(_goes_on(question)))
    return rows.select_from(found.rows).where(*_happened(question, EventKind.CLOSED))


def _goes_on(question: Question) -> Condition:
    clock = FOLLOWING.c
    following = select(clock.case_id).where(
        clock.case_id == EVENT.case_id,
        clock.name == ClockName.CLOSE,
        clock.round > 1,
        clock.started_at >= EVENT.at,
        clock.started_at < question.window.seen_at,
    )
    return following.correlate_except(FOLLOWING).exists()


def visit_facts(session: Session, question: Question) -> Select[Any]:
    """One row per return visit. Who was not reached has said nothing."""
    found, said = beside(session, EVENTS), EVENT.data["satisfaction"].as_string()
    rows = fact_rows(
        question,
        found.case,
        _lead(),
        [(EVENT.data["reached"].as_boolean().is_not(True), Reason.NOT_REACHED)],
        solved=flag(EVENT.data["solved"].as_boolean().is_(True)),
        satisfied=flag(or_(said == "satisfied", said == "basically")),
    )
    return rows.select_from(found.rows).where(*_happened(question, EventKind.VISITED))


def _lead() -> Any:
    return lead_of(EVENT.case_id, round_before(EVENT.case_id, EVENT.at))


def _happened(question: Question, *kinds: EventKind) -> tuple[Condition, ...]:
    """Bound values would hide from the planners that the index is meant."""
    wanted = EVENT.kind.in_([literal_column(f"'{kind.value}'") for kind in kinds])
    return MEASURED_EVENTS, and_(wanted, question.window.holds(EVENT.at))
