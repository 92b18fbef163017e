"""Clocks: their deadlines, their states, and what pauses and working time do to them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config.calendar import calendars
from dashboard.domain.calendars import SHANGHAI, NaturalTime, WorkCalendar, WorkingHours, WorkingTime
from dashboard.domain.sla import Clock, ClockName, ClockState, Pause, Target, Unit, advance, merge_pauses, start_clock

START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOURS = WorkingHours(((time(8, 30), time(12)), (time(14, 30), time(18))))
CALENDAR = calendars()["2026.1"]
WORKING = WorkingTime(CALENDAR, HOURS)
NATURAL = NaturalTime()

instants = st.timedeltas(timedelta(), timedelta(days=1095)).map(lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since)
durations = st.timedeltas(timedelta(), timedelta(days=10)).map(lambda d: timedelta(seconds=d // timedelta(seconds=1)))
times = st.sampled_from([NATURAL, WORKING])
pauses = st.lists(
    st.tuples(durations, durations).map(lambda p: Pause(START + p[0], START + p[0] + p[1])), max_size=4
).map(merge_pauses)


def shanghai(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def clock(minutes=60, **more) -> Clock:
    target = Target(minutes)
    return start_clock(ClockName.ARRIVE, target, START, NATURAL, fallback=target, **more)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, ClockState.ON_TRACK),
        (47, ClockState.ON_TRACK),
        (48, ClockState.AT_RISK),
        (60, ClockState.AT_RISK),
        (61, ClockState.BREACHED),
        (179, ClockState.BREACHED),
        (180, ClockState.VERY_LATE),
    ],
)
def test_a_running_clock_goes_from_on_track_to_very_late(minutes, expected):
    assert clock().state(START + minutes * MINUTE) is expected


def test_exactly_at_the_deadline_is_on_time_and_a_microsecond_later_is_not():
    assert clock(stopped_at=START + HOUR).state(START + DAY) is ClockState.MET
    assert clock(stopped_at=START + HOUR + timedelta(microseconds=1)).state(START + DAY) is ClockState.MET_LATE
    assert clock().is_breached(START + HOUR) is False
    assert clock().is_breached(START + HOUR + timedelta(microseconds=1)) is True


def test_a_warning_before_the_deadline_may_come_before_four_fifths_and_never_after():
    assert clock(warn_before=30 * MINUTE).at_risk_at == START + 30 * MINUTE
    assert clock(warn_before=MINUTE).at_risk_at == START + 48 * MINUTE
    assert clock(warn_before=DAY).at_risk_at == START


def test_a_pause_moves_the_deadline_by_its_length_and_shows_as_paused():
    paused = clock(pauses=[Pause(START + 10 * MINUTE, START + 40 * MINUTE)])
    assert paused.due_at == START + 90 * MINUTE
    assert paused.raw_due_at == START + HOUR
    assert paused.state(START + 20 * MINUTE) is ClockState.PAUSED
    assert paused.state(START + 40 * MINUTE) is ClockState.ON_TRACK


def test_a_pause_never_revives_a_breached_clock():
    late = clock(pauses=[Pause(START + 2 * HOUR, START + DAY)])
    assert late.due_at == START + HOUR
    assert late.state(START + 2 * HOUR + MINUTE) is ClockState.BREACHED


def test_the_respond_clock_cannot_be_paused():
    target = Target(30)
    pause = Pause(START, START + DAY)
    found = start_clock(ClockName.RESPOND, target, START, NATURAL, fallback=target, pauses=[pause])
    assert found.due_at == START + 30 * MINUTE


def test_an_unbreached_clock_of_an_ended_case_is_not_required_and_a_breached_one_stays_breached():
    assert clock(ended_at=START + 30 * MINUTE).state(START + DAY) is ClockState.NOT_REQUIRED
    frozen = clock(ended_at=START + 2 * HOUR)
    assert frozen.state(START + DAY) is ClockState.BREACHED, "it froze before it was very late"


def test_a_policy_may_declare_a_clock_not_required():
    found = start_clock(ClockName.ARRIVE, None, START, NATURAL, fallback=Target(120))
    assert found.state(START + DAY) is ClockState.NOT_REQUIRED
    assert found.due_at == START + 2 * HOUR, "it is still placed where it would have been due"


def test_working_time_skips_the_night_the_weekend_and_the_lunch_break():
    friday = shanghai(2026, 3, 13, 17)
    assert WORKING.add(friday, HOUR) == shanghai(2026, 3, 13, 18)
    assert WORKING.add(friday, 2 * HOUR) == shanghai(2026, 3, 16, 9, 30)
    assert WORKING.add(shanghai(2026, 3, 16, 11), 2 * HOUR) == shanghai(2026, 3, 16, 15, 30)


def test_working_time_skips_holidays_and_counts_makeup_days():
    # Before National Day 2026 (1 to 7 October); Saturday the 10th is worked.
    assert WORKING.add(shanghai(2026, 9, 30, 17), 2 * HOUR) == shanghai(2026, 10, 8, 9, 30)
    assert WORKING.add(shanghai(2026, 10, 9, 17), 2 * HOUR) == shanghai(2026, 10, 10, 9, 30)


def test_five_working_days_end_at_the_same_hour_five_working_days_later():
    assert WORKING.add(shanghai(2026, 3, 10, 10), 5 * HOURS.per_day) == shanghai(2026, 3, 17, 10)


def test_what_starts_at_night_begins_to_count_in_the_morning():
    assert WORKING.add(shanghai(2026, 3, 10, 23), HOUR) == shanghai(2026, 3, 11, 9, 30)


def test_a_pause_over_a_weekend_counts_in_working_hours_only():
    friday, monday = shanghai(2026, 3, 13, 16), shanghai(2026, 3, 16, 9, 30)
    due = advance(shanghai(2026, 3, 13, 15), 4 * HOUR, [Pause(friday, monday)], WORKING)
    assert due == shanghai(2026, 3, 16, 15), "one hour on Friday, three from Monday 9:30 without the lunch break"


def test_leap_day_and_year_end_are_days_like_others():
    assert NATURAL.add(shanghai(2024, 2, 28, 12), DAY) == shanghai(2024, 2, 29, 12)
    assert WORKING.add(shanghai(2024, 2, 28, 17), 2 * HOUR) == shanghai(2024, 2, 29, 9, 30)
    assert WORKING.add(shanghai(2025, 12, 31, 17), 2 * HOUR) == shanghai(2026, 1, 4, 9, 30), "a worked Sunday"


def test_shanghai_has_no_summer_time():
    offsets = {shanghai(2026, month, 15).utcoffset() for month in range(1, 13)}
    assert offsets == {8 * HOUR}


def test_beyond_the_published_calendar_a_deadline_is_provisional():
    target = Target(5 * 420, Unit.WORKING)
    late = start_clock(ClockName.CLOSE, target, shanghai(2026, 12, 30), WORKING, fallback=target)
    early = start_clock(ClockName.CLOSE, target, shanghai(2026, 12, 1), WORKING, fallback=target)
    assert (late.provisional, early.provisional) == (True, False)


def test_the_shipped_calendar_agrees_with_an_independent_table():
    chinese_calendar = pytest.importorskip("chinese_calendar")
    day = date(2024, 1, 1)
    while day <= CALENDAR.covered_to:
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += DAY


@given(instants, durations, times)
def test_adding_time_and_measuring_it_agree(start, duration, clock_time):
    end = clock_time.add(start, duration)
    assert end >= start
    assert abs(clock_time.between(start, end) - duration) < timedelta(milliseconds=1)


@given(instants, durations, durations, times)
def test_more_time_is_never_earlier(start, shorter, more, clock_time):
    assert clock_time.add(start, shorter) <= clock_time.add(start, shorter + more)


@given(durations.filter(bool), pauses, times)
def test_the_instants_of_a_clock_stand_in_order_however_it_pauses(duration, found, clock_time):
    target = Target(max(int(duration / MINUTE), 1))
    made = start_clock(ClockName.FEEDBACK, target, START, clock_time, fallback=target, pauses=found)
    assert made.started_at <= made.at_risk_at <= made.due_at <= made.very_late_at
    assert made.raw_due_at <= made.due_at


@given(durations.filter(bool), pauses, times)
def test_time_outside_the_pauses_up_to_the_deadline_is_the_target(duration, found, clock_time):
    due = advance(START, duration, found, clock_time)
    paused = sum(
        (clock_time.between(max(p.start, START), min(p.end, due)) for p in found if p.start < due and p.end > START),
        timedelta(),
    )
    assert abs(clock_time.between(START, due) - paused - duration) < timedelta(milliseconds=1)


@given(pauses, st.integers(0, 20 * 24 * 60))
def test_the_next_change_is_the_first_instant_at_which_the_state_differs(found, minutes):
    made = clock(600, pauses=found)
    now = START + minutes * MINUTE
    following = made.next_change(now)
    until = following or now + 40 * DAY
    between = [now + (until - now) * share / 7 for share in range(7)]
    assert {made.state(instant) for instant in between} == {made.state(now)}


@given(pauses, st.integers(0, 10_000))
def test_a_clock_stopped_is_frozen(found, minutes):
    made = clock(600, pauses=found, stopped_at=START + minutes * MINUTE)
    assert made.next_change(START + minutes * MINUTE) is None
    assert made.state(START + minutes * MINUTE) is made.state(START + 400 * DAY)


def test_an_empty_calendar_still_rests_on_weekends():
    plain = WorkingTime(WorkCalendar("none", date(2000, 1, 1)), HOURS)
    assert plain.add(shanghai(2030, 5, 3, 17), 2 * HOUR) == shanghai(2030, 5, 6, 9, 30)
    assert plain.is_provisional(shanghai(2030, 5, 6))


@pytest.mark.parametrize("spans", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(18)))])
def test_working_hours_that_make_no_sense_are_refused(spans):
    with pytest.raises(ValueError, match="working hours"):
        WorkingHours(spans)
