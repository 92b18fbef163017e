"""Killing the process at any moment loses no report and doubles none."""

import csv
import os
import random
import signal
import time

import pytest

from tests.outside import in_json
from tests.pollers import process, read_for_ever, read_to_the_end, wait_until
from tests.stations import check_against_events, make_source, numbered, source_entry, station

pytestmark = pytest.mark.slow
KILLS = 5


def kill_again_and_again(desk, entry, progressed):
    """Start a process, let it get somewhere, kill it at some moment; at last let one read to the end."""
    rng = random.Random(11)
    for _ in range(KILLS):
        with process(read_for_ever, desk.config.database.url, entry) as victim:
            progressed(rng.randint(1, 12))
            time.sleep(rng.random() * 0.08)
            os.kill(victim.pid, signal.SIGKILL)
            victim.join()
            assert victim.exitcode == -signal.SIGKILL
    with process(read_to_the_end, desk.config.database.url, entry) as last:
        last.join(120)
        assert last.exitcode == 0


def check_all_came_in_once(desk, expected, waiting):
    board = station(desk, make_source(url="http://x/"))
    assert board.ids() == sorted(expected)
    assert len(board.cases()) == len({case.number for case in board.cases()}) == len(expected)
    assert [row.reason for row in board.waiting()] == ["no_content"] * waiting
    assert {run.outcome for run in board.runs()} == {"failed", "ok"}, "the killed runs stand in the ledger"
    assert all(run.error == "the process ended during the run" for run in board.runs() if run.outcome == "failed")
    assert all(report.version == 1 for report in board.reports())
    check_against_events(desk, board.now)


def test_a_service_read_by_a_process_that_is_killed_again_and_again(desk, outside):
    items = [*numbered(400), *({"id": f"empty-{number}"} for number in range(20))]
    random.Random(3).shuffle(items)

    def answer(asked):
        start = int(asked.query.get("cursor", 0))
        return in_json({"items": items[start : start + 10], "next_cursor": str(min(start + 10, len(items)))})

    def progressed(requests):
        goal = len(outside.asked) + requests
        wait_until(lambda: len(outside.asked) >= goal)

    url = outside.answers("/reports", answer)
    entry = source_entry(url=url, paging={"kind": "cursor"}, first_run_limit=1000, max_pages=5)
    kill_again_and_again(desk, entry, progressed)
    check_all_came_in_once(desk, [item["id"] for item in items if "text" in item], waiting=20)


def test_a_folder_read_by_a_process_that_is_killed_again_and_again(light_desk, tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    names = list(numbered(1)[0])
    for number in range(30):
        with (folder / f"{number:02}.csv").open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([names, *(item.values() for item in numbered(8, first=8 * number))])

    def progressed(files):
        goal = max(len(list(folder.glob("*.csv"))) - files // 3, 0)
        wait_until(lambda: len(list(folder.glob("*.csv"))) <= goal)

    entry = source_entry("files", folder=str(folder), rest_for="0s", first_run_limit=1000)
    kill_again_and_again(light_desk, entry, progressed)
    assert len(list((folder / "done").iterdir())) == 30
    check_all_came_in_once(light_desk, [f"B{number}" for number in range(240)], waiting=0)
