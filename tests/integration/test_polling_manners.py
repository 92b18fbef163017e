"""The manners of polling, the same for every source: cursor with its data, ledger, back-off, one line per outage."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select
from structlog.testing import capture_logs

from dashboard.live.health import SourceCondition, health_of
from dashboard.polling.poller import LONGEST_PAUSE, back_off, poll
from dashboard.serving import poll_tools
from dashboard.store.models import Report
from dashboard.store.sources import qualities, source_states, waiting_in_quarantine
from tests.factories import HOUR, MINUTE, NOON
from tests.outside import Reply, in_json
from tests.stations import make_item, numbered, one_page, rest_station


def condition(board):
    with board.desk.sessions.read() as session:
        (health,) = health_of([board.source], source_states(session), board.now)
    return health.condition


def test_the_cursor_is_stored_with_the_page_it_covers_and_a_crash_neither_loses_nor_doubles(desk, outside):
    def answer(asked):
        page = int(asked.query.get("cursor", 0))
        return in_json({"items": list(numbered(3, first=3 * page)), "next_cursor": str(min(page + 1, 3))})

    board = rest_station(desk, outside, answer, paging={"kind": "cursor"})
    board.accept_backlog()
    board.die_in_poll(after_pages=2)
    assert (len(board.reports()), board.state().cursor["cursor"]) == (6, "2")
    board.poll(later=MINUTE, force=False)
    assert len(board.reports()) == len(board.cases()) == 12
    assert [(run.outcome, run.error) for run in board.runs()] == [
        ("failed", "the process ended during the run"),
        ("ok", None),
    ]


def test_the_ledger_says_what_became_of_every_record(desk, outside):
    old = make_item(5, created_at="2026-01-01T00:00:00Z")
    second = [make_item(1), make_item(2, text="改了"), make_item(3, category="外星人"), {"id": "x"}, 7, old]
    board = rest_station(desk, outside, one_page(make_item(1), make_item(2)), one_page(*second))
    board.poll()
    run = board.poll(later=MINUTE)
    counts = {
        name: getattr(run, name)
        for name in ("fetched", "new", "history", "changed", "duplicate", "quarantined", "flagged")
    }
    assert counts == {
        "fetched": 6,
        "new": 1,
        "history": 1,
        "changed": 1,
        "duplicate": 1,
        "quarantined": 2,
        "flagged": 1,
    }
    assert run.lag_seconds == 11 * 60
    assert (run.started_at, run.finished_at) == (NOON + MINUTE, NOON + MINUTE)


def test_an_outage_is_one_line_when_it_begins_and_one_when_it_ends(light_desk, outside):
    board = rest_station(light_desk, outside, *(Reply(status=500) for _ in range(4)), one_page())
    with capture_logs() as lines:
        for _ in range(6):
            board.poll(later=HOUR)
    assert [line["event"] for line in lines] == ["source fails", "source is back"]
    assert lines[0]["error"] == "the source answered HTTP 500"
    assert lines[1]["was_failing_since"] == (NOON + HOUR).isoformat()


def test_a_failing_source_is_left_alone_for_longer_and_longer_but_never_for_ever(light_desk, outside):
    board = rest_station(light_desk, outside, Reply(status=500))
    pauses = []
    for _ in range(9):
        board.poll()
        pauses.append(board.state().next_attempt_at - board.now)
        board.now = board.state().next_attempt_at
    assert timedelta(seconds=7) <= pauses[0] <= timedelta(seconds=15)
    assert pauses[0] < pauses[2] < pauses[4]
    assert LONGEST_PAUSE / 2 <= pauses[-1] <= LONGEST_PAUSE


def test_a_source_is_not_asked_before_its_pause_is_over_and_at_once_when_somebody_insists(light_desk, outside):
    board = rest_station(light_desk, outside, Reply(status=500), one_page(make_item()))
    board.poll()
    assert board.poll(force=False, later=timedelta(seconds=5)) is None
    assert len(outside.asked) == 1
    assert board.poll(force=True).new == 1


def test_after_a_success_the_pause_is_forgotten(light_desk, outside):
    board = rest_station(light_desk, outside, *(Reply(status=500) for _ in range(6)), one_page(), Reply(status=500))
    for _ in range(7):
        board.poll(later=HOUR)
    assert (board.state().failures, board.state().failing_since, board.state().last_error) == (0, None, None)
    board.poll(later=HOUR)
    assert board.state().next_attempt_at - board.now <= timedelta(seconds=15)


def test_a_source_that_says_how_long_to_wait_is_obeyed(light_desk, outside):
    board = rest_station(light_desk, outside, Reply(status=429, headers={"Retry-After": "600"}), one_page())
    board.poll()
    assert board.state().next_attempt_at >= NOON + 10 * MINUTE


def test_pauses_are_spread_so_that_sources_do_not_all_come_back_at_once():
    assert len({back_off(3) for _ in range(20)}) > 10


def test_a_source_is_unknown_then_fresh_then_stale_and_failing_is_seen_first(light_desk, outside):
    board = rest_station(light_desk, outside, Reply(status=500), one_page(), Reply(status=500), stale_after="10m")
    with light_desk.sessions.read() as session:
        (health,) = health_of([board.source], source_states(session), NOON)
    seen = [health.condition]
    for later in (timedelta(), MINUTE, MINUTE):
        board.poll(later=later)
        seen.append(condition(board))
    board.now += 10 * MINUTE
    seen.append(condition(board))
    assert seen == [
        SourceCondition.UNKNOWN,
        SourceCondition.FAILING,
        SourceCondition.FRESH,
        SourceCondition.FAILING,
        SourceCondition.STALE,
    ]
    assert board.state().last_success_at == NOON + MINUTE, "how old the last good answer is stays known"


def test_health_is_data_completeness_lag_stability_and_what_waits(desk, outside):
    items = [*numbered(2), make_item(3, longitude=None, latitude=None, address=None, text="哪里?"), {"id": "empty"}]
    board = rest_station(desk, outside, one_page(*items), Reply(status=500))
    board.poll()
    board.poll(later=MINUTE)
    with desk.sessions.read() as session:
        quality = qualities(session, NOON - HOUR)["board"]
        waiting = waiting_in_quarantine(session)["board"]
    assert (quality.runs, quality.runs_failed) == (2, 1)
    assert (quality.reports, quality.complete, quality.lag) == (3, 2, 10 * MINUTE)
    assert waiting == (1, NOON)
    assert board.state().last_record_at == NOON - 10 * MINUTE


def test_a_record_nobody_thought_of_is_kept_apart_and_the_others_are_taken(light_desk, outside):
    """A hook of the mapping that breaks must not stop the feed, whatever it breaks on."""
    deep: dict = {}
    for _ in range(400):
        deep = {"a": deep}
    board = rest_station(light_desk, outside, one_page(make_item(1), make_item(2, text=deep), make_item(3)))
    run = board.poll()
    assert run.outcome == "ok"
    assert {"B1", "B3"} <= set(board.ids())


def test_an_error_of_our_own_is_a_failed_run_that_quotes_no_citizen(desk, outside):
    board = rest_station(desk, outside, one_page(make_item(1, text="我家电话是…")))

    def save(session, source, start_from, incoming, rejected, now):
        taken = poll_tools(desk).save(session, source, start_from, incoming, rejected, now)
        report = session.scalar(select(Report))
        session.execute(insert(Report), [{c.name: getattr(report, c.name) for c in Report.__table__.columns}])
        return taken

    tools = replace(poll_tools(desk), now=lambda: NOON, save=save)
    with capture_logs() as lines:
        run = poll(board.source, tools)
    assert (run.outcome, board.reports()) == ("failed", [])
    assert run.error.startswith("internal error: IntegrityError")
    assert "电话" not in run.error + "".join(str(line) for line in lines)


def test_two_who_poll_the_same_source_at_once_take_every_report_once(desk, outside):
    """Somebody polls by hand while the scheduler does: the second meets what the first has stored meanwhile."""
    board, both = rest_station(desk, outside, one_page()), threading.Barrier(2)
    board.poll()

    def answer(_asked):
        both.wait(20)
        return one_page(*numbered(30))

    outside.answers("/reports", answer)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: board.poll(), range(2)))
    assert sorted(run.new for run in runs) == [0, 30]
    assert len(board.reports()) == len(board.cases()) == 30
    assert board.runs()[-1].outcome == "ok"
