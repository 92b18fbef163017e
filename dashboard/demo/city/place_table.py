"""The table of places: every name that a text may use for a place in the district, once."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from dashboard.demo.city import official
from dashboard.demo.city.arrays import Geometry, Shapes, shapes_of
from dashboard.demo.city.projection import DIGITS, to_degrees
from dashboard.demo.city.shells import Shells
from dashboard.demo.city.street_names import lengths_in
from dashboard.demo.city.town import Built, Divided, Ground, Named
from dashboard.demo.city.water import STREAM_NAME
from dashboard.demo.city.ways import ROAD_KINDS

_LEVELS = (15, 12, 9, 6)

Row = tuple[str, str, str, Geometry]
"""Name, kind, area code and point (m)."""


def common_ancestor(codes: Iterable[str]) -> str:
    """The deepest area that contains all areas."""
    found = set(codes)
    shared = (next(iter(found))[:level] for level in _LEVELS if len({code[:level] for code in found}) == 1)
    return next(shared, "")


def _middle_of(line: Geometry) -> Geometry:
    """The point half-way along the longest part of a line."""
    longest = max(shapely.get_parts(line), key=lambda part: part.length)
    return longest.interpolate(0.5, normalized=True)


class PlaceTable:
    """Collects the names of one town."""

    def __init__(self, ground: Ground, built: Built, divided: Divided, named: Named, shells: Shells) -> None:
        self._site, self._built, self._divided, self._named = ground.site, built, divided, named
        self._shells = shells

    def frame(self, areas: GeoDataFrame) -> pd.DataFrame:
        """All places (WGS 84 degrees), no name twice: of two alike the surer kind stays."""
        rows = [*self._compounds(), *self._landmarks(), *self._roads(), *self._official()]
        table = _table([row[:3] for row in rows], to_degrees(shapes_of([row[3] for row in rows])))
        return pd.concat([_addresses(areas), table]).drop_duplicates("name", ignore_index=True)

    def _grid_code(self, cell: int) -> str:
        grids = self._divided.grids
        return grids.codes[int(grids.of_cell[cell])]

    def _compounds(self) -> Iterator[Row]:
        for cell in np.unique(self._built.buildings.cells).tolist():
            point = self._site.ground[cell].point_on_surface()
            yield self._named.compounds[cell], "compound", self._grid_code(cell), point

    def _landmarks(self) -> Iterator[Row]:
        cells_of: dict[str, list[int]] = {}
        for cell, name in self._named.landmarks.items():
            cells_of.setdefault(name, []).append(cell)
        for name, cells in cells_of.items():
            point = shapely.union_all(self._site.fabric.cells[cells]).point_on_surface()
            yield name, "landmark", common_ancestor(self._grid_code(cell) for cell in cells), point

    def _roads(self) -> Iterator[Row]:
        streets, codes = self._site.streets, np.array(self._divided.grids.codes)
        beside = lengths_in(self._site.fabric, streets, self._divided.grids.of_cell) > 0
        for index, (line, kind) in enumerate(zip(streets.lines, streets.kinds, strict=True)):
            area = common_ancestor(codes[beside[index]].tolist())
            if kind in ROAD_KINDS and self._named.streets[index]:
                yield self._named.streets[index], "road", area, _middle_of(line)
            elif kind == "stream":
                yield STREAM_NAME, "landmark", area, _middle_of(line)

    def _official(self) -> Iterator[Row]:
        """Full names first, so that a short form never takes the place of a full name."""
        levels = (
            ("community", self._divided.communities.official, self._shells.communities),
            ("subdistrict", official.subdistricts(), self._shells.subdistricts),
        )
        for kind, areas, shapes in levels:
            for area, point in zip(areas, shapely.point_on_surface(shapes), strict=True):
                yield area.name, kind, area.code, point
        for kind, areas, shapes in levels:
            for area, point in zip(areas, shapely.point_on_surface(shapes), strict=True):
                if not official.DISTRICT_NAME.startswith(area.short_name):
                    yield area.short_name, kind, area.code, point


def _addresses(areas: GeoDataFrame) -> pd.DataFrame:
    """The address of every building."""
    buildings = areas[areas["code"].str.len() == 18]
    named = zip(buildings["properties"], buildings["code"], strict=True)
    rows = [(properties["address"], "building", code) for properties, code in named]
    return _table(rows, shapely.point_on_surface(buildings.geometry.to_numpy()))


def _table(rows: list[tuple[str, str, str]], points: Shapes) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["name", "kind", "area_code"])
    table["longitude"], table["latitude"] = shapely.get_coordinates(points).round(DIGITS).T
    return table
