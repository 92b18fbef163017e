"""The one way in which a case changes: events are added, the case is worked out anew, and the difference is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.events import Event
from dashboard.domain.policies import Rules
from dashboard.domain.replay import CaseState, replay
from dashboard.store.cases import update_cases, where_of
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.counts import count_case
from dashboard.store.logs import append_events, clock_rows, replace_clocks
from dashboard.store.models import Case


def record(
    session: Session,
    rules: Rules,
    cases: Mapping[int, Case],
    logs: Mapping[int, Sequence[Event]],
    added: Mapping[int, Sequence[Event]],
    now: datetime,
) -> dict[int, CaseState]:
    """Add events to cases and store what follows from them: stage, clocks, counts, and that it changed.

    Args:
        cases: The cases as they are in this transaction.
        logs: Their events so far.
        added: The new events per case, in order.

    Returns:
        The new state of each case.
    """
    states: dict[int, CaseState] = {}
    clocks = {}
    for case_id, events in added.items():
        case, log = cases[case_id], logs[case_id]
        before = replay(log, rules)
        after = replay([*log, *events], rules)
        states[case_id] = after
        if after.rounds != before.rounds:
            clocks[case_id] = clock_rows(case_id, after)
        count_case(session, (before, where_of(case)), (after, where_of(case)))
        announce(session, Announcement(ChangeKind.CASE, case_id, case.area_code))
    append_events(session, added, now)
    replace_clocks(session, clocks)
    update_cases(session, states)
    return states


def record_opening(
    session: Session,
    rules: Rules,
    cases: Mapping[int, Case],
    added: Mapping[int, Sequence[Event]],
    now: datetime,
) -> None:
    """Store the first events of new cases, with their clocks and counts."""
    clocks = {}
    for case_id, events in added.items():
        case, state = cases[case_id], replay(events, rules)
        clocks[case_id] = clock_rows(case_id, state)
        count_case(session, None, (state, where_of(case)))
        announce(session, Announcement(ChangeKind.CASE, case_id, case.area_code))
    append_events(session, added, now)
    replace_clocks(session, clocks)
