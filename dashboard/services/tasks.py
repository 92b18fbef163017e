"""What may be done to a task, and what follows: the first arrival of a party is the case's."""

from collections.abc import Mapping
from typing import Any

from dashboard.domain.access import Right
from dashboard.domain.dispatch import OPEN, Task, TaskState, allow_task, lead_of, of_round
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState
from dashboard.domain.stages import CaseError, Stage
from dashboard.services.acts import Context, Kind
from dashboard.services.notices import notify_charge, notify_party, settle_task_notice
from dashboard.services.parties import Register, register_of
from geo.crs import distance_metres

DISPATCHED_FROM = (Stage.RESPONDED, Stage.ON_SITE)


def _check_assigned(event: Event, context: Context) -> Mapping[str, Any]:
    state, party = context.state, str(event.data.get("party", ""))
    check_dispatchable(state)
    _check_party(party, state, register_of(context.session, context.desk, context.now))
    if event.data.get("lead") and lead_of(state.tasks, state.round.number):
        raise CaseError("已有牵头单位；先退单或撤回，再换牵头")
    times = context.desk.config.dispatch
    return {
        "task": max((task.number for task in state.tasks), default=0) + 1,
        "lead": bool(event.data.get("lead")),
        "accept_due_at": (event.at + times.accept_within).isoformat(),
        "due_at": (event.at + times.finish_within).isoformat(),
    }


def check_dispatchable(state: CaseState) -> None:
    """Refuse tasks for a case that nobody has signed for, or that needs no more work.

    Raises:
        CaseError: the case cannot be dispatched.
    """
    if state.stage not in DISPATCHED_FROM:
        raise CaseError("案件处于「{stage}」，不能派遣；须先响应", stage=state.stage)


def _check_party(party: str, state: CaseState, register: Register) -> None:
    if party not in register.parties:
        raise CaseError("没有登记为「{party}」的责任单位", party=party)
    if any(task.party == party and task.is_open for task in of_round(state.tasks, state.round.number)):
        raise CaseError("该单位已有未完成的任务")


def _check_step(event: Event, context: Context) -> None:
    stage, task = context.state.stage, task_of(context.state, event)
    if stage in (Stage.MERGED, Stage.WITHDRAWN, Stage.CLOSED):
        raise CaseError("案件处于「{stage}」，任务已停止", stage=stage)
    if stage is Stage.SUSPENDED and event.kind in (EventKind.TASK_ON_SITE, EventKind.TASK_DONE):
        raise CaseError("案件挂起中，恢复后再登记")
    allow_task(task, event.kind)
    if event.at < task.assigned_at:
        raise CaseError("时间不能早于派遣时间")


def _check_on_site(event: Event, context: Context) -> Mapping[str, Any]:
    """Who and where; with the position of a phone also how far that is from the case, in metres."""
    _check_step(event, context)
    if not event.data.get("who") or not event.data.get("where"):
        raise CaseError("到场记录须写明何人、何处")
    if event.data.get("longitude") in (None, ""):
        return {}
    here, case = point_of(event.data), context.case
    there = (case.longitude, case.latitude) if case.longitude is not None and case.latitude is not None else None
    return {"distance": round(distance_metres(here, there))} if there else {}


def point_of(said: Mapping[str, Any]) -> tuple[float, float]:
    """Longitude and latitude as somebody sent them.

    Raises:
        CaseError: they are no point of the earth.
    """
    try:
        longitude, latitude = float(said["longitude"]), float(said["latitude"])
    except (KeyError, TypeError, ValueError) as error:
        raise CaseError("坐标须是数字") from error
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise CaseError("坐标须是数字")
    return longitude, latitude


def _check_done(event: Event, context: Context) -> None:
    _check_step(event, context)
    if not str(event.data.get("result", "")).strip():
        raise CaseError("请写明办理结果")


def _check_reason(event: Event, context: Context) -> None:
    _check_step(event, context)
    if not str(event.data.get("reason", "")).strip():
        raise CaseError("请写明理由")


def task_of(state: CaseState, event: Event) -> Task:
    """The task an event is about.

    Raises:
        CaseError: the case has no such task.
    """
    number = event.data.get("task")
    found = next((task for task in state.tasks if task.number == number), None)
    if found is None:
        raise CaseError("没有这个任务")
    return found


def _assigned(event: Event, context: Context) -> None:
    notify_party(context, task_of(context.state, event))


def _done(event: Event, context: Context) -> None:
    """The result of the lead waits for a person to release the answer."""
    if task_of(context.state, event).is_lead:
        notify_charge(context, "lead_done")


def _settled(event: Event, context: Context) -> None:
    settle_task_notice(context, task_of(context.state, event))


def end_tasks(_event: Event, context: Context) -> None:
    """Nobody need be told any more of what ended with the case."""
    for task in context.state.tasks:
        if task.state is TaskState.ENDED:
            settle_task_notice(context, task)


def _returned(event: Event, context: Context) -> None:
    _settled(event, context)
    notify_charge(context, "task_returned", party=task_of(context.state, event).party, reason=event.data.get("reason"))


def _arrives(event: Event, before: Context) -> list[tuple[EventKind, Mapping[str, Any]]]:
    """The first party on site in a round is the case's arrival."""
    if before.state.stage is not Stage.RESPONDED:
        return []
    return [(EventKind.ARRIVED, {name: event.data[name] for name in ("who", "where", "task")})]


def open_tasks(state: CaseState) -> tuple[Task, ...]:
    """The tasks of the current round that bind somebody."""
    return tuple(task for task in of_round(state.tasks, state.round.number) if task.state in OPEN)


KINDS = {
    EventKind.TASK_ASSIGNED: Kind(_check_assigned, _assigned),
    EventKind.TASK_ACCEPTED: Kind(_check_step, _settled, right=Right.WORK),
    EventKind.TASK_ON_SITE: Kind(_check_on_site, then=_arrives, right=Right.WORK),
    EventKind.TASK_DONE: Kind(_check_done, _done, right=Right.WORK),
    EventKind.TASK_RETURNED: Kind(_check_reason, _returned, right=Right.WORK),
    EventKind.TASK_CANCELLED: Kind(_check_reason, _settled),
}
