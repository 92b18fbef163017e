"""Notices on their way: grouped per route, held back at night unless urgent, repeated until somebody acknowledges."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.config.handling import Notices, Route
from dashboard.domain.access import Actor, Right
from dashboard.domain.areas import is_within
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.store.cases import cases_by_id
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.handling import Notice
from dashboard.store.models import Case
from dashboard.store.outbox import enqueue

KIND = "notice"
TEXTS = {
    "at_risk": "即将超期",
    "breached": "已超期",
    "very_late": "严重超期",
    "task_assigned": "新任务",
    "task_returned": "退单",
    "lead_done": "牵头单位已办结，待答复",
    "passed": "流转到本级",
    "instructed": "批示督办",
    "opened_major": "重大事件",
}
CLOCKS = {"respond": "响应", "arrive": "到场", "feedback": "反馈", "close": "结案"}
"""What a message calls each kind. Messages go to people in China and are written in Chinese."""


def send_notices(desk: Desk, now: datetime) -> int:
    """Put what is due into the outbox, one message per route. Returns how many messages."""
    settings = desk.config.notices
    if not settings.routes:
        return 0
    with writing(desk.sessions, now) as session:
        due = list(session.scalars(select(Notice).where(Notice.next_at <= now).order_by(Notice.id).with_for_update()))
        if is_quiet(settings, now):
            due = [notice for notice in due if notice.is_urgent]
        sent = [route for route in settings.routes if _send(session, desk, route, due, now)]
        gone = [notice for notice in due if not _waits_for_others(settings, notice, now)]
        for notice in gone:
            notice.sent += 1
            again = notice.sent <= settings.repeat_at_most
            notice.next_at = now + settings.repeat_after if again else None
        return len(sent)


def _waits_for_others(settings: Notices, notice: Notice, now: datetime) -> bool:
    """What is not urgent waits a little for others, to go with them in one message."""
    return not notice.is_urgent and notice.sent == 0 and now - notice.created_at < settings.group_within


def _send(session: Session, desk: Desk, route: Route, due: Sequence[Notice], now: datetime) -> bool:
    ready = [notice for notice in due if not _waits_for_others(desk.config.notices, notice, now)]
    mine = [notice for notice in ready if _concerns(route, notice)]
    if not mine:
        return False
    numbers = {case.id: case for case in cases_by_id(session, [n.case_id for n in mine if n.case_id]).values()}
    lines = [_line(notice, numbers, desk) for notice in mine]
    title = f"{desk.config.district.name.zh}指挥中心：{len(lines)} 条提醒" if len(lines) > 1 else lines[0]
    key = f"notice:{route.id}:" + "-".join(f"{notice.id}.{notice.sent}" for notice in mine[:5]) + f":{len(mine)}"
    enqueue(session, key=key, kind=KIND, target=route.id, payload={"title": title, "body": "\n".join(lines)}, now=now)
    return True


def _concerns(route: Route, notice: Notice) -> bool:
    if route.only_urgent and not notice.is_urgent:
        return False
    if notice.kind == "task_assigned":
        return False  # parties have routes of their own
    here = notice.area_code
    return not route.areas or any(is_within(here, area) or is_within(area, here) for area in route.areas)


def _line(notice: Notice, cases: Mapping[int, Case], desk: Desk) -> str:
    """One line without anything that a citizen said and without anybody's name."""
    case = cases.get(notice.case_id or 0)
    what = TEXTS.get(notice.kind, notice.kind)
    if case is None:
        return f"【{what}】{notice.data.get('text', '')}"[:200]
    names = {category.id: category.name.zh for category in desk.config.categories}
    clock = CLOCKS.get(str(notice.data.get("clock")), "")
    return f"【{clock}{what}】{case.number} {names.get(case.category, '')}"


def is_quiet(settings: Notices, now: datetime) -> bool:
    """Whether it is night by the settings: 22:00-07:00 goes over midnight."""
    if settings.quiet_hours is None:
        return False
    opening, closing = (time.fromisoformat(part.strip()) for part in settings.quiet_hours.split("-"))
    at = now.astimezone(SHANGHAI).time()
    return opening <= at < closing if opening < closing else at >= opening or at < closing


def acknowledge(desk: Desk, notice_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """Somebody knows: nothing is repeated any more. Returns how many notices that concerned."""
    if not actor.may(Right.HANDLE):
        raise CaseError("您没有权限确认提醒")
    with writing(desk.sessions, now) as session:
        query = select(Notice).where(Notice.id.in_(notice_ids), Notice.acknowledged_at.is_(None)).with_for_update()
        mine = [notice for notice in session.scalars(query) if actor.scope.covers(notice.area_code)]
        for notice in mine:
            notice.acknowledged_at, notice.acknowledged_by, notice.next_at = now, actor.name, None
            announce(session, Announcement(ChangeKind.NOTICE, notice.case_id, notice.area_code))
        return len(mine)
