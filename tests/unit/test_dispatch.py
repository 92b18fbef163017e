"""Tasks, levels and ladders, as worked out from events."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.calendars import NaturalTime
from dashboard.domain.dispatch import TASK_MOVES, TaskState, allow_task, lead_of, tasks_of
from dashboard.domain.escalation import Action, Ladder, Moment, Step, due_steps
from dashboard.domain.events import Event, EventKind
from dashboard.domain.levels import HandlingLevel, charge_of, first_level, next_back, next_down, next_up
from dashboard.domain.sla import ClockName, Pause, Target, start_clock
from dashboard.domain.stages import CaseError
from tests.factories import HOUR, MINUTE, NOON

GRID = "410303001001001"
OPENED = Event(
    EventKind.OPENED,
    NOON,
    data={"category": "road/lamp", "severity": "normal", "policy": "standard@1", "calendar": "2026.1"},
)


def assigned(number: int = 1, party: str = "water", lead: bool = True, minute: int = 1) -> Event:
    at = NOON + minute * MINUTE
    data = {
        "task": number,
        "party": party,
        "lead": lead,
        "accept_due_at": (at + 30 * MINUTE).isoformat(),
        "due_at": (at + 24 * HOUR).isoformat(),
    }
    return Event(EventKind.TASK_ASSIGNED, at, data=data)


def step(kind: EventKind, minute: int, number: int = 1, **data: str) -> Event:
    return Event(kind, NOON + minute * MINUTE, data={"task": number, **data})


def test_a_task_goes_its_way_and_keeps_when_each_step_was():
    log = [
        OPENED,
        assigned(),
        step(EventKind.TASK_ACCEPTED, 5),
        step(EventKind.TASK_ON_SITE, 40),
        step(EventKind.TASK_DONE, 90, result="已修好"),
    ]
    (task,) = tasks_of(log)
    assert (task.state, task.result) == (TaskState.DONE, "已修好")
    assert [task.accepted_at, task.on_site_at, task.done_at] == [NOON + n * MINUTE for n in (5, 40, 90)]
    assert not task.is_open


def test_each_task_has_a_clock_of_its_own_and_exactly_at_the_deadline_is_on_time():
    (task,) = tasks_of([OPENED, assigned()])
    due = NOON + 31 * MINUTE
    assert task.next_due_at == due
    assert (task.is_late(due), task.is_late(due + timedelta(microseconds=1))) == (False, True)
    (task,) = tasks_of([OPENED, assigned(), step(EventKind.TASK_ACCEPTED, 5)])
    assert task.next_due_at == NOON + MINUTE + 24 * HOUR


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind.startswith("task_") and kind != "task_assigned"])
def test_a_task_takes_the_steps_of_the_table_and_no_others(state, kind):
    way = {
        TaskState.ASSIGNED: [],
        TaskState.ACCEPTED: [EventKind.TASK_ACCEPTED],
        TaskState.ON_SITE: [EventKind.TASK_ACCEPTED, EventKind.TASK_ON_SITE],
        TaskState.DONE: [EventKind.TASK_ACCEPTED, EventKind.TASK_DONE],
        TaskState.RETURNED: [EventKind.TASK_RETURNED],
        TaskState.CANCELLED: [EventKind.TASK_CANCELLED],
        TaskState.ENDED: [EventKind.WITHDRAWN],
    }[state]
    (task,) = tasks_of([OPENED, assigned(), *(step(one, 2 + n) for n, one in enumerate(way))])
    assert task.state is state
    if kind in TASK_MOVES[state]:
        allow_task(task, kind)
    else:
        with pytest.raises(CaseError):
            allow_task(task, kind)


def test_a_returned_lead_leads_no_more_and_a_new_round_has_tasks_of_its_own():
    log = [OPENED, assigned(1), step(EventKind.TASK_RETURNED, 9, reason="不属本单位")]
    assert lead_of(tasks_of(log), 1) is None
    log += [
        assigned(2, "power", minute=10),
        step(EventKind.TASK_ACCEPTED, 11, 2),
        step(EventKind.TASK_DONE, 12, 2, result="好"),
    ]
    assert lead_of(tasks_of(log), 1).party == "power"
    again = Event(EventKind.REOPENED, NOON + 20 * MINUTE, data={"policy": "standard@1", "calendar": "2026.1"})
    assert lead_of(tasks_of([*log, again]), 2) is None
    assert [task.round for task in tasks_of([*log, again, assigned(3, minute=21)])] == [1, 1, 2]


def test_what_nobody_finished_ends_with_its_case_and_what_was_done_stays_done():
    log = [
        OPENED,
        assigned(1),
        assigned(2, "community", lead=False, minute=2),
        step(EventKind.TASK_ACCEPTED, 3),
        step(EventKind.TASK_DONE, 4, result="好"),
        Event(EventKind.CLOSED, NOON + 9 * MINUTE, data={"level": "district"}),
    ]
    lead, support = tasks_of(log)
    assert (lead.state, support.state) == (TaskState.DONE, TaskState.ENDED)
    assert (support.is_open, support.is_late(NOON + 30 * HOUR)) == (False, False)
    reopened = Event(EventKind.REOPENED, NOON + HOUR, data={"policy": "standard@1", "calendar": "2026.1"})
    assert [task.state for task in tasks_of([*log, reopened])] == [TaskState.DONE, TaskState.ENDED]


def passed(direction: str, to: str) -> Event:
    return Event(EventKind.PASSED, NOON, data={"direction": direction, "to": to})


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("410303", "district"),
        ("410303001", "subdistrict"),
        ("410303001001", "community"),
        (GRID, "grid"),
        (GRID + "005", "grid"),
    ],
)
def test_a_case_begins_in_its_grid_or_as_deep_as_it_is_located(code, level):
    assert first_level(code) == level
    charge = charge_of([OPENED], code)
    assert (charge.level, charge.area) == (level, code[:15])


def test_going_up_skips_vacant_posts_and_names_them():
    charge = charge_of([OPENED], GRID)
    assert next_up(charge, lambda _area: False) == (HandlingLevel.COMMUNITY, [])
    vacant = {"410303001001", "410303001"}
    assert next_up(charge, vacant.__contains__) == (
        HandlingLevel.DISTRICT,
        [HandlingLevel.COMMUNITY, HandlingLevel.SUBDISTRICT],
    )
    assert next_up(charge_of([OPENED, passed("up", "district")], GRID), lambda _area: True) is None


def nobody_is_away(_area: str) -> bool:
    return False


def test_a_returned_case_goes_past_vacant_posts_as_well():
    charge = charge_of([OPENED], GRID)
    assert next_back(charge, 3, {"410303001001"}.__contains__) == (HandlingLevel.SUBDISTRICT, [HandlingLevel.COMMUNITY])


def test_a_case_that_is_known_less_exactly_since_is_in_the_charge_of_what_is_known():
    charge = charge_of([OPENED, passed("up", "community"), passed("down", "grid")], "410303001")
    assert (charge.level, charge.area) == (HandlingLevel.SUBDISTRICT, "410303001")


def test_after_so_many_returns_the_district_decides_and_keeps_the_case():
    log = [OPENED]
    for _ in range(2):
        charge = charge_of(log, GRID)
        log += [passed("back", next_back(charge, 3, nobody_is_away)[0]), passed("down", "grid")]
    charge = charge_of(log, GRID)
    assert charge.returns == 2
    assert next_back(charge, 3, nobody_is_away) == (HandlingLevel.DISTRICT, [])
    decided = charge_of([*log, passed("back", "district")], GRID)
    with pytest.raises(CaseError, match="兜底"):
        next_down(decided, GRID, cap=3)
    with pytest.raises(CaseError, match="区级不能退回"):
        next_back(decided, 3, nobody_is_away)


def test_down_goes_no_deeper_than_the_place_is_known():
    with pytest.raises(CaseError):
        next_down(charge_of([OPENED], "410303001"), "410303001", cap=3)
    assert next_down(charge_of([OPENED, passed("up", "community")], GRID), GRID, cap=3) is HandlingLevel.GRID


LADDER = Ladder(
    "standard",
    (
        Step(ClockName.RESPOND, Moment.AT_RISK, Action.NOTIFY),
        Step(ClockName.RESPOND, Moment.BREACHED, Action.MOVE_UP),
        Step(ClockName.RESPOND, Moment.BREACHED, Action.NOTIFY, 2 * HOUR),
        Step(ClockName.RESPOND, Moment.VERY_LATE, Action.MOVE_UP),
    ),
)


def clock(name: ClockName = ClockName.RESPOND, **more):
    return start_clock(name, Target(30), NOON, NaturalTime(), fallback=Target(30), **more)


def keys(found) -> list[str]:
    return [due.step.key for due in found]


def test_steps_fire_at_their_moments_and_never_early():
    clocks = {ClockName.RESPOND: clock()}
    assert keys(due_steps(LADDER, clocks, frozenset(), NOON + 23 * MINUTE)) == []
    assert keys(due_steps(LADDER, clocks, frozenset(), NOON + 24 * MINUTE)) == ["respond:at_risk:notify"]
    at_deadline = keys(due_steps(LADDER, clocks, frozenset(), NOON + 30 * MINUTE))
    assert at_deadline == ["respond:at_risk:notify"], "exactly at the deadline is on time"


def test_what_came_while_nobody_looked_fires_in_its_order_and_once():
    clocks, late = {ClockName.RESPOND: clock()}, NOON + 3 * HOUR
    found = keys(due_steps(LADDER, clocks, frozenset(), late))
    assert found == [
        "respond:at_risk:notify",
        "respond:breached:move_up",
        "respond:very_late:move_up",
        "respond:breached:notify:120",
    ]
    assert due_steps(LADDER, clocks, frozenset(found), late) == []


def test_a_clock_that_was_stopped_or_is_paused_sets_nothing_off():
    late = NOON + 3 * HOUR
    assert due_steps(LADDER, {ClockName.RESPOND: clock(stopped_at=NOON + 40 * MINUTE)}, frozenset(), late) == []
    ladder = Ladder("l", (Step(ClockName.ARRIVE, Moment.AT_RISK, Action.NOTIFY),))
    pause = Pause(NOON + 10 * MINUTE, NOON + 5 * HOUR)
    assert due_steps(ladder, {ClockName.ARRIVE: clock(ClockName.ARRIVE, pauses=[pause])}, frozenset(), late) == []


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_however_often_and_late_somebody_looks_each_step_fires_once(minutes):
    fired: list[str] = []
    for minute in [*sorted(minutes), 1000]:
        fired += keys(due_steps(LADDER, {ClockName.RESPOND: clock()}, frozenset(fired), NOON + minute * MINUTE))
    assert sorted(fired) == sorted(one.key for one in LADDER.steps)
