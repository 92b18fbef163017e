"""Names that people know a compound by: schools, hospitals, malls, parks, estates."""

from collections.abc import Iterator
from itertools import cycle, product

import numpy as np

from dashboard.demo.city.arrays import Random, Texts
from dashboard.demo.city.numerals import numeral
from dashboard.demo.city.site import Site
from dashboard.demo.city.words import words

_BY_STREET = {"kindergarten": ("幼儿园",), "market": ("农贸市场", "综合市场"), "park": ("游园", "街心公园", "绿地")}
_STREET_ENDS = ("路", "街", "巷", "道")
_LEAST_PARK = 2500.0
_LEAST_ESTATE = 14_000.0
"""Square metres of open ground from which a park, or an estate, has a name of its own."""


def _mixed(stems: tuple[str, ...], ends: tuple[str, ...], random: Random) -> Iterator[str]:
    """Every stem once with some ending, then all again with others."""
    first = random.integers(len(ends), size=len(stems))
    for turn in range(len(ends)):
        for index in random.permutation(len(stems)).tolist():
            end = ends[(first[index] + turn) % len(ends)]
            if stems[index][-1] != end[0]:
                yield stems[index] + end


def _by_street(street: str, ends: tuple[str, ...], taken: set[str]) -> str:
    """Named after its street; the second of the same name is told apart by a numeral."""
    ordinals = ["", *(f"第{numeral(number)}" for number in range(2, 20))]
    return next(name for name in (f"{street}{o}{end}" for o, end in product(ordinals, ends)) if name not in taken)


class Namer:
    """Gives names to compounds and none twice."""

    def __init__(self, random: Random, taken: set[str]) -> None:
        self._taken = taken
        self._schools = cycle(("primary", "primary", "middle"))
        self._middle_schools = iter(random.permutation(np.arange(1, 60)).tolist())
        houses, estates = words("houses"), words("estates")
        self._pools = {
            "mall": _mixed(houses, words("mall_ends"), random),
            "office": _mixed(houses + estates, words("house_ends"), random),
            "factory": _mixed(words("works"), words("works_ends"), random),
            "hospital": iter([f"{place}{name}" for place in ("西工", "洛北") for name in words("hospitals")]),
            "estate": _mixed(estates, words("estate_ends"), random),
        }
        self._pools["tower"] = self._pools["estate"]

    def name(self, use: str, street: str) -> str:
        """A new name for a compound of this use on this street or in this village, empty when its kind has none."""
        found = self._find(use, street)
        self._taken.add(found)
        return found

    def _find(self, use: str, street: str) -> str:
        if use == "school":
            return self._school(street)
        if use in _BY_STREET:
            return _by_street(street, _BY_STREET[use], self._taken)
        return next((name for name in self._pools.get(use, iter(())) if name not in self._taken), "")

    def _school(self, street: str) -> str:
        if street.endswith(_STREET_ENDS) and next(self._schools) == "middle":
            return f"第{numeral(next(self._middle_schools))}中学"
        return _by_street(street, ("小学", "实验小学"), self._taken)


def landmark_names(site: Site, use: Texts, named: dict[int, str], local: list[str], random: Random) -> dict[int, str]:
    """Names by cell: those given, and new ones for public places, works and larger new estates.

    `local` is the name of the street or village of each cell, after which its school is called.
    """
    namer = Namer(random, set(named.values()) | set(local))
    found = dict(named)
    for cell in range(len(use)):
        if cell not in found and _deserves_name(str(use[cell]), float(site.space[cell])):
            name = namer.name(str(use[cell]), local[cell])
            if name:
                found[cell] = name
    return found


def _deserves_name(use: str, space: float) -> bool:
    if use == "park":
        return space > _LEAST_PARK
    return space > _LEAST_ESTATE if use in ("estate", "tower") else use not in ("old", "village", "field", "water")
