"""All counts made anew from the kept cases and clocks, with arrays instead of one upsert per case."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Table, delete, true
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.counting import MEASURES
from dashboard.domain.policies import Rules
from dashboard.store.bulk import is_empty, write_rows
from dashboard.store.count_tables import CATEGORIES, CELLS, CHANNELS, DAYS, DEEPEST, HOURS, MONTHS, TABLES
from dashboard.store.counts import addition
from dashboard.store.marks import Cases, Ints, Marks, read_marks
from dashboard.store.types import from_micros

HOUR, DAY = 3_600_000_000, 86_400_000_000  # microseconds
SHANGHAI = 8 * HOUR  # ahead of UTC, without summer time since 1991
EPOCH = date(1970, 1, 1)


def recount(session: Session, rules: Rules, condition: ColumnElement[bool] | None = None) -> None:
    """Make the counts anew. With a condition on cases, theirs are added to what is counted already."""
    if condition is None:
        for table in TABLES:
            session.execute(delete(table))
    cases, found, reports = read_marks(session, rules, true() if condition is None else condition)
    add_counts(session, cases, found, reports, is_fresh=condition is None or is_empty(session, DAYS))


def add_counts(session: Session, cases: Cases, found: Marks, reports: Marks, *, is_fresh: bool) -> None:
    """Write the counts of cases whose marks are known; onto empty tables rows are written as they are."""
    if not len(cases.ids):
        return
    write = write_rows if is_fresh else _add_rows
    everything = {measure: found.of(measure) for measure in MEASURES}
    for table, bucket in ((HOURS, _hours), (DAYS, _days), (MONTHS, _months)):
        rows = _area_rows(cases, everything, DEEPEST[table], bucket, None)
        write(session, table, _names(table), ((code, _key(table, at), *n) for code, at, _, n in rows))
    rows = _area_rows(cases, everything, DEEPEST[CATEGORIES], _days, cases.categories)
    names = cases.category_names
    write(session, CATEGORIES, _names(CATEGORIES), ((code, _day(at), names[k], *n) for code, at, k, n in rows))
    _write_channels(session, write, cases, everything, reports)
    _write_cells(session, write, cases, everything["received"])


Write = Callable[[Session, Table, Sequence[str], Iterator[Sequence[Any]]], None]
MarksByMeasure = dict[str, tuple[Ints, Ints]]


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _hours(instants: Ints) -> Ints:
    return instants // HOUR


def _days(instants: Ints) -> Ints:
    return (instants + SHANGHAI) // DAY


def _months(instants: Ints) -> Ints:
    days = _days(instants).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


@lru_cache(maxsize=20_000)
def _day(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()


def _key(table: Table, bucket: int) -> Any:
    return bucket * HOUR if table is HOURS else _day(bucket)


def _area_rows(
    cases: Cases, everything: MarksByMeasure, deepest: Level, bucket: Callable[[Ints], Ints], extra: Ints | None
) -> Iterator[tuple[str, int, int, list[int]]]:
    """Rows (area code, bucket, extra key, counts per measure) of every level down to `deepest`."""
    buckets = {measure: bucket(instants) for measure, (_, instants) in everything.items()}
    low = min((int(found.min()) for found in buckets.values() if len(found)), default=0)
    span = max((int(found.max()) for found in buckets.values() if len(found)), default=0) - low + 1
    extras = int(extra.max()) + 1 if extra is not None else 1
    for level in (length for length in Level if length <= deepest):
        codes, of_area = _at_level(cases.area_codes, level)
        if not codes:
            continue
        area = of_area[cases.areas]
        keys, counts = _tally(everything, buckets, area, extra, low, span, extras)
        for key, row in zip(keys.tolist(), counts.tolist(), strict=True):
            rest, number = divmod(key, extras)
            index, at = divmod(rest, span)
            yield codes[index], at + low, number, row


def _at_level(area_codes: list[str], level: Level) -> tuple[list[str], Ints]:
    """The codes of a level, and for each area code the number of its ancestor there, −1 when it is not so deep."""
    codes = sorted({code[:level] for code in area_codes if len(code) >= level})
    number = {code: index for index, code in enumerate(codes)}
    return codes, np.array(
        [number.get(code[:level], -1) if len(code) >= level else -1 for code in area_codes], np.int64
    )


def _tally(
    everything: MarksByMeasure,
    buckets: dict[str, Ints],
    area: Ints,
    extra: Ints | None,
    low: int,
    span: int,
    extras: int,
) -> tuple[Ints, Ints]:
    """Keys that occur and their counts per measure."""
    parts = []
    for measure, (case, _) in everything.items():
        key = area[case] * span + (buckets[measure] - low)
        if extra is not None:
            key = key * extras + extra[case]
        parts.append(np.unique(key[area[case] >= 0], return_counts=True))
    keys = np.unique(np.concatenate([part[0] for part in parts]))
    counts = np.zeros((len(keys), len(parts)), np.int64)
    for number, (found, times) in enumerate(parts):
        counts[np.searchsorted(keys, found), number] = times
    return keys, counts


def _write_channels(session: Session, write: Write, cases: Cases, everything: MarksByMeasure, reports: Marks) -> None:
    names = list(dict.fromkeys([*cases.channel_names, *reports.found]))
    counted: dict[tuple[str, int, int], list[int]] = {}
    own = {measure: everything[measure] for measure in ("received", "closed")}
    for code, at, channel, (received, closed) in _area_rows(cases, own, DEEPEST[CHANNELS], _days, cases.channels):
        counted[code, at, channel] = [0, received, closed]
    for name in reports.found:
        by_report = {"reports": reports.of(name)}
        for code, at, _, (number,) in _area_rows(cases, by_report, DEEPEST[CHANNELS], _days, None):
            counted.setdefault((code, at, names.index(name)), [0, 0, 0])[0] += number
    rows = ((code, _day(at), names[channel], *n) for (code, at, channel), n in sorted(counted.items()))
    write(session, CHANNELS, _names(CHANNELS), rows)


def _write_cells(session: Session, write: Write, cases: Cases, received: tuple[Ints, Ints]) -> None:
    case, instants = received
    cells = cases.cells[case]
    known = cells[:, 0] != -1
    keys, counts = np.unique(np.column_stack([_days(instants), cells])[known], axis=0, return_counts=True)
    rows = ((_day(day), east, north, n) for (day, east, north), n in zip(keys.tolist(), counts.tolist(), strict=True))
    write(session, CELLS, _names(CELLS), rows)


def _same(value: Any) -> Any:
    return value


def _add_rows(session: Session, table: Table, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """Add counts to rows that may be there already."""
    read: dict[str, Callable[[Any], Any]] = {
        "hour": from_micros,
        "day": date.fromisoformat,
        "month": date.fromisoformat,
    }
    values = [{name: read.get(name, _same)(v) for name, v in zip(columns, row, strict=True)} for row in rows]
    if values:
        session.execute(addition(session, table), values)
