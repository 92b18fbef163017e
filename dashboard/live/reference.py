"""What the present is compared with: yesterday at this time, the last seven days, this month and the same a year ago.

Made once a minute for all areas down to the community, beside the picture, so that no frame waits for it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.domain.areas import ancestors
from dashboard.domain.counting import MEASURES
from dashboard.domain.periods import PeriodName, period
from dashboard.domain.policies import Rules
from dashboard.domain.replay import CaseState, replay
from dashboard.domain.sla import CITIZEN_CLOCKS, ClockState
from dashboard.domain.stages import Stage
from dashboard.store.counted import RECEIVED, Counts, counted
from dashboard.store.situation import open_at

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reference:
    """Counts of other spans by area, as of one minute; of `month` and `year_before` only what was received."""

    at: datetime
    yesterday: Counts
    week: Counts
    month: Counts
    year_before: Counts
    states_yesterday: Mapping[str, Counter[str]]


def make_reference(
    session: Session,
    rules: Rules,
    codes_by_level: Sequence[Sequence[str]],
    now: datetime,
    states_yesterday: Mapping[str, Counter[str]] | None = None,
) -> Reference:
    """The reference for areas given level by level, cut off at the beginning of this minute.

    Args:
        states_yesterday: Those of another reference of about this time, which hold for areas of all levels.
    """
    at = now.replace(second=0, microsecond=0)
    today, week, month = (period(name, at) for name in (PeriodName.TODAY, PeriodName.WEEK, PeriodName.THIS_MONTH))
    before, year = today.previous(), month.year_before()

    def over(start: datetime, end: datetime, measures: Sequence[str] = MEASURES) -> Counts:
        found: Counts = {}
        for codes in codes_by_level:
            found |= counted(session, codes, start, end, measures=measures)
        return found

    return Reference(
        at=at,
        yesterday=over(before.start, today.same_part(before, at)),
        week=over(week.start, at),
        month=over(month.start, at, RECEIVED),
        year_before=over(year.start, month.same_part(year, at), RECEIVED),
        states_yesterday=states_at(session, rules, at - DAY) if states_yesterday is None else states_yesterday,
    )


def states_at(session: Session, rules: Rules, instant: datetime) -> dict[str, Counter[str]]:
    """How many cases of each area were open, at risk and breached at an earlier instant: their logs are replayed."""
    logs, areas = open_at(session, instant)
    found: dict[str, Counter[str]] = {}
    for case_id, log in logs.items():
        state = replay(log, rules)
        if state.is_open:
            shown = ("open", *_shown(state, instant))
            for code in ancestors(areas[case_id]):
                found.setdefault(code, Counter()).update(shown)
    return found


def _shown(state: CaseState, instant: datetime) -> tuple[str, ...]:
    if state.stage is Stage.FED_BACK:
        return ()
    clocks = [clock for name in CITIZEN_CLOCKS if (clock := state.round.clocks.get(name))]
    states = {clock.state(instant) for clock in clocks if clock.is_running}
    if states & {ClockState.BREACHED, ClockState.VERY_LATE}:
        return ("breached",)
    return ("at_risk",) if ClockState.AT_RISK in states else ()
