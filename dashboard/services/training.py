"""Learning the categories of texts from the district's own closed cases, and measuring what was learned."""

import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from dashboard.config.checks import UNCLASSIFIED
from dashboard.config.handling import Categorising
from dashboard.domain.calendars import shanghai_day
from dashboard.services.classifying import Learned, pack, softmax, terms_of, unpack, vector
from dashboard.services.desk import Desk
from dashboard.services.tellings import bare
from dashboard.store.classifying import closed_texts

HELD_OUT = 5
"""One text of so many is not learned from, but measured on."""
IN_TEXTS, MOST_TERMS = 3, 30_000
"""A term is of use when so many texts have it; at most so many terms."""
LOOSENESS, ROUNDS = 10.0, 60
SHARPNESS: tuple[float, ...] = tuple(2.0 ** (step / 4) for step in range(-8, 1))
"""Certainties are made milder where they are right too seldom, never bolder: what people will write is less like the
texts that were learned from than those held out are."""
BANDS = (0.0, 0.3, 0.6, 0.9)
Example = tuple[str, str]
"""A category and a bare text of it."""
Step = Callable[[str], None]


class TooFewCasesError(Exception):
    """There is not enough to learn from."""


@dataclass(frozen=True)
class Lesson:
    """What is learned from, what is measured on, and the categories that have too few texts."""

    learned: Sequence[Example]
    held_out: Sequence[Example]
    left_out: Counter[str]


@dataclass(frozen=True)
class Taught:
    """What was learned, as it is kept, and how well it does on texts held out."""

    content: bytes
    report: dict[str, Any]


def teach(session: Session, desk: Desk, now: datetime, step: Step, most: int | None = None) -> Taught:
    """Learn from the newest closed cases; nothing is kept yet.

    Raises:
        TooFewCasesError: there is not enough to learn from; the message says what is needed.
    """
    step("reading")
    settings = desk.config.categorising
    rows = closed_texts(session, UNCLASSIFIED, most or settings.learn_from)
    atlas = desk.atlases.current(session, shanghai_day(now))
    known = [(category, text) for category, text in rows if category in desk.severities]
    lesson = lesson_of([(category, bare(text, atlas.named(text))) for category, text in known], settings)
    step("learning")
    taught = taught_by(lesson)
    return replace(taught, report=taught.report | {"texts_read": len(rows)})


def taught_by(lesson: Lesson) -> Taught:
    """What a lesson teaches, measured as it will be read again."""
    began = time.monotonic()
    learned = learn(lesson.learned)
    content = pack(replace(learned, sharpness=_best_sharpness(learned, lesson.held_out)))
    report = measured(unpack(content), lesson)
    return Taught(content, report | {"seconds": round(time.monotonic() - began, 1)})


def lesson_of(examples: Sequence[Example], settings: Categorising) -> Lesson:
    """Distinct texts, those to learn from and those to measure on. The same words never stand on both sides.

    Raises:
        TooFewCasesError: too few texts, or only one category with enough of them.
    """
    distinct = sorted({(category, text) for category, text in examples if text.strip()})
    count = Counter(category for category, _ in distinct)
    enough = {category for category, texts in count.items() if texts >= settings.least_of_a_category}
    used = [example for example in distinct if example[0] in enough]
    if len(used) < settings.least or len(enough) < 2:
        raise TooFewCasesError(
            f"{len(used):,} different texts of closed cases in {len(enough)} categories with at least "
            f"{settings.least_of_a_category} each; {settings.least:,} texts in 2 categories are needed "
            "(categorising.least, categorising.least_of_a_category)"
        )
    sides: tuple[list[Example], list[Example]] = [], []
    for example in used:
        sides[zlib.crc32(example[1].encode()) % HELD_OUT == 0].append(example)
    left_out = Counter({category: texts for category, texts in count.items() if category not in enough})
    return Lesson(*sides, left_out)


def learn(examples: Sequence[Example]) -> Learned:
    """Weights of terms by logistic regression."""
    from scipy.sparse import csr_matrix  # they take a second to load, and only learning needs them
    from sklearn.linear_model import LogisticRegression

    terms, rarity = _terms([text for _, text in examples])
    rows = [vector(text, terms, rarity) for _, text in examples]
    columns, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    starts = np.cumsum([0, *(len(row[0]) for row in rows)])
    matrix = csr_matrix((values, columns, starts), shape=(len(rows), len(terms)))
    names = tuple(sorted({category for category, _ in examples}))
    model = LogisticRegression(C=LOOSENESS, max_iter=ROUNDS, tol=1e-3)
    model.fit(matrix, [names.index(category) for category, _ in examples])
    weights, base = model.coef_, model.intercept_
    if len(names) == 2:  # one row then tells the second category from the first
        weights, base = np.vstack([-weights, weights]) / 2, np.array([-base[0], base[0]]) / 2
    return Learned(names, terms, rarity.astype(np.float32), weights.astype(np.float32), base.astype(np.float32))


def _terms(texts: Sequence[str]) -> tuple[dict[str, int], np.ndarray]:
    """The terms of use, and how much each says by how few texts have it."""
    count = Counter(term for text in texts for term in terms_of(text))
    used = sorted(term for term, had in count.most_common(MOST_TERMS) if had >= IN_TEXTS)
    had = np.array([count[term] for term in used], float)
    return {term: column for column, term in enumerate(used)}, np.log((1 + len(texts)) / (1 + had)) + 1


def _sums(learned: Learned, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """What speaks for each category in each text, and which one is right."""
    rows = [vector(text, learned.terms, learned.rarity) for _, text in examples]
    sums = np.array([learned.weights[:, columns] @ values + learned.base for columns, values in rows])
    return sums, np.array([learned.categories.index(category) for category, _ in examples])


def _best_sharpness(learned: Learned, examples: Sequence[Example]) -> float:
    """The stretch under which the certainties fit what is right best."""
    usable = [example for example in examples if example[0] in learned.categories]
    if not usable:
        return 1.0
    sums, right = _sums(learned, usable)
    chosen = np.arange(len(right))

    def fit(sharpness: float) -> float:
        return float(np.log(softmax(sharpness * sums)[chosen, right] + 1e-12).sum())

    best: float = max(SHARPNESS, key=fit)
    return best


def measured(learned: Learned, lesson: Lesson) -> dict[str, Any]:
    """How well it does on texts that it has not seen."""
    held_out = [example for example in lesson.held_out if example[0] in learned.categories]
    guessed = [learned.guesses(text, 3) for _, text in held_out]
    certainty = [found[0].certainty if found else 0.0 for found in guessed]
    first = [bool(found) and found[0].category == right for (right, _), found in zip(held_out, guessed, strict=True)]
    three = [right in {one.category for one in found} for (right, _), found in zip(held_out, guessed, strict=True)]
    return {
        "learned_from": len(lesson.learned),
        "held_out": len(held_out),
        "first": sum(first),
        "among_three": sum(three),
        "terms": len(learned.terms),
        "bands": _bands(certainty, first),
        "categories": _by_category(lesson, [right for right, _ in held_out], first),
        "left_out": dict(lesson.left_out),
    }


def _bands(certainty: Sequence[float], first: Sequence[bool]) -> list[dict[str, Any]]:
    """How often it was right when it was so certain."""
    band = np.searchsorted(BANDS, certainty, side="right") - 1
    right = np.array(first, bool)
    return [
        {"from": low, "texts": int((band == number).sum()), "right": int(right[band == number].sum())}
        for number, low in enumerate(BANDS)
    ]


def _by_category(lesson: Lesson, held_out: Sequence[str], first: Sequence[bool]) -> list[dict[str, Any]]:
    learned = Counter(category for category, _ in lesson.learned)
    asked = Counter(held_out)
    right = Counter(category for category, is_right in zip(held_out, first, strict=True) if is_right)
    return [
        {"category": name, "learned_from": learned[name], "held_out": asked[name], "first": right[name]}
        for name in sorted(learned, key=lambda name: (-learned[name], name))
    ]
