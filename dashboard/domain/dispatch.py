"""Tasks: what one party must do for a case. Worked out from the case's events, like everything else about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from dashboard.domain.events import Event, EventKind
from dashboard.domain.stages import CaseError


class TaskState(StrEnum):
    """Where a task stands. Returned (退单) and cancelled ones bind nobody any more, nor do those that ended unfinished
    with their case."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    DONE = "done"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    ENDED = "ended"


OPEN = frozenset({TaskState.ASSIGNED, TaskState.ACCEPTED, TaskState.ON_SITE})

S, E = TaskState, EventKind
TASK_MOVES: Mapping[TaskState, Mapping[EventKind, TaskState]] = {
    S.ASSIGNED: {E.TASK_ACCEPTED: S.ACCEPTED, E.TASK_RETURNED: S.RETURNED, E.TASK_CANCELLED: S.CANCELLED},
    S.ACCEPTED: {
        E.TASK_ON_SITE: S.ON_SITE,
        E.TASK_DONE: S.DONE,
        E.TASK_RETURNED: S.RETURNED,
        E.TASK_CANCELLED: S.CANCELLED,
    },
    S.ON_SITE: {E.TASK_DONE: S.DONE, E.TASK_RETURNED: S.RETURNED, E.TASK_CANCELLED: S.CANCELLED},
    S.DONE: {},
    S.RETURNED: {},
    S.CANCELLED: {},
    S.ENDED: {},
}
"""State → event → next state. What is not listed is refused."""

_AT = {
    E.TASK_ACCEPTED: "accepted_at",
    E.TASK_ON_SITE: "on_site_at",
    E.TASK_DONE: "done_at",
    E.TASK_RETURNED: "returned_at",
    E.TASK_CANCELLED: "cancelled_at",
}

TASK_KINDS = frozenset({E.TASK_ASSIGNED, *_AT})
"""The events by which tasks come and go."""

_ENDING = (E.CLOSED, E.WITHDRAWN)


@dataclass(frozen=True)
class Task:
    """One party's part of a case. The lead (牵头) answers for the result, support (协办) helps.

    `accept_due_at` is until when it is to be signed for (签收), `due_at` until when it is to be done. All instants are
    aware UTC and were fixed when the task was assigned.
    """

    number: int
    round: int
    party: str
    is_lead: bool
    assigned_at: datetime
    accept_due_at: datetime
    due_at: datetime
    state: TaskState = TaskState.ASSIGNED
    accepted_at: datetime | None = None
    on_site_at: datetime | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    reason: str = ""
    result: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the party still has to do something."""
        return self.state in OPEN

    @property
    def next_due_at(self) -> datetime | None:
        """The deadline it runs towards; None when it binds nobody any more."""
        if not self.is_open:
            return None
        return self.accept_due_at if self.state is TaskState.ASSIGNED else self.due_at

    def is_late(self, now: datetime) -> bool:
        """Whether the deadline it runs towards has passed. Exactly at the deadline is on time."""
        return self.next_due_at is not None and now > self.next_due_at


def tasks_of(events: Iterable[Event]) -> tuple[Task, ...]:
    """The tasks of a case in the order in which they were assigned."""
    found: dict[int, Task] = {}
    current = 1
    for event in events:
        if event.kind is EventKind.REOPENED:
            current += 1
        elif event.kind is EventKind.TASK_ASSIGNED:
            found[int(event.data["task"])] = _assigned(event, current)
        elif event.kind in _AT:
            number = int(event.data["task"])
            found[number] = _moved(found[number], event)
        elif event.kind in _ENDING:
            found = {number: _ended(task) for number, task in found.items()}
    return tuple(found.values())


def _assigned(event: Event, current: int) -> Task:
    data = event.data
    return Task(
        number=int(data["task"]),
        round=current,
        party=str(data["party"]),
        is_lead=bool(data["lead"]),
        assigned_at=event.at,
        accept_due_at=datetime.fromisoformat(data["accept_due_at"]),
        due_at=datetime.fromisoformat(data["due_at"]),
    )


def _moved(task: Task, event: Event) -> Task:
    changed: dict[str, Any] = {"state": TASK_MOVES[task.state][event.kind], _AT[event.kind]: event.at}
    changed |= {name: str(event.data[name]) for name in ("reason", "result") if name in event.data}
    return replace(task, **changed)


def _ended(task: Task) -> Task:
    return replace(task, state=TaskState.ENDED) if task.is_open else task


def allow_task(task: Task, kind: EventKind) -> None:
    """Refuse what the table does not list.

    Raises:
        CaseError: the task cannot take this step.
    """
    if kind not in TASK_MOVES[task.state]:
        raise CaseError("任务处于「{state}」，不能{act}", state=task.state, act=kind)


def lead_of(tasks: Iterable[Task], current: int) -> Task | None:
    """The lead task of a round that binds somebody or is done; None when there is none (yet, or any more)."""
    bound = [task for task in tasks if task.round == current and task.is_lead]
    return next((task for task in bound if task.is_open or task.state is TaskState.DONE), None)


def of_round(tasks: Iterable[Task], current: int) -> tuple[Task, ...]:
    """The tasks of one round."""
    return tuple(task for task in tasks if task.round == current)
