"""Points to areas: a hundred thousand of them in the demo's district, half at buildings, some outside."""

from collections.abc import Iterator

import numpy as np
import shapely
from geopandas import GeoDataFrame

from bench.rows import Row, at_most
from bench.setting import SMALL, Setting, median, milliseconds
from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.runtime import utc_now
from dashboard.serving import open_desk
from dashboard.store.areas import area_frame
from geo.locate import Locator

POINTS, SECONDS = 100_000, 3.0


def locating(setting: Setting) -> Iterator[Row]:
    """Seconds for all of them, beside the bare tree that finds the deepest area without the rest."""
    desk = open_desk(setting.database(SMALL))
    with desk.sessions.read() as session:
        areas = area_frame(session, shanghai_day(utc_now()))
    setting.step("locating points")
    locator = Locator(areas, desk.config.district.cell_crs)
    longitude, latitude = _points(areas)
    locator.locate(longitude[:100], latitude[:100])
    took = median([milliseconds(lambda: locator.locate(longitude, latitude)) / 1000 for _ in range(setting.times(5))])
    bare = median([milliseconds(lambda: _bare(areas, longitude, latitude)) / 1000 for _ in range(setting.times(5))])
    note = f"{POINTS / took:,.0f} a second; reference: grids by a bare tree"
    what = f"{POINTS:,} points to grid and building"
    yield Row("locate", what, took, "s", reference=bare, gates=[at_most(SECONDS)], note=note)
    desk.sessions.engine.dispose()


def _points(areas: GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    west, south, east, north = areas.total_bounds
    anywhere = rng.uniform((west, south), (east, north), (POINTS // 2, 2))
    buildings = areas[areas["code"].str.len() == Level.BUILDING].geometry.to_numpy()
    centres = shapely.get_coordinates(shapely.centroid(buildings))
    near = centres[rng.integers(0, len(centres), POINTS - len(anywhere))] + rng.normal(0, 1e-4, (POINTS // 2, 2))
    points = rng.permutation(np.concatenate([anywhere, near]))
    return points[:, 0], points[:, 1]


def _bare(areas: GeoDataFrame, longitude: np.ndarray, latitude: np.ndarray) -> None:
    grids = areas[areas["code"].str.len() == Level.GRID].geometry.to_numpy()
    shapely.STRtree(grids).query(shapely.points(longitude, latitude), predicate="intersects")
