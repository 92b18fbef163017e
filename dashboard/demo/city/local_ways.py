"""Local streets, country lanes, village lanes and compound walls: the faces between the main roads, cut up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Geometry, Random, Shapes, shapes_of
from dashboard.demo.city.curves import SmoothField
from dashboard.demo.city.cutting import CutStyle, Cutter
from dashboard.demo.city.outline import HILLS_FROM
from dashboard.demo.city.water import BANK_ROAD, river_y
from dashboard.demo.city.ways import Way

LATTICE = 0.1
"""Metres of the lattice on which all lines are noded."""

CORE = (300.0, -4300.0)
"""The old centre (m)."""

_HECTARE = 1e4
_REACH_STYLE = CutStyle(spread=0.1)
_STREET_STYLE = CutStyle(spread=0.13, follow=0.75, wave=0.006)
_COUNTRY_STYLE = CutStyle(spread=0.13, wave=0.03)
_WALL_STYLE = CutStyle(spread=0.15, follow=0.35, jog=0.22)
_VILLAGE_STYLE = CutStyle(spread=0.14, follow=0.4, wave=0.03)
_FIELD_STYLE = CutStyle(spread=0.2, wave=0.02)


def noded_faces(ways: list[Way], outline: Geometry) -> Shapes:
    """Closed faces (m) between the ways, in a fixed order."""
    noded = shapely.union_all([way.line for way in ways] + [outline.exterior], grid_size=LATTICE)
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    middles = shapely.get_coordinates(shapely.centroid(found)).round(1)
    faces: Shapes = found[np.lexsort((middles[:, 1], middles[:, 0]))]
    return faces


@dataclass(frozen=True)
class Grain:
    """How large blocks and compounds are from place to place."""

    field: SmoothField
    hamlets: Floats

    def factor(self, points: Floats) -> Floats:
        """Around 1; from about 0.45 where the town is fine-grained to 1.8 where it is coarse."""
        values: Floats = np.exp(np.clip(0.5 * self.field.at(points), -0.8, 0.6))
        return values

    def town(self, core: float, edge: float) -> Callable[[Geometry], float]:
        """Goal in m² that grows from `core` to `edge` hectares with the distance to the centre."""

        def goal(piece: Geometry) -> float:
            middle = shapely.get_coordinates(piece.centroid)
            away = np.hypot(middle[0, 0] - CORE[0], middle[0, 1] - CORE[1])
            size = np.interp(away, [800, 4200], [core, edge])
            return float(_HECTARE * size * self.factor(middle)[0])

        return goal

    def hills(self, open_land: float, by_village: float) -> Callable[[Geometry], float]:
        """Goal in m² that shrinks from `open_land` to `by_village` hectares toward the next village."""

        def goal(piece: Geometry) -> float:
            middle = shapely.get_coordinates(piece.centroid)[0]
            away = np.hypot(self.hamlets[:, 0] - middle[0], self.hamlets[:, 1] - middle[1]).min()
            return float(_HECTARE * (open_land - (open_land - by_village) * np.exp(-((away / 420) ** 2))))

        return goal


def is_by_river(face: Geometry) -> bool:
    """Whether the face is water or the park on the bank."""
    x, y = face.centroid.coords[0]
    return bool(y - river_y(x) < BANK_ROAD - 25)


def _in_hills(face: Geometry) -> bool:
    return bool(face.centroid.y > HILLS_FROM)


def _streets(faces: Shapes, grain: Grain, random: Random) -> list[Way]:
    """Reaches by the river, country lanes in the hills and local streets in the town."""
    cutter, found = Cutter(random), []
    town, hills = grain.town(4.8, 8.5), grain.hills(26, 7)
    for face in faces:
        if is_by_river(face):
            found += [Way(line, "reach") for line in cutter.divide(face, lambda _: 7 * _HECTARE, _REACH_STYLE)]
        elif _in_hills(face):
            found += [Way(line, "country") for line in cutter.divide(face, hills, _COUNTRY_STYLE)]
        else:
            found += [Way(line, "local") for line in cutter.divide(face, town, _STREET_STYLE)]
    return found


def _village_ways(face: Geometry, village: Geometry, cutter: Cutter) -> list[Way]:
    """The edge of a village inside one face, and the lanes that cut the village up."""
    edge = shapely.line_merge(village.exterior.intersection(face))
    found = [Way(line, "wall") for line in shapely.get_parts(edge) if line.length > 20]
    for piece in shapely.get_parts(face.intersection(village)):
        if piece.geom_type == "Polygon":
            found += [Way(line, "country") for line in cutter.divide(piece, _village_goal, _VILLAGE_STYLE)]
    return found


def _village_goal(_piece: Geometry) -> float:
    return 1.3 * _HECTARE


def _villages(faces: Shapes, villages: Shapes, random: Random) -> list[Way]:
    tree, cutter = shapely.STRtree(faces), Cutter(random)
    found: list[Way] = []
    for village in villages:
        for index in np.sort(tree.query(village, predicate="intersects")):
            found += _village_ways(faces[index], village, cutter)
    return found


def _walls(blocks: Shapes, villages: Geometry, grain: Grain, random: Random) -> list[Way]:
    cutter, found = Cutter(random), []
    town, hills = grain.town(1.8, 3.0), grain.hills(12, 4)
    for block in blocks:
        if is_by_river(block) or villages.contains(block.representative_point()):
            continue
        goal, style = (hills, _FIELD_STYLE) if _in_hills(block) else (town, _WALL_STYLE)
        found += [Way(line, "wall") for line in cutter.divide(block, goal, style)]
    return found


def all_ways(main: list[Way], outline: Geometry, villages: list[Geometry], grain: Grain, random: Random) -> list[Way]:
    """Every line (m) that cuts the district: the main roads given, and all that lies between them."""
    ways = list(main)
    ways += _streets(noded_faces(ways, outline), grain, random)
    hamlets = shapes_of(villages)
    ways += _villages(noded_faces(ways, outline), hamlets, random)
    ways += _walls(noded_faces(ways, outline), shapely.union_all(hamlets), grain, random)
    return ways
