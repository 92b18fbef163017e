"""What somebody may want to do to a case, and what belongs to each kind of act."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Right
from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState, replay
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.store.models import Case


@dataclass(frozen=True)
class Act:
    """What somebody wants to do to a case at an instant; `expected_version` refuses if somebody was quicker."""

    case_id: int
    kind: EventKind
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


class ConflictError(CaseError):
    """Somebody else was quicker; `events` are what happened to the case meanwhile, newest first."""

    def __init__(self, number: str, events: Sequence[Event]) -> None:
        super().__init__("案件 {number} 刚被他人更新，请查看后再操作", number=number)
        self.events = events


def check_version(case: Case, log: Sequence[Event], expected: int | None) -> None:
    """Refuse an act on a case as it was before somebody else changed it.

    Raises:
        ConflictError: with everything that happened to the case meanwhile.
    """
    if expected is not None and expected != case.version:
        raise ConflictError(case.number, _newest(log, max(case.version - expected, 1)))


def _newest(log: Sequence[Event], changes: int) -> list[Event]:
    """The events of so many changes, newest first. What was written down at one instant is one change."""
    instants = sorted({event.recorded_at for event in log if event.recorded_at})[-changes:]
    return [event for event in reversed(log) if event.recorded_at in instants]


@dataclass(frozen=True)
class Context:
    """What a check or an effect of an act may look at, inside the act's transaction."""

    session: Session
    desk: Desk
    case: Case
    log: Sequence[Event]
    actor: Actor
    now: datetime

    @property
    def state(self) -> CaseState:
        """The case before the act (in a check) or after it (in an effect)."""
        return replay(self.log, self.desk.rules)


Check = Callable[[Event, Context], Mapping[str, Any] | None]
"""Refuses an event with a CaseError, or says what else belongs into its data."""

Effect = Callable[[Event, Context], None]
"""What follows from an event in the same transaction: an answer to be delivered, a notice."""


Then = Callable[[Event, Context], Sequence[tuple[EventKind, Mapping[str, Any]]]]
"""Further acts of the same person at the same instant: the first arrival of a party is the case's arrival."""


@dataclass(frozen=True)
class Kind:
    """What belongs to a kind of event that people bring about."""

    check: Check | None = None
    effect: Effect | None = None
    then: Then | None = None
    right: Right = Right.HANDLE
