"""How parties work on a case of the demo: tasks between the response and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from numpy.random import Generator

from dashboard.demo.crews import Crew
from dashboard.domain.events import EventKind

WITH_SUPPORT, HANDED_BACK = 0.25, 0.03
RESULTS = (
    "已现场处置完毕，经检查恢复正常",
    "已清理并安排专人巡查",
    "已维修更换，现场拍照留存",
    "已与当事人沟通并落实整改",
)
WHY_BACK = ("不属本单位职责", "需产权单位先行确认", "情况与派单内容不符")


@dataclass(frozen=True)
class Planned:
    """One act to come. `follows` are acts that another one brings about by itself: only the past writes them down."""

    kind: EventKind
    at: datetime
    actor: str
    data: dict[str, Any] = field(default_factory=dict)
    follows: bool = False


def with_tasks(acts: Sequence[Planned], crew: Crew, handler: str, rng: Generator) -> list[Planned]:
    """A plain life in which parties do the work: the first of them on site is the case's arrival."""
    responded, *between, fed_back, closed = acts
    arrived = between[0] if between else None
    latest = arrived.at if arrived else fed_back.at
    assigned_at = responded.at + min(timedelta(minutes=float(rng.uniform(1, 6))), (latest - responded.at) / 3)
    done_at = fed_back.at - min(timedelta(minutes=float(rng.uniform(5, 40))), (fed_back.at - latest) / 3)
    visit = _Visit(assigned_at, arrived, done_at, latest if arrived else done_at)
    work, number = [], 1
    if rng.random() < HANDED_BACK and crew.other != crew.lead:
        work += _handed_back(crew.lead, handler, visit, rng)
        visit, number = replace(visit, assigned_at=work[-1].at + timedelta(seconds=30)), 2
    lead = crew.other if number > 1 else crew.lead
    work += visit.tasks(number, lead, True, handler, rng)
    if crew.support and crew.support != lead and rng.random() < WITH_SUPPORT:
        late = replace(visit, arrived=None, until=done_at)
        work += late.tasks(number + 1, crew.support, False, handler, rng)
    work.sort(key=lambda act: act.at)
    return [responded, *work, fed_back, closed]


@dataclass(frozen=True)
class _Visit:
    """When a party is asked, is on site (with the case's arrival) and is done; it signs before `until`."""

    assigned_at: datetime
    arrived: Planned | None
    done_at: datetime
    until: datetime

    def tasks(self, number: int, party: str, is_lead: bool, handler: str, rng: Generator) -> list[Planned]:
        """One task from its assignment to its end."""
        who, task = f"party:{party}", {"task": number}
        sign = timedelta(minutes=float(rng.lognormal(1.8, 0.9)))
        accepted_at = self.assigned_at + min(sign, (self.until - self.assigned_at) * 0.8)
        acts = [
            Planned(EventKind.TASK_ASSIGNED, self.assigned_at, handler, task | {"party": party, "lead": is_lead}),
            Planned(EventKind.TASK_ACCEPTED, accepted_at, who, task),
        ]
        if self.arrived:
            here = {"who": "现场人员", "where": "现场"}
            acts.append(Planned(EventKind.TASK_ON_SITE, self.arrived.at, who, task | here))
            acts.append(Planned(EventKind.ARRIVED, self.arrived.at, who, task | here, follows=True))
        result = RESULTS[int(rng.integers(len(RESULTS)))]
        return [*acts, Planned(EventKind.TASK_DONE, self.done_at, who, task | {"result": result})]


def _handed_back(party: str, handler: str, visit: _Visit, rng: Generator) -> list[Planned]:
    """The first party finds that it is not its business (退单)."""
    task = {"task": 1}
    back_at = visit.assigned_at + min(
        timedelta(minutes=float(rng.uniform(3, 15))), (visit.until - visit.assigned_at) / 3
    )
    reason = WHY_BACK[int(rng.integers(len(WHY_BACK)))]
    return [
        Planned(EventKind.TASK_ASSIGNED, visit.assigned_at, handler, task | {"party": party, "lead": True}),
        Planned(EventKind.TASK_RETURNED, back_at, f"party:{party}", task | {"reason": reason}),
    ]


def renumbered(acts: Sequence[Planned], after: Sequence[Planned]) -> list[Planned]:
    """The same tasks once more in a new round, numbered on after the earlier ones."""
    highest = max((act.data.get("task", 0) for act in after), default=0)
    return [
        replace(act, data=act.data | {"task": act.data["task"] + highest}) if "task" in act.data else act
        for act in acts
    ]
