"""The one way in which a case changes: events are added, the case is worked out anew, and the difference is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.events import Event
from dashboard.domain.levels import charge_of
from dashboard.domain.policies import Rules
from dashboard.domain.replay import CaseState, replay
from dashboard.store.cases import cases_by_id, charge_columns, state_columns, update_cases, where_of
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.counts import Where, count_case
from dashboard.store.logs import append_events, clock_rows, replace_clocks
from dashboard.store.models import Case
from dashboard.store.suggestions import suggestions_of
from dashboard.store.tasks import replace_tasks


def record(
    session: Session,
    rules: Rules,
    cases: Mapping[int, Case],
    logs: Mapping[int, Sequence[Event]],
    added: Mapping[int, Sequence[Event]],
    now: datetime,
    moved_from: Mapping[int, Where] | None = None,
) -> dict[int, CaseState]:
    """Add events to cases and store what follows from them: stage, clocks, tasks, level, counts, and that it changed.

    Args:
        cases: The cases as they are in this transaction.
        logs: Their events so far.
        added: The new events per case, in order.
        moved_from: Where cases counted whose place has just been changed.

    Returns:
        The new state of each case.
    """
    states: dict[int, CaseState] = {}
    clocks, tasks, columns = {}, {}, {}
    for case_id, events in added.items():
        case, log = cases[case_id], [*logs[case_id], *events]
        before, after = replay(logs[case_id], rules), replay(log, rules)
        states[case_id] = after
        if after.rounds != before.rounds:
            clocks[case_id] = clock_rows(case_id, after)
        if after.tasks != before.tasks:
            tasks[case_id] = after.tasks
        columns[case_id] = state_columns(after) | charge_columns(charge_of(log, case.area_code))
        here = where_of(case)
        count_case(session, (before, (moved_from or {}).get(case_id, here)), (after, here))
        announce(session, Announcement(ChangeKind.CASE, case_id, case.area_code))
        if before.is_open and not after.is_open:
            _announce_doubles(session, case_id)
    append_events(session, added, now)
    replace_clocks(session, clocks)
    replace_tasks(session, tasks)
    update_cases(session, columns)
    return states


def _announce_doubles(session: Session, case_id: int) -> None:
    """Cases that might have been merged with one that has ended have one less to be decided on."""
    doubles = {one.other_id if one.case_id == case_id else one.case_id for one in suggestions_of(session, case_id)}
    for case in cases_by_id(session, sorted(doubles)).values():
        announce(session, Announcement(ChangeKind.CASE, case.id, case.area_code))


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
