"""Names for the streets that have none: after the community they serve, after the village, or invented."""

from collections.abc import Iterable

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers, Random, sums
from dashboard.demo.city.communities import Communities
from dashboard.demo.city.fabric import Fabric
from dashboard.demo.city.numerals import numeral
from dashboard.demo.city.official import Official
from dashboard.demo.city.site import Site
from dashboard.demo.city.streets import Streets
from dashboard.demo.city.words import words

_STREET_ENDS = ("路", "街", "巷")
_NO_STREET = ("院", "城", "团", "园", "光", "庄", "中心", "新村", "开发区", "村", "桥", "口")
"""Endings of community names after which no street is called."""


def lengths_in(fabric: Fabric, streets: Streets, group: Integers) -> Floats:
    """Metres of each street (row) along the border of or inside each group of cells (column)."""
    street, cells = np.repeat(streets.along(fabric), 2), fabric.edges.sides.ravel()
    length = np.repeat(fabric.edges.length, 2)
    there = (street >= 0) & (cells >= 0)
    shape = (len(streets.lines), int(group.max()) + 1)
    flat = sums(street[there] * shape[1] + group[cells[there]], length[there], shape[0] * shape[1])
    return flat.reshape(shape)


def name_streets(site: Site, with_gates: Integers, communities: Communities, random: Random) -> list[str]:
    """A name for every street but the lanes across the fields, which have no gates; those that have one keep it."""
    streets, names = site.streets, list(site.streets.names)
    length = lengths_in(site.fabric, streets, communities.of_cell)
    _after_communities(names, streets.kinds, length, communities.official)
    _after_villages(names, _nameless(names, streets.kinds, "country", with_gates), length, communities.official)
    _invented(names, _nameless(names, streets.kinds, "local", range(len(names))), length.sum(axis=1) / 2, random)
    return names


def _street_of(area: Official) -> str:
    """The street that carries the community's name, if one could."""
    bare = area.short_name
    if bare.endswith(_STREET_ENDS):
        return bare[:-2] + "路" if bare[-2] in "东西南北" else bare
    return "" if bare.endswith(_NO_STREET) else f"{bare}路"


def _after_communities(names: list[str], kinds: list[str], length: Floats, areas: list[Official]) -> None:
    """Name the longest local street of a community after it: 军民巷 runs through 军民巷社区."""
    for number, area in enumerate(areas):
        name = _street_of(area)
        free = np.array([kind == "local" and not known for kind, known in zip(kinds, names, strict=True)])
        if name and name not in names and (length[free, number] > 80).any():
            names[int(np.where(free, length[:, number], -1).argmax())] = name


def _nameless(names: list[str], kinds: list[str], kind: str, candidates: Iterable[int]) -> list[int]:
    """The candidates of one kind that have no name."""
    return [int(street) for street in candidates if kinds[street] == kind and not names[street]]


def _after_villages(names: list[str], nameless: list[int], length: Floats, areas: list[Official]) -> None:
    """Number the lanes in the hills by village, the longest first: 柿园一路, 柿园二路."""
    village = length.argmax(axis=1)
    count = [0] * len(areas)
    for street in sorted(nameless, key=lambda street: -length[street].sum()):
        count[village[street]] += 1
        stem = areas[village[street]].short_name.removeprefix("西工经济技术")
        names[street] = f"{stem}{numeral(count[village[street]])}路"


def _invented(names: list[str], nameless: list[int], length: Floats, random: Random) -> None:
    """Invent the rest, each stem once before any comes twice: long ones 路, middling ones 街, short ones 巷."""
    taken = {name.rstrip("路街巷道") for name in names}
    pool = [stem for stem in random.permutation(words("streets")).tolist() if stem not in taken]
    for place, street in enumerate(sorted(nameless, key=lambda street: -length[street])):
        turn, index = divmod(place, len(pool))
        names[street] = pool[index] + ("", "东", "西", "南", "北")[turn] + _ending(float(length[street]))


def _ending(length: float) -> str:
    """The usual word for a street of this length (m)."""
    if length > 520:
        return "路"
    return "街" if length > 300 else "巷"
