"""Who has a case open just now, so that two operators see each other."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashboard.domain.access import Actor
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from dashboard.store.handling import Presence
from dashboard.store.upsert import insert_or

GONE_AFTER = timedelta(seconds=30)


def be_here(desk: Desk, case_id: int, actor: Actor, now: datetime) -> list[str]:
    """Note that somebody looks at a case; the names of the others who do."""
    with writing(desk.sessions, now) as session:
        statement = insert_or(session, Presence).values(case_id=case_id, actor=actor.name, seen_at=now)
        session.execute(statement.on_conflict_do_update(index_elements=["case_id", "actor"], set_={"seen_at": now}))
        session.execute(delete(Presence).where(Presence.seen_at < now - 20 * GONE_AFTER))
        return others_here(session, case_id, actor, now)


def others_here(session: Session, case_id: int, actor: Actor, now: datetime) -> list[str]:
    """The names of those others who looked at a case within the last half minute."""
    query = select(Presence.actor).where(
        Presence.case_id == case_id, Presence.actor != actor.name, Presence.seen_at > now - GONE_AFTER
    )
    return sorted(session.scalars(query))


def leave(desk: Desk, case_id: int, actor: Actor, now: datetime) -> None:
    """Somebody has closed the case's page."""
    with writing(desk.sessions, now) as session:
        session.execute(delete(Presence).where(Presence.case_id == case_id, Presence.actor == actor.name))
