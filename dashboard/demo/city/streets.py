"""Streets: ways that run on from one another, put together again after the fabric has been woven."""

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.demo.city.arrays import Floats, Integers, Shapes, shapes_of
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.ways import HALF_WIDTH, Way

_NEAR = 25.0
"""Metres that the ends of two ways may be apart, such as on both sides of a main road."""

_STRAIGHT = float(np.cos(np.radians(32)))
"""Two ways make one street when they meet at no sharper bend than this."""


@dataclass(frozen=True)
class Streets:
    """Roads, railways and the stream: line (m), kind and name of each, and the street of every way (-1 for none)."""

    lines: Shapes
    kinds: list[str]
    names: list[str]
    of_way: Integers

    def along(self, fabric: Fabric) -> Integers:
        """Street of each edge of the fabric, -1 where there is none."""
        way = fabric.edges.way
        street: Integers = np.where(way >= 0, self.of_way[way], -1)
        return street


def join_streets(fabric: Fabric, ways: list[Way]) -> Streets:
    """Streets of all ways that carry traffic or water and are still edges of cells."""
    lines = _surviving(fabric, ways)
    owner = _owners(lines, ways)
    roots = sorted(set(owner.values()))
    place = {root: index for index, root in enumerate(roots)}
    of_way = np.array([place[owner[way]] if way in owner else -1 for way in range(len(ways))])
    members = [[lines[way] for way in owner if owner[way] == root] for root in roots]
    merged = shapes_of([shapely.line_merge(shapely.union_all(parts)) for parts in members])
    return Streets(merged, [ways[root].kind for root in roots], [ways[root].name for root in roots], of_way)


def _surviving(fabric: Fabric, ways: list[Way]) -> dict[int, object]:
    """What is left of each way as an edge between cells, by its number."""
    edges = fabric.edges
    order = np.argsort(edges.way, kind="stable")
    numbers, first = np.unique(edges.way[order], return_index=True)
    segments = shapely.linestrings(np.stack([edges.start, edges.stop], axis=1)[order])
    parts = np.split(segments, first[1:])
    return {
        int(number): shapely.line_merge(shapely.multilinestrings(part))
        for number, part in zip(numbers, parts, strict=True)
        if number >= 0 and HALF_WIDTH[ways[number].kind] > 2
    }


def _owners(lines: dict[int, object], ways: list[Way]) -> dict[int, int]:
    """The way that stands for the street of each way: the first of the same name, or of those that run on."""
    owner = {way: way for way in lines}
    first_of_name: dict[str, int] = {}
    for way in lines:
        if ways[way].name:
            owner[way] = first_of_name.setdefault(ways[way].name, way)
    for one, other in _straight_joints(lines, ways):
        low, high = sorted((owner[one], owner[other]))
        owner.update({way: low for way, root in owner.items() if root == high})
    return owner


def _straight_joints(lines: dict[int, object], ways: list[Way]) -> list[tuple[int, int]]:
    """Pairs of unnamed ways of one kind that meet end to end and nearly straight, the straightest first."""
    way, end, heading = _way_ends({number: line for number, line in lines.items() if not ways[number].name})
    left, right = shapely.STRtree(end).query(end, predicate="dwithin", distance=_NEAR)
    pair = left < right
    left, right = left[pair], right[pair]
    straight = -(heading[left] * heading[right]).sum(axis=1)
    joints: list[tuple[int, int]] = []
    used: set[int] = set()
    for k in np.lexsort((right, left, -straight)):
        ends = {int(left[k]), int(right[k])}
        same_kind = ways[way[left[k]]].kind == ways[way[right[k]]].kind
        if straight[k] > _STRAIGHT and same_kind and not ends & used:
            used |= ends
            joints.append((int(way[left[k]]), int(way[right[k]])))
    return joints


def _way_ends(lines: dict[int, object]) -> tuple[Integers, Shapes, Floats]:
    """Way, point and outward unit heading of both ends of every part of every way."""
    parts, index = shapely.get_parts(shapes_of(list(lines.values())), return_index=True)
    way = np.array(list(lines))[index]
    tips, inner = [], []
    for tip, before in ((0, 1), (-1, -2)):
        tips.append(shapely.get_coordinates(shapely.get_point(parts, tip)))
        inner.append(shapely.get_coordinates(shapely.get_point(parts, before)))
    step = np.vstack(tips) - np.vstack(inner)
    heading = step / np.hypot(step[:, 0], step[:, 1])[:, None]
    return np.tile(way, 2), shapely.points(np.vstack(tips)), heading
