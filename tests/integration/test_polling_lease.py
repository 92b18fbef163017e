"""Two schedulers never both write: one polls, the other waits, and who was away too long has lost its right."""

import os
import signal
import threading
from itertools import count, groupby

import psutil
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from dashboard.polling import scheduler
from dashboard.serving import poll_tools
from dashboard.store.engine import writing
from dashboard.store.leases import LENGTH, LeaseLostError, acquire, check, release, renew
from dashboard.store.operations import Lease
from tests.factories import NOON
from tests.pollers import process, schedule, wait_until
from tests.stations import make_item, make_source, one_page, rest_station, source_entry, station


def test_a_lease_is_held_by_one_until_it_is_released_or_runs_out(desk):
    held = acquire(desk.sessions, "poller", "one", NOON)
    assert acquire(desk.sessions, "poller", "two", NOON + LENGTH - LENGTH / 10) is None
    renew(desk.sessions, held, NOON + LENGTH / 2)
    assert acquire(desk.sessions, "poller", "two", NOON + LENGTH) is None
    second = acquire(desk.sessions, "poller", "two", NOON + 2 * LENGTH)
    assert second.epoch == held.epoch + 1
    release(desk.sessions, second, NOON + 2 * LENGTH)
    assert acquire(desk.sessions, "poller", "one", NOON + 2 * LENGTH).epoch == second.epoch + 1


def test_who_lost_the_lease_can_neither_renew_it_nor_write(desk):
    held = acquire(desk.sessions, "poller", "one", NOON)
    acquire(desk.sessions, "poller", "two", NOON + 2 * LENGTH)
    with pytest.raises(LeaseLostError):
        renew(desk.sessions, held, NOON + 2 * LENGTH)
    with pytest.raises(LeaseLostError), writing(desk.sessions, NOON) as session:
        check(session, held)


def test_a_run_whose_lease_passes_on_between_two_pages_writes_no_more(desk, outside):
    held = acquire(desk.sessions, "poller", "one", NOON)

    def answer(_asked):
        acquire(desk.sessions, "poller", "two", NOON + 2 * LENGTH)
        return one_page(make_item())

    board = station(desk, make_source(url=outside.answers("/reports", answer)))
    with pytest.raises(LeaseLostError):
        board.poll(lease=held)
    assert (board.reports(), board.state().cursor, board.state().last_success_at) == ([], {}, None)


def numbered_by(letter):
    """A service that has one more report each time it is asked, with ids that tell who asked."""
    following = count(1)
    return lambda _asked: one_page(make_item(f"{letter}{next(following):05}"))


@pytest.mark.slow
def test_of_two_processes_one_polls_and_one_that_was_stopped_and_resumed_cannot_write(desk, outside):
    entries = {
        letter: source_entry(url=outside.answers(f"/{letter}", numbered_by(letter)), every="100ms") for letter in "ab"
    }
    board, url = station(desk, make_source(url="http://x/")), desk.config.database.url

    def taken(letter):
        return sum(one.startswith(f"B{letter}") for one in board.ids())

    with process(schedule, url, entries["a"]) as first:
        wait_until(lambda: taken("a") >= 3)
        with process(schedule, url, entries["b"]):
            goal = taken("a") + 3
            wait_until(lambda: taken("a") >= goal)
            stop_between_writes(first, desk)
            wait_until(lambda: taken("b") >= 3)
            os.kill(first.pid, signal.SIGCONT)
            goal = taken("b") + 4
            wait_until(lambda: taken("b") >= goal)
        goal = taken("a") + 1
        wait_until(lambda: taken("a") >= goal)
    spells = [letter for letter, _ in groupby(report.external_id[1] for report in board.reports())]
    assert spells[:2] == ["a", "b"]
    assert spells[-1] == "a", "who waits takes over when the other is killed"
    assert len(spells) <= epoch(desk), "nobody wrote but while holding the lease"


def test_a_database_that_is_away_for_a_while_does_not_end_the_poll_process(light_desk, outside, monkeypatch):
    failures = [OperationalError("SELECT", {}, Exception("away"))] * 3
    board = rest_station(light_desk, outside, one_page(make_item()))
    stop = threading.Event()

    def away_at_first(*arguments):
        if failures:
            raise failures.pop()
        return acquire(*arguments)

    monkeypatch.setattr(scheduler, "acquire", away_at_first)
    monkeypatch.setattr(scheduler, "LENGTH", LENGTH / 100)
    tools = poll_tools(board.desk)
    thread = threading.Thread(target=scheduler.run_scheduler, args=([board.source], (), tools, stop))
    thread.start()
    try:
        wait_until(lambda: len(board.reports()) == 1)
    finally:
        stop.set()
        thread.join()
    assert failures == []


def epoch(desk):
    with desk.sessions.read() as session:
        return session.scalar(select(Lease.epoch))


def stop_between_writes(stopped, desk):
    """Stop a process when it holds no lock, which nobody could take from it."""
    while True:
        os.kill(stopped.pid, signal.SIGSTOP)
        wait_until(lambda: psutil.Process(stopped.pid).status() == psutil.STATUS_STOPPED)
        try:
            with desk.sessions.write.begin() as session:
                session.execute(select(Lease).with_for_update(nowait=True))
                return
        except OperationalError:
            os.kill(stopped.pid, signal.SIGCONT)
