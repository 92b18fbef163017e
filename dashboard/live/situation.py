"""The situation: all open cases with what they show, and today's counts. Values only; the picture replaces it whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.domain.areas import Level, is_within
from dashboard.domain.sla import ClockName
from dashboard.live.faces import CaseFace, Face, OpenCase
from dashboard.live.health import SourceHealth
from dashboard.live.reference import Reference

Hours = Mapping[tuple[str, datetime], Counter[str]]


@dataclass(frozen=True)
class DueClock:
    """A clock due in the running hour, needed to know which of the hour's clocks are due already."""

    area_code: str
    name: ClockName
    due_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True)
class FeedEntry:
    """Something that happened, for the feed."""

    id: str
    at: datetime
    kind: str
    area_code: str
    category: str
    number: str
    detail: int | None = None


@dataclass(frozen=True)
class OpenOrder:
    """An unanswered instruction (批示, 督办); on a case it has its number, on a topic its category."""

    id: int
    kind: str
    area_code: str
    category: str | None
    number: str | None
    text: str
    by: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Situation:
    """The district at one instant."""

    serial: int
    at: datetime
    cases: Mapping[int, OpenCase]
    faces: Mapping[int, Face]
    today: Hours
    due_this_hour: Sequence[DueClock]
    channels: Mapping[str, tuple[int, int]]
    feed: Sequence[FeedEntry]
    sources: Sequence[SourceHealth]
    quarantined: tuple[int, datetime | None]
    polling_until: datetime | None
    reference: Reference | None
    uncounted: int = 0  # rows of an import that was begun and not finished
    orders: Sequence[OpenOrder] = ()

    @property
    def is_polling(self) -> bool:
        """Whether some process polls the sources."""
        return self.polling_until is not None and self.polling_until > self.at

    def within(self, area: str) -> list[OpenCase]:
        """The open cases of an area."""
        return [case for case in self.cases.values() if is_within(case.area_code, area)]

    def today_of(self, area: str) -> Counter[str]:
        """Today's counts of an area down to the community; clocks only as far as they are due."""
        total: Counter[str] = Counter()
        hour = self.at.replace(minute=0, second=0, microsecond=0)
        for (code, at), counts in self.today.items():
            if code == area:
                total.update(counts if at < hour else _without_clocks(counts))
        for clock in self.due_this_hour:
            if clock.due_at <= self.at and is_within(clock.area_code, area):
                total[f"{clock.name}_due"] += 1
                if clock.stopped_at:
                    total[f"{clock.name}_{'met' if clock.stopped_at <= clock.due_at else 'met_late'}"] += 1
        return total

    def face_counts(self, area: str) -> dict[CaseFace, int]:
        """How many open cases of an area show each state; the sum is all of them."""
        found = Counter(self.faces[case.id].state for case in self.within(area))
        return {state: found[state] for state in CaseFace}


_CLOCK_PREFIXES = tuple(f"{name}_" for name in ClockName)


def _without_clocks(counts: Counter[str]) -> Counter[str]:
    return Counter({measure: n for measure, n in counts.items() if not measure.startswith(_CLOCK_PREFIXES)})


def count_children(cases: Sequence[OpenCase], level: Level) -> Counter[str]:
    """Open cases by the area of a level they lie in; those located less deep are under ""."""
    return Counter(case.area_code[:level] if len(case.area_code) >= level else "" for case in cases)


def as_raw(value: Any) -> Any:
    """Instants as whole epoch milliseconds, for the browser."""
    return round(value.timestamp() * 1000) if isinstance(value, datetime) else value
