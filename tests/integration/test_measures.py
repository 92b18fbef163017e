"""Measures while time goes on: running periods, later news, what a district leaves out, areas that were cut anew."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from dashboard.config.measures import ExclusionConfig, MeasuresConfig
from dashboard.domain.access import Scope
from dashboard.domain.events import EventKind as E
from dashboard.domain.measures import Grouping, Rank, Tally
from dashboard.domain.periods import PeriodName
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.services.measuring import Asked, measure
from dashboard.store.models import Area
from dashboard.viewmodels.figures import Asked as FiguresAsked
from dashboard.viewmodels.measures import RowKind, sorted_rows
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_at, point_in
from tests.handling import LI, do, receive, respond_and_dispatch, work
from tests.integration.test_recount import live_through
from tests.measuring import check_measures, measured


def tally(desk: Desk, name: str, now: datetime, **more: object) -> Tally:
    """What was counted for a measure in the whole district."""
    return measured(desk, Grouping.AREA, now, **more).whole.cells[name].tally


def handled(desk: Desk, case: int, start: datetime, *, level: str = "grid") -> datetime:
    """A case is handled within four hours, without a party, and closed; when."""
    do(desk, E.RESPONDED, start + MINUTE, case=case)
    do(desk, E.ARRIVED, start + HOUR, case=case, who="王", where="楼下")
    do(desk, E.FED_BACK, start + 3 * HOUR, case=case, answer="已修好")
    do(desk, E.CLOSED, start + 4 * HOUR, case=case, by=LI, level=level)
    return start + 4 * HOUR


def test_numbers_hold_together_in_any_period_and_area_and_agree_with_other_screens(light_desk):
    live_through(light_desk, seed=21, steps=120)
    for period, area in (("today", DISTRICT), ("7d", f"{DISTRICT}001"), ("month", f"{DISTRICT}001001")):
        check_measures(light_desk, NOON + 3 * DAY + 5 * HOUR, period, area)
    for period, area in (("2026-03", f"{DISTRICT}001001001"), ("2026-02", DISTRICT)):
        check_measures(light_desk, NOON + 40 * DAY, period, area)


def test_the_strip_of_the_leaders_page_shows_the_same_rates(web):
    web.receive("1", "2", "3")
    do(web.desk, E.RESPONDED, NOON + 5 * MINUTE, case=1)
    do(web.desk, E.RESPONDED, NOON + 40 * MINUTE, case=2)
    web.clock = NOON + 3 * HOUR
    web.catch_up()
    web.runtime.picture.pass_time()
    rates = web.frame(web.leader())["kpi"]["rates"]
    whole = measured(web.desk, Grouping.AREA, web.clock, period="today").whole.cells
    for clock in ("respond", "arrive", "feedback"):
        found = whole[f"{clock}_on_time"].tally
        assert rates[clock][:2] == [found.numerator, found.denominator], clock
    assert whole["respond_on_time"].tally == Tally(1, 3)
    figures = web.runtime.figures.of(FiguresAsked(DISTRICT, PeriodName.WEEK, None))
    assert figures["rates"]["arrive"][:2] == [0, 3]
    assert measured(web.desk, Grouping.AREA, web.clock, period="7d").whole.cells["arrive_on_time"].tally == Tally(0, 3)


def test_a_running_period_counts_up_to_now_and_is_compared_with_as_much_of_the_one_before(light_desk):
    """Three cases a day from 1 March to 10 April; in March nobody responds."""
    for day in range(41):
        now = datetime(2026, 3, 1, 2, tzinfo=UTC) + day * DAY
        receive(light_desk, *(f"{day}-{number}" for number in range(3)), now=now, text=f"第 {day} 天")
        if now.month == 4:
            for case in range(3 * day + 1, 3 * day + 4):
                do(light_desk, E.RESPONDED, now + 10 * MINUTE, case=case)
    table = measured(light_desk, Grouping.AREA, datetime(2026, 4, 10, 12, tzinfo=UTC), period="month")
    cell = table.whole.cells["respond_on_time"]
    assert cell.tally == Tally(30, 30)
    assert (cell.value, cell.change) == (1.0, 100.0)
    assert table.before.first == date(2026, 3, 1)
    per_ten_thousand = table.whole.cells["per_ten_thousand"]
    assert per_ten_thousand.tally.numerator == 30
    assert per_ten_thousand.change == 0.0, "thirty in as many days of March"
    few = measured(light_desk, Grouping.AREA, datetime(2026, 4, 9, 12, tzinfo=UTC), period="month").whole
    assert few.cells["respond_on_time"].tally == Tally(27, 27)
    assert (few.cells["respond_on_time"].value, few.cells["respond_on_time"].change) == (None, None), "too few"


def test_what_is_due_at_this_very_instant_is_not_due_yet(light_desk):
    receive(light_desk, "1")
    assert tally(light_desk, "respond_on_time", NOON + 30 * MINUTE) == Tally()
    assert tally(light_desk, "respond_on_time", NOON + 30 * MINUTE + timedelta(microseconds=1)) == Tally(0, 1)


def test_a_case_taken_up_again_later_counts_for_the_month_of_its_closing(light_desk):
    receive(light_desk, "1")
    closed_at = handled(light_desk, 1, NOON)
    april = datetime(2026, 4, 2, tzinfo=UTC)
    assert tally(light_desk, "redone", april, period="2026-03") == Tally(0, 1)
    do(light_desk, E.REOPENED, april, case=1, asked_by="reporter")
    later = april + DAY
    assert tally(light_desk, "redone", later, period="2026-03") == Tally(1, 1)
    assert tally(light_desk, "closed_in_grid", later, period="2026-03") == Tally(), "it is closed no more"
    again = handled(light_desk, 1, april)
    assert tally(light_desk, "redone", again + HOUR, period="2026-04") == Tally(0, 1)
    assert closed_at < april


def test_a_task_returned_after_its_month_counts_for_that_month_but_not_in_a_comparison_with_it(light_desk):
    receive(light_desk, "1")
    respond_and_dispatch(light_desk, NOON + MINUTE, "power")
    april = datetime(2026, 4, 20, tzinfo=UTC)
    work(light_desk, 1, E.TASK_RETURNED, at=april - DAY)
    assert tally(light_desk, "task_returned", april, period="2026-03") == Tally(1, 1)
    with light_desk.sessions.read() as session:
        running = measure(session, light_desk, Scope(DISTRICT), Asked(DISTRICT, "2026-04", Grouping.PARTY), april)
    assert running.before["task_returned"] == {"power": Tally(0, 1)}, "on 20 March nobody had returned it"


def test_a_lead_that_was_replaced_has_nothing_of_the_case_any_more(light_desk):
    receive(light_desk, "1")
    respond_and_dispatch(light_desk, NOON + MINUTE, "power")
    later = NOON + 2 * DAY
    assert [row.key for row in measured(light_desk, Grouping.PARTY, later).rows] == ["power"]
    do(light_desk, E.TASK_CANCELLED, NOON + HOUR, case=1, task=1, reason="换单位")
    do(light_desk, E.TASK_ASSIGNED, NOON + HOUR, case=1, party="municipal", lead=True)
    rows = {row.key: row.cells for row in measured(light_desk, Grouping.PARTY, later).rows}
    assert rows["municipal"]["respond_on_time"].tally == Tally(1, 1)
    assert rows["power"]["respond_on_time"].tally == Tally()
    assert rows["power"]["task_accepted"].tally == Tally(0, 1), "it had not signed for it in time"
    assert rows["power"]["task_done"].tally == Tally(0, 0, {"cancelled": 1})


def excluding(desk: Desk, **rule: object) -> Desk:
    """The same desk, whose district leaves something out."""
    reason = {"zh": "政策咨询不计", "en": "Questions do not count"}
    entry = ExclusionConfig.model_validate({"reason": reason} | rule)
    config = desk.config.model_copy(update={"measures": MeasuresConfig(exclusions=(entry,))})
    return replace(desk, config=config)


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        ({"categories": ["welfare"]}, 1),
        ({"categories": ["welfare/insurance"], "channels": ["board"]}, 0),
        ({"channels": ["hotline"]}, 3),
        ({"areas": [f"{DISTRICT}002"]}, 1),
        ({"cases": ["XG260310-0001", "XG260311-0001"]}, 2),
        ({"first_day": "2026-03-11"}, 1),
        ({"last_day": "2026-03-10"}, 2),
        ({"first_day": "2026-03-10", "last_day": "2026-03-11", "categories": ["road"]}, 2),
    ],
)
def test_what_a_district_leaves_out_is_counted_with_its_reason(light_desk, rule, left_out):
    receive(light_desk, "1")
    receive(light_desk, "2", category="welfare/insurance")
    x, y = point_in(7)
    receive(light_desk, "3", now=NOON + DAY, x=x, y=y)
    table = measured(excluding(light_desk, **rule), Grouping.AREA, NOON + 2 * DAY)
    cell = table.whole.cells["respond_on_time"]
    reasons = {"rule:0": left_out} if left_out else {}
    assert cell.tally == Tally(0, 3 - left_out, reasons)
    assert table.reasons["rule:0"].zh == "政策咨询不计"


def test_nobody_counts_outside_what_they_may_see(light_desk):
    asked = Asked(DISTRICT, "30d", Grouping.AREA)
    with light_desk.sessions.read() as session, pytest.raises(CaseError, match="您无权查看这个区域"):
        measure(session, light_desk, Scope(f"{DISTRICT}001"), asked, NOON)


def test_an_area_holds_its_own_cases_only(light_desk):
    for number, grid in enumerate((0, 1, 2, 5)):
        x, y = point_at(grid)
        receive(light_desk, str(number), x=x, y=y)
    whole = {
        area: tally(light_desk, "respond_on_time", NOON + DAY, area=area).denominator
        for area in (DISTRICT, f"{DISTRICT}001", f"{DISTRICT}001001", f"{DISTRICT}001001001", f"{DISTRICT}001001001001")
    }
    assert list(whole.values()) == [4, 3, 2, 1, 1]
    building = measured(light_desk, Grouping.AREA, NOON + DAY, area=f"{DISTRICT}001001001001")
    assert building.rows == (), "there is nothing below a building"


def test_codes_that_are_no_longer_valid_stand_in_rows_of_their_own(light_desk):
    receive(light_desk, "1")
    with light_desk.sessions.write.begin() as session:
        session.execute(update(Area).where(Area.code == f"{DISTRICT}001").values(valid_to=date(2026, 3, 11)))
    rows = measured(light_desk, Grouping.AREA, NOON + 3 * DAY).rows
    assert [(row.kind, row.name.zh) for row in rows] == [(RowKind.GROUP, "西街街道"), (RowKind.ADJUSTED, "东街街道")]
    assert rows[1].cells["respond_on_time"].tally == Tally(0, 1)


def test_categories_are_shown_by_group_and_the_kinds_of_one_group_by_themselves(light_desk):
    for number, category in enumerate(("water/outage", "water/outage", "water/drain", "road/lamp")):
        receive(light_desk, str(number), category=category)
    now = NOON + DAY
    groups = measured(light_desk, Grouping.CATEGORY, now)
    assert {row.key: row.cells["respond_on_time"].tally.denominator for row in groups.rows} == {"road": 1, "water": 3}
    kinds = measured(light_desk, Grouping.CATEGORY, now, group="water")
    assert {row.name.zh: row.cells["respond_on_time"].tally.denominator for row in kinds.rows} == {
        "停水": 2,
        "下水道堵塞": 1,
    }
    assert kinds.whole.cells["respond_on_time"].tally == Tally(0, 3)
    assert "group=water" in kinds.whole.cells["respond_on_time"].cases


def test_the_best_come_first_and_those_with_too_few_last(light_desk):
    for number in range(70):
        x, y = point_in(0 if number < 30 else 2 if number < 65 else 4)
        receive(light_desk, str(number), x=x, y=y)
        if number < 20 or 30 <= number < 60:
            do(light_desk, E.RESPONDED, NOON + MINUTE, case=number + 1)
    table = measured(light_desk, Grouping.AREA, NOON + DAY, area=f"{DISTRICT}001")
    rows = sorted_rows(table.rows, "respond_on_time")
    assert [(row.name.zh, row.cells["respond_on_time"].rank) for row in rows] == [
        ("乙苑社区", Rank(1, False)),
        ("甲苑社区", Rank(2, False)),
    ]
    district = sorted_rows(measured(light_desk, Grouping.AREA, NOON + DAY).rows, "respond_on_time")
    assert [(row.name.zh, row.cells["respond_on_time"].value) for row in district] == [
        ("东街街道", 50 / 65),
        ("西街街道", None),
    ]
    late = sorted_rows(table.rows, "respond_overdue")
    assert [row.name.zh for row in late] == ["乙苑社区", "甲苑社区"], "fewer is better"
