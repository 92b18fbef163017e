"""The map features beside the areas: roads, water, green and compounds."""

from collections.abc import Iterable

import numpy as np
import shapely
from geopandas import GeoDataFrame

from dashboard.demo.city.arrays import Geometry, Random, Shapes
from dashboard.demo.city.greenery import parcels, woods
from dashboard.demo.city.landmarks import LAKE_PARK
from dashboard.demo.city.projection import WGS84, to_valid_degrees
from dashboard.demo.city.town import Built, Divided, Ground, Named
from dashboard.demo.city.water import LAKE_NAME, RIVER_NAME, STREAM_HALF_WIDTH, STREAM_NAME, islands, lake_in, river
from dashboard.demo.city.ways import ROAD_KINDS

_LEAST_COMPOUND = 400.0
_LEAST_LANE = 10.0

Row = tuple[str, str, str, str, Geometry]
"""Layer, kind, name, area code and geometry (m)."""


class Features:
    """Collects the features of one town."""

    def __init__(self, ground: Ground, built: Built, divided: Divided, named: Named, random: Random) -> None:
        self._ground, self._built, self._divided, self._named = ground, built, divided, named
        self._random = random
        self._open = ground.site.ground
        lake_park = self._park([cell for cell, name in built.named.items() if name == LAKE_PARK])
        self._lake = lake_in(lake_park, random)

    def frame(self) -> GeoDataFrame:
        """All features in WGS 84 degrees."""
        rows = [*self._roads(), *self._lanes(), *self._water(), *self._green(), *self._compounds()]
        table = dict(
            zip(("layer", "kind", "name", "area_code"), zip(*(row[:4] for row in rows), strict=True), strict=True)
        )
        shapes = np.array([row[4] for row in rows], dtype=object)
        return GeoDataFrame(table, geometry=to_valid_degrees(shapes), crs=WGS84)

    def _roads(self) -> Iterable[Row]:
        streets = self._ground.site.streets
        for line, kind, name in zip(streets.lines, streets.kinds, self._named.streets, strict=True):
            if kind in ROAD_KINDS:
                yield "road", kind, name, "", line

    def _lanes(self) -> Iterable[Row]:
        for plan in self._built.plans:
            for lane in plan.lanes:
                if lane.length > _LEAST_LANE:
                    yield "road", "lane", "", "", lane

    def _water(self) -> Iterable[Row]:
        outline = self._ground.outline
        wide = river(outline)
        brook = self._ground.stream.buffer(STREAM_HALF_WIDTH).intersection(outline).difference(wide)
        yield "water", "river", RIVER_NAME, "", wide
        yield "water", "stream", STREAM_NAME, "", brook
        yield "water", "lake", LAKE_NAME, "", self._lake

    def _green(self) -> Iterable[Row]:
        yield from self._parks()
        for island in islands():
            yield "park", "park", "", "", island
        yield from self._farmland()
        for plan in self._built.plans:
            for pitch in plan.pitches:
                yield "park", "pitch", "", "", pitch

    def _parks(self) -> Iterable[Row]:
        cells_of: dict[str, list[int]] = {}
        for cell in np.flatnonzero(self._built.use == "park").tolist():
            name = self._named.landmarks.get(cell, "")
            cells_of.setdefault(name or str(cell), []).append(cell)
        for name, cells in cells_of.items():
            shape = self._park(cells).difference(self._lake)
            if shape.area > _LEAST_COMPOUND:
                yield "park", "park", "" if name.isdigit() else name, "", shape

    def _park(self, cells: list[int]) -> Geometry:
        """The ground of several cells, without the walls between them."""
        whole = shapely.union_all(self._open[cells])
        return whole if len(cells) == 1 else whole.buffer(2, join_style="mitre").buffer(-2, join_style="mitre")

    def _farmland(self) -> Iterable[Row]:
        use = self._built.use
        grounds = self._open[(use == "field") & (shapely.area(self._open) > _LEAST_COMPOUND)]
        fields, orchards = parcels(grounds, self._random)
        for kind, shapes in (("field", fields), ("orchard", orchards), ("wood", self._woods())):
            for shape in shapes:
                yield "park", kind, "", "", shape

    def _woods(self) -> Shapes:
        use, cells = self._built.use, self._ground.site.fabric.cells
        built_up = shapely.union_all(self._open[np.isin(use, ["village", "factory", "estate", "school"])])
        return woods(shapely.coverage_union_all(cells[use == "field"]), built_up, self._random)

    def _compounds(self) -> Iterable[Row]:
        grids = self._divided.grids
        known = ~np.isin(self._built.use, ["water", "field"]) & (shapely.area(self._open) > _LEAST_COMPOUND)
        for cell in np.flatnonzero(known).tolist():
            name = self._named.landmarks.get(cell, self._named.compounds[cell])
            yield "compound", str(self._built.use[cell]), name, grids.codes[grids.of_cell[cell]], self._open[cell]
