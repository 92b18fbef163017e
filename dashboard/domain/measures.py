"""What handling is judged by (考核指标): what a measure is, what was counted for it, and when a number may be shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from dashboard.domain.indicators import MINIMUM_N, Rate, per_ten_thousand


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str


class Family(StrEnum):
    """What measures are about."""

    TIMELINESS = "timeliness"
    CLOSING = "closing"
    TASKS = "tasks"
    QUALITY = "quality"
    APPEALS = "appeals"


class Direction(StrEnum):
    """Which way is better. Nobody is ranked by a measure of which neither can be said."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(StrEnum):
    """What a measure is counted in: a share of its denominator, or so many for every 10,000 residents."""

    SHARE = "share"
    PER_TEN_THOUSAND = "per_ten_thousand"


class Grouping(StrEnum):
    """By what measures are set side by side. Cases of a party are those that it leads (牵头)."""

    AREA = "area"
    PARTY = "party"
    CATEGORY = "category"
    CHANNEL = "channel"


class Part(StrEnum):
    """Which of the cases behind a number: all that it is about, those counted above the line, the others, and those
    that were left out."""

    ALL = "all"
    COUNTED = "counted"
    REST = "rest"
    LEFT_OUT = "left_out"


class Reason(StrEnum):
    """Why something that falls into a period is left out of a measure (剔除)."""

    NOT_REQUIRED = "not_required"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"
    HISTORY = "history"
    NO_LEVEL = "no_level"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    ENDED = "ended"
    PAUSED = "paused"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class Exclusion:
    """Cases that a district leaves out of all measures, and why. Everything that is given must hold of a case."""

    reason: Words
    areas: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Measure:
    """One measure: what stands above the line, what below it, and what is left out of both.

    Below `minimum_n` in the denominator there is no value: one good case wins no comparison.
    """

    id: str
    family: Family
    name: Words
    above: Words
    below: Words
    left_out: tuple[Reason, ...] = ()
    note: Words | None = None
    direction: Direction = Direction.HIGHER
    unit: Unit = Unit.SHARE
    minimum_n: int = MINIMUM_N

    @property
    def formula(self) -> Words:
        """The formula in words."""
        times = {Unit.SHARE: "", Unit.PER_TEN_THOUSAND: " × 10,000"}[self.unit]
        return Words(
            f"{self.name.zh} = {self.above.zh} ÷ {self.below.zh}{times}",
            f"{self.name.en} = {self.above.en} ÷ {self.below.en}{times}",
        )

    def value(self, tally: "Tally") -> float | None:
        """The share, or the number per 10,000; None below the minimum or without a denominator: no data is not zero."""
        if tally.denominator < max(self.minimum_n, 1):
            return None
        if self.unit is Unit.PER_TEN_THOUSAND:
            return per_ten_thousand(tally.numerator, tally.denominator)
        return tally.rate.value

    def change(self, now: "Tally", before: "Tally") -> float | None:
        """Against another time: percentage points of a share, else relative; None where there is no base."""
        new, old = self.value(now), self.value(before)
        if new is None or old is None:
            return None
        if self.unit is Unit.SHARE:
            return 100 * (new - old)
        return (new - old) / old if old > 0 else None


@dataclass(frozen=True)
class Tally:
    """What was counted for a measure, and how many were left out for each reason.

    A reason is a `Reason`, or `rule:0` and so on for the exclusions that a district configures.
    """

    numerator: int = 0
    denominator: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> Rate:
        """The share that it is."""
        return Rate(self.numerator, self.denominator)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened at all."""
        return not (self.numerator or self.denominator or self.left_out)


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together; the groups of one grouping do not overlap."""
    numerator = denominator = 0
    left_out: dict[str, int] = {}
    for tally in tallies:
        numerator += tally.numerator
        denominator += tally.denominator
        for reason, count in tally.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + count
    return Tally(numerator, denominator, left_out)


@dataclass(frozen=True)
class Rank:
    """A place in a ranking: 1, 2, 2, 4 — equal ones share a place."""

    place: int
    is_shared: bool


def ranking(measure: Measure, tallies: Mapping[str, Tally]) -> dict[str, Rank]:
    """The places of those that have enough to be compared. Fractions are compared exactly, not as they are rounded."""
    if measure.direction is Direction.NEITHER:
        return {}
    known = {key: _exact(tally) for key, tally in tallies.items() if measure.value(tally) is not None}
    better = max if measure.direction is Direction.HIGHER else min
    ordered = sorted(known.values(), reverse=better is max)
    return {key: Rank(ordered.index(share) + 1, ordered.count(share) > 1) for key, share in known.items()}


def _exact(tally: Tally) -> Fraction:
    return Fraction(tally.numerator, tally.denominator)
