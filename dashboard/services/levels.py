"""Passing a case up, down or back between 网格, 社区, 街道 and 区, and giving it to somebody."""

from collections.abc import Mapping
from typing import Any

from dashboard.domain.calendars import shanghai_day
from dashboard.domain.events import Event, EventKind
from dashboard.domain.levels import Charge, Direction, charge_of, next_back, next_down, next_up
from dashboard.domain.stages import CaseError
from dashboard.services.acts import Context, Kind
from dashboard.services.notices import notify_charge
from dashboard.store.areas import area_by_code, posts_of
from dashboard.store.users import handlers_of

POSTS = {15: "grid_member", 12: "secretary", 9: "secretary"}
"""Length of an area's code → the post that handles its cases."""


def _check_passed(event: Event, context: Context) -> Mapping[str, Any]:
    """Where the case goes: up or back past vacant posts, down one level; to the district after too many returns."""
    _check_open(context)
    if not str(event.data.get("reason", "")).strip():
        raise CaseError("请写明理由")
    charge, cap = charge_in(context), context.desk.config.escalation.returns_cap
    direction = Direction(event.data["direction"])
    if direction is Direction.DOWN:
        return {"from": charge.level, "to": next_down(charge, context.case.area_code, cap)}

    def vacant(area: str) -> bool:
        return is_vacant(context, area)

    found = next_back(charge, cap, vacant) if direction is Direction.BACK else next_up(charge, vacant)
    if found is None:
        raise CaseError("已在区级，没有上一级")
    return {"from": charge.level, "to": found[0], "skipped": found[1]}


def charge_in(context: Context) -> Charge:
    """Who is in charge of the case just now."""
    return charge_of(context.log, context.case.area_code)


def is_vacant(context: Context, area: str) -> bool:
    """Whether the post that handles an area's cases has nobody in it; without posts on record nobody says so."""
    row = area_by_code(context.session, area, shanghai_day(context.now))
    posts = posts_of(context.session, [row.area_id]) if row else ()
    those_who_handle = [post for post in posts if post.kind == POSTS.get(len(area))]
    return bool(those_who_handle) and all(post.is_vacant for post in those_who_handle)


def _check_assigned(event: Event, context: Context) -> None:
    """Cases are given to people who may handle them there."""
    _check_open(context)
    name = event.data.get("to")
    if not name:
        return  # given back to everybody
    if name not in handlers_of(context.session, context.case.area_code):
        raise CaseError("没有能办理此案的人员「{name}」", name=name)


def _check_open(context: Context) -> None:
    if not context.state.is_open:
        raise CaseError("案件已结束")


def _passed(event: Event, context: Context) -> None:
    notify_charge(context, "passed", direction=event.data["direction"], reason=event.data.get("reason"))


KINDS = {
    EventKind.PASSED: Kind(_check_passed, _passed),
    EventKind.ASSIGNED: Kind(_check_assigned),
}
