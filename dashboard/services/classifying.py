"""Which categories a text seems to be of, by what was learned from closed cases, and the words that speak for it.

What was learned is a table of weights over short runs of characters. It is kept as plain arrays, so that reading it can
run nothing; to use it takes numpy only.
"""

import io
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from dashboard.store.classifying import content_of, newest_id

FORMAT = 1
LENGTHS = (1, 2, 3)
PARTS = re.compile(r"[a-z]+|[^a-z\s]+")
SHOWN_WORDS, LONGEST_WORD = 3, 8
Span = tuple[int, int]
TELLING = 0.35
"""The share of the most telling character's weight from which on a character belongs to a word that is shown."""


class UnknownFormatError(Exception):
    """What is kept was written by another version of the program."""


@dataclass(frozen=True)
class Guess:
    """A category that a text may be of, with the words of the text that speak for it, the most telling first."""

    category: str
    certainty: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes:
        terms: Runs of characters, each with its column.
        rarity: How much a term says, by how few texts have it.
        weights: What each term (column) says for each category (row), in the order of `categories`.
        base: What speaks for each category before anything is read.
        sharpness: By how much the sums are stretched, so that certainties are as often right as they say.
    """

    categories: tuple[str, ...]
    terms: Mapping[str, int]
    rarity: np.ndarray
    weights: np.ndarray
    base: np.ndarray
    sharpness: float = 1.0

    def guesses(self, text: str, count: int, known: Sequence[Span] = ()) -> list[Guess]:
        """The likeliest categories of a bare text, none when it knows no run of the text. The first has its words:
        `known` are words of the language, so that they are shown whole."""
        columns, values = vector(text, self.terms, self.rarity)
        if not len(columns):
            return []
        shares = softmax(self.sharpness * (self.weights[:, columns] @ values + self.base))
        best = np.argsort(-shares, kind="stable")[:count].tolist()
        words = self._words(text, best[0], known)
        return [Guess(self.categories[one], float(shares[one]), words if one == best[0] else ()) for one in best]

    def _words(self, text: str, category: int, known: Sequence[Span]) -> tuple[str, ...]:
        """Overlapping terms made one: each character weighs what the terms over it say for the category beyond the
        others; characters that say much, side by side, are a word."""
        weights = np.zeros(len(text))
        for start, end in spans(text):
            if (column := self.terms.get(text[start:end])) is not None:
                more = self.weights[category, column] - self.weights[:, column].mean()
                weights[start:end] += more * self.rarity[column] / (end - start)
        return _telling(text, weights, known)


def spans(text: str) -> Iterator[Span]:
    """Where the terms of a bare text stand: runs of one to three characters, and whole Latin words."""
    for part in PARTS.finditer(text):
        if part[0].isascii():
            yield part.span()
        else:
            for length in LENGTHS:
                yield from ((start, start + length) for start in range(part.start(), part.end() - length + 1))


def terms_of(text: str) -> set[str]:
    """The terms of a bare text."""
    return {text[start:end] for start, end in spans(text)}


def vector(text: str, terms: Mapping[str, int], rarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The columns of the terms that a text has, and their values, of length 1 in all."""
    columns = np.array(sorted(terms[term] for term in terms_of(text) if term in terms), np.int64)
    values = rarity[columns]
    return columns, values / (np.linalg.norm(values) or 1.0)


def softmax(sums: np.ndarray) -> np.ndarray:
    """Sums as shares of 1, along the last axis."""
    raised = np.exp(sums - sums.max(axis=-1, keepdims=True))
    shares: np.ndarray = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _telling(text: str, weights: np.ndarray, known: Sequence[Span]) -> tuple[str, ...]:
    """Runs of telling characters as words, the most telling first."""
    limit = TELLING * max(float(weights.max(initial=0.0)), 1e-9)
    marks = "".join("x" if one >= limit and not text[at].isspace() else " " for at, one in enumerate(weights.tolist()))
    runs = [run.span() for run in re.finditer(f"x{{1,{LONGEST_WORD}}}", marks)]
    ordered = sorted(runs, key=lambda run: -float(weights[run[0] : run[1]].sum()))
    words = [text[start:end] for start, end in (_whole(run, known) for run in ordered)]
    return tuple(dict.fromkeys(word for word in words if len(word) > 1))[:SHOWN_WORDS]


def _whole(run: Span, known: Sequence[Span]) -> Span:
    """The known word that a run is mostly of, or most of a known word is in; the run itself where there is none."""
    best = max(known, key=lambda word: _shared(run, word), default=run)
    return best if 2 * _shared(run, best) >= min(run[1] - run[0], best[1] - best[0]) else run


def _shared(one: Span, two: Span) -> int:
    return max(min(one[1], two[1]) - max(one[0], two[0]), 0)


def pack(learned: Learned) -> bytes:
    """What was learned as bytes, for keeping."""
    terms = sorted(learned.terms, key=lambda term: learned.terms[term])
    target = io.BytesIO()
    np.savez_compressed(
        target,
        format=np.array(FORMAT),
        categories=_letters(learned.categories),
        terms=_letters(terms),
        rarity=learned.rarity.astype(np.float32),
        weights=learned.weights.astype(np.float16),
        base=learned.base.astype(np.float32),
        sharpness=np.array(learned.sharpness),
    )
    return target.getvalue()


def unpack(content: bytes) -> Learned:
    """What was kept. Arrays only: nothing in it can be run.

    Raises:
        UnknownFormatError: another version of the program wrote it.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        if int(arrays["format"]) != FORMAT:
            raise UnknownFormatError(f"format {int(arrays['format'])} instead of {FORMAT}")
        return Learned(
            categories=tuple(_lines(arrays["categories"])),
            terms={term: column for column, term in enumerate(_lines(arrays["terms"]))},
            rarity=arrays["rarity"],
            weights=arrays["weights"].astype(np.float32),
            base=arrays["base"],
            sharpness=float(arrays["sharpness"]),
        )


def _letters(lines: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _lines(letters: np.ndarray) -> list[str]:
    return letters.tobytes().decode().split("\n")


@dataclass
class Newest:
    """The newest of what was learned: read once in a process, and again when there is a newer one."""

    _id: int | None = None
    _learned: Learned | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self, session: Session) -> Learned | None:
        """What counts now, None when nothing was learned, or only by another version of the program."""
        newest = newest_id(session)
        with self._lock:
            if newest != self._id:
                self._id, self._learned = newest, _read(session, newest)
            return self._learned


def _read(session: Session, number: int | None) -> Learned | None:
    try:
        return None if number is None else unpack(content_of(session, number))
    except UnknownFormatError:
        return None
