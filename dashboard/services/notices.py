"""Notices: what those in charge of a case have to know, shown until somebody says that they do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.dispatch import Task
from dashboard.domain.levels import charge_of
from dashboard.domain.policies import Severity
from dashboard.services.acts import Context
from dashboard.services.desk import Desk
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.handling import Notice
from dashboard.store.models import Case
from dashboard.store.notices import unacknowledged_of

URGENT = frozenset({"breached", "very_late", "instructed", "opened_major"})


def notify_charge(context: Context, kind: str, /, **data: Any) -> Notice:
    """Tell those in charge of the case."""
    area = charge_of(context.log, context.case.area_code).area
    return notify(context.session, context.desk, context.case, area, kind, context.now, **data)


def notify_party(context: Context, task: Task) -> Notice | None:
    """Tell a party of its task, where it has a way of being told."""
    if not any(party.route for party in context.desk.config.parties if party.id == task.party.split(":")[0]):
        return None
    case, data = context.case, {"party": task.party, "task": task.number}
    return notify(context.session, context.desk, case, case.area_code, "task_assigned", context.now, **data)


def settle_task_notice(context: Context, task: Task) -> None:
    """The party has signed for its task, or is rid of it: it need not be told again."""
    for notice in unacknowledged_of(context.session, context.case.id, "task_assigned"):
        if notice.data["task"] == task.number:
            notice.acknowledged_at, notice.acknowledged_by, notice.next_at = context.now, context.actor.name, None


def notify(
    session: Session, desk: Desk, case: Case | None, area: str, kind: str, now: datetime, /, **data: Any
) -> Notice:
    """Put up a notice for an area. It is sent at once where a route is configured, and again until acknowledged."""
    severe = case is not None and case.severity == Severity.MAJOR
    notice = Notice(
        kind=kind,
        case_id=case.id if case else None,
        area_code=area,
        is_urgent=kind in URGENT or severe,
        data=data,
        created_at=now,
        sent=0,
        next_at=now if desk.config.notices.routes else None,
    )
    session.add(notice)
    announce(session, Announcement(ChangeKind.NOTICE, case.id if case else None, area))
    return notice


def notify_of_major(session: Session, desk: Desk, opened: Iterable[Case], now: datetime) -> None:
    """Tell those in charge of cases that open with the highest severity (重大事件)."""
    for case in opened:
        if case.is_open and case.severity == Severity.MAJOR:
            notify(session, desk, case, charge_of((), case.area_code).area, "opened_major", now)
