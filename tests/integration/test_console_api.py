"""What the console's pages ask and send: refused moves say why, the slower of two is told, nobody reaches into another
area, contacts are shown for a purpose only."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.auth.accounts import AccountError
from dashboard.domain.access import Role, Scope
from dashboard.domain.events import EventKind as E
from dashboard.services.escalating import escalate
from dashboard.services.instructing import Order, instruct
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.handling import Instruction, Suggestion
from dashboard.store.operations import Audit
from dashboard.viewmodels.case_detail import case_detail
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, point_in
from tests.handling import CHIEF, WANG, do, respond_and_dispatch, the_case, the_log, work
from tests.integration.test_photos import photo
from tests.web import Web

EAST, WEST = f"{DISTRICT}002", f"{DISTRICT}001"
FIRST, SECOND = "XG260310-0001", "XG260310-0002"
CASE = f"/console/cases/{FIRST}"


@pytest.fixture
def two(web: Web) -> Web:
    """A web application with a case in the west and one in the east."""
    x, y = point_in(5)
    web.receive("1", contact="欧阳 13812345678")
    web.receive("2", x=x, y=y, contact="上官 13987654321")
    web.catch_up()
    return web


def audit(web: Web, action: str) -> list[Audit]:
    with web.desk.sessions.read() as session:
        return list(session.scalars(select(Audit).where(Audit.action == action)))


def rows(web: Web, client: FlaskClient, view: str = "all") -> list[str]:
    web.catch_up()
    return [row[1] for row in client.get("/console/queue", query_string={"view": view}).json["rows"]]


def test_the_queue_shows_the_next_clock_first_and_only_the_askers_area(two):
    district, east = two.operator(), two.operator(EAST)
    two.clock += 10 * MINUTE
    two.receive("3", category="water/burst")
    assert rows(two, district) == [FIRST, SECOND, "XG260310-0003"]
    do(two.desk, E.RESPONDED, two.clock)
    assert rows(two, district)[0] == SECOND
    assert rows(two, east) == [SECOND]
    answer = east.get("/console/queue").json
    assert (answer["total"], answer["counts"]["new"]) == (1, 1)
    assert "rows" not in east.get("/console/queue", query_string={"seen": answer["serial"]}).json
    assert east.get("/console/queue?view=everything").status_code == 404


def test_an_act_is_done_and_a_move_that_is_not_in_the_table_says_why(two):
    client = two.operator()
    shown = client.get(CASE).json
    answer = two.post(client, f"{CASE}/acts", act="respond", data={"contact": "reached"}, version=shown["version"])
    assert (answer.status_code, answer.json["version"]) == (200, shown["version"] + 1)
    assert the_case(two.desk).stage == "responded"
    refused = two.post(client, f"{CASE}/acts", act="close", data={"level": "grid"})
    assert (refused.status_code, "不能" in refused.json["message"]) == (422, True)
    unknown = two.post(client, f"{CASE}/acts", act="destroy")
    assert unknown.status_code == 422
    client.set_cookie("language", "en")
    refused = two.post(client, f"{CASE}/acts", act="feed_back", data={"answer": " "})
    assert refused.json["message"].isascii()


def test_what_is_offered_is_what_would_be_done(two):
    client = two.operator()
    offered = {act["act"]: act for act in client.get(CASE).json["acts"] if not act.get("task")}
    assert offered["respond"]["blocked"] is None
    assert "不能" in offered["close"]["blocked"]


def test_the_slower_of_two_gets_a_sentence_and_what_the_other_did(two):
    fast, slow = two.operator(name="快"), two.operator(name="慢")
    version = slow.get(CASE).json["version"]
    two.clock += MINUTE
    two.post(fast, f"{CASE}/acts", act="respond", data={"contact": "not_reached", "note": "无人接听"}, version=version)
    refused = two.post(slow, f"{CASE}/acts", act="note", data={"note": "我的备注"}, version=version)
    assert refused.status_code == 409
    assert "刚被他人更新" in refused.json["message"]
    (line,) = refused.json["events"]
    assert (line["who"], line["what"], line["detail"]) == ("快", "响应", "无人接听")
    again = two.post(slow, f"{CASE}/acts", act="note", data={"note": "我的备注"}, version=version + 1)
    assert again.status_code == 200
    assert [event.kind for event in the_log(two.desk)] == [E.OPENED, E.RESPONDED, E.NOTED]


def test_two_on_one_case_see_each_other(two):
    one, other = two.operator(name="甲"), two.operator(name="乙")
    assert two.post(one, f"{CASE}/here").json["others"] == []
    assert two.post(other, f"{CASE}/here").json["others"] == ["甲"]
    assert two.post(other, f"{CASE}/gone").status_code == 204
    assert two.post(one, f"{CASE}/here").json["others"] == []


def test_several_cases_are_given_to_somebody_and_what_is_refused_stops_no_other(two):
    west, name = two.operator(WEST, name="西"), "西"
    answer = two.post(west, "/console/bulk", act="assign", cases=[1, 2, 99], data={"to": name})
    first, second, third = answer.json["results"]
    assert first == {"case": 1}
    assert "没有编号" in second["message"]
    assert "没有编号" in third["message"]
    assert [the_case(two.desk, case).assignee for case in (1, 2)] == ["西", None]
    assert rows(two, west, "mine") == [FIRST]
    for said in ({"act": "close", "cases": [1]}, {"act": "assign", "cases": list(range(101))}):
        assert two.post(west, "/console/bulk", **said).status_code == 400


def test_a_contact_is_shown_for_a_stated_purpose_and_that_is_noted(two):
    client = two.operator(name="甲")
    refused = two.post(client, "/console/reports/1/contact", purpose=" ")
    assert (refused.status_code, audit(two, "contact_revealed")) == (422, [])
    shown = two.post(client, "/console/reports/1/contact", purpose="回访")
    assert shown.json["contact"] == "欧阳 13812345678"
    (line,) = audit(two, "contact_revealed")
    assert (line.actor, line.detail) == ("甲", {"report": 1, "purpose": "回访"})
    assert two.post(two.leader(), "/console/reports/1/contact", purpose="看看").status_code == 403
    assert "13812345678" not in client.get("/console/beside/tell").get_data(as_text=True)


def test_a_number_within_a_reporters_words_is_masked_like_a_contact(two):
    two.receive("3", text="井盖没了，联系13698765432", category="road/manhole")
    client, desk, number = two.operator(), two.desk, "XG260310-0003"
    assert number in rows(two, client)
    with desk.sessions.read() as session:
        found = case_detail(session, Scope(DISTRICT), desk.rules, {}, number, two.clock)
    (row,) = found.reports
    assert (row.text, row.hides, found.case.summary) == ("井盖没了，联系•••", True, "井盖没了，联系•••")
    assert "13698765432" not in client.get("/console/queue").get_data(as_text=True)
    shown = two.post(client, f"/console/reports/{row.report.id}/contact", purpose="回访")
    assert shown.json == {"contact": "", "text": "井盖没了，联系13698765432"}


def test_nobody_reads_or_touches_a_case_of_another_area(two):
    """Everything that names the western case, asked by an operator of the east."""
    respond_and_dispatch(two.desk, NOON, "power")
    do(two.desk, E.PASSED, NOON, direction="up", reason="需协调")
    instruct(two.desk, Order("remark", "请办", NOON + DAY, case_id=1), CHIEF, NOON)
    district, east = two.operator(), two.operator(EAST)
    with writing(two.desk.sessions, NOON) as session:
        more = {"certainty": 0.5, "reasons": {}, "doubts": [], "status": "waiting", "created_at": NOON}
        session.add(Suggestion(case_id=2, other_id=1, **more))
    picture = {"photo": (io.BytesIO(photo()), "x.jpg"), "kind": "before"}
    token = {"X-CSRFToken": district.get("/").headers and district.get_cookie("_csrf_token").value}
    assert district.post(f"{CASE}/photos", data=picture, headers=token).status_code == 200
    before, version = the_log(two.desk), the_case(two.desk).version
    for path in (CASE, "/console/photos/1", "/console/photos/1/preview"):
        assert east.get(path).status_code == 404
        assert district.get(path).status_code == 200
    for path, said in {
        f"{CASE}/acts": {"act": "note", "data": {"note": "x"}},
        f"{CASE}/here": {},
        f"{CASE}/gone": {},
        f"{CASE}/photos": {},
        f"{CASE}/links": {"task": 1},
        "/console/reports/1/contact": {"purpose": "x"},
    }.items():
        assert two.post(east, path, **said).status_code in (404, 422), path
    for path, said in {
        f"/console/cases/{SECOND}/acts": {"act": "merge", "data": {"number": FIRST}},
        "/console/suggestions/1/dismiss": {},
        "/console/reports/1/split": {},
        "/console/instructions/1/answer": {"text": "x"},
    }.items():
        assert two.post(east, path, **said).status_code == 422, path
    assert two.post(east, "/console/notices", ids=[1, 2, 3]).json == {"acknowledged": 0}
    side = east.get("/console/side").json
    assert (side["notices"], side["instructions"]) == ([], [])
    assert (the_log(two.desk), the_case(two.desk).version) == (before, version)


def test_an_instruction_on_an_area_is_given_shown_and_answered(two):
    leader, east, west = two.leader(EAST), two.operator(EAST), two.operator(WEST)
    said = {"kind": "supervision", "text": "路灯专项", "due": "2026-03-12T18:00", "category": "road"}
    assert two.post(leader, "/console/instructions", area=WEST, **said).status_code == 422
    assert two.post(leader, "/console/instructions", area=EAST, **said | {"due": ""}).status_code == 422
    assert two.post(east, "/console/instructions", area=EAST, **said).status_code == 422
    assert two.post(leader, "/console/instructions", area=EAST, **said).json == {"instruction": 1}
    two.catch_up()
    (shown,) = east.get("/console/side").json["instructions"]
    assert (shown["text"], shown["area"], shown["number"]) == ("路灯专项", EAST, None)
    assert west.get("/console/side").json["instructions"] == []
    assert two.post(east, "/console/instructions/1/answer", text="已完成").status_code == 200
    two.catch_up()
    assert east.get("/console/side").json["instructions"] == []
    with two.desk.sessions.read() as session:
        assert session.get_one(Instruction, 1).due_at == NOON + 2 * DAY + 6 * HOUR, "18:00 in Shanghai"


def test_a_notice_is_known_once_somebody_says_so(two):
    two.clock += 31 * MINUTE
    escalate(two.desk, two.clock)
    client = two.operator(WEST)
    two.catch_up()
    side = client.get("/console/side").json
    assert (side["waiting"], side["notices"][0]["kind"], side["notices"][0]["number"]) == (1, "breached", FIRST)
    assert two.post(client, "/console/notices", ids=[side["notices"][0]["id"]]).json == {"acknowledged": 1}
    two.catch_up()
    assert client.get("/console/side").json["waiting"] == 0


def test_a_link_for_a_party_is_handed_out_for_a_task_that_binds_somebody(two):
    respond_and_dispatch(two.desk, NOON, "power")
    client = two.operator(name="甲")
    made = two.post(client, f"{CASE}/links", task=1).json
    assert made["address"].startswith("http://localhost/task/")
    assert made["code"].startswith("<svg")
    assert audit(two, "party_link_made")[0].detail == {"case": FIRST, "task": 1, "party": "power"}
    do(two.desk, E.TASK_CANCELLED, NOON, by=WANG, task=1, reason="不需要")
    assert two.post(client, f"{CASE}/links", task=1).status_code == 422
    assert two.post(two.leader(), f"{CASE}/links", task=1).status_code == 403


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{CASE}/acts", {"act": "respond", "version": "x"}),
        (f"{CASE}/links", {"task": "first"}),
        ("/console/bulk", {"act": "note", "cases": ["one"]}),
        ("/console/bulk", {"act": "note", "cases": 7}),
        ("/console/notices", {"ids": ["²"]}),
        ("/console/notices", {"ids": [10**30]}),
        ("/console/notices", {"ids": "12"}),
    ],
)
def test_what_our_pages_never_send_is_a_bad_request_and_no_breakdown(two, path, said):
    assert two.post(two.operator(), path, **said).status_code == 400


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("note", ["not", "fields"]),
        ("dispatch", {}),
        ("merge", {}),
        ("locate", {"longitude": {}, "latitude": 1}),
        ("task_accept", {"task": "x"}),
        ("task_arrive", {"task": 1, "who": "张", "where": "楼下", "longitude": [1], "latitude": 1}),
        ("task_arrive", {"task": 1, "who": "张", "where": "楼下", "longitude": "nan", "latitude": "nan"}),
        ("suspend", {"reason": "weather", "approver": "李", "planned_end": "soon"}),
        ("note", {"note": "x", "at": "yesterday"}),
    ],
)
def test_what_is_said_wrongly_is_refused_in_words(two, act, data):
    respond_and_dispatch(two.desk, NOON, "power")
    do(two.desk, E.TASK_ACCEPTED, NOON, task=1)
    answer = two.post(two.operator(), f"{CASE}/acts", act=act, data=data)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_nothing_is_written_without_the_token_of_our_own_pages(two):
    client = two.operator()
    writes = [rule for rule in two.server.url_map.iter_rules() if rule.rule.startswith("/console/")]
    paths = [rule.rule for rule in writes if "POST" in rule.methods]
    assert len(paths) > 10
    for path in paths:
        path = path.replace("<number>", FIRST).replace("<int:number>", "1")
        assert client.post(path, json={"act": "respond", "ids": [1], "text": "x", "purpose": "x"}).status_code == 400
    assert len(the_log(two.desk)) == 1
    assert audit(two, "contact_revealed") == []


def test_walls_and_strangers_get_nothing_and_a_leader_changes_nothing(two):
    assert two.wall().get("/console/queue").status_code == 403
    assert two.client().get("/console/queue").status_code == 401
    leader = two.leader()
    assert leader.get("/console/queue").status_code == 200
    assert two.post(leader, f"{CASE}/acts", act="respond").status_code == 422
    assert two.post(leader, "/console/bulk", act="note", cases=[1], data={"note": "x"}).status_code == 403
    assert two.post(leader, "/console/handover").status_code == 403
    assert len(the_log(two.desk)) == 1


def test_walls_and_parties_have_no_accounts_by_which_they_could_see_more(two):
    for role in (Role.WALL, Role.PARTY):
        with pytest.raises(AccountError, match="has no account"):
            two.person(role)


def test_an_answer_from_a_template_ends_its_sentences_once(two):
    respond_and_dispatch(two.desk, two.clock, "power")
    work(two.desk, 1, E.TASK_ACCEPTED, at=two.clock)
    do(two.desk, E.TASK_DONE, two.clock, task=1, result="已修复。")
    templates = [option["value"] for option in fields_of(two, "feed_back")["template"]["options"]]
    assert any("已修复。" in text for text in templates)
    assert [text for text in templates if "。。" in text or "。，" in text] == []


def test_merging_offers_a_likely_case_only_while_it_is_open(two):
    with writing(two.desk.sessions, two.clock) as session:
        more = {"certainty": 0.6, "reasons": {}, "doubts": [], "status": "waiting", "created_at": NOON}
        session.add(Suggestion(case_id=1, other_id=2, **more))
        announce(session, Announcement(ChangeKind.CASE, 1, WEST))
        announce(session, Announcement(ChangeKind.CASE, 2, EAST))
    operator = two.operator()
    assert fields_of(two, "merge")["number"]["value"] == SECOND
    assert sorted(rows(two, operator, "doubles")) == [FIRST, SECOND]
    do(two.desk, E.WITHDRAWN, two.clock, case=2, reason="重复")
    assert fields_of(two, "merge")["number"]["value"] == ""
    assert rows(two, operator, "doubles") == [], "nothing is left to be decided"


def fields_of(web: Web, name: str) -> dict[str, dict[str, Any]]:
    """The fields of an act's form, by name."""
    (form,) = [act for act in web.operator().get(CASE).json["acts"] if act["act"] == name]
    return {field["name"]: field for field in form["fields"]}
