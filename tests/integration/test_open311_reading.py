"""What the Open311 service tells: services, requests by id, time, status and page; refusals in the standard's form."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from dashboard.api.guard import PUBLIC
from dashboard.domain.events import EventKind as E
from dashboard.services.merging import merge, split, unmerge
from dashboard.store.handling import Delivery
from dashboard.store.outbox import DeliveryState
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.handling import LI, WANG, do, the_log, the_reports
from tests.open311 import FIELDS, ROOT, errors_of, make_service, xml_of
from tests.stations import check_against_events

SECOND = timedelta(seconds=1)
LATER = NOON + 10 * MINUTE


def w3c(instant):
    return instant.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A service for questions that change nothing."""
    made = make_service(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/x.db", requests_per_minute=100_000)
    yield made
    made.desk.sessions.engine.dispose()


class TestDiscovery:
    def test_it_says_where_the_service_is_and_what_it_speaks(self, quiet):
        found = quiet.get("discovery.json").get_json()
        assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
        (endpoint,) = found["endpoints"]
        assert endpoint == {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": "http://localhost/open311/v2",
            "changeset": "2026-03-10 12:00",
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }

    def test_the_same_as_xml(self, quiet):
        root = xml_of(quiet.get("discovery.xml"))
        assert [child.tag for child in root] == ["changeset", "contact", "key_service", "endpoints"]
        assert [one.text for one in root.iterfind("endpoints/endpoint/formats/format")] == [
            "text/xml",
            "application/json",
        ]

    def test_behind_a_proxy_it_is_the_public_address(self, tmp_path):
        contact = {"zh": "电话 12345", "en": "call 12345"}
        made = make_service(f"sqlite:///{tmp_path}/x.db", contact=contact)
        found = made.get("discovery.json", locale="en").get_json()
        assert (found["contact"], found["key_service"]) == ("call 12345", "Ask for a key: call 12345")
        made.desk.sessions.engine.dispose()


class TestServices:
    def test_every_category_can_be_reported(self, quiet):
        found = quiet.get("services.json").get_json()
        assert [one["service_code"] for one in found] == [one.id for one in quiet.desk.config.categories]
        lamp = next(one for one in found if one["service_code"] == "road/lamp")
        assert list(lamp) == ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
        assert (lamp["service_name"], lamp["group"], lamp["type"]) == ("路灯不亮", "道路设施", "realtime")
        assert lamp["metadata"] is False
        assert {"路灯", "street light"} <= set(lamp["keywords"].split(", "))

    @pytest.mark.parametrize(
        ("query", "headers", "name"),
        [
            ({}, {}, "路灯不亮"),
            ({"locale": "en"}, {}, "Street lamp out"),
            ({"locale": "en_US"}, {}, "Street lamp out"),
            ({"locale": "zh-CN"}, {"Accept-Language": "en"}, "路灯不亮"),
            ({}, {"Accept-Language": "en-GB,en;q=0.9"}, "Street lamp out"),
            ({}, {"Accept-Language": "zh-CN,en;q=0.5"}, "路灯不亮"),
            ({}, {"Accept-Language": "fr"}, "路灯不亮"),
        ],
    )
    def test_names_are_chinese_unless_english_is_wanted(self, quiet, query, headers, name):
        answer = quiet.client.get(f"{ROOT}/services.json", query_string=query, headers=headers)
        assert name in [one["service_name"] for one in answer.get_json()]

    def test_the_same_as_xml(self, quiet):
        root = xml_of(quiet.get("services.xml"))
        assert {(root.tag, child.tag) for child in root} == {("services", "service")}
        lamp = next(one for one in root if one.findtext("service_code") == "road/lamp")
        assert (lamp.findtext("metadata"), lamp.findtext("type")) == ("false", "realtime")

    def test_a_definition_needs_no_more_than_the_code(self, quiet):
        assert quiet.get("services/road/lamp.json").get_json() == {
            "service_code": "road/lamp",
            "attributes": [],
        }
        root = xml_of(quiet.get("services/road/lamp.xml"))
        assert (root.tag, [child.tag for child in root]) == ("service_definition", ["service_code", "attributes"])
        assert quiet.get("services/moon%2Fdust.json").status_code == 404
        assert quiet.get("services/road%2Flamp.json").status_code == 200


@pytest.fixture
def busy(service):
    """One report an hour, and one of long ago."""
    key = service.key()
    for instant in (NOON - 100 * DAY, NOON, NOON + HOUR, NOON + 2 * HOUR):
        service.move_to(instant)
        service.file(key, description=f"{instant}")
    return service


class TestRequests:
    def test_a_request_has_every_field_of_the_standard(self, service):
        service.file(service.key())
        assert tuple(service.requests()[0]) == FIELDS
        root = xml_of(service.get("requests.xml"))
        assert (root.tag, root[0].tag, tuple(child.tag for child in root[0])) == ("service_requests", "request", FIELDS)

    def test_times_have_their_zone(self, light_service):
        light_service.file(light_service.key())
        found = light_service.request("YW-1")
        assert found["requested_datetime"] == "2026-03-10T12:00:00+08:00"
        assert found["expected_datetime"] == "2026-03-11T12:00:00+08:00", "when the reporter is promised an answer"

    def test_without_a_question_the_last_90_days_come_newest_first(self, busy):
        assert busy.numbers() == ["YW-4", "YW-3", "YW-2"]

    def test_a_time_can_be_asked_for(self, busy):
        for query, expected in (
            ({"start_date": w3c(NOON + HOUR)}, [4, 3]),
            ({"end_date": w3c(NOON + HOUR)}, [3, 2]),
            ({"start_date": w3c(NOON), "end_date": w3c(NOON)}, [2]),
            ({"start_date": w3c(NOON + SECOND), "end_date": w3c(NOON + HOUR - SECOND)}, []),
            ({"start_date": "2026-03-10T13:00:00+08:00"}, [4, 3]),
            ({"start_date": "2026-03-10T13:00:00 08:00"}, [4, 3]),
            ({"start_date": "2026-03-10", "end_date": "2026-03-10"}, [4, 3, 2]),
            ({"start_date": "2025-11-30"}, [1]),
            ({"end_date": w3c(NOON - 99 * DAY)}, [1]),
        ):
            assert busy.numbers(**query) == [f"YW-{number}" for number in expected], query

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ({"start_date": "2025-01-01", "end_date": "2025-04-02"}, "90"),
            ({"start_date": "2026-03-10", "end_date": "2026-03-09"}, "end_date"),
            ({"start_date": "yesterday"}, "start_date"),
            ({"end_date": "2026-03-10T12:00:00"}, "时区"),
            ({"updated_after": "0001-01-01T00:00:00Z"}, "updated_after"),
            ({"start_date": "9999-12-31"}, "start_date"),
            ({"status": "waiting"}, "status"),
            ({"page": "0"}, "page"),
            ({"page": "one"}, "page"),
            ({"page_size": "1001"}, "1000"),
            ({"page_size": "٣"}, "page_size"),
            ({"service_request_id": ",".join(f"YW-{n}" for n in range(1001))}, "service_request_id"),
        ],
    )
    def test_a_question_that_cannot_be_answered_says_why(self, quiet, query, words):
        for form in ("json", "xml"):
            answer = quiet.get(f"requests.{form}", **query)
            assert answer.status_code == 400
        assert words in xml_of(answer).findtext("error/description")

    def test_ninety_days_are_not_too_many(self, quiet):
        assert quiet.numbers(start_date=w3c(NOON), end_date=w3c(NOON + 90 * DAY)) == []

    def test_a_kind_can_be_asked_for(self, light_service):
        key = light_service.key()
        for code in ("road/lamp", "road/manhole", "water/outage"):
            light_service.file(key, service_code=code)
        assert light_service.numbers(service_code="road/manhole") == ["YW-2"]
        assert light_service.numbers(service_code="road/manhole, water/outage") == ["YW-3", "YW-2"]
        assert [code for code, _ in errors_of(light_service.get("requests.json", service_code="moon/dust"))] == [404]

    def test_ids_override_everything_else(self, busy):
        assert busy.numbers(service_request_id="YW-1,YW-3", status="closed", page="2", start_date="never") == [
            "YW-3",
            "YW-1",
        ]
        assert busy.numbers(service_request_id=["yw-1", "YW-99", "nonsense", "YW-0", "YW-" + "9" * 30]) == ["YW-1"]

    def test_pages_hold_everything_once(self, service):
        key = service.key()
        for number in range(7):
            service.file(key, description=str(number))
        pages = [service.numbers(page=page, page_size=3) for page in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [3, 3, 1, 0]
        numbers = [int(number[3:]) for page in pages for number in page]
        assert all(one > two for one, two in pairwise(numbers)), "those of one instant keep one order"
        assert sorted(numbers) == list(range(1, 8))

    def test_one_request_is_a_list_of_one(self, busy):
        assert busy.request("YW-1")["service_request_id"] == "YW-1"
        for number in ("YW-99", "1", "YW-x", "YW-1-"):
            assert [code for code, _ in errors_of(busy.get(f"requests/{number}.json"))] == [404]

    def test_an_id_stands_for_a_token(self, busy):
        assert busy.get("tokens/YW-2.json").get_json() == [{"service_request_id": "YW-2", "token": "YW-2"}]
        assert [child.tag for child in xml_of(busy.get("tokens/YW-2.xml"))[0]] == ["service_request_id", "token"]
        assert busy.get("tokens/12345.json").status_code == 404

    def test_what_other_channels_brought_is_not_told(self, service):
        service.web.receive("1", "2")
        assert service.requests() == []
        assert service.requests(api_key=service.key("hotline", source="hotline")) == []
        assert service.get("requests/YW-1.json").status_code == 404


class TestStatus:
    def follow(self, service, key):
        told = service.request("YW-1", api_key=key)
        return told["status"], told["status_notes"], told["updated_datetime"]

    def test_a_request_is_open_until_its_case_is_closed(self, service):
        key, desk = service.key(), service.desk
        service.file(key)
        assert self.follow(service, key) == ("open", "已受理，等待响应", "2026-03-10T12:00:00+08:00")
        do(desk, E.RESPONDED, LATER)
        assert self.follow(service, key) == ("open", "已响应，正在办理", "2026-03-10T12:10:00+08:00")
        do(desk, E.FED_BACK, LATER + MINUTE, answer="已更换灯泡")
        assert self.follow(service, key) == ("open", "已更换灯泡", "2026-03-10T12:11:00+08:00")
        do(desk, E.CLOSED, LATER + 2 * MINUTE, by=LI, level="community")
        assert self.follow(service, key) == ("closed", "已更换灯泡", "2026-03-10T12:12:00+08:00")
        assert service.numbers(status="closed") == service.numbers(status="open,closed") == ["YW-1"]
        assert service.numbers(status="open") == []

    def test_a_new_round_is_open_again_and_has_no_answer_yet(self, light_service):
        key, desk = light_service.key(), light_service.desk
        light_service.file(key)
        do(desk, E.RESPONDED, LATER)
        do(desk, E.FED_BACK, LATER, answer="已更换灯泡")
        do(desk, E.CLOSED, LATER, by=LI, level="community")
        do(desk, E.REOPENED, LATER + DAY, asked_by="reporter")
        assert self.follow(light_service, key)[:2] == ("open", "已受理，等待响应")

    def test_what_is_not_taken_up_is_closed_once_it_is_answered(self, light_service):
        key, desk = light_service.key(), light_service.desk
        light_service.file(key)
        do(desk, E.REJECTED, LATER, reason="不属本区")
        assert self.follow(light_service, key)[:2] == ("open", "不予受理")
        do(desk, E.FED_BACK, LATER, answer="请向邻区反映")
        assert self.follow(light_service, key)[:2] == ("closed", "请向邻区反映")

    def test_what_was_withdrawn_is_closed(self, light_service):
        key = light_service.key()
        light_service.file(key)
        do(light_service.desk, E.WITHDRAWN, LATER, reason="诉求人撤回")
        assert self.follow(light_service, key)[:2] == ("closed", "已撤回")

    def test_only_what_has_changed_can_be_asked_for(self, service):
        key = service.key()
        for name in ("甲", "乙", "丙"):
            service.file(key, description=name)
        do(service.desk, E.RESPONDED, LATER, case=2)
        do(service.desk, E.NOTED, LATER, case=3, note="内部备注")
        assert service.numbers(updated_after=w3c(LATER)) == ["YW-2"]
        assert service.numbers(updated_after=w3c(NOON)) == ["YW-3", "YW-2", "YW-1"]
        assert service.numbers(updated_before=w3c(LATER - SECOND)) == ["YW-3", "YW-1"]
        assert service.numbers(updated_after=w3c(NOON), updated_before=w3c(LATER)) == ["YW-3", "YW-2", "YW-1"]

    def test_an_update_of_an_old_request_is_found(self, service):
        key = service.key()
        service.file(key)
        do(service.desk, E.RESPONDED, NOON + 200 * DAY)
        service.move_to(NOON + 200 * DAY)
        assert service.numbers() == []
        assert service.numbers(updated_after=w3c(NOON + 199 * DAY)) == ["YW-1"]


class TestAnswers:
    def answered(self, service, key):
        service.file(key)
        do(service.desk, E.RESPONDED, LATER)
        do(service.desk, E.FED_BACK, LATER, answer="已更换灯泡")

    def deliveries(self, service):
        with service.desk.sessions.read() as session:
            return [delivery.state for delivery in session.scalars(select(Delivery).order_by(Delivery.id))]

    def test_an_answer_is_delivered_when_its_filer_reads_it(self, service):
        key = service.key()
        self.answered(service, key)
        service.move_to(LATER + MINUTE)
        assert self.deliveries(service) == [DeliveryState.BY_PHONE], "until then somebody would have to call"
        assert service.request("YW-1", api_key=key)["status_notes"] == "已更换灯泡"
        assert self.deliveries(service) == [DeliveryState.DELIVERED]
        assert the_reports(service.desk)[0].answered_at == LATER + MINUTE
        event = the_log(service.desk)[-1]
        assert (event.kind, event.data["via"]) == (E.ANSWERED, "open311")
        service.request("YW-1", api_key=key)
        assert [event.kind for event in the_log(service.desk)].count(E.ANSWERED) == 1
        check_against_events(service.desk, LATER + MINUTE)

    def test_nobody_else_reads_it_or_delivers_it(self, light_service):
        key = light_service.key()
        self.answered(light_service, key)
        for query in (
            {},
            {"api_key": light_service.key("other")},
            {"api_key": light_service.key("deaf", may_read=False)},
        ):
            assert light_service.request("YW-1", **query)["status_notes"] == "已答复，等待核查"
        light_service.client.head(f"{ROOT}/requests/YW-1.json?api_key={key}")
        assert self.deliveries(light_service) == [DeliveryState.BY_PHONE]

    def test_a_key_that_may_not_read_does_not_see_its_own_words(self, light_service):
        light_service.file(light_service.key("deaf", may_read=False))
        key = light_service.key("late", source="open311_deaf", may_read=False)
        assert light_service.request("YW-1", api_key=key)["description"] is None


class TestMerging:
    def test_from_outside_merging_cannot_be_seen(self, service):
        key = service.key()
        first = service.file(key, description="灯不亮", account_id="1")
        second = service.file(key, description="又黑又暗", account_id="2", service_code="road/surface")
        before = {number: service.request(number) for number in (first, second)}
        merge(service.desk, 1, 2, WANG, LATER)
        for number in (first, second):
            after = service.request(number)
            assert {name: after[name] for name in FIELDS if name != "updated_datetime"} == {
                name: before[number][name] for name in FIELDS if name != "updated_datetime"
            }
        assert service.numbers(service_code="road/surface") == [second]

    def test_every_filer_reads_the_one_answer(self, service):
        one, two = service.key("one"), service.key("two")
        service.file(one)
        service.file(two)
        merge(service.desk, 1, 2, WANG, LATER)
        do(service.desk, E.RESPONDED, LATER)
        do(service.desk, E.FED_BACK, LATER, answer="已更换灯泡")
        do(service.desk, E.CLOSED, LATER, by=LI, level="community")
        for number, key in (("YW-1", one), ("YW-2", two)):
            told = service.request(number, api_key=key)
            assert (told["status"], told["status_notes"]) == ("closed", "已更换灯泡")

    def test_what_moves_to_another_case_has_changed(self, service):
        key = service.key()
        service.file(key, description="甲", account_id="1")
        service.file(key, description="乙", account_id="2")
        do(service.desk, E.RESPONDED, LATER, case=2)
        merge(service.desk, 1, 2, WANG, LATER + HOUR)
        assert "YW-2" in service.numbers(updated_after=w3c(LATER + HOUR))
        unmerge(service.desk, 2, WANG, LATER + 2 * HOUR)
        assert "YW-2" in service.numbers(updated_after=w3c(LATER + 2 * HOUR))
        assert service.request("YW-2")["status_notes"] == "已响应，正在办理"

    def test_what_is_split_off_goes_its_own_way(self, service):
        key = service.key()
        service.file(key, description="甲", account_id="1")
        service.file(key, description="乙", account_id="2")
        merge(service.desk, 1, 2, WANG, LATER)
        split(service.desk, 2, WANG, LATER + HOUR)
        assert "YW-2" in service.numbers(updated_after=w3c(LATER + HOUR))
        do(service.desk, E.RESPONDED, LATER + 2 * HOUR, case=3)
        assert service.request("YW-2")["status_notes"] == "已响应，正在办理"
        assert service.request("YW-1")["status_notes"] == "已受理，等待响应"


class TestManners:
    def test_a_jurisdiction_may_be_left_out_but_not_be_another(self, tmp_path):
        made = make_service(f"sqlite:///{tmp_path}/x.db", jurisdiction="xigong.example.cn")
        key = made.key()
        assert made.get("services.json").status_code == 200
        assert made.get("services.json", jurisdiction_id="").status_code == 200
        assert made.get("services.json", jurisdiction_id="xigong.example.cn").status_code == 200
        for what in ("services.json", "requests.json", "discovery.json", "services/road/lamp.json", "tokens/YW-1.json"):
            assert [code for code, _ in errors_of(made.get(what, jurisdiction_id="elsewhere"))] == [404]
        assert made.post(key, jurisdiction_id="elsewhere").status_code == 404
        assert made.post(key, jurisdiction_id="xigong.example.cn").status_code == 201
        made.desk.sessions.engine.dispose()

    def test_a_server_of_one_jurisdiction_without_a_name_takes_any(self, quiet):
        assert quiet.get("services.json", jurisdiction_id="city.gov").status_code == 200

    @pytest.mark.parametrize("what", ["requests.html", "services.yaml", "discovery.jsonp", "requests/YW-1.pdf"])
    def test_only_two_forms_are_spoken(self, quiet, what):
        answer = quiet.get(what)
        assert answer.status_code == 400
        assert ".xml" in xml_of(answer).findtext("error/description")

    @pytest.mark.parametrize(
        ("accept", "form"),
        [("", "json"), ("*/*", "json"), ("application/json", "json"), ("text/xml", "xml"), ("application/xml", "xml")],
    )
    def test_without_an_ending_the_client_says_what_it_accepts(self, quiet, accept, form):
        for what in ("discovery", "services", "requests"):
            answer = quiet.client.get(f"{ROOT}/{what}", headers={"Accept": accept} if accept else {})
            assert answer.status_code == 200
            assert answer.mimetype.endswith(form)

    @pytest.mark.parametrize("what", ["", "nothing.json", "requests/", "services/x", "v3/services.json"])
    def test_what_there_is_not_is_told_in_the_standards_form(self, quiet, what):
        assert [code for code, _ in errors_of(quiet.get(what))] == [404]

    def test_what_cannot_be_done_is_told_in_the_standards_form(self, quiet):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = quiet.client.open(f"{ROOT}/services.json", method=method)
            assert [code for code, _ in errors_of(answer)] == [404]

    def test_a_wrong_key_is_refused_for_reading_too(self, light_service):
        light_service.file(light_service.key())
        assert [code for code, _ in errors_of(light_service.get("requests.json", api_key="guess"))] == [403]

    def test_too_many_questions_have_to_wait(self, tmp_path):
        made = make_service(f"sqlite:///{tmp_path}/x.db", requests_per_minute=3)
        answers = [made.get("services.json") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert errors_of(answers[-1])[0][0] == 429
        assert answers[-1].headers["Retry-After"] == "60"
        made.desk.sessions.engine.dispose()

    def test_too_many_filings_of_one_key_have_to_wait_and_others_need_not(self, tmp_path):
        made = make_service(f"sqlite:///{tmp_path}/x.db", filings_per_minute=2)
        eager, calm = made.key("eager"), made.key("calm")
        assert [made.post(eager, description=str(n)).status_code for n in range(3)] == [201, 201, 429]
        assert made.post(calm).status_code == 201
        bearer = {"Authorization": f"Bearer {eager}"}
        assert made.post(description="x", headers=bearer).status_code == 429, "however the key comes"
        made.desk.sessions.engine.dispose()

    def test_filings_count_for_the_limit_of_their_address_too(self, tmp_path):
        made = make_service(f"sqlite:///{tmp_path}/x.db", requests_per_minute=2)
        assert [made.post("guess").status_code for _ in range(3)] == [403, 403, 429]
        made.desk.sessions.engine.dispose()

    def test_pages_of_other_hosts_may_not_read_unless_they_are_named(self, tmp_path, light_service):
        headers = {"Origin": "https://map.example.cn"}
        answer = light_service.client.get(f"{ROOT}/services.json", headers=headers)
        assert "Access-Control-Allow-Origin" not in answer.headers
        made = make_service(f"sqlite:///{tmp_path}/x.db", origins=["https://map.example.cn"])
        answer = made.client.get(f"{ROOT}/services.json", headers=headers)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://map.example.cn"
        assert "Origin" in answer.headers["Vary"]
        other = made.client.get(f"{ROOT}/services.json", headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in other.headers
        assert "Access-Control-Allow-Origin" not in made.client.post(f"{ROOT}/requests.json", headers=headers).headers
        made.desk.sessions.engine.dispose()

    def test_a_service_that_is_off_is_not_there(self, web):
        assert not [rule for rule in web.server.url_map.iter_rules() if rule.rule.startswith(ROOT)]
        assert web.client().get(f"{ROOT}/services.json").status_code == 401

    def test_every_route_is_declared_with_its_reason(self, quiet):
        rules = {rule.rule for rule in quiet.web.server.url_map.iter_rules() if rule.rule.startswith(ROOT)}
        assert rules == {rule for rule in PUBLIC if rule.startswith(ROOT)}

    def test_pages_still_need_a_session_and_its_token(self, light_service):
        assert light_service.client.get("/live/frame").status_code == 401
        assert light_service.web.leader().post("/session/active").status_code == 400

    def test_no_cookie_is_handed_out(self, light_service):
        for answer in (light_service.get("services.json"), light_service.post(light_service.key())):
            assert "Set-Cookie" not in answer.headers
