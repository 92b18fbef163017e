"""Questions about cases, and the one way to store what a case is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from dashboard.domain.access import Scope
from dashboard.domain.areas import subtree
from dashboard.domain.levels import Charge
from dashboard.domain.replay import CaseState
from dashboard.domain.stages import Stage
from dashboard.store.counts import Where
from dashboard.store.logs import chunks
from dashboard.store.models import Case, CaseNumber, ClockRow, table_of
from dashboard.store.upsert import insert_or

CASES = table_of(Case)


def cases_by_id(session: Session, case_ids: Sequence[int], *, lock: bool = False) -> dict[int, Case]:
    """Cases by id; with `lock` they stay as they are until the transaction ends (PostgreSQL)."""
    found: dict[int, Case] = {}
    for chunk in chunks(sorted(set(case_ids))):
        query = select(Case).where(Case.id.in_(chunk)).order_by(Case.id).execution_options(populate_existing=True)
        if lock and session.get_bind().dialect.name == "postgresql":
            query = query.with_for_update()
        found |= {case.id: case for case in session.scalars(query)}
    return found


def case_by_number(session: Session, scope: Scope, number: str) -> Case | None:
    """The case with this number, None when there is none within the scope."""
    low, high = subtree(scope.area)
    query = select(Case).where(Case.number == number, Case.area_code >= low, Case.area_code < high)
    return session.scalar(query)


def insert_cases(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store new cases; their ids in the same order."""
    result = session.execute(insert(Case).returning(Case.id, sort_by_parameter_order=True), list(rows))
    return list(result.scalars())


def take_numbers(session: Session, counts: Mapping[date, int]) -> dict[date, int]:
    """Take so many running numbers of each day; the first of each."""
    if not counts:
        return {}
    statement = insert_or(session, CaseNumber).values([{"day": day, "last": n} for day, n in sorted(counts.items())])
    statement = statement.on_conflict_do_update(
        index_elements=[CaseNumber.day], set_={"last": CaseNumber.last + statement.excluded.last}
    )
    taken = session.execute(statement.returning(CaseNumber.day, CaseNumber.last))
    return {day: last - counts[day] + 1 for day, last in taken}


def state_columns(state: CaseState) -> dict[str, Any]:
    """The columns of a case that are worked out from its events."""
    return {
        "stage": state.stage,
        "is_open": state.is_open,
        "round": state.round.number,
        "category": state.category,
        "severity": state.severity,
        "opened_at": state.opened_at,
        "closed_at": state.closed_at,
        "ended_at": state.open_spans[-1][1],
        "close_level": state.close_level,
        "policy": state.round.policy,
    }


def charge_columns(charge: Charge) -> dict[str, Any]:
    """The columns of a case that say who is in charge."""
    return {
        "handled_level": charge.level,
        "handled_area": charge.area,
        "returns": charge.returns,
        "assignee": charge.assignee,
    }


def update_cases(session: Session, columns: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep what was worked out anew, the same columns for each case, and raise the versions."""
    if not columns:
        return
    names = list(next(iter(columns.values())))
    statement = (
        update(CASES)
        .where(CASES.c.id == bindparam("case_id"))
        .values({name: bindparam(f"new_{name}") for name in names} | {"version": CASES.c.version + 1})
    )
    rows = [
        {"case_id": case_id} | {f"new_{name}": value for name, value in found.items()}
        for case_id, found in columns.items()
    ]
    session.connection().execute(statement, rows)


def where_of(case: Case) -> Where:
    """Where and as what a case counts."""
    cell = None if case.cell_east is None or case.cell_north is None else (case.cell_east, case.cell_north)
    return Where(case.area_code, case.channel, cell)


def case_number(prefix: str, day: date, running: int) -> str:
    """Such as XG261124-0043: the day of acceptance in Shanghai and the running number of that day."""
    return f"{prefix}{day:%y%m%d}-{running:04d}"


def open_case_ids(session: Session) -> list[int]:
    """All open cases."""
    return list(session.scalars(select(Case.id).where(Case.is_open.is_(True))))


def opened_between(session: Session, start: datetime, end: datetime) -> list[int]:
    """Cases opened in [start, end)."""
    return list(session.scalars(select(Case.id).where(Case.opened_at >= start, Case.opened_at < end)))


def suspended_cases(session: Session) -> list[int]:
    """Cases that wait for the end of a pause."""
    return list(session.scalars(select(Case.id).where(Case.is_open.is_(True), Case.stage == Stage.SUSPENDED)))


def provisional_cases(session: Session) -> list[int]:
    """Open cases with a deadline that was computed beyond the published calendar."""
    query = select(ClockRow.case_id).join(Case, Case.id == ClockRow.case_id)
    return list(session.scalars(query.where(Case.is_open.is_(True), ClockRow.provisional.is_(True)).distinct()))
