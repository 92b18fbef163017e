"""What somebody may do to a case just now, what stands in the way of the rest, and what there is to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.config.handling import Reply
from dashboard.domain.access import Actor, Right
from dashboard.domain.dispatch import Task, lead_of, of_round
from dashboard.domain.stages import CaseError
from dashboard.services.acting import context_of
from dashboard.services.acts import Context
from dashboard.services.desk import Desk
from dashboard.services.doing import refusals
from dashboard.services.parties import Party, Proposal, proposals, register_of
from dashboard.store.cases import cases_by_id
from dashboard.store.models import Case
from dashboard.store.suggestions import suggestions_of
from dashboard.store.users import handlers_of
from dashboard.viewmodels.categories import waiting_category

OF_CASE = (
    "respond", "dispatch", "arrive", "feed_back", "close", "send_back", "visit", "reopen", "note", "assign", "pass_up",
    "pass_down", "pass_back", "reclassify", "locate", "merge", "unmerge", "suspend", "resume", "reject", "withdraw",
    "instruct",
)  # fmt: skip
"""All that can be done to a case, in the order in which it is offered."""

OF_TASK = ("task_accept", "task_arrive", "task_done", "task_return", "task_cancel")


@dataclass(frozen=True)
class Possible:
    """One act, of a case or of one of its tasks, and why it would be refused just now (None: it would not)."""

    name: str
    task: int | None = None
    blocked: CaseError | None = None


@dataclass(frozen=True)
class Choices:
    """What there is to choose from in the acts of a case.

    `others` are parties that work there and are not proposed; `handlers` names of people who may handle the case;
    `doubles` numbers of cases that may be the same event; `suggested` is a category to be decided on, `severity` the
    usual one of it or else the case's own; `result` is what the lead has reported.
    """

    number: str
    place: str
    category: str
    suggested: str | None
    severity: str
    level: str
    proposed: Sequence[Proposal]
    others: Sequence[Party]
    handlers: Sequence[str]
    doubles: Sequence[str]
    replies: Sequence[Reply]
    result: str


def possible_acts(session: Session, desk: Desk, case: Case, actor: Actor, now: datetime) -> list[Possible]:
    """What somebody of this role may do to a case; every refusal is the one that the act itself would meet."""
    context = context_of(session, desk, case.id, actor, now)
    wishes: list[tuple[str, Mapping[str, Any]]] = [
        (name, _sample(name, context)) for name in OF_CASE if _is_for(name, case, actor)
    ]
    open_tasks = [task for task in of_round(context.state.tasks, case.round) if task.is_open]
    wishes += [(name, {"task": task.number}) for task in open_tasks for name in OF_TASK]
    return [
        Possible(name, data.get("task"), blocked)
        for (name, data), blocked in zip(wishes, refusals(context, wishes), strict=True)
    ]


def _is_for(name: str, case: Case, actor: Actor) -> bool:
    """Whether an act is for somebody of this role; only what was merged can be taken out again."""
    if name == "instruct":
        return actor.may(Right.SUPERVISE)
    if name in ("merge", "unmerge") and (name == "unmerge") != (case.merged_into is not None):
        return False
    return actor.may(Right.HANDLE)


def _sample(name: str, context: Context) -> Mapping[str, Any]:
    """What a trial has to say that depends on the case or the time."""
    if name == "suspend":
        soon = context.now + timedelta(minutes=1)
        return {"reason": "weather", "approver": "·", "planned_end": soon.isoformat()}
    case = context.case
    return {"category": case.category, "severity": case.severity, "approver": "·"} if name == "reclassify" else {}


def choices(session: Session, desk: Desk, case: Case, tasks: Sequence[Task], now: datetime) -> Choices:
    """What there is to choose from."""
    register = register_of(session, desk, now)
    proposed = proposals(register, case.category, case.area_code, now)
    known = {proposal.party.id for proposal in proposed}
    working = [party for party in register.parties.values() if party.works_in(case.area_code)]
    lead = lead_of(tasks, case.round)
    suggested = waiting_category(session, case)
    return Choices(
        number=case.number,
        place=case.place,
        category=case.category,
        suggested=suggested,
        severity=desk.severities[suggested] if suggested else case.severity,
        level=case.handled_level,
        proposed=proposed,
        others=[party for party in working if party.id not in known],
        handlers=handlers_of(session, case.area_code),
        doubles=_doubles(session, case),
        replies=replies_for(desk.config, case.category),
        result=lead.result if lead else "",
    )


def _doubles(session: Session, case: Case) -> list[str]:
    """Those that it can be merged with: what has ended is only likened to it."""
    found = [one.other_id if one.case_id == case.id else one.case_id for one in suggestions_of(session, case.id)]
    cases = cases_by_id(session, found)
    return [cases[case_id].number for case_id in found if cases[case_id].is_open]


def replies_for(config: Config, category: str) -> list[Reply]:
    """The templates of answers that are meant for a category."""
    return [reply for reply in config.replies if fits(reply.categories, category)]


def fits(names: frozenset[str], category: str) -> bool:
    """Whether something said about categories or groups, or about all of them, is said about a category."""
    return not names or bool(names & {category, category.split("/")[0]})
