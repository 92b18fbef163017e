"""A telling: what is read out of a report, or of a case's reports, to compare it with others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from dashboard.services.topics import Spread
from geo.gazetteer import normalise

BUILDING = re.compile(r"(\d+)(?:号楼|号搂|号栋|栋|幢|#楼)")
AT_BUILDING = re.compile(r"\d+(?:号楼|号搂|号栋|栋|幢|#楼).*$")
SILENT = re.compile(r"[\W\d_]+")
PHRASES = re.compile(
    "市民|来电人?称?|反映|请?尽快|处理|希望|有关部门|解决|麻烦|派人|看看|谢谢|您好|尊敬的|领导|求助|居民"
)
SHORT = 6
"""Pairs of characters; a text with fewer proves less."""


@dataclass(frozen=True)
class Named:
    """A place that a telling names, with its kind: building, compound, landmark, road, community or another area."""

    name: str
    kind: str
    area_code: str

    @property
    def site(self) -> str | None:
        """The compound or landmark: a building without its number. Roads and areas are no site."""
        if self.kind == "building":
            return AT_BUILDING.sub("", self.name) or self.name
        return self.name if self.kind in ("compound", "landmark") else None


@dataclass(frozen=True)
class Telling:
    """One report, or one case by its reports, as it is compared.

    Attributes:
        texts: The pairs of characters of each text.
        places: What it names, and where it was located.
        buildings: Numbers of buildings that it names.
        east, north: Its point in metres of the district's own system; None without a point.
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


def pairs_of(text: str, names: Iterable[str] = ()) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, and its Latin words, without names of places and set phrases."""
    text = normalise(text).lower()
    for name in names:
        text = text.replace(normalise(name).lower(), " ")
    latin = set(re.findall(r"[a-z]{3,}", text))
    chinese = SILENT.sub(" ", re.sub(r"[a-z]", " ", PHRASES.sub(" ", text)))
    return frozenset(a + b for part in chinese.split() for a, b in pairwise(part)) | latin


def text_agreement(one: Sequence[frozenset[str]], two: Sequence[frozenset[str]]) -> float:
    """The best overlap between two sets of texts, 0 to 1: shared pairs as a share of those of the shorter text."""
    return max((len(a & b) / max(min(len(a), len(b)), SHORT) for a in one for b in two), default=0.0)


def buildings_in(text: str) -> frozenset[str]:
    """The numbers of buildings that a text names: 5 for 五号楼 and for 5栋."""
    return frozenset(BUILDING.findall(normalise(text)))
