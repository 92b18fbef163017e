"""Files of labelled appeals, and how well the matcher finds what belongs together in them.

Everything is as at intake: where a report is, what its words say, and the judgement. Only the database is left out: a
report is compared with every event that was told before. Whatever the matcher says, the report then goes to its own
event, as it would after a person has looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bench.town import CRS, DISTRICT, Place, atlas_of, degrees
from dashboard.config import Config
from dashboard.config.checks import UNCLASSIFIED
from dashboard.domain.merging import Outcome, Thresholds
from dashboard.domain.reports import Incoming
from dashboard.services.atlas import Atlas
from dashboard.services.finding import SHOWN, Fresh, Reader, kinds_of
from dashboard.services.matching import Match, best_matches
from dashboard.services.openings import Origin, arrival_of, fresh_of
from dashboard.services.topics import lexicon
from dashboard.store.candidates import REPORTS_COMPARED, Said

FIRST_DAY = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # midnight in Shanghai
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Appeal:
    """One report and the events it tells of: mostly one."""

    events: frozenset[str]
    report: Incoming
    channel: str
    at: datetime


@dataclass(frozen=True)
class Miss:
    """Something that went wrong: the report, what it should have been, and what the matcher said, best first."""

    appeal: Appeal
    said: Sequence[tuple[str, Match]]

    def __str__(self) -> str:
        said = "; ".join(f"{name} {_why(match)}" for name, match in self.said) or "nothing"
        return f"{'+'.join(sorted(self.appeal.events))}: {self.appeal.report.text} → {said}"


@dataclass
class Quality:
    """What the matcher did. `joinable` reports tell of something that was told before."""

    reports: int = 0
    joinable: int = 0
    found: int = 0
    joined: int = 0
    wrong: list[Miss] = field(default_factory=list)
    missed: list[Miss] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of joins by itself that were right; 1 when there were none."""
        return 1 - len(self.wrong) / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """The share of joinable reports that were joined rightly, or had their event among the suggestions."""
        return self.found / self.joinable if self.joinable else 1.0

    @property
    def coverage(self) -> float:
        """The share of joinable reports that were joined rightly without a person."""
        return (self.joined - len(self.wrong)) / self.joinable if self.joinable else 0.0


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
        severities = frozenset(category.id for category in config.categories)
        self._atlas, self._kinds = atlas, kinds_of(config)
        self._reader = Reader(atlas, lexicon(severities), CRS)
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
        cases = {number: self._reader.case(_Row(told), _compared(told)) for number, told in enumerate(self._told)}
        matches = best_matches(self._reader.fresh(fresh), cases, self._kinds, self._limits)
        shown = [match for match in matches if match.judgement.outcome is not Outcome.OPENS][:SHOWN]
        joins = bool(shown) and shown[0].judgement.outcome is Outcome.JOINS
        quality, said = self._quality, [(self._name(match), match) for match in matches[:SHOWN]]
        quality.reports += 1
        quality.joined += joins
        if joins and not self._is_right(appeal, shown[0]):
            quality.wrong.append(Miss(appeal, said))
        if any(appeal.events & told.events for told in self._told):
            quality.joinable += 1
            wanted = shown[:1] if joins else shown
            if any(appeal.events & self._told[match.case_id].events for match in wanted):
                quality.found += 1
            else:
                quality.missed.append(Miss(appeal, said))

    def _is_right(self, appeal: Appeal, match: Match) -> bool:
        """A report that tells of several events must not vanish in one of them."""
        return len(appeal.events) == 1 and appeal.events <= self._told[match.case_id].events

    def _name(self, match: Match) -> str:
        return "+".join(sorted(self._told[match.case_id].events))

    def _keep(self, appeal: Appeal, fresh: Fresh) -> None:
        said = Said(fresh.text, fresh.address, fresh.accepted_at, fresh.reporter, fresh.source)
        told = next((told for told in self._told if told.events == appeal.events), None)
        if told is None:
            self._told.append(_Told(appeal.events, fresh, [said]))
        else:
            told.said.append(said)


class _Row:
    """The columns of the case that the first report opened."""

    def __init__(self, told: _Told) -> None:
        first = told.first
        self.summary, self.opened_at = first.text[:200], first.accepted_at
        self.category, self.place, self.area_code = first.category, first.place, first.area_code
        self.building_id, self.longitude, self.latitude = first.building_id, first.longitude, first.latitude


def _compared(told: _Told) -> list[Said]:
    return [*told.said[:1], *told.said[1:][-REPORTS_COMPARED + 1 :]]


def _why(match: Match) -> str:
    judgement = match.judgement
    reasons = ", ".join(f"{reason.name} {reason.weight:+.1f}" for reason in judgement.reasons)
    doubts = f"; doubts: {', '.join(judgement.doubts)}" if judgement.doubts else ""
    return f"({judgement.certainty:.2f}: {reasons}{doubts})"
