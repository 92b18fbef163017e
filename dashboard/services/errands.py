"""A party at work on the one task that its link opens: a step, its photo and the note of it happen together."""

from collections.abc import Mapping
from datetime import datetime

from dashboard.auth.accounts import note
from dashboard.domain.events import EventKind
from dashboard.domain.stages import CaseError
from dashboard.services.acting import perform_in
from dashboard.services.desk import Desk
from dashboard.services.doing import WAYS, Wish, act_of
from dashboard.services.links import Errand
from dashboard.services.photos import check_room, checked_photo, keep_photo
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing

STEPS = {
    EventKind.TASK_ACCEPTED: "task_accept",
    EventKind.TASK_ON_SITE: "task_arrive",
    EventKind.TASK_DONE: "task_done",
    EventKind.TASK_RETURNED: "task_return",
}
"""What a party may do by its link."""

PHOTO_OF = {"task_arrive": "before", "task_done": "after"}


def take_step(desk: Desk, errand: Errand, name: str, said: Mapping[str, str], photo: bytes, now: datetime) -> None:
    """One step of the task, with its photo if there is one: all or nothing.

    Raises:
        CaseError: the step or the photo is refused; the message says why.
    """
    if name not in STEPS.values():
        raise CaseError("没有「{name}」这项操作", name=name)
    made = checked_photo(desk, photo) if photo else None
    data = {field: said.get(field, "") for field in WAYS[name].fields} | {"task": errand.task.number}
    case_id, actor = errand.case.id, errand.actor
    with writing(desk.sessions, now) as session:
        perform_in(session, desk, [act_of(Wish(name, case_id, data), actor, now)], now)
        if made:
            case = cases_by_id(session, [case_id], lock=True)[case_id]
            check_room(session, case)
            keep_photo(session, desk, case, PHOTO_OF.get(name, "other"), made, actor, now)
        note(session, actor.id, "party_link_used", now, case=errand.case.number, task=errand.task.number, act=name)
