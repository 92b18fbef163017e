"""Bulletins: what was counted of a span that is over, the same numbers as on the page of measures, and conforming."""

from copy import deepcopy
from datetime import UTC, date, datetime

import pytest

from dashboard.domain.access import Role
from dashboard.domain.events import EventKind as E
from dashboard.domain.measures import Grouping
from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.domain.stages import CaseError
from dashboard.services.instructing import Order, instruct
from dashboard.snapshots.checks import problems
from dashboard.snapshots.spans import last_over, span_of
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_at
from tests.handling import CHIEF, LI, do, person
from tests.measuring import measured
from tests.snapshots import ask_for, data_of, problems_of, rendered, text_of, wish
from tests.web import Web

BULLETINS = (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY)
APRIL = datetime(2026, 4, 2, 1, tzinfo=UTC)


@pytest.fixture
def month(web: Web) -> Web:
    """March: three cases at one house, of which one was answered, closed and visited, and one a week before; it is
    the morning of 2 April."""
    x, y = point_at(0)
    web.clock = NOON - 7 * DAY
    web.receive("before")
    web.clock = NOON
    web.receive("1", "2", "3", x=x, y=y)
    do(web.desk, E.RESPONDED, NOON + MINUTE, case=2)
    do(web.desk, E.ARRIVED, NOON + HOUR, case=2, who="王", where="楼下")
    do(web.desk, E.FED_BACK, NOON + 2 * HOUR, case=2, answer="已修好")
    do(web.desk, E.CLOSED, NOON + 3 * HOUR, case=2, by=LI, level="grid")
    do(web.desk, E.VISITED, NOON + DAY, case=2, by=LI, reached=True, solved=True, satisfaction="satisfied")
    web.clock = APRIL
    return web


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (Kind.DAILY, date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 9)),
        (Kind.WEEKLY, date(2026, 3, 9), date(2026, 3, 2), date(2026, 3, 8)),
        (Kind.WEEKLY, date(2026, 3, 15), date(2026, 3, 2), date(2026, 3, 8)),
        (Kind.MONTHLY, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (Kind.MONTHLY, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_bulletin_is_about_the_last_span_that_is_over(kind, day, first, last):
    span = span_of(kind, last_over(kind, day))
    assert (span.first, span.last) == (first, last)


@pytest.mark.parametrize("kind", BULLETINS)
def test_its_counts_are_those_of_its_days(month, kind):
    data = data_of(month, wish(kind, day=date(2026, 3, 10)))
    received = {Kind.DAILY: [3, 0, 0], Kind.WEEKLY: [3, 1, 0], Kind.MONTHLY: [4, 0, 0]}[kind]
    assert data["counts"]["received"] == received
    assert data["counts"]["closed"][0] == 1
    assert data["channels"]["hotline"][:2] == [received[0], received[0]]
    assert data["categories"] == {"road/lamp": received[:2]}
    repeated = [("春林路1号院1号楼", 3)] if kind is not Kind.MONTHLY else []  # a month asks for five
    assert [(place, n) for place, _, n, _ in data["places"]] == repeated


def test_its_rates_are_those_of_the_page_of_measures(month):
    data = data_of(month, wish(Kind.MONTHLY, day=date(2026, 3, 1)))
    table = measured(month.desk, Grouping.AREA, APRIL, period="2026-03")
    for name, cell in table.whole.cells.items():
        found = data["measures"]["whole"][name]
        assert (found["above"], found["below"]) == (cell.tally.numerator, cell.tally.denominator), name
    assert (data["measures"]["whole"]["satisfied"]["above"], data["measures"]["whole"]["satisfied"]["below"]) == (1, 1)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bulletin_conforms_in_both_languages_on_both_papers(month, renderer, paper, language):
    order = Order("supervision", "尽快办理", NOON + 2 * DAY, case_id=3)
    instruct(month.desk, order, CHIEF, NOON + DAY)
    done = rendered(month, renderer, wish(Kind.WEEKLY, day=date(2026, 3, 10), paper=paper, language=language))
    assert problems_of(done.pdf, language) == []
    text = text_of(done.pdf)
    assert ("2026年3月9日" if language == "zh" else "March 9, 2026") in text
    assert ("按期结案率" if language == "zh" else "Closed in time") in text
    assert "尽快办理" in text


@pytest.mark.parametrize("kind", BULLETINS)
def test_a_span_in_which_nothing_happened_has_a_bulletin_too(web, renderer, kind):
    web.clock = APRIL
    done = rendered(web, renderer, wish(kind))
    assert problems_of(done.pdf, "zh") == []


def test_a_span_that_is_not_over_says_up_to_when_it_is_counted(month, renderer):
    month.clock = NOON + 5 * HOUR
    done = rendered(month, renderer, wish(Kind.WEEKLY, day=date(2026, 3, 10)))
    assert "截至 2026-03-10 17:00:00" in text_of(done.pdf)


def test_a_redacted_bulletin_names_no_address(month, renderer):
    data = data_of(month, wish(Kind.DAILY, day=date(2026, 3, 10), edition=Edition.REDACTED))
    assert data["places"] == []
    assert {row["place"] for row in data["late"]} == {None}
    assert "春林路" not in text_of(renderer.render(data).pdf)


SPOILING = (
    lambda data: data["counts"]["received"].__setitem__(0, 5),
    lambda data: data["channels"]["hotline"].__setitem__(0, 5),
    lambda data: data["categories"]["road/lamp"].__setitem__(0, 5),
    lambda data: data["trend"]["hours"].__setitem__(0, 5),
    lambda data: data["map"]["heat"].__setitem__("total", 5),
    lambda data: data["measures"]["whole"]["respond_on_time"].__setitem__("above", 50),
    lambda data: data["measures"]["rows"][0]["feedback_on_time"].__setitem__("below", 50),
)


def test_numbers_that_contradict_one_another_are_named(month):
    data = data_of(month, wish(Kind.DAILY, day=date(2026, 3, 10)))
    assert problems(data) == []
    for spoil in SPOILING:
        spoiled = deepcopy(data)
        spoil(spoiled)
        assert problems(spoiled) != []


def test_bulletins_are_made_down_to_the_community(month):
    with pytest.raises(CaseError, match="社区一级"):
        ask_for(month, wish(Kind.DAILY, f"{DISTRICT}001001001"))
    ask_for(month, wish(Kind.DAILY, f"{DISTRICT}001001"), by=person("局长", Role.LEADER))
