"""Whether two tellings are of the same event. Decided on numbers, each with its weight, so that people can see why.

The weights are log-odds, added up as in record linkage (Fellegi and Sunter, 1969): what speaks for the same event is
positive, what speaks against it negative, and what is not known says nothing. They are a judgement of how much each
kind of agreement means, not fitted to anybody's phrases; `make bench` measures what comes of them.
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

PRIOR = -4.0
HOUR = timedelta(hours=1)
SAME_SPOT = 40.0
"""Metres within which two points are taken for one spot: a telephone is right to some ten metres."""


class Where(StrEnum):
    """How the named places of two tellings stand to each other. A site is a compound or a landmark."""

    SAME_BUILDING = "same_building"
    SAME_SITE = "same_site"
    ALONG = "along"
    APART = "apart"
    UNKNOWN = "unknown"


class Extent(StrEnum):
    """How far an event of a kind is noticed; two tellings within it may be of the same."""

    BUILDING = "building"
    SITE = "site"
    STREET = "street"
    PERSON = "person"

    @property
    def metres(self) -> float:
        """The distance within which tellings of the same event are expected."""
        return {self.BUILDING: 40.0, self.SITE: 150.0, self.STREET: 250.0}.get(self, 40.0)


class Outcome(StrEnum):
    """What becomes of a report beside a case."""

    JOINS = "joins"
    SUGGESTED = "suggested"
    OPENS = "opens"


@dataclass(frozen=True)
class Likeness:
    """How two tellings agree.

    Attributes:
        distance: Metres between their points; None when one of them has none.
        topic: How far they are about the same kind of thing, 0 to 1; None when one of them does not tell.
        is_specific: The kind says so much that words need not agree as well.
        text: How far their words agree, 0 to 1, the names of places left out.
        other_number: Both name a house or a building, and not the same one.
        apart: The time between them.
        other_part: Both name a part of the place (a unit, or a building of a compound), and not the same one.
        tells_more: The report also tells of something of which the case knows nothing; joined, that would be lost.
        is_unsure: One of them may mean another place: it names several, or one that is not where its point is.
    """

    where: Where
    extent: Extent
    distance: float | None
    topic: float | None
    is_specific: bool
    text: float
    other_number: bool
    apart: timedelta
    same_reporter: bool = False
    other_part: bool = False
    tells_more: bool = False
    is_unsure: bool = False


@dataclass(frozen=True)
class Thresholds:
    """From which certainty on a report joins by itself, and from which it is suggested."""

    join: float = 0.9
    suggest: float = 0.1
    join_within: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for (positive) or against (negative) the same event."""

    name: str
    weight: float


@dataclass(frozen=True)
class Judgement:
    """What becomes of it: how certain, why, and what forbids joining without a person."""

    outcome: Outcome
    certainty: float
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...] = ()


def judge(likeness: Likeness, thresholds: Thresholds) -> Judgement:
    """Weigh a likeness. Only strong agreement in place and kind, soon after, lets a report join by itself."""
    reasons = tuple(reason for reason in _reasons(likeness) if abs(reason.weight) >= 0.05)
    certainty = 1 / (1 + math.exp(-(PRIOR + sum(reason.weight for reason in reasons))))
    doubts = tuple(_doubts(likeness, thresholds))
    if certainty >= thresholds.join and not doubts:
        return Judgement(Outcome.JOINS, certainty, reasons)
    outcome = Outcome.SUGGESTED if certainty >= thresholds.suggest else Outcome.OPENS
    return Judgement(outcome, certainty, reasons, doubts)


def _reasons(likeness: Likeness) -> list[Reason]:
    return [
        Reason("place", _place(likeness)),
        Reason("distance", _distance(likeness)),
        Reason("topic", _topic(likeness)),
        Reason("text", min(5.0 * likeness.text, 2.5)),
        Reason("time", _time(likeness.apart)),
        Reason("number", -3.0 if likeness.other_number else 0.0),
        Reason("reporter", 1.5 if likeness.same_reporter else 0.0),
    ]


def _place(likeness: Likeness) -> float:
    narrow = likeness.extent in (Extent.BUILDING, Extent.PERSON)
    return {
        Where.SAME_BUILDING: 3.0,
        Where.SAME_SITE: 1.2 if narrow else 2.4,
        Where.ALONG: 0.8,
        Where.APART: -2.0,
        Where.UNKNOWN: 0.0,
    }[likeness.where]


def _distance(likeness: Likeness) -> float:
    if likeness.distance is None:
        return 0.0
    share = likeness.distance / likeness.extent.metres
    if share <= 0.3:
        return 1.6
    if share <= 1:
        return 0.8
    if likeness.where in (Where.SAME_BUILDING, Where.SAME_SITE):
        return 0.0  # a large compound
    if likeness.where is Where.ALONG and likeness.extent is Extent.STREET:
        return -0.5 if share <= 4 else -2.0  # a long road
    return -1.0 if share <= 2 else -3.5


def _topic(likeness: Likeness) -> float:
    return 0.0 if likeness.topic is None else -2.5 + 5.0 * likeness.topic


def _time(apart: timedelta) -> float:
    hours = apart / HOUR
    limits = ((1, 0.8), (6, 0.5), (24, 0.0), (48, -0.5), (168, -1.5))
    return next((weight for limit, weight in limits if hours <= limit), -3.0)


def _doubts(likeness: Likeness, thresholds: Thresholds) -> list[str]:
    """What a person has to look at, however certain the sum is."""
    near = likeness.distance is not None and likeness.distance <= SAME_SPOT
    strong_place = likeness.where is Where.SAME_BUILDING or (
        likeness.extent in (Extent.SITE, Extent.STREET) and (likeness.where is Where.SAME_SITE or near)
    )
    found = {
        "place": not strong_place or likeness.where is Where.APART or likeness.is_unsure,
        "number": likeness.other_number or likeness.other_part,
        "more": likeness.tells_more,
        "topic": likeness.topic is None or likeness.topic < 0.75,
        "person": likeness.extent is Extent.PERSON and not likeness.same_reporter,
        "words": not likeness.is_specific and likeness.text < 0.2,
        "time": likeness.apart > thresholds.join_within,
    }
    return [name for name, is_doubted in found.items() if is_doubted]
