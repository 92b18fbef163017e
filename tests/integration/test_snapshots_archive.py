"""The archive of snapshots: documents that conform, the same bytes every time, files that can be verified, rights."""

import hashlib
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard.domain.access import Role
from dashboard.domain.areas import Level
from dashboard.domain.periods import read_period
from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.domain.stages import CaseError
from dashboard.services.housekeeping import forget_old_records
from dashboard.snapshots.asking import ask_for_copy
from dashboard.snapshots.checks import problems
from dashboard.snapshots.frozen import unpacked
from dashboard.snapshots.render import renderer_version
from dashboard.snapshots.verifying import verdict
from dashboard.snapshots.working import work_once
from dashboard.store.operations import Audit
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, ROOT, make_desk
from tests.handling import person
from tests.snapshots import archived, ask_for, data_of, problems_of, rendered, text_of, the_job, wish, work_off, worker
from tests.web import Web

LEVELS = [DISTRICT, f"{DISTRICT}001", f"{DISTRICT}001001", f"{DISTRICT}001001001", f"{DISTRICT}001001001001"]


@contextmanager
def working(web: Web, renderer: object) -> Iterator[None]:
    """A worker in a thread, as it would run in a process of its own."""
    over, one = threading.Event(), worker(web, renderer)

    def work() -> None:
        while not over.is_set():
            work_once(one) or over.wait(0.01)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("area", LEVELS, ids=lambda code: Level(len(code)).name.lower())
def test_a_situation_of_every_level_conforms_and_says_what_the_screen_shows(web, renderer, area):
    web.receive("1", "2")
    web.clock += HOUR
    done = rendered(web, renderer, wish(area=area))
    assert problems_of(done.pdf, "zh") == []
    text = text_of(done.pdf)
    kpi = web.frame(web.leader(), area=area)["kpi"]
    assert f"在办\n{kpi['open'][0]} 件" in text.replace("\r", "")
    assert "2026-03-10 13:00:00" in text


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages_fit_both_papers(web, renderer, paper, language):
    web.receive("1", "2", text="水管爆裂")
    web.receive("3", x=None, y=None)
    done = rendered(web, renderer, wish(paper=paper, language=language))
    assert problems_of(done.pdf, language) == []
    with pikepdf.open(io.BytesIO(done.pdf)) as document:
        longest = max(float(side) for side in document.pages[0].mediabox)
    assert round(longest * 25.4 / 72) == {Paper.A3: 420, Paper.A4: 297}[paper]
    assert ("Xigong" in text_of(done.pdf)) == (language == "en")


def test_the_same_data_give_the_same_bytes_and_another_reader_other_ones(web, renderer):
    web.receive("1")
    data = data_of(web)
    first, again = renderer.render(data), renderer.render(json.loads(json.dumps(data)))
    assert first.sha256 == again.sha256
    assert renderer.render(data, "王 2026-03-10 12:00:00").sha256 != first.sha256


def test_what_is_archived_is_whole_and_holds_its_own_data(web, renderer):
    web.receive("1")
    job = ask_for(web)
    work_off(web, renderer)
    (found,) = archived(web)
    assert hashlib.sha256(found.pdf).hexdigest() == found.sha256
    assert (found.code, found.renderer) == (the_job(web, job).code, renderer_version())
    with pikepdf.open(io.BytesIO(found.pdf)) as document:
        inside = document.attachments["snapshot.json"].get_file().read_bytes()
    assert hashlib.sha256(inside).hexdigest() == found.data_sha256
    assert json.loads(inside) == unpacked(found.data)
    assert found.code in text_of(found.pdf)
    assert renderer.render(unpacked(found.data)).sha256 == found.sha256


SPOILING = (
    lambda data: data["kpi"]["open"].__setitem__(0, 3),
    lambda data: data["queue"].update(total=1),
    lambda data: data["map"]["marks"].pop(),
    lambda data: data["trend"]["counts"].append(1),
    lambda data: data["channels"]["hotline"].__setitem__(0, 7),
    lambda data: data["ranking"]["rows"][0].__setitem__(3, 9),
    lambda data: data["kpi"]["rates"]["respond"].__setitem__(0, 1),
)


def test_numbers_that_contradict_one_another_are_named(web):
    web.receive("1", "2")
    data = data_of(web)
    assert problems(data) == []
    for spoil in SPOILING:
        spoiled = deepcopy(data)
        spoil(spoiled)
        assert problems(spoiled) != []


def test_a_number_that_is_not_set_as_it_was_composed_is_refused(web, renderer, monkeypatch):
    web.receive("1")
    data = data_of(web)
    monkeypatch.setattr("dashboard.snapshots.render.expected", lambda _words: {"strip-open": "2"})
    with pytest.raises(Exception, match="strip-open should read '2' and reads '1'"):
        renderer.render(data)


def test_a_source_that_is_silent_is_told_on_the_page_and_in_the_archive(web, renderer):
    data = data_of(web)
    data["sources"] = [
        {"id": "a", "name": "市民热线", "channel": "hotline", "condition": "stale", "at": data["at"] - 3_600_000},
        {"id": "b", "name": "百姓呼声", "channel": "board", "condition": "fresh", "at": data["at"]},
    ]
    done = renderer.render(data)
    assert done.notices == ["采集已停止：以下数字只反映此前收到的数据", "市民热线 自 11:00:00 起无新数据"]
    assert all(notice in text_of(done.pdf) for notice in done.notices)


def test_a_redacted_situation_tells_no_address(web, renderer):
    web.receive("1", address="春林路1号院1号楼")
    places = {row[3] for row in data_of(web)["queue"]["rows"]}
    data = data_of(web, wish(edition=Edition.REDACTED))
    assert all(place and place not in json.dumps(data["queue"], ensure_ascii=False) for place in places)
    assert all(side % 1000 == 500 for mark in data["map"]["marks"] for side in mark["at"]), "middles of cells"
    assert "脱敏版" in text_of(renderer.render(data).pdf)


# -- asking on a page, and over the web ------------------------------------------------------------------------------


def press(client: FlaskClient, path: str, search: str = "", edition: str = "full") -> TestResponse:
    """The button of the export menu, as the browser presses it."""
    states = {
        "url.pathname": path, "url.search": search, "export-kind.value": "shown", "export-paper.value": "a4",
        "export-language.value": "zh", "export-edition.value": edition, "export-purpose.value": "",
    }  # fmt: skip
    client.get("/sources")
    body = {
        "output": "..export-job.data...export-tick.disabled...export-status.children..",
        "outputs": [
            {"id": name.split(".")[0], "property": name.split(".")[1]}
            for name in ("export-job.data", "export-tick.disabled", "export-status.children")
        ],
        "inputs": [{"id": "export-go", "property": "n_clicks", "value": 1}],
        "state": [
            {"id": name.split(".")[0], "property": name.split(".")[1], "value": value} for name, value in states.items()
        ],
        "changedPropIds": ["export-go.n_clicks"],
    }
    token = client.get_cookie("_csrf_token").value
    return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": token})


@pytest.mark.parametrize(
    ("path", "search", "shown"),
    [
        ("/", f"?area={DISTRICT}001&period=7d&category=road/lamp", (f"{DISTRICT}001", "7d", "road/lamp")),
        ("/cases", "", (DISTRICT, "today", None)),
        ("/handover", "", (DISTRICT, "today", None)),
    ],
)
def test_the_button_exports_what_the_page_shows(web, renderer, path, search, shown):
    web.receive("1")
    web.catch_up()
    answer = press(web.leader(), path, search)
    assert answer.status_code == 200, answer.text
    work_off(web, renderer)
    (found,) = archived(web)
    assert (found.wish["area"], found.wish["period"], found.wish["category"]) == shown
    assert found.made_for == "leader0"


@pytest.mark.parametrize(
    ("period", "kind", "said"),
    [
        ("2026-03", Kind.MONTHLY, "月通报"),
        ("month", Kind.MONTHLY, "月通报"),
        ("2026-W10", Kind.WEEKLY, "周报"),
        ("7d", Kind.WEEKLY, "近 7 天通报"),
        ("30d", Kind.MONTHLY, "近 30 天通报"),
        ("today", Kind.DAILY, "日报"),
    ],
)
def test_the_page_of_measures_becomes_the_bulletin_of_its_period(web, renderer, period, kind, said):
    """With the very days, and so the very numbers, that the page shows."""
    web.receive("1")
    web.clock += MINUTE
    web.catch_up()
    assert press(web.leader(), "/measures", f"?area={DISTRICT}001&period={period}").status_code == 200
    work_off(web, renderer)
    (found,) = archived(web)
    shown = read_period(period, web.clock)
    assert (found.kind, found.area_code) == (kind, f"{DISTRICT}001")
    assert said in found.title
    assert [unpacked(found.data)["span"][end] for end in ("first", "last")] == [
        shown.first.isoformat(),
        shown.last.isoformat(),
    ]


def test_a_cases_page_becomes_its_sheet_for_those_who_may_have_it(web, renderer):
    web.receive("1")
    web.catch_up()
    number = "XG260310-0001"
    leader = web.leader()
    assert "脱敏版" in press(leader, f"/cases/{number}").json["sideUpdate"]["toast"]["children"]
    assert press(leader, f"/cases/{number}", edition="redacted").status_code == 200
    work_off(web, renderer)
    (found,) = archived(web)
    assert (found.kind, found.case_number, found.edition) == (Kind.CASE, number, Edition.REDACTED)


def test_a_download_carries_its_readers_name_and_is_still_genuine(web, renderer):
    web.receive("1")
    ask_for(web)
    work_off(web, renderer)
    (found,) = archived(web)
    client = web.leader()
    with working(web, renderer):
        answer = client.get(f"/snapshots/{found.code}.pdf")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() != found.sha256
    assert "leader0" in text_of(answer.data)
    assert problems_of(answer.data, "zh") == []
    with web.desk.sessions.read() as session:
        assert verdict(session, answer.data).found.code == found.code
        kinds = list(session.scalars(select(Audit.action).order_by(Audit.id)))
    assert [kind for kind in kinds if kind.startswith("snapshot")] == [
        "snapshot_asked",
        "snapshot_made",
        "snapshot_downloaded",
    ]


def test_nobody_gets_what_lies_outside_their_area(web, renderer):
    web.receive("1")
    ask_for(web, wish(area=f"{DISTRICT}001"))
    work_off(web, renderer)
    code = archived(web)[0].code
    outsider, insider = web.leader(f"{DISTRICT}002"), web.leader(f"{DISTRICT}001")
    for path in (f"/snapshots/{code}.json", f"/snapshots/{code}/1.webp", f"/snapshots/{code}.pdf"):
        assert outsider.get(path).status_code == 404, path
        assert web.wall().get(path).status_code == 403, path
    assert insider.get(f"/snapshots/{code}.json").status_code == 200
    assert insider.get(f"/snapshots/{code}/1.webp").mimetype == "image/webp"
    with pytest.raises(CaseError, match="权限"):
        ask_for(web, wish(area=DISTRICT), by=person(scope=f"{DISTRICT}002"))
    with pytest.raises(CaseError, match="权限"):
        ask_for(web, by=person(role=Role.WALL))


def upload(client: FlaskClient, body: bytes, path: str = "/verify") -> TestResponse:
    """Somebody without an account hands in a file."""
    client.get("/verify")
    said = {"csrf_token": client.get_cookie("_csrf_token").value, "file": (io.BytesIO(body), "x.pdf")}
    return client.post(path, data=said, content_type="multipart/form-data")


def test_an_area_that_does_not_exist_is_named_and_nothing_is_queued(web):
    with pytest.raises(CaseError, match=f"没有代码为 {DISTRICT}999 的区域"):
        ask_for(web, wish(area=f"{DISTRICT}999"))
    assert archived(web) == []


def test_anybody_can_ask_whether_a_file_is_genuine_and_learns_nothing_else(web, renderer):
    web.receive("1")
    ask_for(web)
    ask_for(web, wish(area=f"{DISTRICT}001"))
    work_off(web, renderer)
    first, second = archived(web)
    client = web.client()
    page = upload(client, first.pdf, f"/verify/{first.code}").text
    assert "相符" in page
    assert "西工区态势快照" in page
    assert "2026-03-10 12:00:00" in page
    assert "不符" in upload(client, first.pdf, f"/verify/{second.code}").text, "genuine, but another"
    assert "不符" in upload(client, first.pdf[:-1] + b"x").text
    assert first.sha256 not in page
    assert "leader" not in page
    assert "西工区态势快照" not in upload(client, b"nothing").text
    assert client.get("/verify/AAAA").status_code == 404
    looks = [upload(client, b"x").status_code for _ in range(12)]
    assert looks[-1] == 429


def test_the_code_leads_to_the_page_only_where_the_public_has_an_address(tmp_path, renderer):
    known = {"host": "127.0.0.1", "public_url": "https://yiwang.example"}
    web = Web(make_desk(f"sqlite:///{tmp_path}/x.db", web=known))
    data = data_of(web)
    assert data["address"] == f"https://yiwang.example/verify/{data['code']}"
    assert problems_of(renderer.render(data).pdf, "zh") == []
    assert renderer.render(data | {"address": None}).pages == 2
    web.desk.sessions.engine.dispose()


def test_after_its_time_only_the_fingerprint_is_left_and_still_verifies(web, renderer):
    web.receive("1")
    ask_for(web)
    work_off(web, renderer)
    (found,) = archived(web)
    forget_old_records(web.desk, web.clock + 399 * DAY)
    assert archived(web)[0].pdf is not None
    forget_old_records(web.desk, web.clock + 401 * DAY)
    (left,) = archived(web)
    assert (left.pdf, left.data, left.sha256) == (None, None, found.sha256)
    with web.desk.sessions.read() as session:
        assert verdict(session, found.pdf).found.code == found.code
    web.clock += 401 * DAY
    with pytest.raises(CaseError, match="保存期限"):
        ask_for_copy(web.runtime, person(), found.code)


def test_commands_make_and_verify_a_snapshot(tmp_path, command):
    made = make_desk(f"sqlite:///{tmp_path}/yiwang.db")
    made.sessions.engine.dispose()
    config = tmp_path / "config.yaml"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config.write_text(text.replace("sqlite:///var/yiwang.db", f"sqlite:///{tmp_path}/yiwang.db"), encoding="utf-8")
    out = tmp_path / "s.pdf"
    answer = command(
        "snapshot", "--config", str(config), "--area", f"{DISTRICT}001", "--language", "en", "--out", str(out)
    )
    assert answer.exit_code == 0, answer.output
    assert problems_of(out.read_bytes(), "en") == []
    code = re.search(r"code ([0-9A-Z-]{19})", answer.output)[1]
    known = command("verify", str(out), "--config", str(config))
    assert known.exit_code == 0
    assert "match" in known.output
    assert code in known.output
    out.write_bytes(out.read_bytes() + b" ")
    changed = command("verify", str(out), "--config", str(config))
    assert changed.exit_code == 1
    assert "no match" in changed.output
    assert code in changed.output
    assert command("snapshot", "--config", str(config), "--area", "110101").exit_code == 1
