"""What a case shows: one state, and the clock that gives it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.domain.sla import CITIZEN_CLOCKS, Clock, ClockName, ClockState
from dashboard.domain.stages import Stage
from dashboard.live.handling import Handling


class CaseFace(StrEnum):
    """The state of an open case, the worst first. `checked` waits for the check and has no citizen clock running."""

    VERY_LATE = "very_late"
    BREACHED = "breached"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    PAUSED = "paused"
    CHECKED = "checked"


ORDER = {face: number for number, face in enumerate(CaseFace)}
_OF_CLOCK = {
    ClockState.VERY_LATE: CaseFace.VERY_LATE,
    ClockState.BREACHED: CaseFace.BREACHED,
    ClockState.AT_RISK: CaseFace.AT_RISK,
    ClockState.PAUSED: CaseFace.PAUSED,
    ClockState.ON_TRACK: CaseFace.ON_TRACK,
}
_URGENCY = (CaseFace.VERY_LATE, CaseFace.BREACHED, CaseFace.AT_RISK, CaseFace.PAUSED, CaseFace.ON_TRACK)


@dataclass(frozen=True)
class OpenCase:
    """An open case as the picture holds it, with the clocks of its current round."""

    id: int
    number: str
    category: str
    severity: str
    channel: str
    stage: Stage
    area_code: str
    place: str
    longitude: float | None
    latitude: float | None
    unlocated: str | None
    opened_at: datetime
    report_count: int
    is_mass: bool
    clocks: dict[ClockName, Clock]
    handling: Handling

    @property
    def citizen_clocks(self) -> list[Clock]:
        """The clocks promised to citizens that still run."""
        return [clock for name in CITIZEN_CLOCKS if (clock := self.clocks.get(name)) and clock.is_running]


@dataclass(frozen=True)
class Face:
    """What a case shows at an instant; `clock` is the one that gives the state, None when none runs."""

    state: CaseFace
    clock: Clock | None
    is_paused: bool = False

    @property
    def order(self) -> tuple[int, float]:
        """Worst state first, then least time left."""
        return ORDER[self.state], self.clock.due_at.timestamp() if self.clock else 0.0


def face_of(case: OpenCase, now: datetime) -> Face:
    """The worst state among the running citizen clocks, and the clock with least time left in it."""
    if case.stage is Stage.FED_BACK:
        return Face(CaseFace.CHECKED, None)
    running = case.citizen_clocks
    if not running:
        return Face(CaseFace.CHECKED, None)
    states = [(_OF_CLOCK[clock.state(now)], clock) for clock in running]
    worst = min((state for state, _ in states), key=_URGENCY.index)
    clock = min((clock for state, clock in states if state is worst), key=lambda clock: clock.due_at)
    return Face(worst, clock, any(clock.is_paused(now) for clock in running))


def next_change(case: OpenCase, now: datetime) -> datetime | None:
    """The next instant at which the face changes by time alone."""
    changes = [clock.next_change(now) for clock in case.citizen_clocks]
    return min((change for change in changes if change), default=None)
