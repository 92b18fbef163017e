"""What waits for an operator beside open cases: reporters to be told, return visits, notices, instructions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import subtree
from dashboard.domain.events import EventKind
from dashboard.domain.stages import Stage
from dashboard.store.handling import Delivery, Instruction, Notice
from dashboard.store.models import Case, CaseEvent, Report
from dashboard.store.outbox import NEED_SOMEBODY


def to_be_told(session: Session, area: str, kind: str, limit: int) -> tuple[Sequence[Any], int]:
    """Deliveries of an area that need a person, oldest first, with their case and report; and how many in all."""
    low, high = subtree(area)
    query = select(Delivery, Case, Report).join(Case, Case.id == Delivery.case_id)
    query = query.join(Report, Report.id == Delivery.report_id)
    query = query.where(Delivery.state.in_(NEED_SOMEBODY), Delivery.kind == kind)
    query = query.where(Case.area_code >= low, Case.area_code < high)
    return _first(session, query, limit, Delivery.created_at, Delivery.id)


def to_be_visited(session: Session, area: str, since: datetime, limit: int) -> tuple[Sequence[Any], int]:
    """Cases of an area closed since an instant that nobody has visited since, the longest closed first."""
    visited = select(CaseEvent.id).where(
        CaseEvent.case_id == Case.id, CaseEvent.kind == EventKind.VISITED, CaseEvent.at >= Case.closed_at
    )
    here = func.substr(Case.area_code, 1, len(area)) == area  # a range would tempt the planner to all that ever ended
    query = select(Case).where(Case.ended_at >= since, Case.stage == Stage.CLOSED, Case.is_history.is_(False))
    return _first(session, query.where(here, ~visited.exists()), limit, Case.ended_at, Case.id)


def unacknowledged(session: Session, area: str, since: datetime, limit: int) -> tuple[Sequence[Any], int]:
    """Notices of an area since an instant that nobody has acknowledged, with their case: urgent first, then newest."""
    low, high = subtree(area)
    query = select(Notice, Case).outerjoin(Case, Case.id == Notice.case_id)
    query = query.where(Notice.acknowledged_at.is_(None), Notice.created_at > since)
    query = query.where(Notice.area_code >= low, Notice.area_code < high)
    return _first(session, query, limit, Notice.is_urgent.desc(), Notice.id.desc())


def open_instructions(session: Session, area: str) -> Sequence[Any]:
    """Unanswered instructions on an area and the cases in it, or on an area that it lies in, with their case."""
    low, high = subtree(area)
    above = Instruction.area_code.in_([area[:length] for length in range(6, len(area), 3)])
    concerns = ((Instruction.area_code >= low) & (Instruction.area_code < high)) | (
        above & Instruction.case_id.is_(None)
    )
    query = select(Instruction, Case).outerjoin(Case, Case.id == Instruction.case_id)
    query = query.where(Instruction.answered_at.is_(None), concerns).order_by(Instruction.due_at, Instruction.id)
    return session.execute(query).all()


def instructions_between(session: Session, area: str, start: datetime, end: datetime) -> Sequence[Any]:
    """Instructions on an area and what lies in it that were given or answered in [start, end), or were open at its end,
    with their case."""
    low, high = subtree(area)
    query = select(Instruction, Case).outerjoin(Case, Case.id == Instruction.case_id)
    query = query.where(Instruction.area_code >= low, Instruction.area_code < high, Instruction.created_at < end)
    concerns = (Instruction.created_at >= start, Instruction.answered_at.is_(None), Instruction.answered_at >= start)
    query = query.where(or_(*concerns))
    return session.execute(query.order_by(Instruction.due_at, Instruction.id)).all()


def _first(session: Session, query: Select[*tuple[Any, ...]], limit: int, *order: Any) -> tuple[Sequence[Any], int]:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return session.execute(query.order_by(*order).limit(limit)).all(), total
