"""From a point to its chain of areas: the deepest area that holds it, and the building it stands at."""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame
from shapely import STRtree

from geo.crs import from_wgs84, shapes_from_wgs84

NEAR_BUILDING = 12.0  # metres; a point so close to a footprint is meant to be at the building


class Problem:
    """Why coordinates are no place in the district."""

    ZERO = "zero"
    SWAPPED = "swapped"
    METRES = "metres"
    INVALID = "invalid"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class _Layer:
    """The areas of one depth, sorted by code, in a tree."""

    codes: NDArray[np.object_]
    ids: NDArray[np.int64]
    tree: STRtree


class Locator:
    """Finds areas for points. Made once per set of areas; safe to share between threads.

    Args:
        areas: Columns `code`, `area_id` and a WGS 84 geometry, of any levels. The length of the code is the depth.
        metric_crs: A system in metres, for distances to buildings.
    """

    def __init__(self, areas: GeoDataFrame, metric_crs: str, building_digits: int = 18) -> None:
        self._crs = metric_crs
        digits = areas["code"].str.len()
        rows = areas.sort_values("code")
        self._layers = [
            _layer(rows[rows["code"].str.len() == length])
            for length in sorted(set(digits) - {building_digits}, reverse=True)
        ]
        self._buildings = _layer(rows[rows["code"].str.len() == building_digits], metric_crs)
        top = rows[digits.loc[rows.index] == digits.min()]
        self._bounds = top.total_bounds if len(top) else np.zeros(4)

    def locate(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> DataFrame:
        """Where points lie.

        Returns:
            One row per point: `code` of the deepest area or building ("" when there is none), `building_id` (−1 for
            none), `other` the second candidate of a point on a border, `rule` ("inside", "building",
            "border: lowest code" or ""), `problem` (see `Problem`, "" for none).
        """
        longitude, latitude = np.asarray(longitude, float), np.asarray(latitude, float)
        found = DataFrame(
            {
                "code": np.full(len(longitude), "", object),
                "building_id": np.full(len(longitude), -1),
                "other": np.full(len(longitude), "", object),
                "rule": np.full(len(longitude), "", object),
                "problem": self.problems(longitude, latitude),
            }
        )
        good = np.flatnonzero(found["problem"].to_numpy() == "")
        points = shapely.points(longitude[good], latitude[good])
        for layer in self._layers:
            missing = found["code"].to_numpy()[good] == ""
            self._place(found, layer, good[missing], points[missing])
        self._at_buildings(found, longitude, latitude)
        nowhere = (found["code"] == "") & (found["problem"] == "")
        found.loc[nowhere, "problem"] = Problem.OUTSIDE
        return found

    def problems(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.object_]:
        """What is wrong with coordinates on their face; "" where nothing is."""
        with np.errstate(invalid="ignore"):
            finite = np.isfinite(longitude) & np.isfinite(latitude)
            degrees = finite & (np.abs(longitude) <= 180) & (np.abs(latitude) <= 90)
            swapped = ~self._near(longitude, latitude) & self._near(latitude, longitude)
            zero = (np.abs(longitude) < 1e-3) & (np.abs(latitude) < 1e-3)
            cases = [~finite, zero, swapped, ~degrees]
        names = [Problem.INVALID, Problem.ZERO, Problem.SWAPPED, Problem.METRES]
        return np.select(cases, names, "").astype(object)

    def _near(self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Within a degree of the district, far closer than any confusion of the axes could bring a point."""
        west, south, east, north = self._bounds
        inside: NDArray[np.bool_] = (
            (longitude > west - 1) & (longitude < east + 1) & (latitude > south - 1) & (latitude < north + 1)
        )
        return inside

    def _place(self, found: DataFrame, layer: _Layer, rows: NDArray[np.int64], points: NDArray[np.object_]) -> None:
        at, area = layer.tree.query(points, predicate="intersects")
        order = np.lexsort((area, at))  # areas are sorted by code, so the lowest code comes first
        at, area = at[order], area[order]
        first = np.ones(len(at), bool)
        first[1:] = at[1:] != at[:-1]
        found.loc[rows[at[first]], "code"] = layer.codes[area[first]]
        found.loc[rows[at[first]], "rule"] = "inside"
        second = np.flatnonzero(~first & np.r_[True, first[:-1]][: len(first)])
        found.loc[rows[at[second]], "other"] = layer.codes[area[second]]
        found.loc[rows[at[second]], "rule"] = "border: lowest code"

    def _at_buildings(self, found: DataFrame, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> None:
        rows = np.flatnonzero(found["code"].to_numpy() != "")
        if not len(rows) or not len(self._buildings.codes):
            return
        points = shapely.points(*from_wgs84(longitude[rows], latitude[rows], self._crs))
        at, building = self._buildings.tree.query_nearest(points, max_distance=NEAR_BUILDING, all_matches=False)
        found.loc[rows[at], "code"] = self._buildings.codes[building]
        found.loc[rows[at], "building_id"] = self._buildings.ids[building]
        found.loc[rows[at], "rule"] = "building"


def _layer(areas: GeoDataFrame, metric_crs: str | None = None) -> _Layer:
    shapes = areas.geometry.to_numpy()
    if metric_crs:
        shapes = shapes_from_wgs84(shapes, metric_crs)
    return _Layer(areas["code"].to_numpy(object), areas["area_id"].to_numpy(np.int64), STRtree(shapes))
