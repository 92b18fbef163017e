"""Categories are learned from texts, kept as plain arrays, and suggested with readable words."""

import io
import subprocess
import sys

import numpy as np
import pytest

from dashboard.config.handling import Categorising
from dashboard.services.classifying import UnknownFormatError, pack, unpack
from dashboard.services.tellings import bare
from dashboard.services.topics import lexicon
from dashboard.services.training import TooFewCasesError, learn, lesson_of, measured
from geo.gazetteer import Gazetteer, NamedPlace
from tests.categories import HISTORY, SMALL, told

KNOWN = lexicon(frozenset({"water/outage", "road/lamp", "property/lift"}))


@pytest.fixture(scope="module")
def lesson():
    return lesson_of(told(HISTORY), SMALL)


@pytest.fixture(scope="module")
def learned(lesson):
    return unpack(pack(learn(lesson.learned)))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("从昨晚到现在一点自来水都没有，烧饭都成问题", "water/outage"),
        ("路灯灭了好几盏，孩子放学回来害怕", "road/lamp"),
        ("电梯又坏，八十岁的老人在楼上下不来", "property/lift"),
    ],
)
def test_new_words_about_a_known_matter_are_recognised(learned, text, category):
    found = learned.guesses(bare(text, []), 3)
    assert found[0].category == category
    assert sum(one.certainty for one in found) == pytest.approx(1, abs=1e-5)


def test_the_words_that_tell_are_words_of_the_text_and_not_scraps(learned):
    text = bare("您好，我家门口的路灯不亮了，请尽快处理", [])
    (found,) = learned.guesses(text, 1, KNOWN.spans(text))
    assert found.words[0] == "路灯"
    assert all(word in text for word in found.words)


def test_a_text_of_which_nothing_is_known_is_not_guessed(learned):
    assert learned.guesses(bare("xyzzy", []), 3) == []
    assert learned.guesses("", 3) == []


def test_what_was_learned_is_kept_as_arrays_that_cannot_run_anything(lesson):
    content = pack(learn(lesson.learned))
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        assert all(array.dtype.kind in "fiu" for array in arrays.values())


def test_what_another_version_wrote_is_refused(lesson):
    with np.load(io.BytesIO(pack(learn(lesson.learned)))) as arrays:
        content = dict(arrays) | {"format": np.array(99)}
    target = io.BytesIO()
    np.savez_compressed(target, **content)
    with pytest.raises(UnknownFormatError, match="99"):
        unpack(target.getvalue())


def test_what_is_measured_on_was_not_learned_from(lesson):
    learned_texts = {text for _, text in lesson.learned}
    assert learned_texts.isdisjoint(text for _, text in lesson.held_out)
    assert len(lesson.held_out) > len(lesson.learned) / 10


def test_the_report_counts_what_is_right(lesson, learned):
    found = measured(learned, lesson)
    right = [learned.guesses(text, 1)[0].category == category for category, text in lesson.held_out]
    assert found["held_out"] == len(right)
    assert found["first"] == sum(right) == sum(row["first"] for row in found["categories"])
    assert found["first"] <= found["among_three"] <= found["held_out"]
    assert sum(band["texts"] for band in found["bands"]) == found["held_out"]
    assert sum(band["right"] for band in found["bands"]) == found["first"]


def test_too_few_texts_are_refused_with_what_is_needed():
    with pytest.raises(TooFewCasesError, match="300 texts in 2 categories are needed"):
        lesson_of(told(HISTORY), Categorising())


def test_the_same_words_again_and_again_are_one_text():
    once = lesson_of(told(HISTORY), SMALL)
    often = lesson_of([*told(HISTORY), *[told(HISTORY)[0]] * 50], SMALL)
    assert often == once


def test_a_category_with_hardly_any_texts_is_left_out_and_named():
    found = lesson_of([*told(HISTORY), ("noise/dance", "广场舞太吵")], SMALL)
    assert found.left_out == {"noise/dance": 1}
    assert "noise/dance" not in {category for category, _ in found.learned}


def test_where_something_is_says_nothing_about_what_it_is():
    places = Gazetteer([NamedPlace("路灯厂家属院", "compound", "410303001001", 112.4, 34.6)])
    assert bare("市民反映：路灯厂家属院3号楼停水了", places.find_all("路灯厂家属院3号楼停水了")) == "停水了"


def test_a_program_that_learns_nothing_does_not_load_the_learning_library():
    script = "import sys, dashboard.commands.main, dashboard.app; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
