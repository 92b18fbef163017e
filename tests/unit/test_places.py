"""Where a point lies and what place a text names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.gazetteer import Gazetteer, NamedPlace, crossing_in
from geo.locate import Locator, Problem
from tests.factories import SOUTH, STEP, WEST, make_areas, point_at, point_in

LOCATOR = Locator(make_areas(), "EPSG:4546")
GRIDS = [f"41030300{grid // 4 + 1}00{grid // 2 % 2 + 1}00{grid % 2 + 1}" for grid in range(8)]
HIGH = SOUTH + 0.008


def locate(*points: tuple[float, float]):
    east, north = np.array(points, float).T
    return LOCATOR.locate(east, north).to_dict("records")


def test_a_point_gives_its_grid_and_at_a_building_the_building():
    inside, at_building = locate(point_in(3), point_at(5, building=2))
    assert (inside["code"], inside["rule"], inside["building_id"]) == (GRIDS[3], "inside", -1)
    assert at_building["code"] == f"{GRIDS[5]}002"
    assert at_building["rule"] == "building"
    assert at_building["building_id"] > 0


def test_a_point_on_a_border_gives_both_candidates_and_says_which_rule_chose():
    """Between two grids of one community, of two communities, of two subdistricts."""
    for grid in (0, 1, 3):
        (found,) = locate((WEST + (grid + 1) * STEP, HIGH))
        assert (found["code"], found["other"]) == (GRIDS[grid], GRIDS[grid + 1])
        assert found["rule"] == "border: lowest code"


@pytest.mark.parametrize(
    ("point", "problem"),
    [
        ((0.0, 0.0), Problem.ZERO),
        ((SOUTH + 0.005, WEST + 0.005), Problem.SWAPPED),
        ((38_420_000.0, 3_837_000.0), Problem.METRES),
        ((WEST - 0.002, HIGH), Problem.OUTSIDE),
        ((116.4, 39.9), Problem.OUTSIDE),
        ((float("nan"), 34.0), Problem.INVALID),
    ],
)
def test_what_is_no_place_in_the_district_says_why(point, problem):
    (found,) = locate(point)
    assert (found["code"], found["problem"]) == ("", problem)


@given(st.lists(st.tuples(st.floats(0, 8 * STEP), st.floats(0, STEP)), min_size=1, max_size=30))
def test_every_point_of_the_district_has_a_grid_and_the_order_of_points_does_not_matter(offsets):
    points = [(WEST + east, SOUTH + north) for east, north in offsets]
    codes = [found["code"] for found in locate(*points)]
    assert all(code[:15] in GRIDS for code in codes)
    assert [found["code"] for found in locate(*points[::-1])] == codes[::-1]


PLACES = [
    NamedPlace("行署路", "road", "410303", 112.43, 34.67),
    NamedPlace("行署路23号院", "compound", "410303001001001", 112.44, 34.67),
    NamedPlace("行署路23号院5号楼", "building", "410303001001001005", 112.441, 34.671),
    NamedPlace("幸福小区", "compound", "410303001001002", 112.45, 34.67),
    NamedPlace("幸福小区", "compound", "410303002001002", 112.48, 34.67),
    NamedPlace("春晴路社区", "community", "410303001001", 112.44, 34.66),
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("行署路23号院5号楼停水", "行署路23号院5号楼"),
        ("行署路 ２３ 号院 五号楼 停水", "行署路23号院5号楼"),
        ("我在行署路二十三号院", "行署路23号院"),
        ("行署路上井盖丢了", "行署路"),
        ("春晴路社区行署路附近", "春晴路社区"),
        ("行署路23号停水", "行署路23号院"),
        ("行署路23院停水", "行署路23号院"),
        ("行署路23号院五栋停水", "行署路23号院5号楼"),
        ("行署路23号5#楼停水", "行署路23号院5号楼"),
    ],
)
def test_the_surest_and_longest_name_of_a_text_is_its_place(text, name):
    match = Gazetteer(PLACES).find(text)
    assert match
    assert (match.place.name, match.ambiguous) == (name, False)


def test_a_longer_name_is_surer_and_a_name_of_two_places_is_half_as_sure():
    gazetteer = Gazetteer(PLACES)
    sure = [gazetteer.find(text) for text in ("行署路", "行署路23号院", "行署路23号院5号楼")]
    assert sorted(sure, key=lambda match: match.confidence) == sure
    twice = gazetteer.find("幸福小区的电梯坏了")
    assert twice.ambiguous
    assert twice.confidence < sure[1].confidence
    assert gazetteer.find("没有地名的一句话") is None


def test_a_spelling_that_is_a_name_of_its_own_is_not_taken_for_another():
    own = NamedPlace("行署路23号", "landmark", "410303001001003", 112.46, 34.67)
    assert Gazetteer([*PLACES, own]).find("行署路23号停水").place is own


def test_all_places_of_a_text_are_found_in_the_order_of_mention():
    found = Gazetteer(PLACES).find_all("春晴路社区到行署路，行署路23号院对面")
    assert [match.place.name for match in found] == ["春晴路社区", "行署路", "行署路23号院"]


@pytest.mark.parametrize(
    ("text", "roads", "crossing"),
    [
        ("解放路和唐宫路交叉口红绿灯不亮", ["解放路", "唐宫路"], "唐宫路与解放路口"),
        ("唐宫路解放路口", ["唐宫路", "解放路"], "唐宫路与解放路口"),
        ("从解放路一直到唐宫路都不亮", ["解放路", "唐宫路"], None),
        ("解放路口", ["解放路"], None),
        ("解放路与唐宫路口", None, "唐宫路与解放路口"),
    ],
)
def test_a_crossing_has_one_name_whatever_order_its_roads_come_in(text, roads, crossing):
    assert crossing_in(text, roads) == crossing
