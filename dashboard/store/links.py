"""Links of parties."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from dashboard.store.handling import PartyLink


def revoke_links(session: Session, case_id: int, task: int, now: datetime) -> None:
    """The links of a task work no more."""
    mine = (PartyLink.case_id == case_id, PartyLink.task == task, PartyLink.revoked_at.is_(None))
    session.execute(update(PartyLink).where(*mine).values(revoked_at=now))
