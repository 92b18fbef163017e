"""Questions about what belongs to the handling of one case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer

from dashboard.domain.areas import subtree
from dashboard.domain.stages import Stage
from dashboard.store.counted import in_category
from dashboard.store.handling import Attachment, Instruction
from dashboard.store.models import Case


def instructions_of(session: Session, case_id: int) -> Sequence[Instruction]:
    """The instructions on a case, newest first."""
    query = select(Instruction).where(Instruction.case_id == case_id)
    return session.scalars(query.order_by(Instruction.id.desc())).all()


def photos_of(session: Session, case_id: int) -> Sequence[Attachment]:
    """The photos of a case, oldest first, without their bytes."""
    query = select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
    return session.scalars(query.options(defer(Attachment.content), defer(Attachment.preview))).all()


def count_photos(session: Session, case_id: int) -> int:
    """How many photos of a case there are."""
    return session.scalar(select(func.count()).select_from(Attachment).where(Attachment.case_id == case_id)) or 0


def similar_past_cases(session: Session, case: Case, area: str, since: datetime, limit: int) -> Sequence[Any]:
    """Closed cases of the same group of categories at the same place or building within an area, newest first."""
    group = case.category.split("/")[0]
    low, high = subtree(area)
    here = [Case.place == case.place, *([Case.building_id == case.building_id] if case.building_id else [])]
    query = select(Case.id, Case.number, Case.category, Case.closed_at, Case.close_level, Case.summary, Case.round)
    query = query.where(or_(*here), in_category(Case.category, group), Case.stage == Stage.CLOSED, Case.id != case.id)
    query = query.where(Case.area_code >= low, Case.area_code < high, Case.opened_at >= since)
    return list(session.execute(query.order_by(Case.opened_at.desc()).limit(limit)))
