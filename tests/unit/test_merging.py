"""Whether two tellings are of the same event: judged by numbers, read from words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.merging import Extent, Likeness, Outcome, Thresholds, Where, judge
from dashboard.services.matching import Kind, likeness
from dashboard.services.tellings import (
    Named,
    Telling,
    buildings_in,
    further_in,
    is_alone,
    is_unsure,
    pairs_of,
    text_agreement,
    without,
)
from dashboard.services.topics import agreement, lexicon, mixed, scaled
from tests.factories import HOUR, MINUTE, NOON

ALIKE = Likeness(Where.SAME_SITE, Extent.SITE, 20.0, 1.0, True, 0.5, False, 20 * MINUTE)
LIMITS = Thresholds()


def test_strong_agreement_joins_by_itself_and_says_why():
    found = judge(ALIKE, LIMITS)
    assert found.outcome is Outcome.JOINS
    assert {reason.name for reason in found.reasons} >= {"place", "topic", "text", "time"}
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"where": Where.APART, "distance": 300.0}, "place"),
        ({"topic": 0.5}, "topic"),
        ({"topic": None}, "topic"),
        ({"extent": Extent.PERSON}, "person"),
        ({"apart": 30 * HOUR}, "time"),
        ({"is_specific": False, "text": 0.1}, "words"),
        ({"extent": Extent.BUILDING, "where": Where.SAME_BUILDING, "other_number": True}, "number"),
        ({"extent": Extent.BUILDING}, "place"),
        ({"where": Where.UNKNOWN, "distance": 60.0, "text": 0.9}, "place"),
        ({"is_unsure": True}, "place"),
        ({"other_part": True}, "number"),
        ({"tells_more": True}, "more"),
    ],
)
def test_what_is_in_doubt_never_joins_without_a_person(change, doubt):
    found = judge(replace(ALIKE, **change), LIMITS)
    assert found.outcome is not Outcome.JOINS
    assert doubt in found.doubts


def test_nothing_in_common_opens_a_case():
    found = judge(Likeness(Where.APART, Extent.SITE, 900.0, 0.0, True, 0.0, False, 2 * HOUR), LIMITS)
    assert found.outcome is Outcome.OPENS
    assert found.certainty < 0.01


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 200))
def test_more_agreement_is_never_less_certain(topic, less, more, hours):
    low, high = sorted((less, more))
    one = replace(ALIKE, topic=topic, text=low, apart=timedelta(hours=hours))
    assert judge(one, LIMITS).certainty <= judge(replace(one, text=high), LIMITS).certainty
    assert judge(replace(one, topic=min(topic, low)), LIMITS).certainty <= judge(one, LIMITS).certainty
    assert judge(replace(one, apart=timedelta(hours=hours + 1)), LIMITS).certainty <= judge(one, LIMITS).certainty


CATEGORIES = frozenset({"water/outage", "water/burst", "property/lift", "road/lamp", "noise/dance"})


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("家里没水了", "water/outage"),
        ("水管爆裂，跑水严重", "water/burst"),
        ("电梯困人", "property/lift"),
        ("整条街乌漆嘛黑，路灯没一个亮的", "road/lamp"),
        ("The street lights are out", "road/lamp"),
        ("晚上跳舞的音响太吵", "noise/dance"),
    ],
)
def test_words_tell_what_a_text_is_about_and_which_they_are(text, category):
    spread, told = lexicon(CATEGORIES).read(text)
    assert max(spread, key=spread.get) == category
    assert sum(spread.values()) == pytest.approx(1)
    assert told[category]


def test_a_text_without_known_words_tells_nothing():
    assert lexicon(CATEGORIES).read("你好") == ({}, {})
    assert agreement({}, {"water/outage": 1.0}) is None


def test_categories_of_one_group_agree_by_half():
    assert agreement({"water/outage": 1.0}, {"water/outage": 1.0}) == 1
    assert agreement({"water/outage": 1.0}, {"water/burst": 1.0}) == 0.5
    assert agreement({"water/outage": 1.0}, {"road/lamp": 1.0}) == 0
    assert mixed([(0.6, {"a/b": 1.0}), (0.4, {})]) == {"a/b": 1.0}
    assert scaled({}) == {}


def test_the_name_of_the_place_and_set_phrases_are_no_agreement():
    one = pairs_of("市民来电反映行署路23号院路灯不亮，请尽快处理", ["行署路23号院"])
    two = pairs_of("行署路23号院楼道堆物，请尽快处理", ["行署路23号院"])
    assert text_agreement([one], [two]) == 0
    assert text_agreement([one], [pairs_of("路灯不亮了")]) > 0.4


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("行署路23号院5号楼", {"5"}),
        ("五号楼电梯坏了", {"5"}),
        ("12栋和13栋", {"12", "13"}),
        ("23号院", set()),
        ("5号搂", {"5"}),
    ],
)
def test_numbers_of_buildings_are_read_as_people_write_them(text, numbers):
    assert buildings_in(text) == numbers


def telling(*places: Named, **more) -> Telling:
    said = {
        "texts": (frozenset(),),
        "topic": {"property/lift": 1.0},
        "category": "property/lift",
        "places": places,
        "buildings": frozenset(),
        "building_id": None,
        "east": None,
        "north": None,
        "at": NOON,
    }
    return Telling(**(said | more))


HOUSE = Named("行署路23号院5号楼", "building", "410303001001001005")
OTHER_HOUSE = Named("行署路23号院3号楼", "building", "410303001001001003")
YARD = Named("行署路23号院", "compound", "410303001001001")
NEXT_YARD = Named("行署路25号院", "compound", "410303001001002")
ROAD = Named("行署路", "road", "410303")
COMMUNITY = Named("春晴路社区", "community", "410303001001")
KINDS = {"property/lift": Kind(Extent.BUILDING, True)}


@pytest.mark.parametrize(
    ("one", "two", "where"),
    [
        (HOUSE, HOUSE, Where.SAME_BUILDING),
        (HOUSE, OTHER_HOUSE, Where.SAME_SITE),
        (HOUSE, YARD, Where.SAME_SITE),
        (YARD, NEXT_YARD, Where.APART),
        (ROAD, HOUSE, Where.ALONG),
        (COMMUNITY, YARD, Where.ALONG),
        (ROAD, COMMUNITY, Where.UNKNOWN),
    ],
)
def test_places_stand_to_each_other_as_their_names_say(one, two, where):
    assert likeness(telling(one), telling(two), KINDS).where is where
    assert likeness(telling(two), telling(one), KINDS).where is where


FIVE, THREE = frozenset("5"), frozenset("3")
WATER = {"property/lift": Kind(Extent.SITE, True)}


def test_two_lifts_of_one_yard_are_two_and_two_taps_may_be_one():
    five, three = telling(HOUSE, buildings=FIVE), telling(OTHER_HOUSE, buildings=THREE)
    assert likeness(five, three, KINDS).other_number
    water = likeness(five, three, WATER)
    assert not water.other_number
    assert water.other_part  # somebody has to say that it is not only one house's trouble


def test_a_case_that_is_known_to_be_of_several_buildings_is_the_whole_yards():
    new = telling(HOUSE, buildings=FIVE)
    wide = telling(OTHER_HOUSE, buildings=frozenset({"3", "4"}))
    assert likeness(new, wide, KINDS).extent is Extent.SITE
    assert not likeness(new, wide, KINDS).other_number
    assert likeness(new, wide, KINDS).other_part
    assert not likeness(new, wide, WATER).other_part


def test_a_building_that_only_the_point_tells_is_no_number_that_was_named():
    named, located = telling(HOUSE, buildings=FIVE), telling(OTHER_HOUSE, located=THREE)
    assert not likeness(named, located, KINDS).other_number
    assert likeness(named, located, KINDS).other_part


def test_another_unit_is_another_part():
    one, two = telling(HOUSE, units=frozenset("1")), telling(HOUSE, units=frozenset("2"))
    assert likeness(one, two, KINDS).other_part
    assert not likeness(one, one, KINDS).other_part
    assert not likeness(one, telling(HOUSE), KINDS).other_part


def test_what_nobody_else_has_is_ones_own():
    alone = telling(HOUSE, is_alone=True)
    assert likeness(alone, telling(HOUSE), WATER).extent is Extent.PERSON
    assert likeness(telling(HOUSE), alone, WATER).extent is Extent.PERSON


LIFT, LAMP = {"property/lift": 1.0}, {"road/lamp": 1.0}


@pytest.mark.parametrize(
    ("words", "further", "tells_more"),
    [
        (LIFT, None, False),
        ({}, None, False),
        ({"property/lift": 0.6, "road/lamp": 0.4}, None, True),
        (LIFT, LAMP, True),
        (LIFT, {}, True),
        (LIFT, LIFT, False),
    ],
)
def test_a_report_that_also_tells_of_something_else_is_not_lost_in_a_case(words, further, tells_more):
    new, case = telling(HOUSE, words=words, further=further), telling(HOUSE, topic=LIFT)
    assert likeness(new, case, KINDS).tells_more is tells_more


def test_the_kind_of_a_report_without_a_category_is_told_by_its_words():
    kinds = {"welfare/jobs": Kind(Extent.PERSON, False), "water/burst": Kind(Extent.SITE, True)}
    unknown = telling(YARD, category="other/unclassified", topic={"welfare/jobs": 0.7, "water/burst": 0.3})
    assert likeness(unknown, telling(YARD, topic={"water/burst": 1.0}), kinds).extent is Extent.PERSON


@pytest.mark.parametrize(
    ("places", "point", "unsure"),
    [
        ((YARD,), None, False),
        ((YARD, ROAD), None, False),
        ((YARD, HOUSE), None, False),
        ((YARD, NEXT_YARD), None, True),
        ((replace(HOUSE, point=(0.0, 0.0)),), (0.0, 30.0), False),
        ((replace(HOUSE, point=(0.0, 0.0)),), (0.0, 90.0), True),
        ((replace(YARD, point=(0.0, 0.0)),), (0.0, 90.0), False),
    ],
)
def test_a_place_is_in_doubt_when_words_name_several_or_another_than_the_point(places, point, unsure):
    assert is_unsure(places, *(point or (None, None))) is unsure


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("只有我家没电", True),
        ("就俺家不热，邻居家都正常", True),
        ("隔壁都有水，我这没有", True),
        ("整栋楼都没电，邻居家也一样", False),
        ("邻居家有人打牌", False),
    ],
)
def test_it_is_understood_when_somebody_is_the_only_one(text, alone):
    assert is_alone(text) is alone


@pytest.mark.parametrize(
    ("text", "further"),
    [
        ("电梯坏了，另外楼道灯也不亮了好几天", "楼道灯也不亮了好几天"),
        ("1.电梯停运；2.绿地被占用种菜", "2.绿地被占用种菜"),
        ("停水了，还有呢", None),
        ("停水了没人管", None),
    ],
)
def test_it_is_understood_when_somebody_goes_on_to_a_further_matter(text, further):
    assert further_in(text) == further


def test_the_place_does_not_say_what_it_is_about():
    assert without(["春都花园", "解放路"], "解放路春都花园停水") == ",,停水"
    assert lexicon(frozenset({"city/garbage"})).read("电话打不通") == ({}, {})
