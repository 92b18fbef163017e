"""History from files: once, whole, and without clocks, whatever interrupts it."""

import csv
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import func, select

from dashboard.config.load import load_translation
from dashboard.services.case_import import Imported, import_cases
from dashboard.services.desk import Desk
from dashboard.services.rebuild import rebuild
from dashboard.store.models import Case, ClockRow, Report
from dashboard.store.operations import Quarantined, uncounted_rows
from tests.factories import NOON, ROOT, point_in
from tests.integration.test_recount import count_rows
from tests.stations import write_config

MAPPING = """
id: archive
channel: hotline
time_zone: Asia/Shanghai
mapping: {id: 编号, text: 内容, category: 类别, time: 受理, closed_time: 办结, status: 状态,
          longitude: 经, latitude: 纬}
closed_statuses: [已办结]
"""


def rows(count: int, first: int = 1, **more: Any) -> list[dict[str, Any]]:
    """Complaints of last year, all over the tiny district, every third of them closed."""
    found = []
    for number in range(first, first + count):
        x, y = point_in(number % 8)
        at = datetime.fromisoformat("2025-05-01 08:00") + timedelta(minutes=2 * number)
        is_closed = number % 3 == 0
        row = {"编号": f"A{number}", "内容": f"第{number}件", "类别": "路灯不亮", "受理": at.isoformat(" ")}
        row |= {"办结": (at + timedelta(days=1)).isoformat(" ") if is_closed else "", "经": x, "纬": y}
        found.append(row | {"状态": "已办结" if is_closed else "办理中"} | more)
    return found


def write(path: Path, content: list[dict[str, Any]], encoding: str = "utf-8") -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(content[0]))
            writer.writeheader()
            writer.writerows(content)
    elif path.suffix == ".xlsx":
        pd.DataFrame(content).to_excel(path, index=False)
    else:
        pd.DataFrame(content).to_parquet(path)
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "past.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def bring_in(desk: Desk, path: Path, mapping: Path) -> Imported:
    source = load_translation(mapping, desk.config)
    return import_cases(desk, path, source, NOON, lambda *_: None, lambda _: None)


def how_many(desk: Desk, table: Any) -> int:
    with desk.sessions.read() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def check_counts(desk: Desk) -> None:
    kept = count_rows(desk)
    assert rebuild(desk, NOON).mended == []
    assert count_rows(desk) == kept


def test_rows_become_cases_without_clocks_that_are_counted(desk, mapping, tmp_path):
    result = bring_in(desk, write(tmp_path / "past.csv", rows(60)), mapping)
    assert (result.rows, result.new, result.quarantined) == (60, 60, 0)
    assert (how_many(desk, Case), how_many(desk, ClockRow)) == (60, 0)
    with desk.sessions.read() as session:
        first = session.scalars(select(Case).order_by(Case.opened_at)).first()
        assert first.is_history
        assert first.area_code.startswith("410303001")
        assert uncounted_rows(session) == 0
    check_counts(desk)


@pytest.mark.parametrize(
    ("name", "encoding"), [("a.csv", "gb18030"), ("a.csv", "utf-8-sig"), ("a.xlsx", ""), ("a.parquet", "")]
)
def test_every_kind_of_file_gives_the_same_cases(light_desk, mapping, tmp_path, name, encoding):
    bring_in(light_desk, write(tmp_path / name, rows(9), encoding), mapping)
    with light_desk.sessions.read() as session:
        found = session.scalars(select(Report.text).order_by(Report.id)).all()
        closed = session.scalars(select(Case.closed_at).where(Case.closed_at.is_not(None))).all()
    assert found == [f"第{number}件" for number in range(1, 10)]
    assert len(closed) == 3


def test_the_same_file_again_does_nothing(desk, mapping, tmp_path):
    path = write(tmp_path / "past.csv", rows(10))
    bring_in(desk, path, mapping)
    assert bring_in(desk, path, mapping).is_known
    assert how_many(desk, Case) == 10


def test_a_later_file_edits_what_is_known_and_adds_what_is_new(desk, mapping, tmp_path):
    bring_in(desk, write(tmp_path / "past.csv", rows(10)), mapping)
    later = [*rows(1, 内容="改过的内容"), *rows(9, first=2), *rows(5, first=11)]
    result = bring_in(desk, write(tmp_path / "later.csv", later), mapping)
    assert (result.new, result.changed, result.duplicate) == (5, 1, 9)
    assert how_many(desk, Case) == 15
    check_counts(desk)


def test_a_row_without_a_time_waits_in_the_quarantine(desk, mapping, tmp_path):
    result = bring_in(desk, write(tmp_path / "past.csv", [*rows(3), *rows(1, first=4, 受理="")]), mapping)
    assert (result.new, result.quarantined) == (3, 1)
    assert how_many(desk, Quarantined) == 1


def test_what_is_odd_is_counted_by_its_flag(light_desk, mapping, tmp_path):
    result = bring_in(light_desk, write(tmp_path / "past.csv", rows(4, 类别="外星人")), mapping)
    assert result.flags["unknown_category"] == 4


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_and_loses_and_doubles_nothing(light_desk, mapping, tmp_path):
    path, count = write(tmp_path / "past.csv", rows(60_000)), 60_000
    config = write_config(light_desk, tmp_path)
    command = [sys.executable, "-m", "dashboard", "import-cases", str(path), "--mapping", str(mapping), "-c", config]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    patience = time.monotonic() + 120
    while how_many(light_desk, Case) == 0:
        assert process.poll() is None
        assert time.monotonic() < patience
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with light_desk.sessions.read() as session:
        stored, told = how_many(light_desk, Case), uncounted_rows(session)
    assert 0 < stored < count
    assert told == stored
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"went on after row {stored:,}" in again.stdout.replace("\n", " ")
    assert how_many(light_desk, Case) == how_many(light_desk, Report) == count
    check_counts(light_desk)


def test_a_mapping_that_names_what_is_not_there_says_so(command, light_desk, mapping, tmp_path):
    mapping.write_text(MAPPING.replace("channel: hotline", "channel: pigeon"), encoding="utf-8")
    path = write(tmp_path / "past.csv", rows(1))
    found = command("import-cases", str(path), "--mapping", str(mapping), "-c", write_config(light_desk, tmp_path))
    assert found.exit_code == 1
    assert "channel: 'pigeon' is unknown; add it under channels" in found.output
