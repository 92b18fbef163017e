"""Files dropped into a folder, from the configuration to the cases: each is taken once and moved away."""

import csv
import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.factories import MINUTE, NOON, point_in
from tests.stations import make_source, station

LONGITUDE, LATITUDE = point_in(1)
NAMES = ["编号", "内容", "类别", "时间", "经度", "纬度"]
MAPPING = dict(zip(["id", "text", "category", "time", "longitude", "latitude"], NAMES, strict=True))


def row(number, text="楼下路灯不亮"):
    return [f"F{number}", text, "路灯不亮", "2026-03-10 11:50:00", LONGITUDE, LATITUDE]


def as_csv(*rows, names=NAMES, encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text).writerows([names, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(*rows, names=NAMES):
    book, content = openpyxl.Workbook(), io.BytesIO()
    for cells in [names, *rows]:
        book.active.append(cells)
    book.save(content)
    return content.getvalue()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "drop"
    made.mkdir()
    return made


def drop(folder: Path, name: str, content: bytes, age: int = 60) -> Path:
    """A file that has rested for so many seconds."""
    path = folder / name
    path.write_bytes(content)
    written = path.stat().st_mtime - age
    os.utime(path, (written, written))
    return path


def counter(desk, folder, **more):
    said = {"folder": str(folder), "mapping": MAPPING, "time_zone": "Asia/Shanghai"} | more
    return station(desk, make_source("files", **said))


def names_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_becomes_cases_and_is_moved_to_done(light_desk, folder, encoding):
    drop(folder, "三月.csv", as_csv(row(1), row(2), encoding=encoding))
    window = counter(light_desk, folder)
    assert window.poll().new == 2
    first = window.reports()[0]
    assert (first.external_id, first.text, first.source_at) == ("F1", "楼下路灯不亮", NOON - 10 * MINUTE)
    assert (window.cases()[0].category, window.cases()[0].area_code) == ("road/lamp", "410303001001002")
    assert (names_in(folder), names_in(folder / "done")) == (["done"], ["三月.csv"])


def test_a_workbook_becomes_cases_with_its_dates_and_empty_columns(desk, folder):
    names = ["编号", None, *NAMES[1:]]
    made_at = datetime(2026, 3, 10, 11, 50)  # noqa: DTZ001 a cell knows no zone
    drop(folder, "b.xlsx", as_xlsx(["F1", "备注", "灯坏了", "路灯不亮", made_at, LONGITUDE, LATITUDE], names=names))
    window = counter(desk, folder)
    assert window.poll().new == 1
    report = window.report()
    assert (report.external_id, report.text, report.source_at) == ("F1", "灯坏了", NOON - 10 * MINUTE)
    assert window.case().area_code == "410303001001002"
    assert names_in(folder / "done") == ["b.xlsx"]


def test_a_file_is_taken_once_however_often_it_is_dropped(light_desk, folder):
    window = counter(light_desk, folder, mapping=MAPPING | {"id": "无"})
    for _ in range(2):
        drop(folder, "a.csv", as_csv(row(1), row(2)))
        window.poll(later=MINUTE)
    assert [run.new for run in window.runs()] == [2, 0]
    assert names_in(folder / "done") == ["a-1.csv", "a.csv"]


def test_rows_without_an_id_are_known_by_their_file_and_number(light_desk, folder):
    drop(folder, "a.csv", as_csv(row(1), row(1)))
    window = counter(light_desk, folder, mapping=MAPPING | {"id": "无"})
    assert window.poll().new == 2
    first, second = window.ids()
    assert first.rpartition(":")[0] == second.rpartition(":")[0]
    assert (first[-2:], second[-2:]) == (":1", ":2")


def test_a_file_somebody_still_writes_to_is_left_alone(light_desk, folder):
    drop(folder, "a.csv", as_csv(row(1)), age=0)
    window = counter(light_desk, folder, rest_for="1h")
    assert window.poll().fetched == 0
    drop(folder, "a.csv", as_csv(row(1), row(2)), age=3700)
    assert window.poll(later=MINUTE).new == 2


def test_files_that_are_not_meant_for_us_stay_where_they_are(light_desk, folder):
    for name in ("readme.txt", "~$b.xlsx", ".a.csv"):
        drop(folder, name, b"x")
    window = counter(light_desk, folder)
    assert (window.poll().outcome, window.poll(later=MINUTE).fetched) == ("ok", 0)
    assert names_in(folder) == [".a.csv", "readme.txt", "~$b.xlsx"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "no header row"),
        ("a.csv", "编号,编号\n1,2\n".encode(), "no header row with distinct column names"),
        ("a.csv", as_csv(row(1)) + b'F2,"never closed', "not readable CSV at line"),
        ("a.csv", b"\xff\xfe\x00\x01\x02\xff\xff" * 50, "not readable CSV"),
        ("a.xlsx", b"no workbook", "not a readable XLSX file"),
        ("a.xlsx", as_xlsx(row(1))[:2000], "not a readable XLSX file"),
        ("a.csv", as_csv(row(1), row(2, "长" * 400)), "larger than 1,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_goes_to_failed_and_the_others_are_taken(light_desk, folder, name, content, reason):
    window = counter(light_desk, folder, max_bytes=1000 if "1,000" in reason else "5MB")
    window.poll()
    drop(folder, name, content)
    drop(folder, "good.csv", as_csv(row("good")))
    run = window.poll(later=MINUTE)
    assert run.outcome == "failed"
    assert run.error.startswith(f"{name}: ")
    assert reason in run.error
    assert "Fgood" in window.ids()
    assert (names_in(folder / "failed"), names_in(folder / "done")) == ([name], ["good.csv"])
    assert window.poll(later=MINUTE).outcome == "ok"


def test_rows_before_a_broken_one_are_taken_and_the_file_can_be_mended_and_dropped_again(light_desk, folder):
    window = counter(light_desk, folder)
    window.poll()
    drop(folder, "a.csv", as_csv(row(1), row(2)) + b'F3,"never closed\nF4,')
    assert window.poll(later=MINUTE).outcome == "failed"
    assert window.ids() == ["F1", "F2"]
    drop(folder, "a.csv", as_csv(row(1), row(2), row(3), row(4)))
    run = window.poll(later=MINUTE)
    assert (run.outcome, run.new, run.duplicate) == ("ok", 2, 2)


def test_bad_rows_wait_in_the_quarantine_and_the_file_counts_as_taken(light_desk, folder):
    drop(folder, "a.csv", as_csv(row(1), [*row(2), "zu", "viel"], ["", "", "", "", "", ""], row(3)[:2], row(4)))
    window = counter(light_desk, folder)
    run = window.poll()
    assert (run.outcome, run.new, run.quarantined) == ("ok", 3, 2)
    assert sorted(waiting.reason for waiting in window.waiting()) == ["no_content", "unparseable"]
    assert names_in(folder / "done") == ["a.csv"]


def test_a_long_file_is_taken_in_pages_and_gone_on_with_after_a_crash(light_desk, folder):
    """The process dies between two pages: what is stored stays, and the file's own cursor says where to go on."""
    drop(folder, "a.csv", as_csv(*(row(number) for number in range(600))))
    window = counter(light_desk, folder, first_run_limit=2000, start_from=NOON - timedelta(days=1))
    window.accept_backlog()
    window.die_in_poll(after_pages=1)
    assert len(window.ids()) == 500
    assert window.state().cursor["row"] == 500
    run = window.poll(later=MINUTE)
    assert (run.new, run.duplicate) == (100, 0)
    assert names_in(folder / "done") == ["a.csv"]


def test_a_missing_folder_is_said_with_the_cure(light_desk, tmp_path):
    run = counter(light_desk, tmp_path / "nowhere").poll()
    assert run.outcome == "failed"
    assert "make it or correct folder" in run.error
