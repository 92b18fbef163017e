"""A telling: what is read out of a report, or of a case's reports, to compare it with others."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from dashboard.services.topics import Spread
from geo.gazetteer import Match, normalise

BUILDING = re.compile(r"(\d+)号[楼搂]")
UNIT = re.compile(r"(\d+)单元")
AT_BUILDING = re.compile(r"\d+号[楼搂].*$")
ALONE = re.compile(
    "(?:只有|唯独|单单|仅|就)(?:我|俺|咱|自己)们?(?:1|一)?家"
    "|(?:邻居|别人|别家|隔壁|其他人|其他家|其他住户)家?里?(?:都有[水电气暖]|都正常|都没事|都没停|都不停|都热|正常|没事)"
)
"""Somebody says that nobody else has the trouble."""
FURTHER = re.compile(
    "另外|还有|此外|同时|再就是|以及|顺便|其次|第[二2]|[二2]是|[两几]个(?:事|问题)|[;；]|[2二][.、)）]|②"
)
"""Somebody goes on to a further matter, if it is of another kind."""
NUMBERED = re.compile(r"\d+(?:号[楼搂]|单元|号院?|院|楼|层)")
SILENT = re.compile(r"[\W\d_]+")
PHRASES = re.compile(
    "市民|来电人?称?|反映|请?尽快|处理|希望|有关部门|解决|麻烦|派人|看看|谢谢|您好|尊敬的|领导|求助|居民"
)
ASTRAY = {"building": 60.0, "compound": 250.0, "landmark": 250.0}
"""Metres from a named place from which on a point is not of it."""
SHORT = 6
"""Pairs of characters; a text with fewer proves less."""


@dataclass(frozen=True)
class Named:
    """A place that a telling names, with its kind: building, compound, landmark, road, community or another area.
    A building, a compound and a landmark have a point, in metres."""

    name: str
    kind: str
    area_code: str
    point: tuple[float, float] | None = field(default=None, compare=False)

    @property
    def site(self) -> str | None:
        """The compound or landmark: a building without its number. Roads and areas are no site."""
        return _site(self.name, self.kind)


@lru_cache(maxsize=50_000)
def _site(name: str, kind: str) -> str | None:
    if kind == "building":
        return AT_BUILDING.sub("", normalise(name)) or name
    return normalise(name) if kind in ("compound", "landmark") else None


@dataclass(frozen=True)
class Telling:
    """One report, or one case by its reports, as it is compared.

    Attributes:
        texts: The pairs of characters of each text.
        topic: What it is about by its category and its words; `words` by the words alone.
        places: What it names in words; where it was located when it names nothing.
        buildings: Numbers of buildings that it names in words; `located` is that of the building at its point.
        units: Numbers of units (单元) that it names.
        building_id: The building of its point, unless the words name another one.
        east, north: Its point in metres of the district's own system; None without a point.
        is_alone: It says that nobody else has the trouble.
        is_unsure: It names several places, or one that is not where its point is.
        further: What the further matter is about that it goes on to; None without one, empty when nobody knows.
    """

    texts: tuple[frozenset[str], ...]
    topic: Spread
    category: str
    places: tuple[Named, ...]
    buildings: frozenset[str]
    building_id: int | None
    east: float | None
    north: float | None
    at: datetime
    reporters: frozenset[str] = frozenset()
    words: Spread = field(default_factory=dict)
    located: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    is_alone: bool = False
    is_unsure: bool = False
    further: Spread | None = None


def without(names: Iterable[str], text: str) -> str:
    """A text in its normal form without names of places: where something is does not say what it is."""
    text = normalise(text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, ",")
    return text


def pairs_of(text: str, names: Iterable[str] = ()) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, and its Latin words, without places, numbers and set phrases."""
    latin = set(re.findall(r"[a-z]{3,}", text.lower()))
    chinese = re.sub(r"[a-z]", " ", _silenced(without([normalise(name) for name in names], text)))
    return frozenset(a + b for part in chinese.split() for a, b in pairwise(part)) | latin


def bare(text: str, found: Iterable[Match]) -> str:
    """A text without the places found in it, numbers and set phrases: what is left says what it is about."""
    return " ".join(_silenced(without([match.written for match in found], text)).split())


def _silenced(text: str) -> str:
    return SILENT.sub(" ", PHRASES.sub(" ", NUMBERED.sub(" ", text.lower())))


def text_agreement(one: Sequence[frozenset[str]], two: Sequence[frozenset[str]]) -> float:
    """The best overlap between two sets of texts, 0 to 1: shared pairs as a share of those of the shorter text."""
    return max((len(a & b) / max(min(len(a), len(b)), SHORT) for a in one for b in two), default=0.0)


@lru_cache(maxsize=50_000)
def buildings_in(text: str) -> frozenset[str]:
    """The numbers of buildings that a text names: 5 for 五号楼 and for 5栋."""
    return frozenset(BUILDING.findall(normalise(text)))


def units_in(text: str) -> frozenset[str]:
    """The numbers of units that a text names: 2 for 二单元."""
    return frozenset(UNIT.findall(normalise(text)))


def is_alone(text: str) -> bool:
    """Whether it says that nobody else has the trouble: 只有我家没电."""
    return bool(ALONE.search(normalise(text)))


def further_in(text: str) -> str | None:
    """What follows where a text goes on to a further matter, None when it does not or says hardly anything more."""
    found = FURTHER.search(text)
    rest = text[found.end() :] if found else ""
    return rest if len(pairs_of(rest)) >= SHORT else None


def is_unsure(named: Sequence[Named], east: float | None, north: float | None) -> bool:
    """Whether several places are named, or one that is not where the point is."""
    if len({place.site for place in named if place.site}) > 1:
        return True
    if east is None or north is None:
        return False
    points = [(place.point, ASTRAY[place.kind]) for place in named if place.point and place.kind in ASTRAY]
    return any(math.dist(point, (east, north)) > limit for point, limit in points)
