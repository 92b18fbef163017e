"""Notices as they are kept, locked while they are worked on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.store.handling import Notice


def due_notices(session: Session, now: datetime) -> Sequence[Notice]:
    """Notices that are to be sent by now, oldest first."""
    query = select(Notice).where(Notice.next_at <= now).order_by(Notice.id)
    return session.scalars(query.with_for_update()).all()


def unacknowledged_among(session: Session, notice_ids: Sequence[int]) -> Sequence[Notice]:
    """Those of some notices that nobody has acknowledged."""
    query = select(Notice).where(Notice.id.in_(notice_ids), Notice.acknowledged_at.is_(None)).order_by(Notice.id)
    return session.scalars(query.with_for_update()).all()


def unacknowledged_of(session: Session, case_id: int, kind: str) -> Sequence[Notice]:
    """The notices of a kind about a case that nobody has acknowledged."""
    query = select(Notice).where(Notice.case_id == case_id, Notice.kind == kind, Notice.acknowledged_at.is_(None))
    return session.scalars(query.order_by(Notice.id).with_for_update()).all()
