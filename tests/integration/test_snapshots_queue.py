"""The queue of snapshots: nothing that was asked for is lost or made twice, whatever happens to the workers."""

import multiprocessing
import os
import signal
import threading
import time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from dashboard.children import run_child
from dashboard.domain.stages import CaseError
from dashboard.snapshots import asking
from dashboard.snapshots.render import Rendered, Renderer
from dashboard.snapshots.working import Worker, run_renderer, work_once
from dashboard.store.engine import writing
from dashboard.store.snapshot_jobs import CLAIM, DIED, MOST_ATTEMPTS, JobState, place_in_queue
from dashboard.store.snapshots import SnapshotJob
from tests.factories import DAY, DISTRICT, MINUTE
from tests.handling import person
from tests.snapshots import DeathError, Fate, archived, ask_for, the_job, wish, work_off, worker

HOUSE = f"{DISTRICT}001001001001"


def test_ten_at_once_all_arrive_once(office, renderer):
    office.receive("1", "2")
    asked = [ask_for(office, by=person(f"p{number}")) for number in range(10)]
    with office.desk.sessions.read() as session:
        places = [place_in_queue(session, the_job(office, job)) for job in asked]
    assert places == list(range(10)), "everybody sees how many come before"

    def work(one: Worker) -> None:
        while work_once(one):
            pass

    workers = [worker(office, renderer, "one"), worker(office, Renderer(), "two")]
    threads = [threading.Thread(target=work, args=(one,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    jobs = [the_job(office, job) for job in asked]
    assert [job.state for job in jobs] == [JobState.DONE] * 10
    assert sorted(found.code for found in archived(office)) == sorted(job.code for job in jobs)


def test_a_worker_that_dies_at_any_moment_loses_nothing_and_doubles_nothing(office, renderer):
    office.receive("1")
    for moment in range(1, 100):
        job = ask_for(office, wish(area=HOUSE))
        fate = Fate(office, renderer, moment)
        lived = fate.meet()
        office.clock += CLAIM + MINUTE
        work_off(office, renderer)
        done = the_job(office, job)
        made = [found.code for found in archived(office) if found.code == done.code]
        assert (done.state, len(made)) == (JobState.DONE, 1), moment
        if lived:
            break
    assert fate.moments == moment - 1 >= 8, "it could have died at every moment, and once it did not"


def test_a_worker_that_was_overtaken_finishes_nothing(office, renderer):
    office.receive("1")
    job = ask_for(office)

    class Overtaken(Renderer):
        """While it renders, its claim runs out and another worker does the job."""

        def render(self, *asked: Any) -> Rendered:
            done = super().render(*asked)
            office.clock += CLAIM + MINUTE
            assert work_once(worker(office, renderer, "fast"))
            return done

    assert work_once(worker(office, Overtaken(), "slow"))
    assert the_job(office, job).state == JobState.DONE
    assert len(archived(office)) == 1


def test_what_kills_its_worker_again_and_again_is_refused_and_keeps_nobody_waiting(web, renderer):
    web.receive("1")
    bad = ask_for(web)

    class Deadly(Renderer):
        """It dies over every document."""

        def render(self, *_: Any) -> Rendered:
            raise DeathError

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(DeathError):
            work_once(worker(web, Deadly(), "deadly"))
        web.clock += CLAIM + MINUTE
    good = ask_for(web)
    assert work_once(worker(web, renderer))
    assert (the_job(web, bad).state, the_job(web, bad).reason) == (JobState.REFUSED, DIED)
    assert the_job(web, good).state == JobState.DONE


def test_what_the_typesetter_warns_of_is_refused_with_its_words_and_never_archived(web, tmp_path):
    web.receive("1")
    job = ask_for(web)
    work_once(worker(web, Renderer(fonts=tmp_path)))
    found = the_job(web, job)
    assert found.state == JobState.REFUSED
    assert "unknown font family" in (found.reason or "")
    assert archived(web) == []


def test_a_picture_that_has_stopped_following_the_database_is_refused(web):
    web.receive("1")
    web.clock += MINUTE
    with pytest.raises(CaseError) as caught:
        asking.ask(web.runtime, person(), wish())
    assert "stopped following" in str(caught.value.params["reason"])


def test_somebody_with_too_many_waiting_has_to_wait(web, monkeypatch):
    monkeypatch.setattr(asking, "MOST_WAITING", 2)
    ask_for(web)
    ask_for(web)
    with pytest.raises(CaseError, match="排队"):
        ask_for(web)
    ask_for(web, by=person("李"))


def test_a_real_worker_that_is_killed_over_a_document_leaves_it_to_the_next(web, renderer):
    web.receive("1")
    job = ask_for(web)
    work = partial(run_renderer, web.desk.config)
    process = multiprocessing.get_context("spawn").Process(target=run_child, args=(work,), daemon=True)
    process.start()
    until = time.monotonic() + 60
    while the_job(web, job).state == JobState.WAITING and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert the_job(web, job).state == JobState.RUNNING, "it was in the middle of it"
    with writing(web.desk.sessions, web.clock) as session:
        session.execute(update(SnapshotJob).values(claimed_until=web.clock - DAY))
    work_off(web, renderer)
    assert the_job(web, job).state == JobState.DONE
    assert len(archived(web)) == 1
