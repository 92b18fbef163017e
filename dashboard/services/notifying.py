"""Notices on their way: grouped per route, held back at night unless urgent, repeated until somebody acknowledges."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from sqlalchemy.orm import Session

from dashboard.config.handling import Notices, Route
from dashboard.domain.access import Actor, Right
from dashboard.domain.areas import is_within
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.sla import Clock, ClockName
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.store.cases import cases_by_id
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.handling import Notice
from dashboard.store.logs import clocks_of
from dashboard.store.models import Case
from dashboard.store.notices import due_notices, unacknowledged_among
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
        due = _not_moot(session, due_notices(session, now))
        if is_quiet(settings, now):
            due = [notice for notice in due if notice.is_urgent]
        ready = [notice for notice in due if not _waits_for_others(settings, notice, now)]
        sent = sum(_send(session, desk, route, ready, now) for route in settings.routes)
        for notice in ready:
            notice.sent += 1
            again = notice.sent <= settings.repeat_at_most
            notice.next_at = now + settings.repeat_after if again else None
        return sent


def _not_moot(session: Session, due: Sequence[Notice]) -> list[Notice]:
    """Those that are still news. One about a clock that does not run any more is not sent, or not again."""
    ticking = [notice for notice in due if notice.case_id and notice.data.get("clock")]
    clocks = clocks_of(session, sorted({notice.case_id for notice in ticking if notice.case_id}))
    moot = [notice for notice in ticking if not _runs(clocks[notice.case_id or 0], notice)]
    for notice in moot:
        notice.next_at = None
    return [notice for notice in due if notice not in moot]


def _runs(rounds: Mapping[int, Mapping[ClockName, Clock]], notice: Notice) -> bool:
    clock = rounds.get(notice.data.get("round") or max(rounds, default=0), {}).get(ClockName(notice.data["clock"]))
    return clock is not None and clock.is_running


def _waits_for_others(settings: Notices, notice: Notice, now: datetime) -> bool:
    """What is not urgent waits a little for others, to go with them in one message."""
    return not notice.is_urgent and notice.sent == 0 and now - notice.created_at < settings.group_within


def _send(session: Session, desk: Desk, route: Route, ready: Sequence[Notice], now: datetime) -> bool:
    mine = [notice for notice in ready if _concerns(desk, route, notice)]
    if not mine:
        return False
    numbers = {case.id: case for case in cases_by_id(session, [n.case_id for n in mine if n.case_id]).values()}
    lines = [_line(notice, numbers, desk) for notice in mine]
    title = f"{desk.config.district.name.zh}指挥中心：{len(lines)} 条提醒" if len(lines) > 1 else lines[0]
    payload = {"title": title, "body": "\n".join(lines)}
    enqueue(session, key=_key(route, mine), kind=KIND, target=route.id, payload=payload, now=now)
    return True


def _key(route: Route, notices: Sequence[Notice]) -> str:
    """The same for the same notices, sent for the same time."""
    said = ",".join(f"{notice.id}.{notice.sent}" for notice in notices)
    return f"notice:{route.id}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _concerns(desk: Desk, route: Route, notice: Notice) -> bool:
    """A route that belongs to parties tells them of their tasks and of nothing else."""
    owners = {party.id for party in desk.config.parties if party.route == route.id}
    if notice.kind == "task_assigned" or owners:
        return notice.kind == "task_assigned" and str(notice.data["party"]).split(":")[0] in owners
    if route.only_urgent and not notice.is_urgent:
        return False
    return not route.areas or any(_reaches(notice, area) for area in route.areas)


def _reaches(notice: Notice, area: str) -> bool:
    """Notices reach the areas they lie in; what is said to a whole area reaches those within it as well."""
    here = notice.area_code
    return is_within(here, area) or (notice.case_id is None and is_within(area, here))


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
        found = unacknowledged_among(session, notice_ids)
        mine = [notice for notice in found if actor.scope.covers(notice.area_code)]
        for notice in mine:
            notice.acknowledged_at, notice.acknowledged_by, notice.next_at = now, actor.name, None
            announce(session, Announcement(ChangeKind.NOTICE, notice.case_id, notice.area_code))
        return len(mine)
