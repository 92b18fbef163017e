"""Everything derived made anew from the events: stages, clocks, counts. What differs is reported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dashboard.domain.levels import charge_of
from dashboard.domain.replay import CaseState, replay
from dashboard.services.desk import Desk
from dashboard.store.cases import cases_by_id, charge_columns, state_columns, update_cases
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.logs import clock_rows, clocks_of, logs_of, replace_clocks
from dashboard.store.models import Case
from dashboard.store.operations import Import
from dashboard.store.recount import recount
from dashboard.store.tasks import replace_tasks, tasks_by_case

CASES_AT_ONCE = 2_000
Progress = Callable[[int, int], None]


@dataclass
class Rebuilt:
    """How many cases were read, and which differed from their events and were mended."""

    cases: int
    mended: list[int]


def rebuild(desk: Desk, now: datetime, progress: Progress | None = None) -> Rebuilt:
    """Replay every case, mend what differs, and count everything anew."""
    with desk.sessions.read() as session:
        total = session.scalar(select(func.count()).select_from(Case)) or 0
    result, last = Rebuilt(0, []), 0
    while ids := _next_ids(desk, last):
        with writing(desk.sessions, now) as session:
            result.mended += _mend(session, desk, ids)
        last, result.cases = ids[-1], result.cases + len(ids)
        if progress:
            progress(result.cases, total)
    with writing(desk.sessions, now) as session:
        recount(session, desk.rules)
        session.execute(update(Import).values(uncounted=[]))  # an unfinished import counts only what is yet to come
        announce(session, Announcement(ChangeKind.IMPORT))
    return result


def _next_ids(desk: Desk, last: int) -> list[int]:
    with desk.sessions.read() as session:
        return list(session.scalars(select(Case.id).where(Case.id > last).order_by(Case.id).limit(CASES_AT_ONCE)))


def _mend(session: Session, desk: Desk, ids: list[int]) -> list[int]:
    cases, logs, kept = cases_by_id(session, ids, lock=True), logs_of(session, ids), clocks_of(session, ids)
    tasks = tasks_by_case(session, ids)
    states = {case_id: replay(logs[case_id], desk.rules) for case_id in ids}
    columns = {
        case_id: state_columns(state) | charge_columns(charge_of(logs[case_id], cases[case_id].area_code))
        for case_id, state in states.items()
    }
    wrong = {
        case_id: state
        for case_id, state in states.items()
        if not _row_agrees(cases[case_id], columns[case_id])
        or not _clocks_agree(kept.get(case_id, {}), state)
        or tasks.get(case_id, ()) != state.tasks
    }
    update_cases(session, {case_id: columns[case_id] for case_id in wrong})
    replace_clocks(session, {case_id: clock_rows(case_id, state) for case_id, state in wrong.items()})
    replace_tasks(session, {case_id: state.tasks for case_id, state in wrong.items()})
    return list(wrong)


def _row_agrees(case: Case, columns: Mapping[str, Any]) -> bool:
    return all(getattr(case, name) == value for name, value in columns.items())


def _clocks_agree(kept: dict[int, Any], state: CaseState) -> bool:
    replayed = {found.number: dict(found.clocks) for found in state.rounds if found.clocks}
    return {number: dict(clocks) for number, clocks in kept.items()} == replayed
