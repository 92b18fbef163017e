"""Clocks by their deadline: what was owed in a period, and whether it was done in time."""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, false, literal, null, or_, select, tuple_
from sqlalchemy.orm import Session

from dashboard.domain.measures import Reason
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.store.logs import pause_of
from dashboard.store.measured.question import CLOCKS, Condition, Question, beside, fact_rows, flag, lead_of

CLOCK = CLOCKS.c
IS_CLOSING = CLOCK.name == ClockName.CLOSE
HAS_PAUSES = cast(CLOCK.pauses, String) != "[]"


def clock_facts(session: Session, question: Question) -> Select[Any]:
    """One row per clock; `kind` is its name.

    Nobody expects of a rejected or withdrawn case that it is closed, whatever its clock shows; of its other clocks
    those count that had run out by then.
    """
    found = beside(session, CLOCKS)
    stage, is_met = found.case.stage, and_(CLOCK.stopped_at.is_not(None), CLOCK.stopped_at <= CLOCK.due_at)
    not_owed = or_(IS_CLOSING, CLOCK.required.is_(False))
    rows = fact_rows(
        question,
        found.case,
        lead_of(CLOCK.case_id, CLOCK.round),
        [
            (and_(stage == Stage.REJECTED, not_owed), Reason.REJECTED),
            (and_(stage == Stage.WITHDRAWN, not_owed), Reason.WITHDRAWN),
            (CLOCK.required.is_(False), Reason.NOT_REQUIRED),
        ],
        kind=CLOCK.name,
        also=_deferral(deferred_rounds(session, question)),
        met=flag(is_met),
        late=flag(~is_met),
        stopped=flag(CLOCK.stopped_at < question.window.end),
        paused=flag(HAS_PAUSES),
    )
    return rows.select_from(found.rows).where(question.window.holds(CLOCK.due_at))


def _deferral(rounds: list[tuple[int, int]]) -> ColumnElement[Any]:
    is_deferred = and_(IS_CLOSING, tuple_(CLOCK.case_id, CLOCK.round).in_(rounds)) if rounds else false()
    return case((is_deferred, literal(Reason.DEFERRED.value)), else_=null())


def deferred_rounds(session: Session, question: Question) -> list[tuple[int, int]]:
    """缓办: (case, round) of what should have been closed but was within an approved pause at the end of the period."""
    end = question.window.end
    query = select(CLOCK.case_id, CLOCK.round, CLOCK.pauses).where(
        IS_CLOSING, question.window.holds(CLOCK.due_at), HAS_PAUSES, _is_unstopped(question)
    )
    return [(row.case_id, row.round) for row in session.execute(query) if _covers(row.pauses, end)]


def _is_unstopped(question: Question) -> Condition:
    return or_(CLOCK.stopped_at.is_(None), CLOCK.stopped_at >= question.window.end)


def _covers(pauses: list[str], instant: Any) -> bool:
    return any(pause.start <= instant < pause.end for pause in map(pause_of, pauses))
