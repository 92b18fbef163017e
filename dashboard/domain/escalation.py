"""The ladder: what happens when a clock is at risk, missed or very late. It is logged and moves no citizen's clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.domain.policies import Severity
from dashboard.domain.sla import Clock, ClockName


class Moment(StrEnum):
    """What about a clock sets a step off."""

    AT_RISK = "at_risk"
    BREACHED = "breached"
    VERY_LATE = "very_late"


class Action(StrEnum):
    """What a step does: tell those in charge, or move the case up and tell them."""

    NOTIFY = "notify"
    MOVE_UP = "move_up"


@dataclass(frozen=True)
class Step:
    """One step of a ladder: so long after a moment of a clock."""

    clock: ClockName
    moment: Moment
    action: Action
    after: timedelta = timedelta()

    @property
    def key(self) -> str:
        """What a case remembers of a step that has fired; it survives a reordering of the ladder."""
        minutes = int(self.after.total_seconds() // 60)
        return f"{self.clock}:{self.moment}:{self.action}" + (f":{minutes}" if minutes else "")


@dataclass(frozen=True)
class Ladder:
    """The steps for cases of some categories and severities; empty means all."""

    id: str
    steps: tuple[Step, ...]
    categories: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()

    def fits(self, category: str, severity: Severity) -> bool:
        """Whether a case climbs by this ladder."""
        chain = {category, category.split("/")[0]}
        return (not self.categories or bool(self.categories & chain)) and (
            not self.severities or severity in self.severities
        )


@dataclass(frozen=True)
class Due:
    """A step that has to fire, and since when."""

    step: Step
    at: datetime


def due_steps(ladder: Ladder, clocks: Mapping[ClockName, Clock], fired: frozenset[str], now: datetime) -> list[Due]:
    """The steps to be fired now, in the order of their instants: those that came while nobody looked as well.

    A clock that has been stopped or no longer runs sets nothing off, whatever it was before; a paused one waits.
    """
    found = []
    for step in ladder.steps:
        clock = clocks.get(step.clock)
        if clock is None or not clock.is_running or clock.is_paused(now) or step.key in fired:
            continue
        at = instant_of(clock, step.moment) + step.after
        if at < now if step.moment is Moment.BREACHED else at <= now:
            found.append(Due(step, at))
    return sorted(found, key=lambda due: (due.at, due.step.key))


def instant_of(clock: Clock, moment: Moment) -> datetime:
    """When the moment of a clock is."""
    return {Moment.AT_RISK: clock.at_risk_at, Moment.BREACHED: clock.due_at, Moment.VERY_LATE: clock.very_late_at}[
        moment
    ]


def ladder_for(ladders: Sequence[Ladder], category: str, severity: Severity) -> Ladder | None:
    """The first ladder that fits."""
    return next((ladder for ladder in ladders if ladder.fits(category, severity)), None)
