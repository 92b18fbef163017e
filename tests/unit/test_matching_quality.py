"""How well the matcher does on appeals that people wrote by hand: what it must not fall below."""

import pytest

from bench.appeals import quality_of
from tests.factories import ROOT, make_config

FILES = ("appeals.yaml", "appeals_unseen.yaml", "appeals_fresh.yaml")
PRECISION, RECALL = 0.98, 0.85


@pytest.mark.parametrize("name", FILES)
def test_hand_written_appeals_find_what_they_belong_to(name):
    quality = quality_of(ROOT / "tests" / "data" / name, make_config("sqlite://"))
    assert quality.joined >= quality.joinable // 5, "hardly anything joins by itself"
    assert quality.precision >= PRECISION, _lines("joined wrongly", quality.wrong)
    assert quality.recall >= RECALL, _lines("not among the first three", quality.missed)


def _lines(what, misses):
    return "\n".join([f"{len(misses)} {what}:", *map(str, misses)])
