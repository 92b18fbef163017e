"""The small pure rules: codes, days, periods, indicators, stages, the published calendar."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config.calendar import calendars
from dashboard.domain.areas import AreaCodeError, Level, ancestors, cut, is_within, level_of, parent_of, subtree
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.periods import PeriodName, period
from dashboard.domain.stages import MOVES, CaseError, Move, Stage, allow
from tests.factories import DAY, NOON

CODES = st.sampled_from(list(Level)).flatmap(lambda level: st.integers(10 ** (level - 1), 10**level - 1).map(str))
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(CODES)
def test_a_code_lies_within_all_its_ancestors_and_nowhere_else(code):
    chain = ancestors(code)
    assert chain[-1] == code
    assert [len(one) for one in chain] == [level for level in Level if level <= len(code)]
    assert all(is_within(code, one) for one in chain)
    assert parent_of(code) == (chain[-2] if len(chain) > 1 else None)
    assert not is_within(chain[0], code) or len(chain) == 1


@given(CODES, CODES)
def test_the_range_of_a_subtree_holds_exactly_what_lies_within(code, other):
    low, high = subtree(code)
    assert (low <= other < high) == is_within(other, code)
    assert cut(code, Level.DISTRICT) == code[:6]


@pytest.mark.parametrize("text", ["", "41", "4103030", "41030a", "４１０３０３", "410303001001001001001"])
def test_what_is_no_code_is_named(text):
    with pytest.raises(AreaCodeError, match="6, 9, 12, 15 or 18 digits"):
        level_of(text)


@given(INSTANTS)
def test_a_day_in_shanghai_begins_eight_hours_early_all_year_round(instant):
    start = day_start(shanghai_day(instant))
    assert start <= instant < start + DAY
    assert (start.hour, start.minute) == (16, 0)


@given(INSTANTS, st.sampled_from(list(PeriodName)))
def test_a_period_holds_now_and_the_one_before_ends_where_it_begins(now, name):
    found = period(name, now)
    assert found.start <= now < found.end
    before = found.previous()
    assert before.start < before.end <= found.start
    same = found.same_part(before, now)
    assert before.start <= same <= before.end


def test_a_leap_day_is_compared_with_the_28th():
    now = datetime(2028, 2, 29, 4, tzinfo=UTC)
    year = period(PeriodName.TODAY, now).year_before()
    assert (year.first, year.last) == (date(2027, 2, 28), date(2027, 2, 28))


def test_this_month_is_compared_with_the_same_part_of_last_year():
    month = period(PeriodName.THIS_MONTH, NOON)
    year = month.year_before()
    assert (year.first, shanghai_day(month.same_part(year, NOON))) == (date(2025, 3, 1), date(2025, 3, 10))


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("move", list(Move))
def test_a_move_is_allowed_where_the_table_lists_it_and_refused_with_words_elsewhere(stage, move):
    if move in MOVES[stage]:
        allow(stage, move)
        return
    with pytest.raises(CaseError) as refused:
        allow(stage, move)
    assert stage.value in str(refused.value)
    assert move.value in str(refused.value)


def test_every_stage_is_reached_and_only_ended_ones_are_dead_ends():
    reached = {after for moves in MOVES.values() for after in moves.values() if after}
    assert reached | {Stage.RECEIVED} == set(Stage)
    assert {stage for stage, moves in MOVES.items() if not moves} == {Stage.WITHDRAWN}


def test_the_calendar_agrees_with_the_published_one_on_every_day():
    newest = list(calendars().values())[-1]
    day, wrong = date(2024, 1, 1), []
    while day <= newest.covered_to:
        if newest.is_workday(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []
