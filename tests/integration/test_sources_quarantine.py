"""Records that cannot be reports: listed, looked at, tried again, let go, from the command line."""

import json

import pytest
from sqlalchemy import select

from dashboard.services.quarantine import RetryError, retry_record
from dashboard.store.operations import Quarantined
from dashboard.viewmodels.source_page import source_page
from layouts.pages.sources import sources_body
from layouts.texts import texts
from tests.factories import HOUR, NOON
from tests.outside import Reply, in_json
from tests.stations import make_item, make_source, one_page, rest_station, source_entry, station, write_config


def configured(board, tmp_path, **changes):
    return write_config(board.desk, tmp_path, source_entry(url=board.source.url, **changes))


@pytest.fixture
def run(command):
    return lambda *arguments: command("quarantine", *arguments)


def two_bad_records(desk, outside):
    bad = [{"nr": "A7", "wo": "春林路1号院1号楼", "was": "路灯不亮"}, {"id": "B8"}]
    board = rest_station(desk, outside, one_page(make_item(1), *bad))
    board.poll()
    return board


def test_waiting_records_are_listed_with_their_reasons(light_desk, outside, tmp_path, run):
    board = two_bad_records(light_desk, outside)
    found = run("list", "-c", configured(board, tmp_path))
    assert found.exit_code == 0
    lines = [line for line in found.stdout.splitlines() if "board" in line]
    assert ["no_id" in line for line in lines] == [True, False]
    assert ["no_content" in line for line in lines] == [False, True]
    assert all("2026-03-10 12:00" in line for line in lines), "in the district's own time"


def test_only_one_source_is_listed_when_asked_for(light_desk, outside, tmp_path, run):
    board = two_bad_records(light_desk, outside)
    assert "Nothing is waiting" in run("list", "-c", configured(board, tmp_path), "--source", "other").stdout


def test_a_record_is_shown_as_it_came(light_desk, outside, tmp_path, run):
    board = two_bad_records(light_desk, outside)
    path = configured(board, tmp_path)
    shown = run("show", str(board.waiting()[0].id), "-c", path)
    assert shown.exit_code == 0
    assert json.loads(shown.stdout.partition("\n")[2].replace("\n", "")) == {
        "nr": "A7",
        "was": "路灯不亮",
        "wo": "春林路1号院1号楼",
    }
    assert run("show", "999", "-c", path).exit_code == 1


def test_a_record_comes_in_once_the_mapping_is_corrected(desk, outside, tmp_path, run):
    board = two_bad_records(desk, outside)
    mapping = {"id": "id || nr", "text": "text || was", "address": "address || wo"}
    path = configured(board, tmp_path, mapping=mapping)
    result = run("retry", str(board.waiting()[0].id), "-c", path)
    assert result.exit_code == 0, result.output
    report = next(report for report in board.reports() if report.external_id == "A7")
    case = board.cases()[-1]
    assert (report.text, case.place) == ("路灯不亮", "春林路1号院1号楼")
    assert len(board.waiting()) == 1
    assert run("retry", "-c", path).exit_code == 1, "the other one still has nothing in it"


def test_on_a_retry_acceptance_is_now_and_the_lag_counts_from_the_first_fetch(desk, outside):
    board = two_bad_records(desk, outside)
    corrected = station(desk, board.source.model_copy(update={"mapping": make_source(
        url="http://x/", mapping={"id": "nr", "text": "was"}).mapping}))  # fmt: skip
    retry_record(corrected.desk, board.waiting()[0].id, NOON + 3 * HOUR)
    report, case = board.reports()[-1], board.cases()[-1]
    assert (report.fetched_at, report.accepted_at, case.opened_at) == (NOON, NOON + 3 * HOUR, NOON + 3 * HOUR)
    assert report.answer_due_at == NOON + 27 * HOUR


def test_a_record_that_still_cannot_be_a_report_goes_on_waiting(light_desk, outside, tmp_path, run):
    board = two_bad_records(light_desk, outside)
    result = run("retry", "-c", configured(board, tmp_path))
    assert result.exit_code == 1
    assert "still no_id" in result.stdout
    assert "still no_content" in result.stdout
    assert len(board.waiting()) == 2


def test_a_record_is_retried_once(light_desk, outside):
    board = rest_station(light_desk, outside, one_page({"nr": "A7", "text": "路灯不亮"}))
    board.poll()
    (waiting,) = board.waiting()
    corrected = rest_station(light_desk, outside, one_page(), mapping={"id": "nr"})
    retry_record(corrected.desk, waiting.id, NOON)
    with pytest.raises(RetryError, match="no waiting record"):
        retry_record(corrected.desk, waiting.id, NOON)
    assert len(board.reports()) == 1


def test_a_retried_record_that_is_fetched_again_is_neither_doubled_nor_waiting(desk, outside):
    page = one_page({"nr": "A7", "text": "路灯不亮"})
    board = rest_station(desk, outside, page)
    board.poll()
    corrected = rest_station(desk, outside, page, mapping={"id": "nr"})
    retry_record(corrected.desk, board.waiting()[0].id, NOON)
    corrected.poll(later=HOUR)
    assert (len(board.reports()), board.waiting()) == (1, [])


def test_a_record_without_an_id_of_its_own_keeps_the_one_we_gave_it(desk, tmp_path):
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").write_text("was,wann\n楼下路灯不亮,2026-03-10T11:50:00+08:00\n", encoding="utf-8")
    window = station(desk, make_source("files", folder=str(tmp_path / "drop"), rest_for="0s"))
    window.poll()
    (waiting,) = window.waiting()
    assert waiting.reason == "no_content"
    corrected = station(desk, make_source("files", folder=str(tmp_path / "drop"), mapping={"text": "was"}))
    retry_record(corrected.desk, waiting.id, NOON)
    assert window.report().external_id.endswith(":1")
    assert window.report().text == "楼下路灯不亮"


def test_a_row_with_too_many_cells_is_not_taken_in_shifted_by_a_retry(light_desk, tmp_path):
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.csv").write_text("id,text,category\n1,路灯,坏了,路灯不亮\n", encoding="utf-8")
    window = station(light_desk, make_source("files", folder=str(tmp_path / "drop"), rest_for="0s"))
    window.poll()
    with pytest.raises(RetryError, match="more cells than the header"):
        retry_record(window.desk, window.waiting()[0].id, NOON)


@pytest.mark.parametrize("answer", [in_json({"items": ["kein Objekt"]}), Reply(b'{"items": [null]}')])
def test_what_is_no_object_can_be_let_go_with_who_decided_it(light_desk, outside, tmp_path, answer, run):
    board = rest_station(light_desk, outside, answer)
    board.poll()
    (waiting,) = board.waiting()
    path = configured(board, tmp_path)
    assert "expected an object" in run("retry", "-c", path).stdout
    assert run("dismiss", str(waiting.id), "-c", path, "--by", "duty officer").exit_code == 0
    with light_desk.sessions.read() as session:
        kept = session.scalar(select(Quarantined))
    assert (kept.status, kept.handled_by, board.waiting()) == ("dismissed", "duty officer", [])
    assert "board" in run("list", "-c", path, "--status", "dismissed").stdout
    board.poll(later=HOUR)
    assert board.waiting() == [], "what was let go does not come back"


def test_a_record_of_a_source_that_is_gone_says_so(light_desk, outside):
    board = two_bad_records(light_desk, outside)
    other = rest_station(light_desk, outside, one_page(), id="opinion")
    with pytest.raises(RetryError, match="'board' is not configured"):
        retry_record(other.desk, board.waiting()[0].id, NOON)


def test_the_page_shows_a_waiting_record_without_what_reaches_a_person(light_desk, outside):
    bad = {"was": "路灯不亮，打我电话 13812345678", "um": "2026-03-10T11:58:00Z"}
    board = rest_station(light_desk, outside, one_page(bad))
    board.poll()
    with light_desk.sessions.read() as session:
        page = source_page(session, [board.source], board.now)
    shown = str(sources_body(page, light_desk.config, texts("zh"), may_handle=True))
    assert "路灯不亮，打我电话" in shown
    assert "2026-03-10T11:58:00Z" in shown
    assert "13812345678" not in shown
