"""批示 and 督办: a leader's word on a case, an area or a topic is a task with a deadline, seen until it is answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.levels import charge_of
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.services.notices import notify
from dashboard.services.recording import record
from dashboard.store.areas import area_by_code
from dashboard.store.cases import cases_by_id
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.handling import Instruction
from dashboard.store.logs import logs_of
from dashboard.store.models import Case

KINDS = ("supervision", "remark")


@dataclass(frozen=True)
class Order:
    """What a leader asks for: on a case, or on an area, of all cases there or of one category."""

    kind: str
    text: str
    due_at: datetime
    case_id: int | None = None
    area: str | None = None
    category: str | None = None


def instruct(desk: Desk, order: Order, actor: Actor, now: datetime) -> int:
    """Write an instruction down and tell those in charge. Returns its number.

    Raises:
        CaseError: it lacks something, or the leader may not speak there.
    """
    _check(desk, order, actor, now)
    with writing(desk.sessions, now) as session:
        case = _case(session, order, actor)
        area = case.area_code if case else _area(session, order, actor, now)
        made = Instruction(
            kind=order.kind,
            case_id=order.case_id,
            area_code=area,
            category=None if case else order.category,
            text=order.text.strip(),
            created_by=actor.name,
            created_at=now,
            due_at=order.due_at,
        )
        session.add(made)
        session.flush()
        data = {"instruction": made.id, "kind": order.kind, "text": made.text, "due": order.due_at.isoformat()}
        if case:
            case.instructions += 1
            area = charge_of(_note(session, desk, case, EventKind.INSTRUCTED, data, actor, now), case.area_code).area
        notify(session, desk, case, area, "instructed", now, **data)
        announce(session, Announcement(ChangeKind.INSTRUCTION, order.case_id, made.area_code))
        return made.id


def _check(desk: Desk, order: Order, actor: Actor, now: datetime) -> None:
    if not actor.may(Right.SUPERVISE):
        raise CaseError("您没有权限{act}", act=EventKind.INSTRUCTED)
    if order.kind not in KINDS or not order.text.strip():
        raise CaseError("请写明内容")
    if order.due_at <= now:
        raise CaseError("办理期限须在将来")
    if order.category is not None and order.category not in _topics(desk):
        raise CaseError("没有这个类别")


def _topics(desk: Desk) -> set[str]:
    """What an instruction may be about beside a case or an area: categories and their groups."""
    return {category.id for category in desk.config.categories} | {group.id for group in desk.config.groups}


def _area(session: Session, order: Order, actor: Actor, now: datetime) -> str:
    """The area an instruction is for, as far as the leader may speak there."""
    area = area_by_code(session, order.area or "", shanghai_day(now))
    if area is None or not actor.scope.covers(area.code):
        raise CaseError("请指明案件或区域")
    return area.code


def _case(session: Session, order: Order, actor: Actor) -> Case | None:
    if order.case_id is None:
        return None
    case = cases_by_id(session, [order.case_id], lock=True).get(order.case_id)
    if case is None or not actor.scope.covers(case.area_code):
        raise CaseError("没有编号为 {case} 的案件", case=order.case_id)
    return case


def answer(desk: Desk, instruction_id: int, text: str, actor: Actor, now: datetime) -> None:
    """Answer an instruction for the whole area it is for; from then on it is shown as done.

    Raises:
        CaseError: it is answered already, or not this person's to answer.
    """
    with writing(desk.sessions, now) as session:
        found = session.get(Instruction, instruction_id, with_for_update=True)
        if found is None or not actor.may(Right.HANDLE) or not actor.scope.covers(found.area_code):
            raise CaseError("没有这条批示")
        if found.answered_at:
            raise CaseError("这条批示已经答复")
        if not text.strip():
            raise CaseError("答复内容不能为空")
        found.answer, found.answered_by, found.answered_at = text.strip(), actor.name, now
        if found.case_id is not None:
            case = cases_by_id(session, [found.case_id], lock=True)[found.case_id]
            case.instructions -= 1
            data = {"instruction": found.id, "answer": found.answer}
            _note(session, desk, case, EventKind.INSTRUCTION_ANSWERED, data, actor, now)
        announce(session, Announcement(ChangeKind.INSTRUCTION, found.case_id, found.area_code))


def _note(
    session: Session, desk: Desk, case: Case, kind: EventKind, data: dict[str, object], actor: Actor, now: datetime
) -> list[Event]:
    log = logs_of(session, [case.id])
    event = Event(kind, now, actor.id, data)
    session.flush()
    record(session, desk.rules, {case.id: case}, log, {case.id: [event]}, now)
    return [*log[case.id], event]
