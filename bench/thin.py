"""Ten times the past without the hours it takes to write one: every case that ended before the last sixty days stands
ten times, with its clocks, and the counts of that time are ten times as high. Reports and events, which screens only
ask for by case, are not repeated, and the district stays as it is."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.databases import PRESENT, Step, path_of, ready, settings
from dashboard.config import Config
from dashboard.domain.calendars import shanghai_day
from dashboard.runtime import utc_now
from dashboard.store.bulk import drop_indexes, restore_indexes
from dashboard.store.count_tables import CATEGORIES, CELLS, CHANNELS, DAYS, HOURS, MONTHS
from dashboard.store.engine import open_database, writing
from dashboard.store.models import Case, ClockRow, table_of
from dashboard.store.types import to_micros

TIMES = 10
REPEATED = (table_of(Case), table_of(ClockRow))


def ten_times(cases: int, step: Step) -> Config:
    """Settings of a database with ten times as many cases as another."""
    path = path_of(TIMES * cases).with_suffix(".thin.db")
    if not path.exists():
        _make(cases, path, step)
    return settings(path)


def _make(cases: int, path: Path, step: Step) -> None:
    source = make_url(ready(cases, step).database.url).database
    unfinished = path.with_suffix(".part")
    step("copying the database")
    with sqlite3.connect(str(source)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(source), unfinished)
    sessions = open_database(f"sqlite:///{unfinished}")
    with writing(sessions, utc_now()) as session:
        drop_indexes(session, REPEATED)
    sessions.engine.dispose()
    _repeat(unfinished, step)
    step("making indexes")
    with writing(sessions, utc_now()) as session:
        restore_indexes(session)
        session.connection().exec_driver_sql("ANALYZE")
    sessions.engine.dispose()
    unfinished.rename(path)


def _repeat(path: Path, step: Step) -> None:
    before = utc_now() - PRESENT
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; BEGIN")
    highest = connection.execute("SELECT max(id) FROM cases").fetchone()[0]
    old = f"is_open = 0 AND ended_at < {to_micros(before)} AND id <= {highest}"
    for number in range(1, TIMES):
        step(f"repeating the past, {number} of {TIMES - 1}")
        change = {"id": f"id + {number * highest}", "number": f"number || '.{number}'"}
        columns = ", ".join(change.get(name, name) for name in _names(Case))
        connection.execute(f"INSERT INTO cases ({', '.join(_names(Case))}) SELECT {columns} FROM cases WHERE {old}")
        columns = ", ".join(f"case_id + {number * highest}" if name == "case_id" else name for name in _names(ClockRow))
        connection.execute(
            f"INSERT INTO clocks ({', '.join(_names(ClockRow))}) SELECT {columns} FROM clocks "
            f"WHERE case_id <= {highest} AND case_id IN (SELECT id FROM cases WHERE {old})"
        )
    _raise_counts(connection, before)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _names(model: type) -> list[str]:
    return [column.name for column in table_of(model).columns]


def _raise_counts(connection: sqlite3.Connection, before: object) -> None:
    day = shanghai_day(before - timedelta(days=31))  # type: ignore[operator]
    limits = {HOURS: to_micros(before), DAYS: day, MONTHS: day, CATEGORIES: day, CHANNELS: day, CELLS: day}  # type: ignore[arg-type]
    for table, limit in limits.items():
        keys = list(table.primary_key)
        time = next(column.name for column in keys if column.name in ("hour", "day", "month"))
        sums = ", ".join(f"{one.name} = {one.name} * {TIMES}" for one in table.columns if not one.primary_key)
        value = limit if isinstance(limit, int) else limit.isoformat()
        connection.execute(f"UPDATE {table.name} SET {sums} WHERE {time} < ?", [value])
