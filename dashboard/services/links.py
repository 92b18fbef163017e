"""Links by which a party without an account works on one task: they expire, reach nothing else, and are logged."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.auth.accounts import note
from dashboard.domain.access import Actor, Right, Role, Scope
from dashboard.domain.dispatch import Task
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.handling import PartyLink
from dashboard.store.links import revoke_links
from dashboard.store.models import Case
from dashboard.store.tasks import tasks_by_case


@dataclass(frozen=True)
class Errand:
    """What a link opens: one task of a case, and the party as the one who acts on it."""

    case: Case
    task: Task
    actor: Actor
    expires_at: datetime


def make_party_link(desk: Desk, case_id: int, task: int, actor: Actor, now: datetime) -> tuple[str, datetime]:
    """A new link for a task: its token, which is known to nobody afterwards, and until when it works (aware UTC).

    It takes the place of earlier ones, so that a link that went astray is made worthless by a new one.

    Raises:
        CaseError: the case has no such task that binds somebody, or the asker may not hand it out.
    """
    with writing(desk.sessions, now) as session:
        case = cases_by_id(session, [case_id])[case_id]
        if not actor.may(Right.HANDLE) or not actor.scope.covers(case.area_code):
            raise CaseError("没有编号为 {case} 的案件", case=case_id)
        found = _task(session, case_id, task)
        if found is None or not found.is_open:
            raise CaseError("没有这个任务")
        revoke_links(session, case_id, task, now)
        token, until = secrets.token_urlsafe(24), now + desk.config.dispatch.link_valid_for
        session.add(
            PartyLink(
                token_hash=_hash(token),
                case_id=case_id,
                task=task,
                party=found.party,
                created_by=actor.name,
                created_at=now,
                expires_at=until,
            )
        )
        note(session, actor.name, "party_link_made", now, case=case.number, task=task, party=found.party)
    return token, until


def errand_of(session: Session, token: str, now: datetime) -> Errand | None:
    """What a token opens; None when it is unknown, revoked or too old."""
    link = session.get(PartyLink, _hash(token))
    if link is None or link.revoked_at is not None or link.expires_at <= now:
        return None
    task = _task(session, link.case_id, link.task)
    case = cases_by_id(session, [link.case_id])[link.case_id]
    if task is None:
        return None
    actor = Actor(f"party:{link.party}", link.party, Role.PARTY, Scope(case.area_code))
    return Errand(case, task, actor, link.expires_at)


def _task(session: Session, case_id: int, number: int) -> Task | None:
    return next((task for task in tasks_by_case(session, [case_id]).get(case_id, ()) if task.number == number), None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
