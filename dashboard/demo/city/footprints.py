"""Shapes of single buildings, axis-parallel with the south below, in metres."""

from typing import NamedTuple

import numpy as np

from dashboard.demo.city.arrays import Floats, Geometry, Random


class Footprint(NamedTuple):
    """A building: its polygon (m), its storeys and what it is."""

    shape: Geometry
    levels: int
    kind: str


def rectangle(x: float, y: float, width: float, depth: float) -> Floats:
    """Ring of a plain block with its lower left corner at x, y."""
    return np.array([(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)])


def cross(x: float, y: float, width: float, depth: float) -> Floats:
    """Ring of a point tower with notched corners."""
    notch = 0.24 * depth
    left, right, bottom, top = x + notch, x + width - notch, y + notch, y + depth - notch
    return np.array(
        [
            *((left, y), (right, y), (right, bottom), (x + width, bottom)),
            *((x + width, top), (right, top), (right, y + depth), (left, y + depth)),
            *((left, top), (x, top), (x, bottom), (left, bottom)),
        ]
    )


def comb(x: float, y: float, width: float, depth: float, teeth: int, thick: float) -> Floats:
    """Ring of a spine along the north with wings to the south: school, hospital, office."""
    top, inner = y + depth, y + depth - thick
    points = []
    for left in np.linspace(x, x + width - thick, teeth):
        points += [(left, inner), (left, y), (left + thick, y), (left + thick, inner)]
    return np.array([(x + width, top), (x, top), *points[1:-1]])


def yard_house(x: float, y: float, width: float, depth: float, random: Random) -> Floats:
    """Ring of a village house: a block, an L or a U round a yard open to the south."""
    right, top = x + width, y + depth
    west, east, back = x + 0.34 * width, right - 0.34 * width, top - 0.45 * depth
    west_wing, east_wing = [(x, y), (west, y), (west, back)], [(east, back), (east, y), (right, y)]
    north = [(right, top), (x, top)]
    forms = (
        [(x, y), (right, y), *north],
        [*west_wing, (right, back), *north],
        [(x, back), *east_wing, *north],
        [*west_wing, *east_wing, *north],
    )
    return np.array(forms[random.integers(4)])
