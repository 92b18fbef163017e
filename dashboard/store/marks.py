"""All marks of all cases as arrays, read from the kept cases and clocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, extract, func, select, type_coerce
from sqlalchemy.orm import Session

from dashboard.domain.counting import marks
from dashboard.domain.policies import Rules
from dashboard.domain.replay import replay
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.store.logs import chunks, logs_of
from dashboard.store.models import Case, ClockRow, Report
from dashboard.store.types import to_micros

Ints = NDArray[np.int64]
NEVER = -1


@dataclass
class Cases:
    """What cases count as, one entry per case, sorted by id. Texts are numbers into their lists."""

    ids: Ints
    areas: Ints
    categories: Ints
    channels: Ints
    cells: Ints
    area_codes: list[str]
    category_names: list[str]
    channel_names: list[str]


@dataclass
class Marks:
    """Marks by measure: the case (an index into `Cases`) and the instant in microseconds."""

    found: dict[str, list[tuple[Ints, Ints]]] = field(default_factory=dict)

    def add(self, measure: str, cases: Ints, instants: Ints) -> None:
        """Add marks of one measure; instants that never were are left out."""
        real = instants != NEVER
        if real.any():
            self.found.setdefault(measure, []).append((cases[real], instants[real]))

    def of(self, measure: str) -> tuple[Ints, Ints]:
        """All marks of one measure."""
        parts = self.found.get(measure, [])
        empty = np.zeros(0, np.int64)
        return (
            np.concatenate([part[0] for part in parts] or [empty]),
            np.concatenate([part[1] for part in parts] or [empty]),
        )


def micros(column: Any, dialect: str) -> ColumnElement[int]:
    """An instant as microseconds since 1970, NEVER for none."""
    if dialect == "sqlite":
        return func.coalesce(type_coerce(column, BigInteger), NEVER)
    return func.coalesce(cast(extract("epoch", column) * 1_000_000, BigInteger), NEVER)


def read_marks(session: Session, rules: Rules, condition: ColumnElement[bool]) -> tuple[Cases, Marks, Marks]:
    """Cases that fulfil a condition on `cases`, their marks, and the marks of their reports by channel.

    Cases with one round are read from their kept rows; the few with more are replayed.
    """
    dialect = session.get_bind().dialect.name
    columns = [Case.id, Case.area_code, Case.category, Case.channel, Case.cell_east, Case.cell_north]
    instants = [micros(column, dialect) for column in (Case.opened_at, Case.closed_at, Case.ended_at)]
    query = select(*columns, *instants, Case.close_level, Case.stage, Case.round).where(condition).order_by(Case.id)
    table = _columns(session, query, 12)
    cases = _cases(table)
    found = Marks()
    counted = np.array(table[10], object) != Stage.MERGED  # a merged case counts nowhere; its reports still do
    plain = counted & (np.array(table[11], np.int64) == 1)
    index = np.arange(len(plain))
    opened, closed, left = (np.array(table[number], np.int64) for number in (6, 7, 8))
    found.add("received", index[plain], opened[plain])
    found.add("closed", index[plain], closed[plain])
    found.add("ended", index[plain], left[plain])
    for level in ("grid", "community", "subdistrict", "district"):
        chosen = plain & (np.array(table[9], object) == level)
        found.add(f"closed_at_{level}", index[chosen], closed[chosen])
    rejected = plain & (np.array(table[10], object) == Stage.REJECTED)
    found.add("rejected", index[rejected], opened[rejected])
    _add_clocks(session, found, cases, condition, dialect)
    _add_replayed(session, rules, found, cases, [int(number) for number in cases.ids[counted & ~plain]])
    return cases, found, _report_marks(session, cases, condition, dialect)


def _columns(session: Session, query: Any, width: int) -> list[Sequence[Any]]:
    """The rows of a query as columns, read in pieces."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for part in _partitions(session, query):
        for column, values in zip(columns, zip(*part, strict=True), strict=True):
            column.extend(values)
    return list(columns)


def _cases(table: list[Sequence[Any]]) -> Cases:
    area_codes, areas = _numbered(table[1])
    category_names, categories = _numbered(table[2])
    channel_names, channels = _numbered(table[3])
    cells = np.array([[NEVER if v is None else v for v in table[number]] for number in (4, 5)], np.int64).T
    return Cases(
        ids=np.array(table[0], np.int64),
        areas=areas,
        categories=categories,
        channels=channels,
        cells=cells.reshape(-1, 2),
        area_codes=area_codes,
        category_names=category_names,
        channel_names=channel_names,
    )


def _numbered(texts: Sequence[str]) -> tuple[list[str], Ints]:
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(text, len(numbers)) for text in texts]
    return list(numbers), np.array(found, np.int64)


def _add_clocks(session: Session, found: Marks, cases: Cases, condition: ColumnElement[bool], dialect: str) -> None:
    """The clocks of cases with one round; `not required` covers those of rejected and withdrawn cases' closing."""
    ended = and_(Case.stage.in_([Stage.REJECTED, Stage.WITHDRAWN]), ClockRow.name == ClockName.CLOSE)
    result = case(
        (ended | ClockRow.required.is_(False), 0),
        (ClockRow.stopped_at.is_(None), 1),
        (ClockRow.stopped_at <= ClockRow.due_at, 2),
        else_=3,
    )
    query = select(ClockRow.case_id, ClockRow.name, micros(ClockRow.due_at, dialect), result)
    query = query.join(Case, Case.id == ClockRow.case_id).where(condition, Case.round == 1, Case.stage != Stage.MERGED)
    for part in _partitions(session, query):
        case_ids, names, due, results = zip(*part, strict=True)
        index, due_at = np.searchsorted(cases.ids, np.array(case_ids)), np.array(due, np.int64)
        name, outcome = np.array(names, object), np.array(results)
        for clock in ClockName:
            mine = name == clock
            for measure, outcomes in (("not_required", (0,)), ("due", (1, 2, 3)), ("met", (2,)), ("met_late", (3,))):
                chosen = mine & np.isin(outcome, outcomes)
                found.add(f"{clock}_{measure}", index[chosen], due_at[chosen])


def _add_replayed(session: Session, rules: Rules, found: Marks, cases: Cases, ids: list[int]) -> None:
    for chunk in chunks(ids):
        for case_id, log in logs_of(session, chunk).items():
            index = np.searchsorted(cases.ids, [case_id])
            for measure, instant in marks(replay(log, rules)):
                found.add(measure, index, np.array([to_micros(instant)]))


def _report_marks(session: Session, cases: Cases, condition: ColumnElement[bool], dialect: str) -> Marks:
    """Reports by their own channel, at the place of their case."""
    found = Marks()
    query = select(Report.case_id, Report.channel, micros(Report.accepted_at, dialect))
    query = query.join(Case, Case.id == Report.case_id).where(condition)
    for part in _partitions(session, query):
        case_ids, channels, accepted = zip(*part, strict=True)
        index, at, channel = (
            np.searchsorted(cases.ids, np.array(case_ids)),
            np.array(accepted),
            np.array(channels, object),
        )
        for name in set(channels):
            found.add(name, index[channel == name], at[channel == name])
    return found


def _partitions(session: Session, query: Any) -> Iterator[Sequence[Any]]:
    with session.execute(query, execution_options={"yield_per": 200_000}) as result:
        yield from result.partitions()
