"""Cases by when they were received, and by when they were closed."""

from typing import Any

from sqlalchemy import Select, case, literal, null
from sqlalchemy.orm import Session

from dashboard.domain.measures import Reason
from dashboard.domain.stages import Stage
from dashboard.store.measured.question import CASES, Question, fact_rows, flag, lead_of

CASE = CASES.c


def received_facts(_session: Session, question: Question) -> Select[Any]:
    """One row per case received. Of history it is not known what was rejected, or like another."""
    rows = fact_rows(
        question,
        CASE,
        lead_of(CASE.id, literal(1)),
        [],
        also=case((CASE.is_history.is_(True), literal(Reason.HISTORY.value)), else_=null()),
        received=literal(1),
        accepted=flag(CASE.stage != Stage.REJECTED),
        repeated=flag(CASE.repeat_of.is_not(None)),
    )
    return rows.select_from(CASES).where(question.window.holds(CASE.opened_at))


def closed_facts(_session: Session, question: Question) -> Select[Any]:
    """One row per case that is closed, by the level at which it was."""
    rows = fact_rows(
        question,
        CASE,
        lead_of(CASE.id, CASE.round),
        [(CASE.close_level.is_(None), Reason.NO_LEVEL)],
        in_grid=flag(CASE.close_level == "grid"),
        in_community=flag(CASE.close_level.in_(["grid", "community"])),
    )
    return rows.select_from(CASES).where(question.window.holds(CASE.ended_at), CASE.closed_at == CASE.ended_at)
