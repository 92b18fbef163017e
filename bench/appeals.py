"""Files of labelled appeals, and how well the matcher finds what belongs together in them.

Everything is as at intake: where a report is, what its words say, and the judgement. Only the database is left out: a
report is compared with every event that was told before. Whatever the matcher says, the report then goes to its own
event, as it would after a person has looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bench.quality import Appeal, Quality, why
from bench.town import CRS, Place, atlas_of, degrees
from dashboard.config import Config
from dashboard.domain.merging import Outcome, Thresholds
from dashboard.domain.reports import Incoming
from dashboard.services.atlas import Atlas
from dashboard.services.finding import SHOWN, Fresh, Reader, kinds_of
from dashboard.services.matching import best_matches
from dashboard.services.openings import Origin, arrival_of, fresh_of
from dashboard.services.topics import lexicon
from dashboard.store.candidates import Said, compared

FIRST_DAY = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # midnight in Shanghai
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def read_appeals(path: Path) -> tuple[Mapping[str, Place], list[Appeal]]:
    """The places and the reports of a file, in the order of their coming."""
    content = yaml.safe_load(path.read_text("utf-8"))
    rows = sorted(enumerate(content["reports"]), key=lambda row: row[1][1])
    return content["places"], [_appeal(number, content["places"], *row) for number, row in rows]


def _appeal(
    number: int, places: Mapping[str, Place], events: str | list[str], minute: int, channel: str, point: str,
    category: str, text: str,
) -> Appeal:  # fmt: skip
    known = {"category": None if category == "-" else category} | _point(places, point)
    report = Incoming(f"A{number}", text, **known)
    told = frozenset([events] if isinstance(events, str) else events)
    return Appeal(told, report, channel, FIRST_DAY + timedelta(minutes=minute))


def _point(places: Mapping[str, Place], point: str) -> dict[str, Any]:
    """A named place is what somebody chose from a list; with an offset it is a point of a telephone."""
    if point == "-":
        return {}
    name = next(name for name in sorted(places, key=len, reverse=True) if point.startswith(name))
    east, north = (float(part) for part in (point.removeprefix(name) or "0,0").split(","))
    kind, x, y, *_ = places[name]
    longitude, latitude = degrees(x + east, y + north)
    chosen = name if point == name and kind != "road" else None
    return {"x": longitude, "y": latitude, "address": chosen}


def quality_of(path: Path, config: Config) -> Quality:
    """How well the matcher does on a file."""
    places, appeals = read_appeals(path)
    atlas = atlas_of(places)
    return _Trial(atlas, config).run(appeals)


@dataclass
class _Told:
    """What was told of an event so far: the report that opened it and everything that was said."""

    events: frozenset[str]
    first: Fresh
    said: list[Said]


class _Trial:
    """One run through the appeals."""

    def __init__(self, atlas: Atlas, config: Config) -> None:
        categories = frozenset(category.id for category in config.categories)
        self._atlas, self._kinds = atlas, kinds_of(config)
        self._reader = Reader(atlas, lexicon(categories), CRS)
        merging = config.merging
        self._limits = Thresholds(merging.join, merging.suggest, merging.join_within)
        self._told: list[_Told] = []
        self._quality = Quality()

    def run(self, appeals: Sequence[Appeal]) -> Quality:
        for appeal in appeals:
            fresh = self._fresh(appeal)
            self._judge(appeal, fresh)
            self._keep(appeal, fresh)
        return self._quality

    def _fresh(self, appeal: Appeal) -> Fresh:
        origin = Origin(appeal.channel, appeal.channel, "wgs84", LONG_AGO, appeal.at)
        (spot,) = self._atlas.spots([appeal.report], "wgs84")
        return fresh_of(arrival_of(appeal.report, spot, origin, appeal.at), origin)

    def _judge(self, appeal: Appeal, fresh: Fresh) -> None:
        cases = {
            number: self._reader.case(Case.of(number, told.first), compared(told.said))
            for number, told in enumerate(self._told)
        }
        matches = best_matches(self._reader.fresh(fresh), cases, self._kinds, self._limits)
        shown = [match for match in matches if match.judgement.outcome is not Outcome.OPENS][:SHOWN]
        joins = bool(shown) and shown[0].judgement.outcome is Outcome.JOINS
        events = [self._told[match.case_id].events for match in shown]
        said = [(self._name(match.case_id), why(match.judgement)) for match in matches[:SHOWN]]
        is_joinable = any(appeal.events & told.events for told in self._told)
        self._quality.note(appeal, events[0] if joins else None, events, is_joinable, said)

    def _name(self, number: int) -> str:
        return "+".join(sorted(self._told[number].events))

    def _keep(self, appeal: Appeal, fresh: Fresh) -> None:
        said = Said(fresh.text, fresh.address, fresh.accepted_at, fresh.reporter, fresh.source)
        told = next((told for told in self._told if told.events == appeal.events), None)
        if told is None:
            self._told.append(_Told(appeal.events, fresh, [said]))
        else:
            told.said.append(said)


@dataclass(frozen=True)
class Case:
    """The columns of the case that a report opened."""

    id: int
    summary: str
    opened_at: datetime
    category: str
    place: str
    area_code: str
    building_id: int | None
    longitude: float | None
    latitude: float | None

    @classmethod
    def of(cls, number: int, first: Fresh) -> "Case":
        """The case of this report."""
        where = first.place, first.area_code, first.building_id, first.longitude, first.latitude
        return cls(number, first.text[:200], first.accepted_at, first.category, *where)
