"""History from a CSV file, beside what Python's sqlite3 needs for nothing but writing the same rows."""

import csv
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from bench.databases import FOLDER, forget, settings
from bench.rows import Row, at_least, ratio_at_least
from bench.setting import Setting, milliseconds
from dashboard.config import Config
from dashboard.config.sources import Translation
from dashboard.demo.build import CITY_SEED
from dashboard.demo.city import build_city
from dashboard.demo.district import write_district
from dashboard.domain.calendars import SHANGHAI
from dashboard.runtime import utc_now
from dashboard.services.case_import import import_cases
from dashboard.services.desk import Desk, build_desk
from dashboard.store.count_tables import TABLES as COUNTS
from dashboard.store.engine import writing
from dashboard.store.schema import upgrade

RATE, SHARE = 5_000, 0.3
MOST = 1_000_000
QUICK = 40_000
TABLES = ("cases", "reports", "events", *(table.name for table in COUNTS))
AT_ONCE = 50_000
SOURCE = Translation(id="past", channel="hotline", time_zone="Asia/Shanghai", closed_statuses=("closed",))


def importing(setting: Setting) -> Iterator[Row]:
    """Rows a second from the file to the counts, all included."""
    rows = QUICK if setting.is_quick else min(setting.cases, MOST)
    path, database = FOLDER / f"past-{rows}.csv", FOLDER / "import.db"
    forget(database)
    setting.step("making the district")
    config = settings(database)
    desk = _with_district(config)
    if not path.exists():
        setting.step(f"writing a file of {rows:,} rows")
        _write(path, rows, config, utc_now())
    began = time.perf_counter()
    done = import_cases(
        desk, path, SOURCE, utc_now(), lambda n, _all: setting.step(f"importing, {n:,} of {rows:,}"), setting.step
    )
    took = time.perf_counter() - began
    desk.sessions.engine.dispose()
    plain = _plainly(database, setting)
    note = f"{took:.0f} s, {done.new:,} new; reference: the same rows and indexes by plain executemany"
    gates = [at_least(RATE), ratio_at_least(SHARE)]
    what = f"{rows:,} rows of CSV, end to end"
    yield Row("import", what, rows / took, "rows/s", reference=rows / plain, gates=gates, note=note)
    forget(database)


def _with_district(config: Config) -> Desk:
    """A database with areas and no case."""
    desk, now = build_desk(config), utc_now()
    upgrade(desk.sessions)
    with writing(desk.sessions, now) as session:
        write_district(session, build_city(CITY_SEED), CITY_SEED)
    return desk


def _write(path: Path, rows: int, config: Config, now: datetime) -> None:
    """Closed complaints of eight years all over the district."""
    rng = np.random.default_rng(3)
    ages = np.sort(rng.uniform(1, 8 * 365, rows))[::-1]
    east, north = rng.uniform(112.36, 112.47, rows), rng.uniform(34.63, 34.75, rows)
    categories = [category.id for category in config.categories]
    chosen = rng.integers(0, len(categories), rows)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "category", "time", "longitude", "latitude", "address", "status"])
        for number in range(rows):
            at = (now - timedelta(days=float(ages[number]))).astimezone(SHANGHAI)
            writer.writerow(
                [f"P{number}", "小区门口路灯不亮，已有三天，夜间出行不便，请尽快维修。", categories[chosen[number]],
                 f"{at:%Y-%m-%d %H:%M:%S}", f"{east[number]:.6f}", f"{north[number]:.6f}", "", "closed"]
            )  # fmt: skip
    part.rename(path)


def _plainly(database: Path, setting: Setting) -> float:
    """Seconds to write the same rows with plain executemany, and then to make the same indexes."""
    copy, took = database.with_name("plain.db"), 0.0
    forget(copy)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=NORMAL")
        for table in TABLES:
            setting.step(f"writing {table} plainly")
            target.execute(_made(source, "type = 'table' AND name = ?", table)[0])
            rows = source.execute(f"SELECT * FROM {table}")
            statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows.description))})"
            while part := rows.fetchmany(AT_ONCE):
                took += milliseconds(partial(_insert, target, statement, part))
            for index in _made(source, "type = 'index' AND tbl_name = ? AND sql IS NOT NULL", table):
                took += milliseconds(partial(target.execute, index))
    forget(copy)
    return took / 1000


def _made(source: sqlite3.Connection, condition: str, table: str) -> list[str]:
    return [sql for (sql,) in source.execute(f"SELECT sql FROM sqlite_master WHERE {condition}", [table])]


def _insert(target: sqlite3.Connection, statement: str, rows: list[tuple[object, ...]]) -> None:
    target.executemany(statement, rows)
    target.commit()
