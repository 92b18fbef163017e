"""What will happen to one case of the demo: drawn from its id, so that a restart goes on with the same story."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import numpy as np

from dashboard.config.handling import Dispatch
from dashboard.demo.crews import Crew
from dashboard.demo.lives import Steps, draw_level, draw_steps
from dashboard.demo.tasking import Planned, renumbered, with_tasks
from dashboard.domain.dispatch import TASK_KINDS
from dashboard.domain.events import Event, EventKind

SEED = 20230630
QUIRKS = {"plain": 0.951, "suspend": 0.016, "reject": 0.008, "withdraw": 0.006, "reopen": 0.014, "send_back": 0.005}
VISITED, REACHED, BASICALLY = 0.98, 0.83, 0.15
"""Shares: of closed cases that are visited, of visits that reach somebody, of those who are only basically content."""


def plan(
    case_id: int,
    opened_at: datetime,
    needs_arrival: bool,
    is_urgent: bool,
    crew: Crew | None = None,
    quirk: str | None = None,
) -> list[Planned]:
    """The acts of a case's life in order, from its opening on; most lives are plain.

    Args:
        crew: Who can be given tasks; without one nobody is.
    """
    rng = np.random.default_rng((SEED, case_id))
    quirk = quirk or str(rng.choice(list(QUIRKS), p=list(QUIRKS.values())))
    steps = draw_steps(rng, 1, np.array([needs_arrival]), np.array([is_urgent]))
    handler, level = f"handler{rng.integers(1, 60)}", draw_level(rng, 1)[0]
    acts = _plain(steps, opened_at, handler, level)
    if needs_party(crew, level):
        acts = with_tasks(acts, crew, handler, rng)
    acts = VARIATIONS[quirk](acts, rng) if quirk in VARIATIONS else acts
    return [*acts, *_visit(acts[-1], rng)]


def needs_party(crew: Crew | None, level: str) -> TypeGuard[Crew]:
    """Whether parties are sent: what is closed in the grid needs none."""
    return crew is not None and level != "grid"


def further_acts(steps: list[Planned], crew: Crew | None, rng: np.random.Generator) -> list[Planned]:
    """The tasks and the visit of a plain life that has come to its end; none of one that has not."""
    last = steps[-1]
    if last.kind is not EventKind.CLOSED:
        return []
    acts = with_tasks(steps, crew, last.actor, rng) if needs_party(crew, last.data["level"]) else []
    return [act for act in acts if act.kind in TASK_KINDS] + _visit(last, rng)


def odd_quirk(rng: np.random.Generator) -> str:
    """One of the lives that are not plain."""
    names = [name for name in QUIRKS if name != "plain"]
    shares = np.array([QUIRKS[name] for name in names])
    return str(rng.choice(names, p=shares / shares.sum()))


def _plain(steps: Steps, opened_at: datetime, handler: str, level: str) -> list[Planned]:
    def at(delay: np.ndarray) -> datetime:
        return opened_at + timedelta(microseconds=int(delay[0]))

    acts = [Planned(EventKind.RESPONDED, at(steps.respond), handler, {"note": "已联系诉求人"})]
    if steps.arrive[0] >= 0:
        acts.append(Planned(EventKind.ARRIVED, at(steps.arrive), handler, {"who": handler, "where": "现场"}))
    acts.append(Planned(EventKind.FED_BACK, at(steps.feed_back), handler, {"answer": "已处置并告知诉求人"}))
    acts.append(Planned(EventKind.CLOSED, at(steps.close), "checker", {"level": level}))
    return acts


def _visit(last: Planned, rng: np.random.Generator) -> list[Planned]:
    """Somebody calls after the closing; who is reached is content (who is not has the case taken up again)."""
    if last.kind is not EventKind.CLOSED or rng.random() > VISITED:
        return []
    at = last.at + timedelta(hours=float(rng.lognormal(1.1, 0.7)))
    if rng.random() > REACHED:
        return [Planned(EventKind.VISITED, at, "visitor", {"reached": False, "solved": None, "satisfaction": None})]
    content = "basically" if rng.random() < BASICALLY else "satisfied"
    return [Planned(EventKind.VISITED, at, "visitor", {"reached": True, "solved": True, "satisfaction": content})]


def _suspend(acts: list[Planned], rng: np.random.Generator) -> list[Planned]:
    """Work waits for parts or weather, and goes on at the planned end."""
    begun = next((act for act in acts if act.kind is EventKind.ARRIVED), acts[0])
    start = begun.at + timedelta(minutes=5)
    end = start + timedelta(hours=float(rng.uniform(6, 60)))
    reason = str(rng.choice(["awaiting_parts", "weather", "reporter_unreachable"]))
    data = {"reason": reason, "approver": "值班长", "planned_end": end.isoformat()}
    pause = [Planned(EventKind.SUSPENDED, start, "dispatcher", data), Planned(EventKind.RESUMED, end, "dispatcher")]
    before = [act for act in acts if act.at < start]
    return [*before, *pause, *_later(acts[len(before) :], end - start)]


def _reject(acts: list[Planned], _rng: np.random.Generator) -> list[Planned]:
    """Not the district's business; the reporter is told so."""
    first = acts[0]
    rejected = Planned(
        EventKind.REJECTED, first.at + timedelta(minutes=10), "dispatcher", {"reason": "不属本区受理范围"}
    )
    answer = {"answer": "不属本区受理范围，已告知反映渠道"}
    return [first, rejected, Planned(EventKind.FED_BACK, rejected.at + timedelta(minutes=40), first.actor, answer)]


def _withdraw(acts: list[Planned], _rng: np.random.Generator) -> list[Planned]:
    """The reporter has no need any more."""
    first = acts[0]
    reason = {"reason": "诉求人表示已自行解决"}
    return [first, Planned(EventKind.WITHDRAWN, first.at + timedelta(minutes=20), "dispatcher", reason)]


def _reopen(acts: list[Planned], rng: np.random.Generator) -> list[Planned]:
    """The reporter is not content when visited: the same work once more."""
    again_at = acts[-1].at + timedelta(hours=float(rng.uniform(1, 20)))
    said = {"reached": True, "solved": bool(rng.random() < 0.4), "satisfaction": "unsatisfied"}
    visited = Planned(EventKind.VISITED, again_at, "visitor", said)
    again = Planned(EventKind.REOPENED, again_at, "visitor", {"asked_by": "return_visit"}, follows=True)
    shift = again_at - acts[0].at + timedelta(minutes=12)
    return [*acts, visited, again, *_later(renumbered(acts, acts), shift)]


def _send_back(acts: list[Planned], _rng: np.random.Generator) -> list[Planned]:
    """The check finds it not done."""
    back = Planned(EventKind.SENT_BACK, acts[-1].at, "checker", {"reason": "现场仍有残留"})
    return [*acts[:-1], back, *_later(acts[-2:], back.at - acts[-2].at + timedelta(hours=3))]


def _later(acts: list[Planned], delay: timedelta) -> list[Planned]:
    return [replace(act, at=act.at + delay) for act in acts]


VARIATIONS = {
    "suspend": _suspend,
    "reject": _reject,
    "withdraw": _withdraw,
    "reopen": _reopen,
    "send_back": _send_back,
}


def as_events(acts: list[Planned], policy: str, calendar: str, times: Dispatch) -> list[Event]:
    """Acts that have happened as the events they left; a new round follows the same policy."""
    return [
        Event(act.kind, act.at, act.actor, act.data | _written(act, policy, calendar, times), act.at) for act in acts
    ]


def _written(act: Planned, policy: str, calendar: str, times: Dispatch) -> dict[str, Any]:
    """What the services would have written with an act."""
    if act.kind is EventKind.REOPENED:
        return {"policy": policy, "calendar": calendar}
    if act.kind is EventKind.TASK_ASSIGNED:
        accept_due, due = act.at + times.accept_within, act.at + times.finish_within
        return {"accept_due_at": accept_due.isoformat(), "due_at": due.isoformat()}
    return {}
