"""Large buildings and their companions: schools, hospitals, malls, offices, the station and the stadium."""

import numpy as np
import shapely

from dashboard.demo.city.arrays import Random
from dashboard.demo.city.footprints import comb, cross, rectangle
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
    """A tall block with a court, or a slab, and low wings before it."""
    plan, tall = Plan(), int(random.integers(6, 22))
    if chance(random, 0.5):
        plan.add(comb(*room.scaled(0.2, 0.56, 0.6, 0.36), 2, 15), tall, "office")
    else:
        plan.add(rectangle(*room.scaled(0.14, 0.62, 0.72, 0.27)), tall, "office")
    plan.add(comb(*room.scaled(0.04, 0.06, 0.3, 0.36), 2, 13), 5, "office")
    plan.add(rectangle(*room.scaled(0.46, 0.08, 0.46, 0.16)), 4, "office")
    return plan


def hospital(room: Room, random: Random) -> Plan:
    """Wards on a spine, a clinic and a laboratory."""
    plan = Plan()
    plan.add(comb(*room.scaled(0.1, 0.5, 0.8, 0.42), 3, 17), random.integers(9, 19), "hospital")
    plan.add(rectangle(*room.scaled(0.1, 0.2, 0.36, 0.16)), 6, "hospital")
    plan.add(rectangle(*room.scaled(0.58, 0.08, 0.32, 0.28)), 4, "hospital")
    return plan


def school(room: Room, random: Random) -> Plan:
    """Classrooms on a spine in the north, a hall in the west and a track in the south."""
    plan, wings = Plan(), int(random.integers(2, 5))
    plan.add(comb(*room.scaled(0.12, 0.64, 0.72, 0.3), wings, 11), random.integers(3, 6), "school")
    plan.add(rectangle(*room.scaled(0.06, 0.1, 0.13, 0.42)), 2, "school")
    y = room.south + 0.3 * room.depth
    straight = shapely.LineString([(room.west + 0.45 * room.width, y), (room.west + 0.7 * room.width, y)])
    track = straight.buffer(min(0.22 * room.depth, 0.17 * room.width, 38))
    if room.shape.contains(track):
        plan.pitches.append(track)
    return plan


def kindergarten(room: Room, random: Random) -> Plan:
    """One low house with wings."""
    plan, depth = Plan(), min(0.5, 32 / room.depth)
    plan.add(comb(*room.scaled(0.15, 0.45, min(0.7, 60 / room.width), depth), 2, 10), random.integers(2, 4), "school")
    return plan


def stadium(room: Room, _random: Random) -> Plan:
    """An oval of stands around a pitch."""
    plan, middle = Plan(), room.shape.centroid
    reach = room.shape.exterior.distance(middle)
    spine = shapely.LineString([(middle.x - 0.25 * reach, middle.y), (middle.x + 0.25 * reach, middle.y)])
    oval = spine.buffer(0.7 * reach)
    plan.add(shapely.get_coordinates(oval.exterior)[:-1], 3, "stadium")
    plan.buildings[0] = plan.buildings[0]._replace(shape=oval.difference(oval.buffer(-20)))
    plan.pitches.append(oval.buffer(-24))
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
