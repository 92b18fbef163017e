"""When a measure has a value, who comes before whom, and how its numbers are written."""

import re
from datetime import datetime
from typing import Any

import pytest

from dashboard.domain.measure_catalogue import BY_ID, CATALOGUE
from dashboard.domain.measures import Direction, Family, Grouping, Measure, Rank, Tally, Unit, ranking, total
from dashboard.viewmodels.measure_page import read_measure_page
from dashboard.viewmodels.measures import Cell
from layouts.components.measures import change, fraction, place, value
from layouts.texts import texts

ON_TIME, LATE, PEOPLE = BY_ID["respond_on_time"], BY_ID["respond_overdue"], BY_ID["per_ten_thousand"]
NOW = datetime.fromisoformat("2026-03-20T12:00+08:00")
TOP = "410303"
NOTHING = Tally()
ZH, EN = texts("zh"), texts("en")


def cell(measure: Measure, tally: Tally, before: Tally = NOTHING) -> Cell:
    return Cell(measure, tally, measure.value(tally), measure.change(tally, before), None, "")


def shown(measure: Measure, tally: Tally) -> str:
    return "".join(str(part.children) for part in value(cell(measure, tally), ZH))


@pytest.mark.parametrize(
    ("measure", "tally", "text"),
    [
        (ON_TIME, Tally(), "—"),
        (ON_TIME, Tally(29, 29), "—"),
        (ON_TIME, Tally(0, 30), "0.0%"),
        (ON_TIME, Tally(30, 30), "100.0%"),
        (ON_TIME, Tally(8767, 8768), ">99.9%"),
        (ON_TIME, Tally(1, 8768), "<0.1%"),
        (ON_TIME, Tally(911, 972), "93.7%"),
        (ON_TIME, Tally(737, 972), "75.8%"),
        (PEOPLE, Tally(8716, 370_700), "235.1"),
        (PEOPLE, Tally(111, 370_000), "3.0"),
        (PEOPLE, Tally(1, 370_700), "<0.1"),
        (PEOPLE, Tally(50_000, 10_000), "50,000.0"),
        (PEOPLE, Tally(7, 0), "—"),
    ],
)
def test_a_value_is_shown_from_the_minimum_on_and_never_rounded_to_all_or_none(measure, tally, text):
    assert shown(measure, tally) == text


def test_a_fraction_says_what_it_is_of():
    assert fraction(Tally(1_234, 5_678), EN) == "1,234/5,678"
    assert fraction(Tally(), EN) == "0/0"
    assert fraction(Tally(7, 0), EN) == "7/—", "cases where nobody lives"


def test_shares_change_in_points_and_others_in_per_cent():
    assert change(cell(ON_TIME, Tally(27, 30), Tally(30, 40)), ZH) == "+15.0 个百分点"
    assert change(cell(ON_TIME, Tally(30, 40), Tally(27, 30)), EN) == "−15.0 pp"
    assert change(cell(ON_TIME, Tally(30, 40), Tally(30, 40)), EN) == "±0.0 pp"
    assert change(cell(ON_TIME, Tally(30, 40), Tally(29, 29)), EN) == "—", "too few before"
    assert change(cell(PEOPLE, Tally(30, 1000), Tally(40, 1000)), EN) == "−25.0%"
    assert change(cell(PEOPLE, Tally(30, 1000), Tally(0, 1000)), EN) == "—", "nothing to compare with"


def test_equal_ones_share_a_place_and_those_with_too_few_have_none():
    tallies = {
        "a": Tally(90, 100),
        "b": Tally(45, 50),
        "c": Tally(100, 100),
        "d": Tally(29, 29),
        "e": Tally(899, 1000),
        "f": Tally(),
    }
    assert ranking(ON_TIME, tallies) == {
        "c": Rank(1, False),
        "a": Rank(2, True),
        "b": Rank(2, True),
        "e": Rank(4, False),
    }
    assert ranking(LATE, tallies)["e"] == Rank(1, False), "fewer is better"
    assert ranking(PEOPLE, tallies) == {}


def test_places_are_compared_exactly_not_as_they_are_rounded():
    third = {"a": Tally(333_333, 1_000_000), "b": Tally(100, 300)}
    assert ranking(ON_TIME, third) == {"b": Rank(1, False), "a": Rank(2, False)}
    assert str(place(Rank(2, True), ZH).children) == "并列第 2"
    assert str(place(Rank(2, True), EN).children) == "=2"


def test_groups_together_are_the_whole():
    parts = [Tally(1, 2, {"rejected": 1}), Tally(3, 4, {"rejected": 2, "withdrawn": 1}), Tally()]
    assert total(parts) == Tally(4, 6, {"rejected": 3, "withdrawn": 1})


def test_the_catalogue_is_complete_and_says_everything_in_both_languages():
    assert len(BY_ID) == len(CATALOGUE)
    assert {measure.family for measure in CATALOGUE} == set(Family)
    for measure in CATALOGUE:
        words = [measure.name, measure.above, measure.below, *([measure.note] if measure.note else [])]
        assert all(re.search(r"[\u4e00-\u9fff]", one.zh) for one in words), measure.id
        assert not any(re.search(r"[\u4e00-\u9fff]", one.en) for one in words), measure.id
        assert measure.minimum_n == 30
        assert (measure.direction is Direction.NEITHER) == (measure.unit is Unit.PER_TEN_THOUSAND)
    assert PEOPLE.formula.en == "Cases per 10,000 residents = cases received in the period ÷ residents × 10,000"


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("", (TOP, "30d", Grouping.AREA, Family.TIMELINESS, None, None)),
        ("?period=2026-02&by=party&family=tasks", (TOP, "2026-02", Grouping.PARTY, Family.TASKS, None, None)),
        ("?by=category&group=water", (TOP, "30d", Grouping.CATEGORY, Family.TIMELINESS, None, "water")),
        ("?by=channel&group=water", (TOP, "30d", Grouping.CHANNEL, Family.TIMELINESS, None, None)),
        ("?by=category&group=moon&sort=closed", (TOP, "30d", Grouping.CATEGORY, Family.TIMELINESS, "closed", None)),
        ("?period=2026-04&by=x&family=y&sort=z", (TOP, "30d", Grouping.AREA, Family.TIMELINESS, None, None)),
        ("?area=410303001001", ("410303001001", "30d", Grouping.AREA, Family.TIMELINESS, None, None)),
        ("?area=410304001", (TOP, "30d", Grouping.AREA, Family.TIMELINESS, None, None)),
        ("?area=nonsense&period=' or 1=1", (TOP, "30d", Grouping.AREA, Family.TIMELINESS, None, None)),
    ],
)
def test_an_address_means_a_page_and_nonsense_the_usual_one(search: str, wanted: tuple[Any, ...]):
    page = read_measure_page(search, TOP, {"water", "road"}, NOW)
    assert (page.asked.area, page.asked.period, page.asked.by, page.family, page.sort, page.group) == wanted
    assert read_measure_page(page.query(), TOP, {"water", "road"}, NOW) == page, "the address says it again"
