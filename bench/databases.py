"""Databases to measure on: the demo's district with a past of any size, built once and kept in var/bench/."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from dashboard.config import Config, load_config
from dashboard.config.load import read_yaml
from dashboard.demo.build import CITY_SEED, LIVED_UNTIL, demo_sites, is_built
from dashboard.demo.city import build_city
from dashboard.demo.district import write_district
from dashboard.demo.history import write_past
from dashboard.demo.life import live_missed_time
from dashboard.demo.plans import SEED
from dashboard.demo.volumes import HOUR, hour_weights, hourly_rate, spread
from dashboard.domain.calendars import shanghai_day
from dashboard.runtime import utc_now
from dashboard.services.desk import Desk, build_desk
from dashboard.services.policies import PolicyChangedError, keep_policies
from dashboard.serving import open_desk
from dashboard.store.bulk import analyze, drop_indexes, restore_indexes, without_collector
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import open_database, writing
from dashboard.store.models import Base, Case, CaseEvent, ClockRow, Report, table_of
from dashboard.store.recount import recount
from dashboard.store.schema import DEMO_MARK, is_current, upgrade, write_mark
from dashboard.store.types import from_micros, to_micros

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "var" / "bench"
LIVES_AT_ONCE = 100_000
PRESENT = timedelta(days=60)
PAST_YEARS = 8
LONG_AGO = date(2015, 1, 1)  # no case is older than its policy
Step = Callable[[str], None]


def path_of(cases: int) -> Path:
    """Where the database of so many cases is kept."""
    return FOLDER / f"{cases}.db"


def settings(database: Path, **sections: Any) -> Config:
    """The shipped configuration without sources, on a database of the bench and a port of loopback."""
    shipped = read_yaml(ROOT / "config.yaml")
    own = {
        "database": {"url": f"sqlite:///{database}"},
        "sources": [],
        "policies": [policy | {"effective_from": LONG_AGO} for policy in shipped["policies"]],
    }
    return load_config(ROOT / "config.yaml", own | sections)


def ready(cases: int, step: Step) -> Config:
    """Settings of a database with so many cases in which life has gone on until now."""
    config = settings(path_of(cases))
    if not _is_usable(config):
        forget(path_of(cases))
        _build(build_desk(config), cases, utc_now(), step)
    desk = open_desk(config)
    keep_policies(desk, utc_now())
    step("living the time since the last run")
    live_missed_time(desk, utc_now())
    desk.sessions.engine.dispose()
    return config


def _is_usable(config: Config) -> bool:
    """Whether the database is whole, of this schema and made with these policies."""
    sessions = open_database(config.database.url)
    if not is_current(sessions) or not _has_all_columns(sessions.engine) or not is_built(desk := build_desk(config)):
        return False
    try:
        keep_policies(desk, utc_now())
    except PolicyChangedError:
        return False
    return True


def _has_all_columns(engine: Engine) -> bool:
    """Whether every table is as the models have it: before a first release the schema changes under one version."""
    found = inspect(engine)
    return all(
        found.has_table(table.name)
        and {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())
        for table in Base.metadata.sorted_tables
    )


def _build(desk: Desk, cases: int, now: datetime, step: Step) -> None:
    """The district, its cases a hundred thousand at a time, and their counts; there whole or not at all."""
    upgrade(desk.sessions)
    with without_collector(), writing(desk.sessions, now) as session:
        write_mark(session, DEMO_MARK, "synthetic")
        step("building the district")
        write_district(session, build_city(CITY_SEED), CITY_SEED)
        drop_indexes(session, [table_of(model) for model in (Case, Report, CaseEvent, ClockRow)])
        _write_cases(session, desk, opening_instants(now, cases), now, step)
        step("making indexes")
        restore_indexes(session)
        step("counting")
        recount(session, desk.rules)
        analyze(session)
        write_mark(session, LIVED_UNTIL, str(to_micros(now)))
        announce(session, Announcement(ChangeKind.IMPORT))


def _write_cases(session: Session, desk: Desk, instants: np.ndarray, now: datetime, step: Step) -> None:
    sites = demo_sites(session, desk, now)
    for start in range(0, len(instants), LIVES_AT_ONCE):
        step(f"writing cases, {start:,} of {len(instants):,}")
        write_past(session, desk, sites, instants[start : start + LIVES_AT_ONCE], now)


def opening_instants(now: datetime, cases: int) -> np.ndarray:
    """When so many cases were opened. The last sixty days are those of the demo whatever the size of the past before
    them, which fills eight years: so databases of all sizes differ in their past only."""
    rng = np.random.default_rng(SEED)
    start = shanghai_day(now - timedelta(days=round(PAST_YEARS * 365.25)))
    hours, weights = hour_weights(start, now)
    is_present = hours >= to_micros(now - PRESENT)
    counts = np.zeros(len(hours), np.int64)
    rates = [hourly_rate(from_micros(int(hour))) for hour in hours[is_present]]
    counts[is_present] = rng.poisson(rates)
    rest = cases - int(counts.sum())
    if rest >= 0:
        past = weights * ~is_present
        counts += rng.multinomial(rest, past / past.sum())
    else:
        counts = _last(counts, cases)
    return spread(rng, hours, np.minimum(HOUR, to_micros(now) - hours), counts)


def _last(counts: np.ndarray, cases: int) -> np.ndarray:
    """Only the last so many of them."""
    later = counts[::-1].cumsum()[::-1] - counts
    kept: np.ndarray = np.clip(cases - later, 0, counts)
    return kept


@contextmanager
def working_copy(config: Config) -> Iterator[Config]:
    """A copy to write into, so that the kept databases go on differing in their past only."""
    kept, copy = Path(str(make_url(config.database.url).database)), FOLDER / "work.db"
    forget(copy)
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(kept, copy)
    try:
        yield settings(copy)
    finally:
        forget(copy)


def forget(database: Path) -> None:
    """Delete a database of the bench."""
    for file in FOLDER.glob(f"{database.name}*"):
        file.unlink()


def open_cases(path: Path) -> int:
    """How many cases are open in a database."""
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT count(*) FROM cases WHERE is_open = 1").fetchone()[0])
