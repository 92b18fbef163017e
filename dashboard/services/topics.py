"""What a text is about, by the words it uses: a spread over categories, with the words that tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from ahocorasick_rs import AhoCorasick, MatchKind

from geo.gazetteer import normalise

NOTHING = "-"
"""The list of words that say nothing, and keep what is in them from being taken for something."""
SAME_GROUP = 0.5
"""How far two categories of one group are the same kind of thing."""

Spread = Mapping[str, float]
"""Category → share; the shares sum to 1. Empty when nothing is known."""


@dataclass(frozen=True)
class Lexicon:
    """Words and the categories they speak for."""

    words: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    finder: AhoCorasick

    def read(self, text: str) -> tuple[Spread, dict[str, list[str]]]:
        """The spread of a text and, per category, the words that made it. A longer word says more than a short one."""
        votes: dict[str, float] = {}
        told: dict[str, list[str]] = {}
        for index in {index for index, _, _ in self.finder.find_matches_as_indexes(normalise(text).lower())}:
            for category in self.categories[index]:
                weight = len(self.words[index]) ** 0.5 / len(self.categories[index])
                votes[category] = votes.get(category, 0.0) + weight
                told.setdefault(category, []).append(self.words[index])
        return scaled(votes), told

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where its words stand in a text in its normal form."""
        return [(start, end) for _, start, end in self.finder.find_matches_as_indexes(text)]


@cache
def lexicon(categories: frozenset[str]) -> Lexicon:
    """The shipped words, for the categories that are configured."""
    found: dict[str, list[str]] = {}
    for category, words in words_by_category().items():
        for word in words if category in categories or category == NOTHING else ():
            speaks_for = found.setdefault(normalise(word).lower(), [])
            speaks_for += [category] if category != NOTHING else []
    known = tuple(sorted(found))
    finder = AhoCorasick(known or ("\0",), matchkind=MatchKind.LeftmostLongest)
    return Lexicon(known, tuple(tuple(found[word]) for word in known), finder)


@cache
def words_by_category() -> dict[str, list[str]]:
    """The shipped words of each category."""
    content: dict[str, list[str]] = yaml.safe_load(files("dashboard").joinpath("data/topics.yaml").read_text("utf-8"))
    return content


def scaled(votes: Mapping[str, float]) -> Spread:
    """Votes as shares."""
    total = sum(votes.values())
    return {category: vote / total for category, vote in votes.items()} if total else {}


def mixed(parts: Iterable[tuple[float, Spread]]) -> Spread:
    """Several spreads, each with its weight; those that know nothing do not count."""
    votes: dict[str, float] = {}
    for weight, spread in parts:
        for category, share in spread.items():
            votes[category] = votes.get(category, 0.0) + weight * share
    return scaled(votes)


def agreement(one: Spread, two: Spread) -> float | None:
    """How far two spreads are about the same kind of thing, 0 to 1; None when one knows nothing.

    The cosine of the two under a kernel in which categories of one group are half the same.
    """
    if not one or not two:
        return None
    both = _product(one, two)
    return float(min(both / (_product(one, one) * _product(two, two)) ** 0.5, 1.0))


def _product(one: Spread, two: Spread) -> float:
    return sum(a * b * _kernel(x, y) for x, a in one.items() for y, b in two.items())


def _kernel(one: str, two: str) -> float:
    if one == two:
        return 1.0
    return SAME_GROUP if one.split("/")[0] == two.split("/")[0] else 0.0
