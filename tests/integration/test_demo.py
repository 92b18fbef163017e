"""The demo as somebody would start it: built once, living, ended with Ctrl-C, started again."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import brotli
import httpx
import psutil
import pytest
from sqlalchemy import func, select

from dashboard.domain.calendars import shanghai_day
from dashboard.domain.dispatch import tasks_of
from dashboard.domain.events import EventKind
from dashboard.domain.stages import Stage
from dashboard.store.engine import Sessions, open_database
from dashboard.store.handling import Suggestion, TaskRow
from dashboard.store.logs import logs_of
from dashboard.store.models import Area, Case, CaseEvent, Report
from dashboard.store.sources import source_states
from dashboard.store.suggestions import WAITING
from dashboard.store.tasks import tasks_by_case
from dashboard.store.waiting import open_instructions
from dashboard.viewmodels.geometry import Geometries, Layer
from tests.factories import ROOT, make_config

pytestmark = pytest.mark.slow


class Demo:
    """A demo in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None
        self.links: list[str] = []
        self.key = ""

    def start(self) -> None:
        """Start it and read until it has said where to sign in."""
        self.process, self.links = run_demo(self.folder, self.port), []
        for line in self.process.stdout or ():
            self.links += re.findall(r"http\S+/sign-in/\S+", line)
            if found := re.search(r"api_key=(\S+)", line):
                self.key = found[1]
                return
        raise AssertionError(f"the demo ended with {self.process.wait()}")

    def interrupt(self) -> int:
        """Press Ctrl-C and wait; nothing it started may be left."""
        assert self.process
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        code = self.process.returncode
        assert psutil.wait_procs(family, timeout=10)[1] == []
        return code

    def sessions(self) -> Sessions:
        """Its database."""
        return open_database(f"sqlite:///{self.folder}/demo.db")


def run_demo(folder: Path, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dashboard", "demo", "--folder", str(folder), "--port", str(port), "--pace", "20"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that was started for the first time."""
    made = Demo(tmp_path_factory.mktemp("demo"))
    made.start()
    yield made
    if made.process and made.process.poll() is None:
        made.interrupt()


@pytest.fixture
def sessions(demo: Demo) -> Iterator[Sessions]:
    """The demo's database."""
    opened = demo.sessions()
    yield opened
    opened.engine.dispose()


def test_the_past_is_as_large_as_promised_and_falls_against_the_year_before(sessions):
    with sessions.read() as session:
        opened = session.scalars(select(Case.opened_at)).all()
    assert len(opened) >= 165_000
    months = Counter((shanghai_day(at).year, shanghai_day(at).month) for at in opened)
    *whole, _running = sorted(months)
    assert len(whole) == 15
    assert min(months[month] for month in whole[:-3]) > 10_000
    last = whole[-3:]
    share = sum(months[month] for month in last) / sum(months[year - 1, month] for year, month in last)
    assert share == pytest.approx(0.73, abs=0.02)


def test_cases_are_open_at_every_stage(sessions):
    with sessions.read() as session:
        stages = dict(
            session.execute(select(Case.stage, func.count()).where(Case.is_open.is_(True)).group_by(Case.stage)).all()
        )
    assert 60 <= sum(stages.values()) <= 400, "fewest before people get up"
    assert {Stage.RECEIVED, Stage.RESPONDED, Stage.ON_SITE, Stage.FED_BACK} <= set(stages)


def test_from_the_start_some_cases_were_told_through_several_channels_and_some_may_be_the_same(sessions):
    with sessions.read() as session:
        told = select(Report.case_id).group_by(Report.case_id).having(func.count(func.distinct(Report.channel)) > 1)
        several = session.scalar(select(func.count()).where(Case.id.in_(told), Case.is_open.is_(True)))
        waiting = session.scalar(select(func.count()).select_from(Suggestion).where(Suggestion.status == WAITING))
    assert several >= 3
    assert waiting >= 1


def test_the_district_has_its_official_areas(sessions):
    with sessions.read() as session:
        levels = dict(session.execute(select(Area.level, func.count()).group_by(Area.level)).all())
    assert (levels[6], levels[9], levels[12]) == (1, 9, 67)
    assert 550 <= levels[15] <= 650
    assert 8_000 <= levels[18] <= 12_000


def test_the_grids_of_the_whole_district_are_small_on_the_wire(sessions):
    geometries = Geometries(sessions, make_config(str(sessions.engine.url)))
    shape = geometries.shape("410303", Layer.GRID, shanghai_day(datetime.now(UTC)))
    assert len(json.loads(brotli.decompress(shape.brotli))["features"]) > 550
    assert max(len(shape.brotli), len(shape.gzip)) < 150_000


def test_each_link_signs_in_once(demo):
    with httpx.Client(follow_redirects=True) as leader:
        assert leader.get(demo.links[0]).url.path == "/"
        assert leader.get(f"http://127.0.0.1:{demo.port}/live/frame", params={"area": "410303"}).status_code == 200
    with httpx.Client(follow_redirects=True) as second:
        assert second.get(demo.links[0]).url.path != "/"
        assert second.get(f"http://127.0.0.1:{demo.port}/live/frame").status_code == 401


def test_the_open311_service_can_be_tried_at_once(demo):
    address = f"http://127.0.0.1:{demo.port}/open311/v2"
    assert httpx.get(f"{address}/discovery.json").json()["endpoints"][0]["type"] == "test"
    form = {"api_key": demo.key, "service_code": "road/lamp", "description": "路灯不亮", "address_string": "中州中路"}
    (filed,) = httpx.post(f"{address}/requests.json", data=form, timeout=60).raise_for_status().json()
    (told,) = httpx.get(f"{address}/requests/{filed['service_request_id']}.json", params={"api_key": demo.key}).json()
    assert (told["description"], told["status"]) == ("路灯不亮", "open")


def test_all_sources_are_asked_and_handlers_work(sessions):
    def has_life() -> bool:
        with sessions.read() as session:
            states = source_states(session)
            newest = session.scalar(select(func.max(CaseEvent.recorded_at)))
        well = sum(state.last_success_at is not None for state in states.values())
        return well >= 8 and newest is not None and newest > began  # the citizens' board is away now and then

    began, patience = datetime.now(UTC), time.monotonic() + 120
    while not has_life():
        assert time.monotonic() < patience, "a source was not read or nobody handled a case"
        time.sleep(0.5)


def test_parties_have_worked_and_reporters_were_called_back(sessions):
    with sessions.read() as session:
        tasks = dict(session.execute(select(TaskRow.state, func.count()).group_by(TaskRow.state)).all())
        cases = session.scalars(select(TaskRow.case_id).distinct().limit(300)).all()
        logs, kept = logs_of(session, cases), tasks_by_case(session, cases)
        visits = session.scalar(select(func.count()).where(CaseEvent.kind == EventKind.VISITED))
        instructions = open_instructions(session, "410303")
    assert set(tasks) >= {"accepted", "on_site", "done", "returned"}
    assert {case: tasks_of(log) for case, log in logs.items()} == kept
    assert visits > tasks["done"]
    assert 1 <= len(instructions) <= 3


def test_a_taken_port_is_a_sentence_with_the_cure(demo):
    second = run_demo(demo.folder, demo.port)
    said = second.communicate(timeout=60)[0]
    assert second.returncode == 1
    assert f"port {demo.port} on 127.0.0.1 is taken" in said
    assert "--port" in said


def test_real_data_are_refused(demo, command, tmp_path):
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config = tmp_path / "config.yaml"
    config.write_text(text.replace("sqlite:///var/yiwang.db", f"sqlite:///{demo.folder}/demo.db"), encoding="utf-8")
    (tmp_path / "areas.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    found = command("import-areas", str(tmp_path / "areas.geojson"), "-c", str(config))
    assert found.exit_code == 1
    assert "demo's database" in found.output


def test_it_ends_with_ctrl_c_and_starts_again_with_what_it_had(demo, sessions):
    def ends() -> tuple[datetime, int]:
        with sessions.read() as session:
            return session.get_one(Case, 1).opened_at, session.scalars(select(func.max(Case.id))).one()

    assert demo.interrupt() in (0, 130)
    first, last = ends()
    demo.start()
    assert ends()[0] == first
    assert ends()[1] >= last
    assert httpx.get(f"http://127.0.0.1:{demo.port}/healthz").status_code == 200
