"""What a case adds to the counts: a few marks, each a measure and the instant it counts at.

Counts are sums of marks, so a count kept up to date by differences must equal one made anew from all cases.
A merged case adds nothing. A clock counts at its deadline; "breached" is derived as due − met − met late.
"""

from collections.abc import Iterator
from datetime import datetime

from dashboard.domain.replay import CaseState, Round
from dashboard.domain.sla import Clock, ClockName
from dashboard.domain.stages import Stage

CASE_MEASURES = ("received", "reopened", "rejected", "closed", "ended")
LEVEL_MEASURES = ("closed_at_grid", "closed_at_community", "closed_at_subdistrict", "closed_at_district")
CLOCK_MEASURES = tuple(
    f"{name}_{result}" for name in ClockName for result in ("due", "met", "met_late", "not_required")
)
MEASURES = CASE_MEASURES + LEVEL_MEASURES + CLOCK_MEASURES

Mark = tuple[str, datetime]


def marks(state: CaseState) -> Iterator[Mark]:
    """All marks of one case; a measure may occur several times (rounds)."""
    if state.stage is Stage.MERGED:
        return
    yield "received", state.opened_at
    if state.stage is Stage.REJECTED:
        yield "rejected", state.opened_at
    if state.closed_at:
        yield "closed", state.closed_at
    if state.closed_at and state.close_level:
        yield f"closed_at_{state.close_level}", state.closed_at
    for later in state.rounds[1:]:
        yield "reopened", later.started_at
    for _, ended_at in state.open_spans:
        if ended_at:
            yield "ended", ended_at
    for found in state.rounds:
        yield from _clock_marks(found, state.stage)


def _clock_marks(found: Round, stage: Stage) -> Iterator[Mark]:
    for clock in found.clocks.values():
        for result in _results(clock, stage):
            yield f"{clock.name}_{result}", clock.due_at


def _results(clock: Clock, stage: Stage) -> tuple[str, ...]:
    """What a clock counts as. Rejected and withdrawn cases are not among those to be closed."""
    ended_without_closing = stage in (Stage.REJECTED, Stage.WITHDRAWN) and clock.name is ClockName.CLOSE
    if not clock.required or ended_without_closing:
        return ("not_required",)
    if clock.is_met:
        return ("due", "met")
    return ("due", "met_late") if clock.is_met_late else ("due",)
