"""Who has a case open just now, so that two operators see each other."""

from datetime import datetime, timedelta

from dashboard.domain.access import Actor
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from dashboard.store.presence import end_presence, forget_presence, note_presence, others_at

GONE_AFTER = timedelta(seconds=30)


def be_here(desk: Desk, case_id: int, actor: Actor, now: datetime) -> list[str]:
    """Note that somebody looks at a case; the names of those others who have done so within the last half minute."""
    with writing(desk.sessions, now) as session:
        note_presence(session, case_id, actor.name, now)
        forget_presence(session, now - 20 * GONE_AFTER)
        return others_at(session, case_id, actor.name, now - GONE_AFTER)


def leave(desk: Desk, case_id: int, actor: Actor, now: datetime) -> None:
    """Somebody has closed the case's page."""
    with writing(desk.sessions, now) as session:
        end_presence(session, case_id, actor.name)
