"""The labelled set: what happened in the demo's district, told differently by several people, and near misses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from geopandas import GeoDataFrame
from numpy.random import Generator

from bench.quality import Appeal
from bench.styles import dialect, hurried, spoken, wrong_number
from dashboard.config import Config
from dashboard.demo.people import CLOSERS, OPENERS, say, stories
from dashboard.domain.areas import Level
from dashboard.domain.merging import Extent
from dashboard.domain.reports import Incoming

SEED, DAYS, TELLINGS = 11, 10, (2, 5)
CHANNELS = {
    "hotline": 0.5,
    "grid": 0.17,
    "board": 0.12,
    "leaders": 0.05,
    "opinion": 0.08,
    "counter": 0.05,
    "agents": 0.03,
}
STYLES = {"plain": 0.46, "hurried": 0.18, "dialect": 0.15, "wrong number": 0.08, "several": 0.08, "English": 0.05}
WITH_CATEGORY = {"hotline": 0.85, "grid": 0.95, "counter": 0.9, "agents": 0.9}
OTHER_CATEGORY = 0.07
"""The share of given categories that are another of the same group: whoever takes a call has little time."""
WITH_POINT = {"hotline": 0.4, "grid": 1.0, "board": 0.2, "opinion": 0.3}
JITTER = 1e-4


@dataclass(frozen=True)
class Tale:
    """One of the demo's stories and how else it may be told."""

    category: str
    story: int
    told: tuple[str, ...]
    english: str | None = None


@cache
def tales() -> tuple[Tale, ...]:
    """All of them."""
    content: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("told.yaml").read_text("utf-8"))
    return tuple(Tale(**(one | {"told": tuple(one["told"])})) for one in content)


@dataclass(frozen=True)
class House:
    """A building of a compound, and the one next to it."""

    name: str
    compound: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Happening:
    """Something that happened at a house: all tellings of it belong together."""

    name: str
    tale: Tale
    house: House
    at: datetime


class Town:
    """The compounds of the district with their houses."""

    def __init__(self, areas: GeoDataFrame) -> None:
        buildings = areas[areas["code"].str.len() == Level.BUILDING]
        points = buildings.geometry.representative_point()
        found: dict[str, list[House]] = {}
        columns = zip(buildings["properties"], buildings["households"], points.x, points.y, strict=True)
        for properties, households, x, y in columns:
            if households and properties.get("compound"):
                house = House(properties["address"], properties["compound"], float(x), float(y))
                found.setdefault(house.compound, []).append(house)
        self.compounds = [houses for houses in found.values() if len(houses) >= 3]

    def beside(self, house: House) -> House:
        """The next house of the same compound."""
        houses = next(houses for houses in self.compounds if houses[0].compound == house.compound)
        return min((other for other in houses if other != house), key=lambda other: _apart(house, other))

    def across(self, house: House) -> House:
        """A house of the next compound."""
        others = (houses[0] for houses in self.compounds if houses[0].compound != house.compound)
        return min(others, key=lambda other: _apart(house, other))


def _apart(one: House, two: House) -> float:
    return abs(one.longitude - two.longitude) + abs(one.latitude - two.latitude)


def labelled(areas: GeoDataFrame, config: Config, began: datetime, often: int) -> list[Appeal]:
    """The whole set in the order of coming: each tale `often` times at different places."""
    rng, town = np.random.default_rng(SEED), Town(areas)
    extents = {category.id: category.extent for category in config.categories}
    categories = [category.id for category in config.categories]
    chosen = rng.permutation(len(town.compounds))
    teller = Teller(rng, categories, extents)
    found: list[Appeal] = []
    for number in range(often * len(tales())):
        tale, houses = tales()[number % len(tales())], town.compounds[int(chosen[number])]
        house = houses[int(rng.integers(len(houses)))]
        at = began + timedelta(minutes=int(rng.integers(DAYS * 1440)))
        happening = Happening(f"{tale.category}-{number}", tale, house, at)
        found += teller.event(happening)
        found += teller.near_misses(happening, town)
    return sorted(found, key=lambda appeal: appeal.at)


class Teller:
    """Tells happenings."""

    def __init__(self, rng: Generator, categories: Sequence[str], extents: dict[str, Extent]) -> None:
        self._rng, self._categories, self._extents = rng, categories, extents
        self._count = 0

    def event(self, happening: Happening) -> Iterator[Appeal]:
        """All that is told of one happening. What concerns one person is another matter each time."""
        personal = self._extents[happening.tale.category] is Extent.PERSON
        at = happening.at
        for number in range(int(self._rng.integers(*TELLINGS))):
            name = f"{happening.name}.{number}" if personal else happening.name
            style = "plain" if number == 0 else self._one_of(STYLES)
            yield self._tell(replace(happening, name=name, at=at), style, is_first=number == 0)
            at += timedelta(minutes=float(self._rng.exponential(90)))

    def near_misses(self, happening: Happening, town: Town) -> Iterator[Appeal]:
        """The same matter next door, another matter in the same house, the same matter days later."""
        house, soon = happening.house, happening.at + timedelta(minutes=float(self._rng.exponential(120)))
        narrow = self._extents[happening.tale.category] in (Extent.BUILDING, Extent.PERSON)
        next_door = town.beside(house) if narrow else town.across(house)
        other = self._other_tale(happening.tale)
        later = happening.at + timedelta(days=float(self._rng.uniform(3, 9)))
        for kind, miss in (
            ("next door", replace(happening, house=next_door, at=soon)),
            ("other matter", replace(happening, tale=other, at=soon)),
            ("days later", replace(happening, at=later)),
        ):
            yield self._tell(replace(miss, name=f"{happening.name} {kind}"), "plain")

    def _tell(self, happening: Happening, style: str, is_first: bool = False) -> Appeal:
        tale, channel = happening.tale, self._one_of(CHANNELS)
        has_point = self._rng.random() < WITH_POINT.get(channel, 0.0)
        style = self._possible(style, tale, has_point)
        place, events = self._place(happening, has_point), {happening.name}
        if style == "wrong number":
            place = wrong_number(place or happening.house.name, self._rng)
        if is_first:
            text = self._story(tale, place, channel)
        elif style == "English":
            text = str(tale.english).format(place or happening.house.compound)
        else:
            text = self._styled(style, self._pick(tale.told).format(place), channel)
        if style == "several":
            other = self._other_tale(tale)
            text = f"{text.rstrip('。')}。还有，{self._pick(other.told).format('')}"
            events.add(f"{happening.name} and {other.category}")
        return Appeal(
            frozenset(events), self._report(happening, text, channel, has_point), channel, happening.at, style
        )

    def _possible(self, style: str, tale: Tale, has_point: bool) -> str:
        """Not everything can be told in every way; a wrong number is only known from a right point."""
        cannot = {"English": tale.english is None, "wrong number": not has_point}
        return "plain" if cannot.get(style) else style

    def _place(self, happening: Happening, has_point: bool) -> str:
        """How the place is named: the house, the compound, or not at all where a point tells it."""
        house, draw = happening.house, self._rng.random()
        if has_point and draw < 0.3:
            return ""
        narrow = self._extents[happening.tale.category] in (Extent.BUILDING, Extent.PERSON)
        return spoken(house.name, self._rng) if narrow or draw > 0.75 else house.compound

    def _story(self, tale: Tale, place: str, channel: str) -> str:
        story = next(story for story in stories() if story.category == tale.category)
        draw = [int(number) for number in self._rng.integers(0, 1 << 20, 3)]
        return say(replace(story, texts=(story.texts[tale.story],)), place, channel, [*draw, 0])

    def _styled(self, style: str, text: str, channel: str) -> str:
        if style == "hurried":
            return hurried(text, self._rng)
        if style == "dialect":
            return dialect(text, self._rng)
        return self._pick(OPENERS[channel]) + text.strip("，") + self._pick(CLOSERS)

    def _report(self, happening: Happening, text: str, channel: str, has_point: bool) -> Incoming:
        self._count += 1
        house, known = happening.house, {}
        if has_point:
            east, north = self._rng.normal(0, JITTER, 2).tolist()
            known = {"x": house.longitude + east, "y": house.latitude + north}
        return Incoming(f"L{self._count}", text, category=self._category(happening.tale, channel), **known)

    def _category(self, tale: Tale, channel: str) -> str | None:
        if self._rng.random() >= WITH_CATEGORY.get(channel, 0.0):
            return None
        if self._rng.random() < OTHER_CATEGORY:
            group = tale.category.split("/")[0]
            return self._pick([name for name in self._categories if name.startswith(f"{group}/")])
        return tale.category

    def _other_tale(self, tale: Tale) -> Tale:
        group = tale.category.split("/")[0]
        return self._pick([other for other in tales() if not other.category.startswith(f"{group}/")])

    def _one_of(self, shares: dict[str, float]) -> str:
        names, weights = list(shares), np.array(list(shares.values()))
        return names[int(self._rng.choice(len(names), p=weights / weights.sum()))]

    def _pick(self, options: Sequence[Any]) -> Any:
        return options[int(self._rng.integers(len(options)))]
