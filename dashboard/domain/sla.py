"""The clocks of a case: when they are due, at risk and very late, and the state each shows at an instant.

A deadline is a pure function of (start, target, pauses, calendar). All instants are aware UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.domain.calendars import Time

AT_RISK_SHARE = 0.8
VERY_LATE_FACTOR = 3


class ClockName(StrEnum):
    """Three clocks promised to citizens, and the internal one that feeds the closing rates."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    FEEDBACK = "feedback"
    CLOSE = "close"


CITIZEN_CLOCKS = (ClockName.RESPOND, ClockName.ARRIVE, ClockName.FEEDBACK)
PAUSABLE = (ClockName.ARRIVE, ClockName.FEEDBACK, ClockName.CLOSE)


class ClockState(StrEnum):
    """What a clock shows. Very late is the band of breached clocks that used three times their target."""

    VERY_LATE = "very_late"
    BREACHED = "breached"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    NOT_REQUIRED = "not_required"


class Unit(StrEnum):
    """How a target counts: every hour (7 × 24) or worked hours only."""

    NATURAL = "natural"
    WORKING = "working"


@dataclass(frozen=True)
class Target:
    """How long a clock may take, in the unit's own time; `minutes` of worked time for working targets."""

    minutes: int
    unit: Unit = Unit.NATURAL

    @property
    def duration(self) -> timedelta:
        """The target as a duration in its unit."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Pause:
    """A span in which a clock does not run: from the approved start to the planned or the earlier actual end."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Clock:
    """One clock of one round, with its instants worked out.

    `raw_due_at` is the deadline had nothing been paused. `stopped_at` is the stop event, `ended_at` the instant from
    which an unstopped clock no longer runs because its case was withdrawn, rejected or merged. `required` is False
    when nothing is owed (by policy, or because the case ended before the breach).
    """

    name: ClockName
    target: Target
    started_at: datetime
    due_at: datetime
    raw_due_at: datetime
    at_risk_at: datetime
    very_late_at: datetime
    stopped_at: datetime | None = None
    ended_at: datetime | None = None
    required: bool = True
    provisional: bool = False
    pauses: tuple[Pause, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether the clock is owed and neither stopped nor ended."""
        return self.required and self.stopped_at is None and self.ended_at is None

    @property
    def is_met(self) -> bool:
        """Stopped by its deadline; exactly at the deadline is on time."""
        return self.required and self.stopped_at is not None and self.stopped_at <= self.due_at

    @property
    def is_met_late(self) -> bool:
        """Stopped, but after its deadline."""
        return self.required and self.stopped_at is not None and self.stopped_at > self.due_at

    def is_paused(self, now: datetime) -> bool:
        """Whether an approved pause covers `now`."""
        return self.is_running and any(pause.start <= now < pause.end for pause in self.pauses)

    def is_breached(self, now: datetime) -> bool:
        """Whether the deadline passed without a stop. The breach instant is the deadline itself."""
        return self.required and self.stopped_at is None and min(now, self.ended_at or now) > self.due_at

    def state(self, now: datetime) -> ClockState:
        """What the clock shows at `now`. Breached outranks paused."""
        if not self.required:
            return ClockState.NOT_REQUIRED
        if self.stopped_at:
            return ClockState.MET if self.is_met else ClockState.MET_LATE
        instant = min(now, self.ended_at or now)
        if instant > self.due_at:
            return ClockState.VERY_LATE if instant >= self.very_late_at else ClockState.BREACHED
        if self.is_paused(now):
            return ClockState.PAUSED
        return ClockState.AT_RISK if instant >= self.at_risk_at else ClockState.ON_TRACK

    def next_change(self, now: datetime) -> datetime | None:
        """The next instant after `now` at which the state changes by time alone, None if it never will."""
        if not self.is_running:
            return None
        breach = self.due_at + timedelta(microseconds=1)  # at the deadline itself the clock is still on time
        instants = [self.at_risk_at, breach, self.very_late_at]
        instants += [edge for pause in self.pauses for edge in (pause.start, pause.end)]
        return min((instant for instant in instants if instant > now), default=None)


def advance(start: datetime, duration: timedelta, pauses: Sequence[Pause], clock_time: Time) -> datetime:
    """The instant at which `duration` of clock time has run since `start`, not counting the pauses.

    A pause that begins at or after that instant does not move it.
    """
    left, at = duration, start
    for pause in pauses:
        run = clock_time.between(at, max(at, pause.start))
        if run >= left:
            break
        left, at = left - run, max(at, pause.end)
    return clock_time.add(at, left)


def merge_pauses(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The same paused time as ordered spans that neither touch nor overlap; empty ones are dropped."""
    merged: list[Pause] = []
    for pause in sorted((pause for pause in pauses if pause.end > pause.start), key=lambda pause: pause.start):
        if merged and pause.start <= merged[-1].end:
            merged[-1] = Pause(merged[-1].start, max(merged[-1].end, pause.end))
        else:
            merged.append(pause)
    return tuple(merged)


def start_clock(
    name: ClockName,
    target: Target | None,
    started_at: datetime,
    clock_time: Time,
    *,
    fallback: Target,
    warn_before: timedelta | None = None,
    pauses: Sequence[Pause] = (),
    stopped_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> Clock:
    """Work out one clock.

    Args:
        target: None when the policy declares the clock not required; it is then placed by `fallback`, so that
            "not required" can be counted in the period in which it would have been due.
        warn_before: at risk no later than this much policy time before the deadline (formula: DOMAIN §3,
            at risk from min(start + 0.8 × target, due − N)).
        ended_at: the case ended here; a clock not yet breached by then is no longer required.
    """
    counted = target or fallback
    spans = merge_pauses(pauses) if name in PAUSABLE else ()

    def after(duration: timedelta) -> datetime:
        return advance(started_at, duration, spans, clock_time)

    due_at = after(counted.duration)
    ended_unbreached = stopped_at is None and ended_at is not None and ended_at <= due_at
    return Clock(
        name=name,
        target=counted,
        started_at=started_at,
        due_at=due_at,
        raw_due_at=clock_time.add(started_at, counted.duration),
        at_risk_at=after(_quiet_time(counted.duration, warn_before)),
        very_late_at=after(VERY_LATE_FACTOR * counted.duration),
        stopped_at=stopped_at,
        ended_at=None if stopped_at else ended_at,
        required=target is not None and not ended_unbreached,
        provisional=clock_time.is_provisional(due_at),
        pauses=spans,
    )


def _quiet_time(target: timedelta, warn_before: timedelta | None) -> timedelta:
    """How long a clock runs before it is at risk; never negative, so a short target is at risk from its start."""
    quiet = AT_RISK_SHARE * target
    return quiet if warn_before is None else max(min(quiet, target - warn_before), timedelta())
