"""The site: everything about the cells that decides what they are used for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely import STRtree

from dashboard.demo.city.arrays import Flags, Floats, Geometry, Integers, Shapes
from dashboard.demo.city.curves import SmoothField
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.local_ways import CORE, Grain
from dashboard.demo.city.outline import HILLS_FROM
from dashboard.demo.city.streets import Streets
from dashboard.demo.city.water import BANK_ROAD, NORTH_BANK, north_of_river


@dataclass(frozen=True)
class Site:
    """Cells with their open ground (m), the streets around and the slow fields of age and industry."""

    fabric: Fabric
    ground: Shapes
    streets: Streets
    villages: Shapes
    grain: Grain
    age: SmoothField
    industry: SmoothField

    @cached_property
    def space(self) -> Floats:
        """Square metres of open ground of each cell."""
        return np.asarray(shapely.area(self.ground))

    @cached_property
    def roundness(self) -> Floats:
        """1 for a circle, less for narrow and crooked ground."""
        return np.asarray(4 * np.pi * self.space / np.maximum(shapely.length(self.ground), 1) ** 2)

    @cached_property
    def from_river(self) -> Floats:
        """Metres of each cell's centre from the middle of the river."""
        return north_of_river(self.fabric.centre)

    @cached_property
    def by_river(self) -> Flags:
        """Cells of water and of the park on the bank."""
        return np.asarray(self.from_river < BANK_ROAD - 45)

    @cached_property
    def in_water(self) -> Flags:
        """Cells of the river itself."""
        return np.asarray(self.from_river < NORTH_BANK - 5)

    @cached_property
    def in_hills(self) -> Flags:
        """Cells beyond the town."""
        return np.asarray(self.fabric.centre[:, 1] > HILLS_FROM)

    @cached_property
    def in_town(self) -> Flags:
        """Cells that are neither by the river nor in the hills."""
        return ~self.by_river & ~self.in_hills

    @cached_property
    def village(self) -> Integers:
        """Number of the village inside whose ragged line each cell lies, -1 outside."""
        number = np.full(len(self.ground), -1)
        points = shapely.point_on_surface(self.fabric.cells)
        village, cell = STRtree(points).query(self.villages, predicate="contains")
        number[cell] = village
        return number

    @cached_property
    def in_village(self) -> Flags:
        """Cells that belong to a village."""
        return np.asarray(self.village >= 0)

    @cached_property
    def from_core(self) -> Floats:
        """Metres of each cell's centre from the old centre of the town."""
        return np.hypot(self.fabric.centre[:, 0] - CORE[0], self.fabric.centre[:, 1] - CORE[1])

    @cached_property
    def main_roads(self) -> Geometry:
        """All primary and secondary roads as one prepared geometry (m)."""
        wide = [kind in ("primary", "secondary") for kind in self.streets.kinds]
        union = shapely.union_all(self.streets.lines[wide])
        shapely.prepare(union)
        return union

    @cached_property
    def on_main_road(self) -> Flags:
        """Whether the open ground of each cell faces a primary or secondary road."""
        return np.asarray(shapely.dwithin(self.ground, self.main_roads, 30))

    def distance_to(self, x: float, y: float) -> Floats:
        """Metres of each cell's centre from a point."""
        return np.hypot(self.fabric.centre[:, 0] - x, self.fabric.centre[:, 1] - y)

    def block_mates(self, cell: int) -> Integers:
        """All cells in the block of a cell."""
        return np.flatnonzero(self.fabric.block == self.fabric.block[cell])
