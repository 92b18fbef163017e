"""Makers of test data with plain defaults: a tiny district, reports, a desk to work at."""

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame
from shapely import box
from sqlalchemy import inspect

from dashboard.config import Config, load_config
from dashboard.domain.access import Actor, Role, Scope
from dashboard.domain.reports import Incoming
from dashboard.services.area_import import refresh_names
from dashboard.services.desk import Desk, build_desk
from dashboard.services.openings import Origin
from dashboard.store.area_writing import insert_areas
from dashboard.store.engine import writing
from dashboard.store.schema import upgrade

ROOT = Path(__file__).parent.parent
DISTRICT = "410303"
WEST, SOUTH, STEP = 112.40, 34.66, 0.01
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # a Tuesday, 12:00 in Shanghai
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_areas() -> GeoDataFrame:
    """A district of 2 subdistricts × 2 communities × 2 grids × 2 buildings, as boxes side by side.

    Each grid is 0.01° × 0.01°, from west to east; buildings stand in its middle.
    """
    rows: list[dict[str, Any]] = []

    def add(code: str, name: str, west: float, east: float, **more: Any) -> None:
        shape = more.pop("shape", box(west, SOUTH, east, SOUTH + STEP))
        people = {"households": 10 ** (21 - len(code)) // 1000, "residents": 2 * 10 ** (21 - len(code)) // 1000}
        rows.append({"code": code, "name": name, "parent": code[:-3], "properties": more, "geometry": shape} | people)

    add(DISTRICT, "西工区", WEST, WEST + 8 * STEP)
    for grid in range(8):
        subdistrict, community = grid // 4 + 1, grid // 2 % 2 + 1
        west = WEST + grid * STEP
        code = f"{DISTRICT}{subdistrict:03d}"
        if grid % 4 == 0:
            add(code, f"{'东西'[subdistrict - 1]}街街道", west, west + 4 * STEP)
        if grid % 2 == 0:
            add(f"{code}{community:03d}", f"{'甲乙丙丁'[grid // 2]}苑社区", west, west + 2 * STEP)
        grid_code = f"{code}{community:03d}{grid % 2 + 1:03d}"
        add(grid_code, f"第{grid % 2 + 1}网格", west, west + STEP)
        for building in (1, 2):
            left = west + 0.002 + 0.004 * (building - 1)
            shape = box(left, SOUTH + 0.004, left + 0.0005, SOUTH + 0.005)
            address = f"{'春夏秋冬风花雪月'[grid]}林路{grid + 1}号院{building}号楼"
            add(f"{grid_code}{building:03d}", f"{building}号楼", 0, 0, shape=shape, address=address)
    frame = GeoDataFrame(rows, crs="EPSG:4326")
    frame["area_id"] = range(1, len(frame) + 1)
    return frame


def point_in(grid: int) -> tuple[float, float]:
    """A point in the open of the n-th grid from the west (0 to 7)."""
    return WEST + grid * STEP + 0.0085, SOUTH + 0.008


def point_at(grid: int, building: int = 1) -> tuple[float, float]:
    """A point in a building of the n-th grid."""
    return WEST + grid * STEP + 0.0022 + 0.004 * (building - 1), SOUTH + 0.0045


def make_config(database: str, **overlay: Any) -> Config:
    """The shipped configuration with another database. Reports only join cases that their source names, as most tests
    tell the same thing again and again and mean another."""
    usual = {"database": {"url": database}, "merging": {"automatic": False}}
    return load_config(ROOT / "config.yaml", usual | overlay)


def make_desk(database: str, **overlay: Any) -> Desk:
    """A desk with a migrated database that holds the tiny district."""
    path = Path(database.removeprefix("sqlite:///"))
    if database.startswith("sqlite") and not path.exists():
        shutil.copy(_laid_out(), path)
    desk = build_desk(make_config(database, **overlay))
    if not inspect(desk.sessions.engine).has_table("areas"):
        lay_out(desk)
    return desk


def lay_out(desk: Desk) -> None:
    """Make the tables of an empty database by the migrations, and the tiny district in them."""
    upgrade(desk.sessions)
    with writing(desk.sessions, NOON) as session:
        insert_areas(session, make_areas(), date(2020, 1, 1))
        refresh_names(session, date(2020, 1, 1))


@cache
def _laid_out() -> Path:
    """A file with the tiny district, made once in a process: copies of it are quicker than migrations."""
    path = Path(tempfile.mkdtemp(prefix="yw")) / "district.db"
    desk = build_desk(make_config(f"sqlite:///{path}"))
    lay_out(desk)
    with desk.sessions.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    desk.sessions.engine.dispose()
    return path


def make_report(external_id: str = "1", **more: Any) -> Incoming:
    """A report with text, a category, and a place in the first grid unless told otherwise."""
    x, y = point_in(0)
    said: dict[str, Any] = {"text": "楼下路灯不亮", "category": "road/lamp", "source_at": NOON - MINUTE, "x": x, "y": y}
    return Incoming(external_id=external_id, **(said | more))


def make_origin(**more: Any) -> Origin:
    """The origin of a batch from the hotline."""
    said: dict[str, Any] = {
        "source": "hotline",
        "channel": "hotline",
        "crs": "wgs84",
        "start_from": NOON - 30 * DAY,
        "fetched_at": NOON,
    }
    return Origin(**(said | more))


def make_actor(name: str = "handler", **more: Any) -> Actor:
    """Somebody who may act in the whole district."""
    return Actor(**({"id": name, "name": name, "role": Role.ADMIN, "scope": Scope(DISTRICT)} | more))


def no_places() -> pd.DataFrame:
    """A gazetteer without names."""
    return pd.DataFrame(columns=["kind", "name", "area_code", "longitude", "latitude"])
