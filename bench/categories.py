"""Suggested categories: learned from the demo's people, measured on them and on appeals that were written by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import yaml

from bench.databases import ROOT, settings
from bench.merging import DATABASE, HAND_WRITTEN
from bench.rows import Row, at_least, at_most
from bench.setting import Setting, median, milliseconds
from bench.town import atlas_of
from dashboard.config import Config
from dashboard.config.checks import UNCLASSIFIED
from dashboard.demo.people import category_weights, channel_names, say, stories
from dashboard.services.classifying import Learned, unpack
from dashboard.services.tellings import bare
from dashboard.services.training import Example, lesson_of, taught_by

TEXTS, SEED = 8_000, 3
FIRST, AMONG_THREE, MILLISECONDS = 0.5, 0.7, 5.0


def categories(setting: Setting) -> Iterator[Row]:
    """How often the first and the first three are right. The demo's people say little in many ways, citizens do not."""
    config = settings(DATABASE)
    setting.step("learning")
    taught = taught_by(lesson_of(_told(), config.categorising))
    learned, report = unpack(taught.content), taught.report
    note = f"learned from {report['learned_from']:,} texts of the demo in {report['seconds']} s"
    share = report["first"] / report["held_out"]
    yield Row("categories", f"the demo's, {report['held_out']} held out: first", share, note=note)
    asked = [example for name in HAND_WRITTEN for example in _by_hand(name, config)]
    yield from _on_others(learned, asked, config.categorising.suggest)
    times = [milliseconds(partial(learned.guesses, text, 3)) for _, text in asked]
    yield Row("categories", "one text", median(times), "ms", gates=[at_most(MILLISECONDS)])


def _told() -> list[Example]:
    """What the demo's people say, without the place."""
    rng = np.random.default_rng(SEED)
    channels, shares = channel_names()
    found = []
    for number in rng.choice(len(channels), TEXTS, p=shares).tolist():
        weights = category_weights(int(rng.integers(1, 13)), channels[number])
        story = stories()[int(rng.choice(len(stories()), p=weights))]
        draws = rng.integers(0, 1 << 20, 4).tolist()
        found.append((story.category, bare(say(story, "", channels[number], draws), [])))
    return found


def _by_hand(name: str, config: Config) -> Iterator[Example]:
    """The appeals of a file whose category is known, without the places that they name."""
    content = yaml.safe_load((ROOT / "tests" / "data" / name).read_text("utf-8"))
    atlas, known = atlas_of(content["places"]), {category.id for category in config.categories}
    for *_, category, text in content["reports"]:
        if category in known - {UNCLASSIFIED}:
            yield category, bare(text, atlas.named(text))


def _on_others(learned: Learned, asked: Sequence[Example], limit: float) -> Iterator[Row]:
    """Texts by another author than those learned from."""
    guessed = [(category, learned.guesses(text, 3)) for category, text in asked]
    first = sum(bool(found) and found[0].category == category for category, found in guessed)
    three = sum(category in {one.category for one in found} for category, found in guessed)
    shown = [found[0].category == category for category, found in guessed if found and found[0].certainty >= limit]
    note = f"{first} of {len(asked)}; {len(shown)} are certain enough to be shown, {sum(shown)} of them right"
    yield Row("categories", "by hand: first", first / len(asked), gates=[at_least(FIRST)], note=note)
    row = Row("categories", "by hand: among the first three", three / len(asked), gates=[at_least(AMONG_THREE)])
    yield replace(row, note=f"{three} of {len(asked)}")
