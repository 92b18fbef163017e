"""Cases become one and two again: clocks, duties and counts are exactly what they would be."""

import pytest

from dashboard.domain.events import EventKind as E
from dashboard.domain.sla import ClockName, ClockState
from dashboard.domain.stages import CaseError
from dashboard.services.acts import ConflictError
from dashboard.services.merging import dismiss, merge, split, unmerge
from dashboard.services.rebuild import rebuild
from dashboard.store.outbox import deliveries_of
from dashboard.store.suggestions import suggestions_of
from tests.factories import DAY, HOUR, MINUTE, NOON, make_desk, point_at, point_in
from tests.handling import (
    CHIEF,
    LI,
    WANG,
    do,
    person,
    receive,
    the_case,
    the_clocks,
    the_log,
    the_reports,
    the_state,
)
from tests.integration.test_recount import count_rows

LATER = NOON + 10 * MINUTE


@pytest.fixture
def two(desk):
    """Two cases of the same event, the second ten minutes after the first and in another grid."""
    receive(desk, "1")
    x, y = point_in(5)
    receive(desk, "2", now=LATER, x=x, y=y)
    return desk


def check_counts(desk, now=NOON + DAY) -> None:
    kept = count_rows(desk)
    assert rebuild(desk, now).mended == []
    assert count_rows(desk) == kept


def test_the_case_that_began_first_lives_on_and_its_start_rules_the_clocks(two):
    before = the_clocks(two, 1)
    merged = merge(two, 2, 1, WANG, LATER + MINUTE)
    assert (merged.survivor, merged.merged, merged.reports) == (1, 2, 1)
    assert the_clocks(two, 1) == before
    assert [report.external_id for report in the_reports(two, 1)] == ["1", "2"]
    other = the_case(two, 2)
    assert (other.stage, other.is_open, other.merged_into, other.report_count) == ("merged", False, 1, 0)
    assert the_case(two, 1).report_count == 2
    check_counts(two)


def test_every_reporter_is_still_owed_the_answer_from_their_own_acceptance(two):
    due = [report.answer_due_at for report in the_reports(two)]
    merge(two, 1, 2, WANG, LATER + MINUTE)
    assert [report.answer_due_at for report in the_reports(two, 1)] == due
    assert due[1] - due[0] == 10 * MINUTE


def test_a_merged_case_counts_nowhere_and_its_clocks_breach_no_more(two):
    merge(two, 1, 2, WANG, LATER + MINUTE)
    assert the_clocks(two, 2)[ClockName.RESPOND].state(NOON + 2 * DAY) is ClockState.NOT_REQUIRED
    with pytest.raises(CaseError):
        do(two, E.RESPONDED, LATER + 2 * MINUTE, case=2)


def test_unmerging_restores_clocks_reports_and_counts_exactly(two):
    kept, clocks = count_rows(two), [the_clocks(two, case) for case in (1, 2)]
    states = [the_state(two, case) for case in (1, 2)]
    merge(two, 1, 2, WANG, LATER + MINUTE)
    unmerge(two, 2, LI, LATER + 5 * HOUR)
    assert count_rows(two) == kept
    assert [the_clocks(two, case) for case in (1, 2)] == clocks
    assert [the_state(two, case) for case in (1, 2)] == states
    assert [the_case(two, case).report_count for case in (1, 2)] == [1, 1]
    assert [report.case_id for report in the_reports(two)] == [1, 2]
    check_counts(two)


def test_a_clock_that_would_have_breached_meanwhile_has_breached_after_unmerging(two):
    merge(two, 1, 2, WANG, LATER + MINUTE)
    unmerge(two, 2, WANG, LATER + 2 * HOUR)
    clock = the_clocks(two, 2)[ClockName.RESPOND]
    assert clock.state(LATER + 2 * HOUR) is ClockState.VERY_LATE
    assert clock.due_at == LATER + 30 * MINUTE


def test_a_case_merged_while_it_was_suspended_is_suspended_again(two):
    end = (NOON + DAY).isoformat()
    do(two, E.SUSPENDED, LATER + MINUTE, case=2, reason="weather", approver="李", planned_end=end)
    before = the_clocks(two, 2)
    merge(two, 1, 2, WANG, LATER + 2 * MINUTE)
    unmerge(two, 2, WANG, LATER + HOUR)
    assert (the_case(two, 2).stage, the_clocks(two, 2)) == ("suspended", before)


def test_reports_that_joined_the_survivor_by_themselves_stay_there(two):
    merge(two, 1, 2, WANG, LATER + MINUTE)
    receive(two, "3", now=LATER + 2 * MINUTE, parent="1")
    unmerge(two, 2, WANG, LATER + 3 * MINUTE)
    assert [(report.external_id, report.case_id) for report in the_reports(two)] == [("1", 1), ("2", 2), ("3", 1)]
    check_counts(two)


def test_merging_again_after_unmerging_works(two):
    for number in range(3):
        at = LATER + (2 * number + 1) * MINUTE
        merge(two, 1, 2, WANG, at)
        unmerge(two, 2, WANG, at + MINUTE)
    assert [report.case_id for report in the_reports(two)] == [1, 2]
    check_counts(two)


def test_who_joins_after_the_answer_was_released_gets_it_at_once(two):
    do(two, E.RESPONDED, LATER, case=1)
    do(two, E.FED_BACK, LATER + MINUTE, case=1, answer="已修好")
    merge(two, 1, 2, WANG, LATER + 2 * MINUTE)
    with two.sessions.read() as session:
        owed = {delivery.report_id: delivery.payload["answer"] for delivery in deliveries_of(session, [1])}
    assert owed == {report.id: "已修好" for report in the_reports(two)}
    unmerge(two, 2, WANG, LATER + 3 * MINUTE)
    with two.sessions.read() as session:
        states = {delivery.report_id: delivery.state for delivery in deliveries_of(session, [1])}
    assert states == {the_reports(two)[0].id: "by_phone", the_reports(two)[1].id: "dropped"}


def test_what_has_ended_or_is_past_is_not_merged(two):
    do(two, E.WITHDRAWN, LATER, case=2, reason="已自行解决")
    with pytest.raises(CaseError, match="已结束"):
        merge(two, 1, 2, WANG, LATER + MINUTE)
    with pytest.raises(CaseError, match="没有并入"):
        unmerge(two, 1, WANG, LATER + MINUTE)


def test_merging_needs_the_right_the_area_and_the_newest_version(two):
    for actor in (CHIEF, person("张", scope="410303001")):
        with pytest.raises(CaseError):
            merge(two, 1, 2, actor, LATER)
    with pytest.raises(ConflictError):
        merge(two, 1, 2, WANG, LATER, {1: 0})


def test_a_report_taken_out_runs_since_its_own_acceptance_as_if_it_had_never_joined(desk):
    receive(desk, "1")
    receive(desk, "2", now=LATER, parent="1")
    second = the_reports(desk)[1]
    new = split(desk, second.id, WANG, LATER + HOUR)
    clock = the_clocks(desk, new)[ClockName.RESPOND]
    assert (clock.started_at, clock.due_at) == (LATER, LATER + 30 * MINUTE)
    assert [the_case(desk, case).report_count for case in (1, new)] == [1, 1]
    assert the_log(desk)[-1].kind is E.REPORT_LEFT
    assert the_case(desk, new).number != the_case(desk).number
    check_counts(desk)
    with pytest.raises(CaseError, match="只有这一条"):
        split(desk, second.id, WANG, LATER + 2 * HOUR)


def test_a_mass_incident_is_one_case_with_one_set_of_clocks_and_every_reporter_owed(desk):
    receive(desk, "1")
    receive(desk, *[str(number) for number in range(2, 13)], now=LATER, parent="1")
    case = the_case(desk)
    assert (case.is_mass, case.report_count, len(the_clocks(desk))) == (True, 12, 4)
    assert all(report.answer_due_at for report in the_reports(desk))
    split(desk, the_reports(desk)[11].id, WANG, LATER + MINUTE)
    split(desk, the_reports(desk)[10].id, WANG, LATER + MINUTE)
    split(desk, the_reports(desk)[9].id, WANG, LATER + MINUTE)
    assert not the_case(desk).is_mass


@pytest.fixture
def joining(database_url):
    """A desk on which reports join by themselves."""
    made = make_desk(database_url, merging={"automatic": True})
    yield made
    made.sessions.engine.dispose()


def tell(desk, name, text, *, now=NOON, grid=0, building=1, **more) -> None:
    x, y = point_at(grid, building)
    receive(desk, name, now=now, text=text, x=x, y=y, **more)


def test_the_same_event_told_twice_is_one_case_by_itself_and_says_why(joining):
    tell(joining, "1", "春林路1号院停水了，什么时候来水", category="water/outage")
    tell(joining, "2", "家里一滴水都没有，春林路1号院", now=LATER, category="water/outage", building=2)
    assert the_case(joining).report_count == 2
    event = the_log(joining)[-1]
    assert event.kind is E.REPORT_JOINED
    assert event.data["certainty"] >= 0.9
    assert event.data["reasons"]["place"] > 0


def test_two_lifts_in_one_yard_stay_two_and_somebody_is_asked(joining):
    tell(joining, "1", "1号楼电梯坏了", category="property/lift")
    tell(joining, "2", "2号楼电梯坏了", now=LATER, category="property/lift", building=2)
    with joining.sessions.read() as session:
        (suggestion,) = suggestions_of(session, 2)
        assert suggestions_of(session, 1) == [suggestion]
    assert (suggestion.case_id, suggestion.other_id) == (2, 1)
    assert "number" in suggestion.doubts
    dismiss(joining, suggestion.id, WANG, LATER + MINUTE)
    with joining.sessions.read() as session:
        assert suggestions_of(session, 2) == []


def test_a_decided_suggestion_is_asked_no_more(joining):
    tell(joining, "1", "1号楼电梯坏了", category="property/lift")
    tell(joining, "2", "2号楼电梯坏了", now=LATER, category="property/lift", building=2)
    merge(joining, 1, 2, WANG, LATER + MINUTE)
    with joining.sessions.read() as session:
        assert suggestions_of(session, 1) == []


def test_somebodys_own_matter_is_never_anybody_elses(joining):
    for number, name in enumerate(("1", "2")):
        tell(joining, name, "咨询医保异地报销", now=NOON + number * MINUTE, category="welfare/insurance", reporter=name)
    assert [the_case(joining, case).report_count for case in (1, 2)] == [1, 1]


def test_reports_in_one_batch_are_compared_with_each_other(joining):
    x, y = point_at(2)
    receive(joining, "1", "2", "3", text="整个院子停电了", category="energy/power", x=x, y=y)
    assert the_case(joining).report_count == 3


def test_what_was_closed_lately_is_suggested_as_repeated_and_never_joined(joining):
    tell(joining, "1", "路灯不亮", category="road/lamp")
    do(joining, E.RESPONDED, LATER)
    do(joining, E.ARRIVED, LATER, who="王", where="楼下")
    do(joining, E.FED_BACK, LATER, answer="修好了")
    do(joining, E.CLOSED, LATER, by=LI, level="grid")
    tell(joining, "2", "路灯又不亮了", now=NOON + DAY, category="road/lamp")
    second = the_case(joining, 2)
    assert (second.report_count, second.repeat_of) == (1, 1)
    with joining.sessions.read() as session:
        assert [suggestion.other_id for suggestion in suggestions_of(session, 2)] == [1]
