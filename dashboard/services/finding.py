"""Reading reports and cases as tellings, and finding the cases that a new report may belong to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.config.checks import UNCLASSIFIED
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.merging import Outcome, Thresholds
from dashboard.services.atlas import Atlas
from dashboard.services.desk import Desk
from dashboard.services.matching import Kind, Match, best_matches
from dashboard.services.tellings import (
    Named,
    Telling,
    buildings_in,
    further_in,
    is_alone,
    is_unsure,
    pairs_of,
    units_in,
    without,
)
from dashboard.services.topics import Lexicon, Spread, lexicon, mixed
from dashboard.store.candidates import Around, Said, closed_around, open_around, said_of
from geo.crs import from_wgs84
from geo.gazetteer import Match as NameMatch
from geo.gazetteer import crossing_in

SHOWN = 3
MOST_KNOWN = 20_000
OWN, WORDS = 0.6, 0.4
"""How much a category that the source gives counts beside the words."""


@dataclass(frozen=True)
class Fresh:
    """A report that has just come, as far as comparing needs it."""

    text: str
    address: str | None
    category: str
    place: str
    area_code: str
    building_id: int | None
    longitude: float | None
    latitude: float | None
    accepted_at: datetime
    reporter: str | None
    source: str


@dataclass(frozen=True)
class Found:
    """What was found for a report: the case that it joins by itself, or those to be suggested; `repeats` are closed."""

    joins: Match | None
    suggested: list[Match]
    repeats: list[Match]


@dataclass(frozen=True)
class Reading:
    """What one text says: its pairs of characters without the places it names, its topic, those places, its numbers."""

    pairs: frozenset[str]
    topic: Spread
    places: tuple[Named, ...]
    buildings: frozenset[str]
    units: frozenset[str]
    is_alone: bool
    further: Spread | None


class Reader:
    """Reads tellings: with the district's places and its categories. What was read before is remembered."""

    def __init__(self, atlas: Atlas, words: Lexicon, cell_crs: str) -> None:
        self._atlas, self._words, self._cell_crs = atlas, words, cell_crs
        self._known: dict[str, Reading] = {}
        self._cases: dict[tuple[Any, ...], Telling] = {}

    def fresh(self, report: Fresh) -> Telling:
        """A new report as a telling."""
        said = Said(report.text, report.address, report.accepted_at, report.reporter, report.source)
        return self._telling([said], report.category, report)

    def case(self, row: Any, said: Sequence[Said]) -> Telling:
        """A case as a telling, by its reports."""
        told = tuple(said) or (Said(row.summary, None, row.opened_at, None, ""),)
        key = row.id, row.category, row.place, row.building_id, told
        if len(self._cases) > MOST_KNOWN:
            self._cases.clear()
        if key not in self._cases:
            self._cases[key] = self._telling(told, row.category, row)
        return self._cases[key]

    def _telling(self, said: Sequence[Said], category: str, place: Any) -> Telling:
        texts = [self._read(one.text) for one in said]
        addresses = [self._read(one.address) for one in said if one.address]
        read = [*addresses, *texts]
        named = tuple(dict.fromkeys(place for reading in read for place in reading.places))
        numbers = frozenset[str]().union(*(reading.buildings for reading in read))
        located = buildings_in(place.place)
        east, north = self._metres(place.longitude, place.latitude) or (None, None)
        words = mixed((1.0, reading.topic) for reading in texts)
        return Telling(
            texts=tuple(reading.pairs for reading in texts),
            topic=mixed([(OWN, {} if category == UNCLASSIFIED else {category: 1.0}), (WORDS, words)]),
            category=category,
            places=named if any(place.site for place in named) else (*named, self._located(place)),
            buildings=numbers,
            located=located,
            building_id=None if numbers and located and not numbers & located else place.building_id,
            east=east,
            north=north,
            at=max(one.accepted_at for one in said),
            reporters=frozenset(f"{one.source}/{one.reporter}" for one in said if one.reporter),
            words=words,
            units=frozenset[str]().union(*(reading.units for reading in read)),
            is_unsure=is_unsure(self._named_first(said[0]), east, north),
            is_alone=any(reading.is_alone for reading in texts),
            further=next((reading.further for reading in texts if reading.further is not None), None),
        )

    def _named_first(self, said: Said) -> Sequence[Named]:
        """What one report names: in its address, else in its words."""
        return (self._read(said.address).places if said.address else ()) or self._read(said.text).places

    def _located(self, place: Any) -> Named:
        return Named(place.place, self._atlas.kind_of(place.place, place.area_code), place.area_code)

    def _read(self, text: str) -> Reading:
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        if text not in self._known:
            self._known[text] = self._reading(text)
        return self._known[text]

    def _reading(self, text: str) -> Reading:
        found = self._atlas.named(text)
        said = without([match.written for match in found], text)
        return Reading(
            pairs=pairs_of(said),
            topic=self._words.read(said)[0],
            places=tuple(self._places(text, found)),
            buildings=buildings_in(text),
            units=units_in(text),
            is_alone=is_alone(text),
            further=self._further(said),
        )

    def _further(self, said: str) -> Spread | None:
        """What the further matter is about that a text goes on to: None without one, empty when nobody knows."""
        further = further_in(said)
        return None if further is None else self._words.read(further)[0]

    def _places(self, text: str, found: Sequence[NameMatch]) -> Iterator[Named]:
        """The places named; a crossing of two roads is one too, by one name however it is written."""
        for match in found:
            place = match.place
            point = self._metres(place.longitude, place.latitude)
            yield Named(crossing_in(place.name) or place.name, place.kind, place.area_code, point)
        roads = [match.place for match in found if match.place.kind == "road"]
        if crossing := crossing_in(text, [road.name for road in roads]):
            yield Named(crossing, "landmark", roads[0].area_code)

    def _metres(self, longitude: float | None, latitude: float | None) -> tuple[float, float] | None:
        return None if longitude is None or latitude is None else _metres(longitude, latitude, self._cell_crs)


@lru_cache(maxsize=MOST_KNOWN)
def _metres(longitude: float, latitude: float, crs: str) -> tuple[float, float]:
    east, north = from_wgs84(np.array([longitude]), np.array([latitude]), crs)
    return float(east[0]), float(north[0])


reader_for = lru_cache(maxsize=4)(Reader)
"""One reader for each set of places, so that it remembers."""


def reader_of(session: Session, desk: Desk, now: datetime) -> Reader:
    """A reader with today's places."""
    atlas = desk.atlases.current(session, shanghai_day(now))
    return reader_for(atlas, lexicon(frozenset(desk.severities)), desk.config.district.cell_crs)


def find_cases(session: Session, desk: Desk, report: Fresh, now: datetime) -> Found:
    """The cases that a new report may belong to. Only open cases are joined; closed ones may be repeated."""
    settings, reader = desk.config.merging, reader_of(session, desk, now)
    new = reader.fresh(report)
    around = _around(new, report, settings.radius)
    open_rows = open_around(session, around, now - settings.join_within)
    closed_rows = closed_around(session, around, now - settings.look_back)
    said = said_of(session, [row.id for row in (*open_rows, *closed_rows)])
    kinds, limits = kinds_of(desk.config), Thresholds(settings.join, settings.suggest, settings.join_within)

    def judged(rows: Sequence[Any]) -> list[Match]:
        cases = {row.id: reader.case(row, said.get(row.id, ())) for row in rows}
        found = best_matches(new, cases, kinds, limits)
        return [match for match in found if match.judgement.outcome is not Outcome.OPENS]

    among, repeats = judged(open_rows), judged(closed_rows)
    first = among[0] if among else None
    joins = first if first and settings.automatic and first.judgement.outcome is Outcome.JOINS else None
    return Found(joins, among[:SHOWN], repeats[:SHOWN])


def kinds_of(config: Config) -> Mapping[str, Kind]:
    """What the configuration says about comparing each category."""
    return {category.id: Kind(category.extent, category.specific) for category in config.categories}


def _around(new: Telling, report: Fresh, radius: float) -> Around:
    """Where to look. A place that the words name has a point of its own; a road only tells its name."""
    sites = [place.name for place in new.places if place.site]
    area = report.area_code[:12] if len(report.area_code) > 6 else report.area_code
    return Around(report.longitude, report.latitude, radius, area, sites)
