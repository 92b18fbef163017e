"""The first contact with a real source: what is old is history, a full mailbox is asked about, and what ends stays."""

import pytest
from sqlalchemy import func, select

from dashboard.domain.events import EventKind
from dashboard.live.health import SourceCondition, health_of
from dashboard.store.logs import clocks_of, logs_of
from dashboard.store.models import ClockRow
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.stations import check_against_events, make_item, numbered, one_page, rest_station, source_entry, write_config


def clocks(board):
    with board.desk.sessions.read() as session:
        return session.scalar(select(func.count()).select_from(ClockRow))


def test_what_is_older_than_the_start_is_history_without_clocks(desk, outside):
    old, new = make_item("old", created_at="2026-03-01T00:00:00Z"), make_item("new")
    board = rest_station(desk, outside, one_page(old, new), start_from=NOON - DAY)
    run = board.poll()
    cases = {report.external_id: case for report, case in zip(board.reports(), board.cases(), strict=True)}
    assert (run.new, run.history) == (1, 1)
    assert (cases["Bold"].is_history, cases["Bold"].is_open, cases["Bold"].policy) == (True, False, None)
    assert (cases["Bnew"].is_history, cases["Bnew"].is_open) == (False, True)
    with desk.sessions.read() as session:
        found = clocks_of(session, [case.id for case in cases.values()])
    assert set(found) == {cases["Bnew"].id}


def test_by_default_a_source_counts_from_when_it_was_configured(light_desk, outside):
    later = make_item(2, created_at=(NOON + 30 * MINUTE).isoformat())
    board = rest_station(light_desk, outside, one_page(make_item(1)), one_page(later), start_from=None)
    board.poll()
    board.poll(later=HOUR)
    assert [case.is_history for case in board.cases()] == [True, False]


def test_what_was_closed_before_it_was_seen_is_history_with_its_end(light_desk, outside):
    closed = make_item(1, status="closed", done_at="2026-03-10T03:58:00Z")
    board = rest_station(light_desk, outside, one_page(closed), mapping={"closed_time": "done_at"})
    run = board.poll()
    case = board.case()
    assert (run.new, run.history, clocks(board)) == (0, 1, 0)
    assert (case.is_history, case.stage, case.closed_at) == (True, "closed", NOON - 2 * MINUTE)


def test_words_for_closed_are_configuration(light_desk, outside):
    items = [make_item(1, status="已办结"), make_item(2, status="办理中")]
    board = rest_station(light_desk, outside, one_page(*items), closed_statuses=["已办结"])
    run = board.poll()
    assert (run.new, run.history) == (1, 1)


def test_a_first_run_that_would_open_too_many_cases_stops_and_opens_none(desk, outside):
    board = rest_station(desk, outside, one_page(*numbered(6)), first_run_limit=5)
    run = board.poll()
    assert (run.outcome, run.fetched, board.cases()) == ("stopped", 0, [])
    assert "would open 6 cases" in run.error
    assert "yiwang poll --source board --accept-backlog" in run.error
    assert board.state().cursor == {}


def test_history_does_not_count_towards_the_limit_of_a_first_run(light_desk, outside):
    old = numbered(10, created_at="2026-01-01T00:00:00Z")
    board = rest_station(light_desk, outside, one_page(*old, *numbered(5, first=11)), first_run_limit=5)
    run = board.poll()
    assert (run.outcome, run.new, run.history) == ("ok", 5, 10)


def test_a_first_contact_longer_than_one_run_is_watched_to_its_end(light_desk, outside):
    items = [*numbered(4, created_at="2026-01-01T00:00:00Z"), *numbered(6, first=5)]

    def answer(asked):
        start = int(asked.query["offset"])
        return one_page(*items[start : start + int(asked.query["limit"])])

    paging = {"kind": "offset", "size": 2}
    board = rest_station(light_desk, outside, answer, paging=paging, max_pages=2, first_run_limit=3)
    assert [(run.outcome, run.new, run.history) for run in (board.poll(), board.poll(later=HOUR))] == [
        ("ok", 0, 4),
        ("stopped", 0, 0),
    ]
    board.accept_backlog()
    assert [board.poll(later=HOUR).new for _ in range(2)] == [4, 2]


def test_an_accepted_backlog_is_opened_whole(desk, outside):
    board = rest_station(desk, outside, one_page(*numbered(6)), first_run_limit=5)
    board.poll()
    board.accept_backlog()
    run = board.poll(later=HOUR)
    assert (run.outcome, run.new) == ("ok", 6)


def test_a_start_set_after_the_stop_makes_history_of_what_is_before(light_desk, outside):
    items = numbered(6)
    assert rest_station(light_desk, outside, one_page(*items), first_run_limit=5).poll().outcome == "stopped"
    board = rest_station(light_desk, outside, one_page(*items), first_run_limit=5, start_from=NOON - MINUTE)
    run = board.poll()
    assert (run.outcome, run.new, run.history) == ("ok", 0, 6)


def test_a_later_run_may_open_as_many_cases_as_come(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(make_item(0)), one_page(*numbered(6)), first_run_limit=5)
    board.poll()
    assert board.poll(later=MINUTE).new == 6


@pytest.mark.parametrize("status", ["closed", "CLOSED"])
def test_closing_at_the_source_marks_the_case_and_stops_no_clock(desk, outside, status):
    board = rest_station(desk, outside, one_page(make_item(1)), one_page(make_item(1, status=status)))
    board.poll()
    before = board.case()
    for _ in range(2):
        board.poll(later=HOUR)
    report, after = board.report(), board.case()
    assert (report.source_status, report.source_closed_at) == (status, NOON + HOUR)
    assert (after.stage, after.is_open, after.closed_at) == (before.stage, True, None)
    with desk.sessions.read() as session:
        kinds = [event.kind for event in logs_of(session, [after.id])[after.id]]
        respond = clocks_of(session, [after.id])[after.id][1]["respond"]
    assert kinds == [EventKind.OPENED, EventKind.SOURCE_CLOSED], "marked once"
    assert respond.stopped_at is None


def test_a_record_that_is_deleted_at_the_source_stays_a_case_here(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(make_item(1), make_item(2)), one_page(make_item(2)), one_page())
    board.poll()
    for _ in range(2):
        assert board.poll(later=HOUR).outcome == "ok"
    assert [case.is_open for case in board.cases()] == [True, True]


def test_a_record_marked_as_deleted_adds_a_mark_and_stops_no_clock(light_desk, outside):
    source = {"closed_statuses": ["closed", "deleted"]}
    board = rest_station(
        light_desk, outside, one_page(make_item(1)), one_page(make_item(1, status="deleted")), **source
    )
    board.poll()
    board.poll(later=HOUR)
    assert (board.report().source_status, board.case().is_open) == ("deleted", True)


def test_a_record_that_is_reopened_at_the_source_is_no_second_case(light_desk, outside):
    steps = [one_page(make_item(1, status=status)) for status in ("open", "closed", "open")]
    board = rest_station(light_desk, outside, *steps)
    for _ in range(3):
        board.poll(later=HOUR)
    assert (board.report().source_status, len(board.cases())) == ("open", 1)


def test_a_thousand_records_with_one_timestamp_come_in_whole_over_numbered_pages(light_desk, outside):
    items = numbered(1000)

    def answer(asked):
        since, size, page = asked.query["since"], int(asked.query["page_size"]), int(asked.query["page"]) - 1
        found = [item for item in items if item["created_at"] >= since]
        return one_page(*found[page * size : (page + 1) * size])

    paging = {"kind": "page", "size": 150}
    board = rest_station(light_desk, outside, answer, since_parameter="since", paging=paging, first_run_limit=1000)
    assert board.poll().new == 1000
    run = board.poll(later=MINUTE)
    assert (run.new, run.duplicate) == (0, 1000), "still within the overlap"
    assert len(board.reports()) == len({case.number for case in board.cases()}) == 1000


def test_a_record_that_appears_late_with_an_older_time_is_taken(light_desk, outside):
    items = [make_item(1, created_at="2026-03-10T03:58:00Z")]

    def answer(asked):
        return one_page(*(item for item in items if item["created_at"] >= asked.query["since"]))

    board = rest_station(light_desk, outside, answer, since_parameter="since", overlap="10m")
    board.poll()
    items.append(make_item(2, created_at="2026-03-10T03:55:00Z"))
    assert board.poll(later=MINUTE).new == 1


def test_what_is_counted_after_all_this_is_what_a_recount_finds(desk, outside):
    old = make_item("old", created_at="2026-01-01T00:00:00Z")
    steps = [
        one_page(old, *numbered(3)),
        one_page(make_item(1, status="closed"), make_item(2, text="改了"), {"id": "x"}),
    ]
    board = rest_station(desk, outside, *steps)
    for _ in range(3):
        board.poll(later=HOUR)
    check_against_events(desk, board.now)


def test_the_command_line_stops_at_a_backlog_and_opens_it_when_told_to(desk, outside, tmp_path, command):
    entry = source_entry(url=outside.answers("/reports", one_page(*numbered(6))), first_run_limit=5)
    path, board = write_config(desk, tmp_path, entry), rest_station(desk, outside, one_page(*numbered(6)))
    stopped = command("poll", "-c", path, "--source", "board")
    assert (stopped.exit_code, board.cases()) == (1, [])
    assert "--accept-backlog" in stopped.stdout
    accepted = command("poll", "-c", path, "--source", "board", "--accept-backlog")
    assert accepted.exit_code == 0
    assert "ok: fetched 6, new 6" in accepted.stdout
    assert len(board.cases()) == 6


def test_the_command_line_names_the_sources_it_knows(light_desk, tmp_path, command):
    path = write_config(light_desk, tmp_path, source_entry(url="http://x/"))
    found = command("poll", "-c", path, "--source", "bord")
    assert found.exit_code == 1
    assert "known: board" in found.stderr


def test_a_source_that_waits_for_acceptance_is_shown_as_stopped_until_it_has_it(light_desk, outside):
    board = rest_station(light_desk, outside, one_page(*numbered(6)), first_run_limit=5)
    conditions = []
    for _ in range(2):
        board.poll(later=HOUR)
        conditions += [health.condition for health in health_of([board.source], {"board": board.state()}, board.now)]
        board.accept_backlog()
    assert conditions == [SourceCondition.STOPPED, SourceCondition.FRESH]
