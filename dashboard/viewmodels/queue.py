"""The operators' queue: the open cases of a shift by saved views, the next clock first."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.domain.access import Actor
from dashboard.domain.stages import Stage
from dashboard.live.faces import CaseFace, Face, OpenCase
from dashboard.live.situation import Situation

MOST_ROWS = 300
URGENT = (CaseFace.VERY_LATE, CaseFace.BREACHED, CaseFace.AT_RISK)


@dataclass(frozen=True)
class Entry:
    """An open case with what it shows, as one operator sees it."""

    case: OpenCase
    face: Face
    actor: Actor


VIEWS: Mapping[str, Callable[[Entry], bool]] = {
    "all": lambda _: True,
    "mine": lambda entry: entry.case.handling.assignee == entry.actor.name,
    "level": lambda entry: entry.case.handling.area == entry.actor.scope.area,
    "urgent": lambda entry: entry.face.state in URGENT,
    "new": lambda entry: entry.case.stage is Stage.RECEIVED,
    "undispatched": lambda entry: _is_undispatched(entry.case),
    "returned": lambda entry: entry.case.handling.is_returned,
    "answer": lambda entry: _awaits_answer(entry.case),
    "check": lambda entry: entry.case.stage is Stage.FED_BACK,
    "unlocated": lambda entry: entry.case.unlocated is not None,
    "doubles": lambda entry: entry.case.handling.duplicates > 0,
    "supervised": lambda entry: entry.case.handling.instructions > 0,
}
"""The saved views: which open cases each shows."""


def _is_undispatched(case: OpenCase) -> bool:
    return case.stage is Stage.RESPONDED and case.handling.lead is None and not case.handling.is_returned


def _awaits_answer(case: OpenCase) -> bool:
    """The lead is done, or the case is rejected: the reporters wait for a person to answer."""
    is_working = case.stage in (Stage.RESPONDED, Stage.ON_SITE)
    return case.stage is Stage.REJECTED or (is_working and case.handling.awaits_answer)


@dataclass(frozen=True)
class Queue:
    """The rows of one view, the next clock first, at most `MOST_ROWS`; how many in all, and in every other view."""

    rows: Sequence[Entry]
    total: int
    counts: Mapping[str, int]


def queue(situation: Situation, actor: Actor, view: str) -> Queue:
    """One view of the open cases within the operator's scope."""
    entries = [Entry(case, situation.faces[case.id], actor) for case in situation.within(actor.scope.area)]
    counts: Counter[str] = Counter(dict.fromkeys(VIEWS, 0))
    for entry in entries:
        counts.update(name for name, shows in VIEWS.items() if shows(entry))
    rows = sorted(filter(VIEWS[view], entries), key=_by_next_clock)
    return Queue(rows[:MOST_ROWS], len(rows), counts)


def _by_next_clock(entry: Entry) -> tuple[int, float, int]:
    """Worst state first, then the least time left, then the oldest."""
    return (*entry.face.order, entry.case.id)
