"""Large buildings and their companions: schools, hospitals, malls, offices, the station and the stadium."""

import numpy as np
import shapely

from dashboard.demo.city.arrays import Random
from dashboard.demo.city.footprints import Footprint, comb, cross, rectangle
from dashboard.demo.city.plan import Plan, Room, chance, largest


def mall(room: Room, random: Random) -> Plan:
    """A wide hall in the north and towers of offices on its southern side."""
    plan, tall = Plan(), int(random.integers(14, 30))
    hall = shapely.box(room.west, room.south + 0.42 * room.depth, room.east, room.north)
    body = largest(room.shape.intersection(hall).buffer(-5, join_style="mitre"))
    if body is not None:
        plan.add(shapely.get_coordinates(body.exterior)[:-1], random.integers(3, 7), "mall")
    for west in np.arange(room.west + 8, room.east - 38, 58):
        plan.add(cross(west, room.south + 0.06 * room.depth, 32, min(27, 0.3 * room.depth)), tall, "office")
    return plan


def office(room: Room, random: Random) -> Plan:
    """A tall block with a court, or a slab, and low wings before it where there is room."""
    plan, tall = Plan(), int(random.integers(6, 22))
    if room.width < 72 or room.depth < 60:
        plan.add(rectangle(*room.scaled(0.06, 0.5, 0.88, min(0.45, 22 / room.depth))), tall, "office")
        return plan
    if chance(random, 0.5):
        plan.add(comb(*room.scaled(0.16, 0.56, 0.68, 0.4), 2, 15), tall, "office")
    else:
        plan.add(rectangle(*room.scaled(0.1, 0.64, 0.8, min(0.3, 24 / room.depth))), tall, "office")
    plan.add(rectangle(*room.scaled(0.04, 0.06, 0.24, 0.42)), 5, "office")
    plan.add(rectangle(*room.scaled(0.42, 0.08, 0.5, min(0.24, 18 / room.depth))), 4, "office")
    return plan


def _wings(width: float, thick: float, most: int) -> int:
    """How many wings of this thickness (m) a spine of this width bears with courts between them."""
    return max(2, min(most, int(width / (2.2 * thick))))


def hospital(room: Room, random: Random) -> Plan:
    """Wards on a spine, a clinic and a laboratory."""
    plan, width = Plan(), 0.84 * room.width
    thick = min(17.0, width / 5)
    wards = comb(*room.scaled(0.08, 0.5, 0.84, 0.46), _wings(width, thick, 3), thick)
    plan.add(wards, random.integers(9, 19), "hospital")
    plan.add(rectangle(*room.scaled(0.08, 0.16, 0.4, 0.2)), 6, "hospital")
    plan.add(rectangle(*room.scaled(0.58, 0.06, 0.34, 0.3)), 4, "hospital")
    return plan


def school(room: Room, random: Random) -> Plan:
    """Classrooms on a spine in the north, a hall in the west and a track in the south."""
    plan, width = Plan(), 0.8 * room.width
    classrooms = comb(*room.scaled(0.1, 0.62, 0.8, 0.34), _wings(width, 11, int(random.integers(2, 5))), 11)
    plan.add(classrooms, random.integers(3, 6), "school")
    plan.add(rectangle(*room.scaled(0.04, 0.08, min(0.16, 24 / room.width), 0.44)), 2, "school")
    y = room.south + 0.29 * room.depth
    radius = min(0.24 * room.depth, 0.2 * room.width, 38)
    ends = (room.west + 0.25 * room.width + radius, room.east - radius - 2)
    if ends[1] > ends[0]:
        plan.pitches.append(shapely.LineString([(ends[0], y), (ends[1], y)]).buffer(radius))
    return plan


def kindergarten(room: Room, random: Random) -> Plan:
    """One low house with wings."""
    plan, depth = Plan(), min(0.5, 32 / room.depth)
    plan.add(comb(*room.scaled(0.15, 0.45, min(0.7, 60 / room.width), depth), 2, 10), random.integers(2, 4), "school")
    return plan


def stadium(room: Room, _random: Random) -> Plan:
    """An oval of stands around a pitch, along the longer side of the ground."""
    plan, middle = Plan(), room.shape.centroid
    radius = 0.46 * min(room.width, room.depth)
    half = max(min(0.9 * radius, max(room.width, room.depth) / 2 - radius - 3), 1)
    along = (half, 0.0) if room.width > room.depth else (0.0, half)
    ends = [(middle.x - along[0], middle.y - along[1]), (middle.x + along[0], middle.y + along[1])]
    oval = shapely.LineString(ends).buffer(radius)
    plan.buildings.append(Footprint(oval.difference(oval.buffer(-0.35 * radius)), 3, "stadium"))
    plan.pitches.append(oval.buffer(-0.42 * radius))
    return plan


def station(room: Room, _random: Random) -> Plan:
    """A long hall by the tracks, its forecourt framed by shops."""
    plan = Plan()
    plan.add(rectangle(*room.scaled(0.08, 0.62, 0.84, 0.3)), 3, "station")
    plan.add(rectangle(*room.scaled(0.02, 0.1, 0.16, 0.3)), 5, "mall")
    plan.add(rectangle(*room.scaled(0.82, 0.1, 0.16, 0.3)), 5, "mall")
    return plan


def market(room: Room, _random: Random) -> Plan:
    """Long low halls side by side."""
    plan, count = Plan(), max(2, int(room.width / 34))
    for hall in range(count):
        plan.add(rectangle(*room.scaled((hall + 0.15) / count, 0.06, 0.7 / count, 0.88)), 1, "market")
    return plan
