"""High-rise estates: point towers and tall slabs in a garden with a lane around."""

from collections.abc import Iterator

import numpy as np

from dashboard.demo.city.arrays import Floats, Random
from dashboard.demo.city.footprints import cross, rectangle
from dashboard.demo.city.plan import Plan, Room, chance


def _spots(room: Room, width: float, across: float, pitch: float) -> Iterator[tuple[float, float]]:
    """Lower left corners of towers on a staggered lattice."""
    columns = max(int((room.width + across) / (width + across)), 1)
    rows = max(int((room.depth + pitch - 20) / pitch), 1)
    for row in range(rows):
        y = room.south + room.depth / rows * (row + 0.5) - 10
        shift = 0.5 if rows == 1 else 0.35 + 0.3 * (row % 2)
        for x in room.west + room.width / columns * (np.arange(columns) + shift) - width / 2:
            yield float(x), y


def towers(room: Room, random: Random) -> Plan:
    """A tower estate of one form and nearly one height."""
    plan, usual = Plan(), int(random.integers(11, 25))
    slab = chance(random, 0.45)
    width = random.uniform(42, 58) if slab else random.uniform(26, 35)
    for x, y in _spots(room, width, random.uniform(16, 26), random.uniform(50, 66)):
        ring: Floats = rectangle(x, y + 2, width, 15.5) if slab else cross(x, y, width, 20)
        plan.add(ring, usual + random.integers(-2, 3), "tower")
    lane = room.shape.buffer(-3)
    if lane.geom_type == "Polygon" and not lane.is_empty:
        plan.lanes.append(lane.exterior)
    return plan
