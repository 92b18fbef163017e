"""From events to the state of a case. Everything stored about stage and clocks is worked out here and can be redone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.domain.dispatch import Task, tasks_of
from dashboard.domain.events import Event, EventKind
from dashboard.domain.policies import Policy, Rules, Severity
from dashboard.domain.sla import Clock, ClockName, Pause, start_clock
from dashboard.domain.stages import MOVES, WORKING_STAGES, Move, Stage

STAGE_MOVES = {
    EventKind.RESPONDED: Move.RESPOND,
    EventKind.ARRIVED: Move.ARRIVE,
    EventKind.FED_BACK: Move.FEED_BACK,
    EventKind.CLOSED: Move.CLOSE,
    EventKind.SENT_BACK: Move.SEND_BACK,
    EventKind.REOPENED: Move.REOPEN,
    EventKind.SUSPENDED: Move.SUSPEND,
    EventKind.RESUMED: Move.RESUME,
    EventKind.REJECTED: Move.REJECT,
    EventKind.WITHDRAWN: Move.WITHDRAW,
    EventKind.MERGED: Move.MERGE,
    EventKind.UNMERGED: Move.UNMERGE,
}

STOPS = {
    EventKind.RESPONDED: ClockName.RESPOND,
    EventKind.ARRIVED: ClockName.ARRIVE,
    EventKind.FED_BACK: ClockName.FEEDBACK,
    EventKind.CLOSED: ClockName.CLOSE,
}

ENDS = {
    EventKind.REJECTED: (ClockName.ARRIVE, ClockName.CLOSE),
    EventKind.WITHDRAWN: tuple(ClockName),
    EventKind.MERGED: tuple(ClockName),
}
"""Which clocks an event ends without a stop."""


@dataclass(frozen=True)
class Round:
    """One round of handling with its four clocks; a dissatisfied reporter opens the next one.

    The first round of a case of history has no policy and so no clocks: nobody here had promised anything.
    """

    number: int
    started_at: datetime
    policy: str | None
    calendar: str
    clocks: Mapping[ClockName, Clock]


@dataclass(frozen=True)
class CaseState:
    """What a case is after its events. `open_spans` are the spans in which it was open; the last may have no end.

    `answer` is the newest one of the current round, `answers` how many were released in all.
    """

    stage: Stage
    category: str
    severity: Severity
    opened_at: datetime
    rounds: tuple[Round, ...]
    open_spans: tuple[tuple[datetime, datetime | None], ...]
    closed_at: datetime | None = None
    close_level: str | None = None
    tasks: tuple[Task, ...] = ()
    answer: str | None = None
    answers: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.open_spans[-1][1] is None

    @property
    def round(self) -> Round:
        """The current round."""
        return self.rounds[-1]


@dataclass
class _Round:
    """A round while its events are read."""

    number: int
    started_at: datetime
    policy: str | None
    calendar: str
    stops: dict[ClockName, datetime] = field(default_factory=dict)
    ends: dict[ClockName, datetime] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)


class _Reader:
    """Reads a case's events in order."""

    def __init__(self, opened: Event) -> None:
        data = opened.data
        self.opened_at = opened.at
        self.category, self.severity = data["category"], Severity(data["severity"])
        self.stages = [Stage.RECEIVED]  # the stages underneath are those a resume or un-merge returns to
        self.rounds = [_Round(1, opened.at, data["policy"], data["calendar"])]
        self.spans: list[tuple[datetime, datetime | None]] = [(opened.at, None)]
        self.closed_at: datetime | None = None
        self.close_level: str | None = None
        self.answer: str | None = None
        self.answers = 0
        if data["policy"] is None:
            self._read_history(opened)

    def _read_history(self, opened: Event) -> None:
        """A case of the past was never open here; it may have been closed at its source."""
        self.spans = [(opened.at, opened.at)]
        if closed_at := opened.data.get("closed_at"):
            self.stages, self.closed_at = [Stage.CLOSED], datetime.fromisoformat(closed_at)

    def read(self, event: Event) -> None:
        """Take one event into account; kinds that only tell about the case change nothing."""
        if event.kind is EventKind.UNMERGED:
            self.rounds[-1].ends.clear()
        if event.kind is EventKind.FED_BACK:
            self.answer, self.answers = event.data.get("answer"), self.answers + 1
        if event.kind is EventKind.REOPENED:
            self.answer = None
            self.rounds.append(
                _Round(self.rounds[-1].number + 1, event.at, event.data["policy"], event.data["calendar"])
            )
        elif event.kind is EventKind.RECLASSIFIED:
            self.category, self.severity = event.data["category"], Severity(event.data["severity"])
            if self.rounds[-1].policy:
                self.rounds[-1].policy = event.data["policy"]
        elif event.kind is EventKind.RECALCULATED:
            self.rounds[-1].calendar = event.data["calendar"]
        self._pause(event)
        if event.kind in STAGE_MOVES:
            self._move(event)

    def _pause(self, event: Event) -> None:
        pauses = self.rounds[-1].pauses
        if event.kind is EventKind.SUSPENDED:
            pauses.append(Pause(event.at, datetime.fromisoformat(event.data["planned_end"])))
        elif event.kind is EventKind.RESUMED and pauses:
            pauses[-1] = Pause(pauses[-1].start, min(pauses[-1].end, event.at))

    def _move(self, event: Event) -> None:
        current = self.rounds[-1]
        if event.kind in STOPS:
            current.stops.setdefault(STOPS[event.kind], event.at)
        for name in ENDS.get(event.kind, ()):
            current.ends.setdefault(name, event.at)
        self._step(STAGE_MOVES[event.kind])
        closed = self.stages[-1] is Stage.CLOSED
        self.closed_at = event.at if closed else None
        self.close_level = event.data.get("level") if closed else None
        self._span(event.kind, event.at)

    def _step(self, move: Move) -> None:
        following = MOVES[self.stages[-1]][move]
        if following is None:
            self.stages.pop()
        elif following in (Stage.SUSPENDED, Stage.MERGED):
            self.stages.append(following)
        else:
            self.stages = [following]

    def _span(self, kind: EventKind, at: datetime) -> None:
        was_open, is_open = self.spans[-1][1] is None, self._is_open()
        if was_open and not is_open:
            self.spans[-1] = (self.spans[-1][0], at)
        elif is_open and not was_open and kind is EventKind.UNMERGED:
            self.spans[-1] = (self.spans[-1][0], None)  # as if it had never been merged
        elif is_open and not was_open:
            self.spans.append((at, None))

    def _is_open(self) -> bool:
        stage = self.stages[-1]
        if self.rounds[-1].policy is None:
            return False
        awaits_answer = stage is Stage.REJECTED and ClockName.FEEDBACK not in self.rounds[-1].stops
        return stage in WORKING_STAGES or awaits_answer

    def state(self, rules: Rules, tasks: tuple[Task, ...]) -> CaseState:
        """The state after all events read."""
        return CaseState(
            stage=self.stages[-1],
            category=self.category,
            severity=self.severity,
            opened_at=self.opened_at,
            rounds=tuple(_round(found, rules) for found in self.rounds),
            open_spans=tuple(self.spans),
            closed_at=self.closed_at,
            close_level=self.close_level,
            tasks=tasks,
            answer=self.answer,
            answers=self.answers,
        )


def replay(events: Iterable[Event], rules: Rules) -> CaseState:
    """Work out a case from its events, oldest first; the first must say that it was opened.

    Raises:
        ValueError: the log does not begin with OPENED.
        PolicyError: a policy or calendar version that the case used is not known any more.
    """
    log = list(events)
    if not log or log[0].kind is not EventKind.OPENED:
        raise ValueError("the events of a case must begin with 'opened'")
    reader = _Reader(log[0])
    for event in log[1:]:
        reader.read(event)
    return reader.state(rules, tasks_of(log))


def _round(found: _Round, rules: Rules) -> Round:
    clocks = {}
    if found.policy:
        policy = rules.policy(found.policy)
        clocks = {name: _clock(name, found, policy, rules) for name in ClockName}
    return Round(found.number, found.started_at, found.policy, found.calendar, clocks)


def _clock(name: ClockName, found: _Round, policy: Policy, rules: Rules) -> Clock:
    target, fallback = policy.targets.get(name), rules.fallback(name)
    return start_clock(
        name,
        target,
        found.started_at,
        rules.time((target or fallback).unit, found.calendar),
        fallback=fallback,
        warn_before=policy.warn_before.get(name),
        pauses=found.pauses,
        stopped_at=found.stops.get(name),
        ended_at=found.ends.get(name),
    )
