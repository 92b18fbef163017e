"""What people ask for by name, from the console or a party's page: each name leads to one service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.domain.access import Actor
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.events import EventKind
from dashboard.domain.levels import Direction
from dashboard.domain.stages import CaseError
from dashboard.services.acting import checked_event, perform
from dashboard.services.acts import Act, Context
from dashboard.services.desk import Desk
from dashboard.services.instructing import Order, instruct
from dashboard.services.locating import Place, locate
from dashboard.services.merging import check_mergeable, merge, unmerge
from dashboard.services.tasks import check_dispatchable
from dashboard.store.cases import case_by_number

E = EventKind


@dataclass(frozen=True)
class Wish:
    """What somebody asks to be done to a case. `version` is the case as they saw it."""

    name: str
    case_id: int
    data: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True)
class _Way:
    """How a wish becomes acts: the kind of event, what is always said with it, and what may be said."""

    kind: EventKind
    fields: tuple[str, ...] = ()
    always: Mapping[str, Any] | None = None


WAYS: Mapping[str, _Way] = {
    "respond": _Way(E.RESPONDED, ("contact", "note")),
    "arrive": _Way(E.ARRIVED, ("who", "where")),
    "feed_back": _Way(E.FED_BACK, ("answer",)),
    "close": _Way(E.CLOSED, ("level", "note")),
    "send_back": _Way(E.SENT_BACK, ("reason",)),
    "reopen": _Way(E.REOPENED, ("reason",), {"asked_by": "reporter"}),
    "suspend": _Way(E.SUSPENDED, ("reason", "approver", "planned_end")),
    "resume": _Way(E.RESUMED),
    "reject": _Way(E.REJECTED, ("reason",)),
    "withdraw": _Way(E.WITHDRAWN, ("reason",)),
    "reclassify": _Way(E.RECLASSIFIED, ("category", "severity", "approver")),
    "note": _Way(E.NOTED, ("note",)),
    "pass_up": _Way(E.PASSED, ("reason",), {"direction": Direction.UP}),
    "pass_down": _Way(E.PASSED, ("reason",), {"direction": Direction.DOWN}),
    "pass_back": _Way(E.PASSED, ("reason",), {"direction": Direction.BACK}),
    "assign": _Way(E.ASSIGNED, ("to",)),
    "visit": _Way(E.VISITED, ("reached", "solved", "satisfaction", "note")),
    "task_accept": _Way(E.TASK_ACCEPTED, ("task",)),
    "task_arrive": _Way(E.TASK_ON_SITE, ("task", "who", "where", "longitude", "latitude")),
    "task_done": _Way(E.TASK_DONE, ("task", "result")),
    "task_return": _Way(E.TASK_RETURNED, ("task", "reason")),
    "task_cancel": _Way(E.TASK_CANCELLED, ("task", "reason")),
}
"""Wishes that are one event of the case."""

SLACK = timedelta(minutes=1)
INSTANTS = ("planned_end",)
NUMBERS = ("task",)
FLAGS = ("reached", "solved")


def carry_out(desk: Desk, wish: Wish, actor: Actor, now: datetime) -> None:
    """Do what somebody asks.

    Raises:
        ConflictError: somebody else was quicker.
        CaseError: it is refused; the message says why.
    """
    if wish.name in WAYS:
        perform(desk, [act_of(wish, actor, now)], now)
    elif wish.name in SERVICES:
        SERVICES[wish.name](desk, wish, actor, now)
    else:
        raise CaseError("没有「{name}」这项操作", name=wish.name)


def act_of(wish: Wish, actor: Actor, now: datetime) -> Act:
    """The act that a wish is which is one event. A browser's clock may be a little fast.

    Raises:
        CaseError: what it says cannot be read.
    """
    way = WAYS[wish.name]
    at = _instant(wish.data["at"]) if wish.data.get("at") else now
    at = min(at, now) if at - now < SLACK else at
    said = {name: _value(name, wish.data[name]) for name in way.fields if wish.data.get(name) not in (None, "")}
    return Act(
        wish.case_id,
        way.kind,
        actor,
        min(at, now) if at - now < SLACK else at,
        said | dict(way.always or {}),
        wish.version,
    )


def _value(name: str, value: Any) -> Any:
    if name in INSTANTS:
        return _instant(value).isoformat()
    if name in FLAGS:
        return value in (True, "yes")
    try:
        return int(value) if name in NUMBERS else value
    except (TypeError, ValueError) as error:
        raise CaseError("没有这个任务") from error


def _instant(text: Any) -> datetime:
    """An instant as a page sends it: with its zone, or as people in Shanghai write it."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise CaseError("「{said}」不是时间", said=text) from error
    return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _dispatch(desk: Desk, wish: Wish, actor: Actor, now: datetime) -> None:
    """One lead and any number of support, all or none."""
    lead, support = wish.data.get("lead"), wish.data.get("support") or ()
    parties = [(str(lead), True)] * bool(lead) + [(str(party), False) for party in support if party != lead]
    if not parties:
        raise CaseError("请选择责任单位")
    acts = [
        Act(wish.case_id, E.TASK_ASSIGNED, actor, now, {"party": party, "lead": leads}, wish.version)
        for party, leads in parties
    ]
    perform(desk, acts, now)


def _locate(desk: Desk, wish: Wish, actor: Actor, now: datetime) -> None:
    point = [wish.data.get(name) for name in ("longitude", "latitude")]
    try:
        longitude, latitude = (float(value) if value not in (None, "") else None for value in point)
    except (TypeError, ValueError) as error:
        raise CaseError("坐标须是数字") from error
    words = str(wish.data.get("words") or "")
    locate(desk, wish.case_id, Place(longitude, latitude, words), actor, now, wish.version)


def _merge(desk: Desk, wish: Wish, actor: Actor, now: datetime) -> None:
    number = str(wish.data.get("number") or "").strip()
    with desk.sessions.read() as session:
        other = case_by_number(session, actor.scope, number)
    if other is None or other.id == wish.case_id:
        raise CaseError("没有编号为 {case} 的案件", case=number)
    versions = {} if wish.version is None else {wish.case_id: wish.version}
    merge(desk, wish.case_id, other.id, actor, now, versions)


def _unmerge(desk: Desk, wish: Wish, actor: Actor, now: datetime) -> None:
    unmerge(desk, wish.case_id, actor, now)


def _instruct(desk: Desk, wish: Wish, actor: Actor, now: datetime) -> None:
    instruct(desk, replace(order_of(wish.data), case_id=wish.case_id), actor, now)


def order_of(said: Mapping[str, Any]) -> Order:
    """An instruction as a page sends it.

    Raises:
        CaseError: its deadline cannot be read.
    """
    area, category = (str(said[name]) if said.get(name) else None for name in ("area", "category"))
    kind, text = str(said.get("kind")), str(said.get("text") or "")
    return Order(kind, text, _instant(said.get("due") or ""), area=area, category=category)


SERVICES: Mapping[str, Callable[[Desk, Wish, Actor, datetime], None]] = {
    "dispatch": _dispatch,
    "locate": _locate,
    "merge": _merge,
    "unmerge": _unmerge,
    "instruct": _instruct,
}
"""Wishes that are more than one event."""

SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "respond": {"contact": "reached"},
    "arrive": {"who": "·", "where": "·"},
    "feed_back": {"answer": "·"},
    "close": {"level": "district"},
    "send_back": {"reason": "·"},
    "reject": {"reason": "·"},
    "withdraw": {"reason": "·"},
    "note": {"note": "·"},
    "pass_up": {"reason": "·"},
    "pass_down": {"reason": "·"},
    "pass_back": {"reason": "·"},
    "visit": {"reached": True, "solved": True, "satisfaction": "satisfied"},
    "task_arrive": {"who": "·", "where": "·"},
    "task_done": {"result": "·"},
    "task_return": {"reason": "·"},
    "task_cancel": {"reason": "·"},
}
"""What a complete wish says, so that a trial is refused only for what the case itself stands in the way of."""


PROBES: Mapping[str, Callable[[Context], None]] = {
    "dispatch": lambda context: check_dispatchable(context.state),
    "merge": lambda context: check_mergeable(context.case, context.state),
}
"""What a service would refuse whatever the wish says."""


def refusals(context: Context, wishes: Sequence[tuple[str, Mapping[str, Any]]]) -> list[CaseError | None]:
    """For each wish (its name and data) why it would be refused just now; None where it would be done."""

    def refusal(name: str, data: Mapping[str, Any]) -> CaseError | None:
        try:
            if name in WAYS:
                wish = Wish(name, context.case.id, {**SAMPLES.get(name, {}), **data})
                checked_event(act_of(wish, context.actor, context.now), context)
            elif probe := PROBES.get(name):
                probe(context)
        except CaseError as error:
            return error
        return None

    return [refusal(name, data) for name, data in wishes]
