"""Works: halls of several sizes in rows, sometimes with a chimney or tanks."""

import shapely

from dashboard.demo.city.arrays import Random
from dashboard.demo.city.footprints import Footprint, rectangle
from dashboard.demo.city.plan import Plan, Room, chance
from dashboard.demo.city.rows import RowStyle, slab_rows

_LARGE = RowStyle(depth=42, gap=16, units=(60, 85, 110), side=14, levels=(1, 2), missing=0.08)
_MIDDLE = RowStyle(depth=27, gap=13, units=(30, 45, 70), side=11, levels=(1, 3), missing=0.1)
_SMALL = RowStyle(depth=16, gap=11, units=(22, 34, 48), side=8, levels=(1, 3), missing=0.12)


def _tanks(room: Room, random: Random) -> Plan:
    """A field of round tanks."""
    plan, radius = Plan(), float(random.uniform(7, 11))
    pitch = 2.9 * radius
    for column in range(int(room.width / pitch)):
        for row in range(int(room.depth / pitch)):
            middle = shapely.Point(room.west + (column + 0.5) * pitch, room.south + (row + 0.5) * pitch)
            plan.add(shapely.get_coordinates(middle.buffer(radius, quad_segs=4))[:-1], 2, "factory")
    return plan


def works(room: Room, random: Random) -> Plan:
    """The halls of one works."""
    if room.width < 130 and room.depth < 130 and chance(random, 0.12):
        return _tanks(room, random)
    style = (_LARGE, _MIDDLE, _SMALL)[random.choice(3, p=[0.5, 0.35, 0.15])]
    if min(room.width, room.depth) < 55:
        style = _SMALL
    plan = slab_rows(room, style, "factory", random)
    if chance(random, 0.4):
        plan.buildings.insert(0, _office_block(room))
    return plan


def _office_block(room: Room) -> Footprint:
    ring = rectangle(room.west + 1, room.south + 1, min(48, 0.4 * room.width), 14)
    return Footprint(shapely.Polygon(ring), 4, "office")
