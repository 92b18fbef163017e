"""Counts kept in the transaction of the fact: differences are collected and added in key order at the end."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, ancestors
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.counting import Mark, marks
from dashboard.domain.replay import CaseState
from dashboard.store.count_tables import (
    CATEGORIES,
    CELLS,
    CHANNEL_MEASURES,
    CHANNELS,
    DAYS,
    DEEPEST,
    HOURS,
    MONTHS,
    TABLES,
)
from dashboard.store.upsert import insert_or


@dataclass(frozen=True)
class Where:
    """Where and as what a case counts."""

    area_code: str
    channel: str
    cell: tuple[int, int] | None


Deltas = dict[Table, dict[tuple[Any, ...], Counter[str]]]


def count_case(
    session: Session,
    before: tuple[CaseState, Where] | None,
    after: tuple[CaseState, Where] | None,
) -> None:
    """Note how a case's change moves the counts: what it added is taken back, what it adds now is put in."""
    old, new = _weights(before, -1), _weights(after, +1)
    if before and after and before[1] == after[1] and before[0].category == after[0].category:
        old, new = Counter(), _difference(new, old)
    for weights, found in ((old, before), (new, after)):
        if found:
            _spread(_deltas(session), weights, found[1], found[0].category)


def count_report(session: Session, area_code: str, channel: str, accepted_at: datetime, weight: int = 1) -> None:
    """Note a report taken in by its own channel."""
    table = _deltas(session)[CHANNELS]
    for code in _codes(area_code, DEEPEST[CHANNELS]):
        table[code, shanghai_day(accepted_at), channel]["reports"] += weight


def _weights(found: tuple[CaseState, Where] | None, weight: int) -> Counter[Mark]:
    weights: Counter[Mark] = Counter()
    if found:
        for mark in marks(found[0]):
            weights[mark] += weight
    return weights


def _difference(new: Counter[Mark], old: Counter[Mark]) -> Counter[Mark]:
    total = new.copy()
    total.update(old)  # unlike "+", update keeps negative counts
    return Counter({mark: weight for mark, weight in total.items() if weight})


def _deltas(session: Session) -> Deltas:
    empty: Deltas = {table: defaultdict(Counter) for table in TABLES}
    deltas: Deltas = session.info.setdefault("counts", empty)
    return deltas


def _spread(deltas: Deltas, weights: Counter[Mark], where: Where, category: str) -> None:
    """Add marks to every row they count in."""
    codes = {table: _codes(where.area_code, deepest) for table, deepest in DEEPEST.items()}
    for (measure, instant), weight in weights.items():
        day = shanghai_day(instant)
        for code in codes[HOURS]:
            deltas[HOURS][code, hour_of(instant)][measure] += weight
            deltas[CATEGORIES][code, day, category][measure] += weight
            if measure in CHANNEL_MEASURES:
                deltas[CHANNELS][code, day, where.channel][measure] += weight
        for code in codes[DAYS]:
            deltas[DAYS][code, day][measure] += weight
            deltas[MONTHS][code, day.replace(day=1)][measure] += weight
        if measure == "received" and where.cell:
            deltas[CELLS][(day, *where.cell)][measure] += weight


def _codes(area_code: str, deepest: Level) -> list[str]:
    return [code for code in ancestors(area_code) if len(code) <= deepest]


def hour_of(instant: datetime) -> datetime:
    """The beginning of the hour; Shanghai's hours are those of UTC."""
    return instant.replace(minute=0, second=0, microsecond=0)


def flush(session: Session) -> None:
    """Add all noted differences to their rows, in key order, so that two writers never wait in a ring."""
    for table, rows in session.info.pop("counts", {}).items():
        if values := list(_rows(table, rows)):
            session.execute(addition(session, table), values)


def _rows(table: Table, rows: dict[tuple[Any, ...], Counter[str]]) -> Iterator[dict[str, Any]]:
    keys = [column.name for column in table.primary_key]
    measures = [column.name for column in table.columns if not column.primary_key]
    for key in sorted(rows):
        counted = rows[key]
        if any(counted.values()):
            yield dict(zip(keys, key, strict=True)) | {measure: counted[measure] for measure in measures}


def addition(session: Session, table: Table) -> Insert:
    """INSERT … ON CONFLICT: add to the row that is there."""
    statement = insert_or(session, table)
    sums = {column.name: column + statement.excluded[column.name] for column in table.columns if not column.primary_key}
    added: Insert = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)
    return added
