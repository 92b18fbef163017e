"""Questions that are asked the quick way say the same as asked the plain way."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.services.desk import Desk
from dashboard.services.intake import take_in
from dashboard.store import case_list, counted
from dashboard.store.case_list import CaseFilter, Total, all_case_rows, case_rows, count_cases, with_places
from dashboard.store.days import received_by_building, received_by_day
from dashboard.store.engine import writing
from dashboard.store.situation import newest_events
from tests.conftest import LAID_OUT, a_postgres
from tests.factories import DAY, HOUR, NOON, make_desk, make_origin, make_report, point_at, point_in
from tests.integration.test_recount import CATEGORIES, live_through

LATER = NOON + 40 * DAY
AREAS = ("410303", "410303001", "410303001001", "410303001001001", "410303001001001001")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that has lived through a random history, on each kind of database, to be asked only."""
    with ExitStack() as kept:
        here = f"sqlite:///{tmp_path_factory.mktemp('lived')}/lived.db"
        made = make_desk(here if request.param == "sqlite" else kept.enter_context(a_postgres(LAID_OUT)))
        live_through(made, seed=4, steps=250)
        yield made
        made.sessions.engine.dispose()


def listed(desk: Desk, wanted: CaseFilter) -> list:
    with desk.sessions.read() as session:
        return list(all_case_rows(session, wanted, 10_000))


def test_a_lists_total_is_the_number_of_its_rows(lived):
    for area in AREAS:
        for category in (None, "water", *CATEGORIES):
            wanted = CaseFilter(area, category=category)
            with lived.sessions.read() as session:
                assert count_cases(session, wanted) == Total(len(listed(lived, wanted))), (area, category)
    assert len(listed(lived, CaseFilter("410303"))) > 50


def test_a_list_of_an_area_holds_its_own_cases_only(lived):
    everything = listed(lived, CaseFilter("410303"))
    for area in AREAS:
        within = [row.id for row in everything if row.area_code.startswith(area)]
        assert [row.id for row in listed(lived, CaseFilter(area))] == within


def test_a_case_is_found_by_its_number_and_by_its_place(desk):
    x, y = point_at(3)
    with writing(desk.sessions, NOON) as session:
        take_in(session, desk, make_origin(), [make_report("1"), make_report("2", x=x, y=y)], [], NOON)
    first, second = sorted(listed(desk, CaseFilter("410303")), key=lambda row: row.id)
    assert [row.id for row in listed(desk, CaseFilter("410303", text=first.number))] == [first.id]
    assert [row.id for row in listed(desk, CaseFilter("410303", text=second.place))] == [second.id]
    assert listed(desk, CaseFilter("410303", text="XG990101-0001")) == []


@pytest.mark.parametrize("most", [10_000, 5])
def test_a_search_for_a_place_finds_the_same_cases_however_many_there_are(lived, monkeypatch, most):
    monkeypatch.setattr(case_list, "COUNTED_TO", most)
    everything = listed(lived, CaseFilter("410303"))
    for area in AREAS[:4]:
        for text in ("林路", "1号楼", "春", "没有这里", "100%"):
            wanted = CaseFilter(area, text=text)
            expected = [row.id for row in everything if row.area_code.startswith(area) and text in row.place]
            for looked_up in (False, True):
                with lived.sessions.read() as session:
                    asked = with_places(session, wanted) if looked_up else wanted
                    total = count_cases(session, asked)
                    rows = case_rows(session, asked, [("opened_at", True)], 0, 1000, total)
                assert [row.id for row in rows] == expected
                assert total == Total(min(len(expected), most), len(expected) > most)


@pytest.mark.parametrize("category", [None, "water", "road/lamp"])
def test_part_of_a_day_counts_the_same_by_time_as_by_the_cases_of_an_area(lived, monkeypatch, category):
    codes = [f"41030300{s}00{c}00{g}" for s in (1, 2) for c in (1, 2) for g in (1, 2)]
    found = []
    for brief in (DAY, timedelta(0)):
        monkeypatch.setattr(counted, "BRIEF", brief)
        with lived.sessions.read() as session:
            for number in range(12):
                now = NOON + number * DAY + 9 * HOUR
                found.append(counted.counted(session, codes, day_start(shanghai_day(now)), now, category))
    by_time, by_area = found[:12], found[12:]
    assert by_time == by_area
    assert any(any(counts.values()) for counts in by_time)


def test_buildings_and_days_are_counted_from_the_cases_that_lie_there(lived):
    rows = [row for row in listed(lived, CaseFilter("410303")) if not row.is_history]
    buildings = {row.area_code for row in rows if len(row.area_code) == Level.BUILDING}
    with lived.sessions.read() as session:
        by_building = received_by_building(session, NOON - 40 * DAY, LATER)
        first, end = shanghai_day(NOON - 40 * DAY), shanghai_day(LATER)
        by_day = {code: sum(received_by_day(session, code, None, first, end).values()) for code in buildings}
    assert buildings <= by_building.keys()
    assert by_day == {code: by_building[code] for code in buildings}


def test_the_feed_begins_with_the_newest_events_and_goes_on_after_the_last_one(desk):
    x, y = point_in(2)
    for number in range(5):
        now = NOON + number * HOUR
        with writing(desk.sessions, now) as session:
            take_in(session, desk, make_origin(), [make_report(str(number), x=x, y=y)], [], now)
    with desk.sessions.read() as session:
        newest = newest_events(session, NOON + HOUR, 3)
        assert [row.at for row in newest] == [NOON + 4 * HOUR, NOON + 3 * HOUR, NOON + 2 * HOUR]
        after = newest_events(session, NOON, 10, after=newest[1].id)
        assert [row.at for row in after] == [NOON + 4 * HOUR]
