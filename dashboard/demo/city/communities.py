"""The communities: blocks of a subdistrict grouped round villages or by people and area, each with its official name."""

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city import official
from dashboard.demo.city.arrays import Floats, Integers
from dashboard.demo.city.fabric import Fabric, Neighbours
from dashboard.demo.city.official import Official
from dashboard.demo.city.partition import partition_within
from dashboard.demo.city.sheet import bend
from dashboard.demo.city.streets import Streets
from dashboard.demo.city.subdistricts import WANTED
from dashboard.demo.city.water import BANK_ROAD, north_of_river

_HILLS = "410303010"
_PULLS = {"东": (1.0, 0.0), "西": (-1.0, 0.0), "南": (0.0, -1.0), "北": (0.0, 1.0)}
_SEATS = {
    "西工经济技术开发区": (1350, 5450),
    "洛阳桥": (2230, 400),
    "市府院": (580, 900),
    "市委院": (900, 1300),
    "瞿家屯": (-2350, 900),
    "泉舜盛世唐庄": (-2300, 4100),
    "洛浦御博城": (-2800, 1200),
    "西下池": (-2900, 2200),
    "东下池": (-2250, 2300),
    "东涧沟": (-2800, 3500),
    "史家屯": (-2100, 3200),
    "西小屯": (-1500, 3900),
    "五女冢": (-2000, 4200),
    "大路口": (-800, 3600),
    "九洲城": (1500, 1900),
    "洛玻": (1300, 2700),
}
"""Where some communities lie on the sheet (u, v in metres, see sheet.py), by short name."""


@dataclass(frozen=True)
class Communities:
    """Community number of every cell, and the official names in the order of the numbers."""

    of_cell: Integers
    official: list[Official]


def choose_communities(
    fabric: Fabric, subdistrict: Integers, people: Floats, hamlets: Floats, streets: Streets
) -> Communities:
    """Group the blocks of every subdistrict; `people` is the number of households of each cell."""
    centre, beside = fabric.centres_of(fabric.block), fabric.border_costs(fabric.block)
    weights = _weights(fabric, people)
    of_block, names = np.zeros(len(centre), dtype=np.int64), []
    home = np.zeros(len(centre), dtype=np.int64)
    home[fabric.block] = subdistrict
    for number, code in enumerate(WANTED):
        mine, areas = np.flatnonzero(home == number), official.communities(code)
        label = _group(mine, centre, weights, beside, len(areas), hamlets if code == _HILLS else None)
        of_block[mine] = label + len(names)
        spots = [np.average(centre[mine[label == k]], axis=0, weights=weights[mine[label == k]]) for k in range(len(areas))]
        names += seat_communities(areas, np.array(spots), streets)
    return Communities(of_block[fabric.block], names)


def _weights(fabric: Fabric, people: Floats) -> Floats:
    """Half people, half area; the bank counts little, so that no community is water and park alone."""
    dry = fabric.area * np.where(north_of_river(fabric.centre) < BANK_ROAD, 0.1, 1.0)
    share = people / people.sum() + dry / dry.sum()
    return np.bincount(fabric.block, share)


def _group(
    mine: Integers, centre: Floats, weights: Floats, beside: Neighbours, count: int, hamlets: Floats | None
) -> Integers:
    """Community of each block of one subdistrict: of equal weight, or one round each village."""
    targets = np.ones(count)
    if hamlets is not None:
        away = ((centre[mine][:, None] - hamlets) ** 2).sum(axis=2)
        targets = np.bincount(away.argmin(axis=1), weights[mine], count) + weights[mine].mean()
    return partition_within(mine, centre, weights, beside, targets, hamlets)


def _anchor(area: Official, streets: Streets) -> tuple[object, str] | None:
    """What a community's name says about its place: a geometry (m) and a side of it (东西南北 or nothing)."""
    bare = area.short_name
    if bare in _SEATS:
        return shapely.Point(bend(np.array([_SEATS[bare]], dtype=float))[0]), ""
    side = bare[-2] if bare[-1] == "路" and bare[-2] in _PULLS else ""
    for road in (bare.replace(f"{side}路", "路") if side else bare, f"{bare}路"):
        if road in streets.names:
            return streets.lines[streets.names.index(road)], side
    return None


def seat_communities(areas: list[Official], centres: Floats, streets: Streets) -> list[Official]:
    """The areas in the order of the centres (m), those named after a place near it: 芳林南路 by the south of 芳林路."""
    seated: dict[int, Official] = {}
    free = list(range(len(centres)))
    for area in areas:
        anchor = _anchor(area, streets)
        if anchor is not None:
            away = shapely.distance(anchor[0], shapely.points(centres[free]))
            cost = away - 0.6 * centres[free] @ np.array(_PULLS.get(anchor[1], (0.0, 0.0)))
            seated[free.pop(int(cost.argmin()))] = area
    rest = iter([area for area in areas if area not in seated.values()])
    return [seated[index] if index in seated else next(rest) for index in range(len(centres))]
