"""Who has a case open, as it is kept."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashboard.store.handling import Presence
from dashboard.store.upsert import insert_or


def note_presence(session: Session, case_id: int, name: str, now: datetime) -> None:
    """Somebody looks at a case."""
    statement = insert_or(session, Presence).values(case_id=case_id, actor=name, seen_at=now)
    session.execute(statement.on_conflict_do_update(index_elements=["case_id", "actor"], set_={"seen_at": now}))


def others_at(session: Session, case_id: int, name: str, since: datetime) -> list[str]:
    """The names of those others who have looked at a case since an instant."""
    query = select(Presence.actor).where(Presence.case_id == case_id, Presence.actor != name, Presence.seen_at > since)
    return sorted(session.scalars(query))


def end_presence(session: Session, case_id: int, name: str) -> None:
    """Somebody has closed a case's page."""
    session.execute(delete(Presence).where(Presence.case_id == case_id, Presence.actor == name))


def forget_presence(session: Session, before: datetime) -> None:
    """Delete what is known of those who have not looked since an instant."""
    session.execute(delete(Presence).where(Presence.seen_at < before))
