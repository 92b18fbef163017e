"""The communities: quarters of a subdistrict grouped round villages or by people and area, with official names."""

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city import official
from dashboard.demo.city.arrays import Floats, Integers, sums
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.official import Official
from dashboard.demo.city.partition import Cells, partition
from dashboard.demo.city.sheet import bend
from dashboard.demo.city.site import Site
from dashboard.demo.city.streets import Streets
from dashboard.demo.city.subdistricts import WANTED

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
    site: Site, quarter: Integers, subdistrict: Integers, people: Floats, hamlets: Floats
) -> Communities:
    """Group the quarters of every subdistrict; `people` is the number of households of each cell."""
    cells = _quarter_cells(site.fabric, quarter, people)
    home = np.zeros(len(cells.points), dtype=np.int64)
    home[quarter] = subdistrict
    of_quarter = np.zeros(len(home), dtype=np.int64)
    names: list[Official] = []
    for number, code in enumerate(WANTED):
        mine, areas = np.flatnonzero(home == number), official.communities(code)
        own = cells.only(mine)
        label = _round_villages(own, hamlets) if code == _HILLS else partition(own, np.ones(len(areas)))
        of_quarter[mine] = label + len(names)
        names += seat_communities(areas, _centres(own, label), site.streets)
    return Communities(of_quarter[quarter], names)


def _quarter_cells(fabric: Fabric, quarter: Integers, people: Floats) -> Cells:
    """The quarters, weighted half by people and half by area."""
    weights = sums(quarter, people / people.sum() + fabric.area / fabric.area.sum())
    return Cells(fabric.centres_of(quarter), weights, fabric.border_costs(quarter))


def _centres(cells: Cells, label: Integers) -> Floats:
    """Weighted middle (m) of each region."""
    moment = cells.points * cells.weights[:, None]
    total = sums(label, cells.weights)
    return np.column_stack([sums(label, moment[:, axis]) / total for axis in (0, 1)])


def _round_villages(cells: Cells, hamlets: Floats) -> Integers:
    """One community round each village, larger where villages lie far apart."""
    away = ((cells.points[:, None] - hamlets) ** 2).sum(axis=2)
    targets = sums(away.argmin(axis=1), cells.weights, len(hamlets)) + cells.weights.mean()
    return partition(cells, targets, hamlets, pinned=True)


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
