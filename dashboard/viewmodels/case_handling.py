"""The handling of one case on its page: tasks, doubles, what was done before at the place, the plan, photos, orders."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.config.handling import Plan
from dashboard.domain.access import Scope
from dashboard.domain.dispatch import Task
from dashboard.domain.events import Event, EventKind
from dashboard.services.desk import Desk
from dashboard.services.parties import Register, register_of
from dashboard.store.cases import cases_by_id
from dashboard.store.handled import instructions_of, photos_of, similar_past_cases
from dashboard.store.handling import Attachment, Delivery, Instruction, Suggestion
from dashboard.store.logs import logs_of
from dashboard.store.models import Case
from dashboard.store.outbox import deliveries_of
from dashboard.store.suggestions import suggestions_of
from dashboard.store.tasks import tasks_by_case
from dashboard.store.users import names_of
from dashboard.viewmodels.acts import fits
from dashboard.viewmodels.categories import CategoryHint, category_hint
from geo.crs import distance_metres

LOOK_BACK = timedelta(days=365)
SHOWN_SIMILAR = 5


@dataclass(frozen=True)
class Double:
    """Another case that may be the same event, beside this one. `metres` is None where either has no point."""

    suggestion: Suggestion
    other: Case
    metres: int | None
    minutes: int


@dataclass(frozen=True)
class Before:
    """A case that was closed at this place, and what was answered then."""

    case: Any
    answer: str


@dataclass(frozen=True)
class CaseHandling:
    """What people and parties do about a case. `names` gives people's names by the keys that events hold."""

    tasks: Sequence[Task]
    register: Register
    doubles: Sequence[Double]
    similar: Sequence[Before]
    plan: Plan | None
    instructions: Sequence[Instruction]
    photos: Sequence[Attachment]
    deliveries: Mapping[int, Delivery]
    names: Mapping[str, str]
    hint: CategoryHint | None


def case_handling(
    session: Session, desk: Desk, scope: Scope, case: Case, events: Iterable[Event], now: datetime
) -> CaseHandling:
    """The handling of a case that somebody may see. `deliveries` holds the newest one of each report."""
    return CaseHandling(
        tasks=tasks_by_case(session, [case.id]).get(case.id, ()),
        register=register_of(session, desk, now),
        doubles=_doubles(session, case, scope),
        similar=_similar(session, case, scope, now),
        plan=plan_for(desk.config, case.category),
        instructions=instructions_of(session, case.id),
        photos=photos_of(session, case.id),
        deliveries={one.report_id: one for one in deliveries_of(session, [case.id]) if one.report_id},
        names=names_of(session, {event.actor for event in events}),
        hint=category_hint(session, case, now),
    )


def _doubles(session: Session, case: Case, scope: Scope) -> list[Double]:
    found = [(one, one.other_id if one.case_id == case.id else one.case_id) for one in suggestions_of(session, case.id)]
    others = cases_by_id(session, [other for _, other in found])
    return [_double(one, case, others[other]) for one, other in found if scope.covers(others[other].area_code)]


def _double(suggestion: Suggestion, case: Case, other: Case) -> Double:
    points = [(one.longitude, one.latitude) for one in (case, other)]
    known = [(x, y) for x, y in points if x is not None and y is not None]
    metres = round(distance_metres(*known)) if len(known) == len(points) else None
    return Double(suggestion, other, metres, round((other.opened_at - case.opened_at).total_seconds() / 60))


def _similar(session: Session, case: Case, scope: Scope, now: datetime) -> list[Before]:
    rows = similar_past_cases(session, case, scope.area, now - LOOK_BACK, SHOWN_SIMILAR)
    logs = logs_of(session, [row.id for row in rows])
    return [Before(row, _answer(logs[row.id])) for row in rows]


def _answer(log: Sequence[Event]) -> str:
    given = (str(event.data.get("answer", "")) for event in reversed(log) if event.kind is EventKind.FED_BACK)
    return next(given, "")


def plan_for(config: Config, category: str) -> Plan | None:
    """What to do about a category: the first plan that names it or its group."""
    return next((plan for plan in config.plans if fits(plan.categories, category)), None)
