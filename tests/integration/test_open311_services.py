"""What the Open311 service says of itself, and its manners."""

import pytest

from dashboard.api.guard import PUBLIC
from tests.open311 import ROOT, errors_of, make_service, xml_of


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A service for questions that change nothing."""
    made = make_service(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/x.db", requests_per_minute=100_000)
    yield made
    made.desk.sessions.engine.dispose()


def test_it_says_where_the_service_is_and_what_it_speaks(quiet):
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


def test_discovery_is_the_same_as_xml(quiet):
    root = xml_of(quiet.get("discovery.xml"))
    assert [child.tag for child in root] == ["changeset", "contact", "key_service", "endpoints"]
    forms = [one.text for one in root.iterfind("endpoints/endpoint/formats/format")]
    assert forms == ["text/xml", "application/json"]


def test_discovery_tells_whom_to_ask_and_the_address_by_which_others_reach_it(tmp_path):
    contact = {"zh": "电话 12345", "en": "call 12345"}
    web = {"public_url": "https://311.example.cn/"}
    made = make_service(f"sqlite:///{tmp_path}/x.db", web=web, contact=contact)
    found = made.get("discovery.json", locale="en").get_json()
    assert (found["contact"], found["key_service"]) == ("call 12345", "Ask for a key: call 12345")
    assert found["endpoints"][0]["url"] == "https://311.example.cn/open311/v2"
    made.desk.sessions.engine.dispose()


def test_every_category_can_be_reported(quiet):
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
def test_names_are_chinese_unless_english_is_wanted(quiet, query, headers, name):
    answer = quiet.client.get(f"{ROOT}/services.json", query_string=query, headers=headers)
    assert name in [one["service_name"] for one in answer.get_json()]


def test_services_are_the_same_as_xml(quiet):
    root = xml_of(quiet.get("services.xml"))
    assert {(root.tag, child.tag) for child in root} == {("services", "service")}
    lamp = next(one for one in root if one.findtext("service_code") == "road/lamp")
    assert (lamp.findtext("metadata"), lamp.findtext("type")) == ("false", "realtime")


def test_a_definition_needs_no_more_than_the_code(quiet):
    assert quiet.get("services/road/lamp.json").get_json() == {
        "service_code": "road/lamp",
        "attributes": [],
    }
    root = xml_of(quiet.get("services/road/lamp.xml"))
    assert (root.tag, [child.tag for child in root]) == ("service_definition", ["service_code", "attributes"])
    assert quiet.get("services/moon%2Fdust.json").status_code == 404
    assert quiet.get("services/road%2Flamp.json").status_code == 200


def test_a_jurisdiction_may_be_left_out_but_not_be_another(tmp_path):
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


def test_a_server_of_one_jurisdiction_without_a_name_takes_any(quiet):
    assert quiet.get("services.json", jurisdiction_id="city.gov").status_code == 200


@pytest.mark.parametrize("what", ["requests.html", "services.yaml", "discovery.jsonp", "requests/YW-1.pdf"])
def test_only_two_forms_are_spoken(quiet, what):
    answer = quiet.get(what)
    assert answer.status_code == 400
    assert ".xml" in xml_of(answer).findtext("error/description")


@pytest.mark.parametrize(
    ("accept", "form"),
    [("", "json"), ("*/*", "json"), ("application/json", "json"), ("text/xml", "xml"), ("application/xml", "xml")],
)
def test_without_an_ending_the_client_says_what_it_accepts(quiet, accept, form):
    for what in ("discovery", "services", "requests"):
        answer = quiet.client.get(f"{ROOT}/{what}", headers={"Accept": accept} if accept else {})
        assert answer.status_code == 200
        assert answer.mimetype.endswith(form)


@pytest.mark.parametrize("what", ["", "nothing.json", "requests/", "services/x", "v3/services.json"])
def test_what_there_is_not_is_told_in_the_standards_form(quiet, what):
    assert [code for code, _ in errors_of(quiet.get(what))] == [404]


def test_what_cannot_be_done_is_told_in_the_standards_form(quiet):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = quiet.client.open(f"{ROOT}/services.json", method=method)
        assert [code for code, _ in errors_of(answer)] == [404]


def test_a_wrong_key_is_refused_for_reading_too(light_service):
    light_service.file(light_service.key())
    assert [code for code, _ in errors_of(light_service.get("requests.json", api_key="guess"))] == [403]


def test_too_many_questions_have_to_wait(tmp_path):
    made = make_service(f"sqlite:///{tmp_path}/x.db", requests_per_minute=3)
    answers = [made.get("services.json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert errors_of(answers[-1])[0][0] == 429
    assert answers[-1].headers["Retry-After"] == "60"
    made.desk.sessions.engine.dispose()


def test_too_many_filings_of_one_key_have_to_wait_and_others_need_not(tmp_path):
    made = make_service(f"sqlite:///{tmp_path}/x.db", filings_per_minute=2)
    eager, calm = made.key("eager"), made.key("calm")
    assert [made.post(eager, description=str(n)).status_code for n in range(3)] == [201, 201, 429]
    assert made.post(calm).status_code == 201
    bearer = {"Authorization": f"Bearer {eager}"}
    assert made.post(description="x", headers=bearer).status_code == 429, "however the key comes"
    made.desk.sessions.engine.dispose()


def test_filings_count_for_the_limit_of_their_address_too(tmp_path):
    made = make_service(f"sqlite:///{tmp_path}/x.db", requests_per_minute=2)
    assert [made.post("guess").status_code for _ in range(3)] == [403, 403, 429]
    made.desk.sessions.engine.dispose()


def test_pages_of_other_hosts_may_not_read_unless_they_are_named(tmp_path, light_service):
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


def test_a_service_that_is_off_is_not_there(web):
    assert not [rule for rule in web.server.url_map.iter_rules() if rule.rule.startswith(ROOT)]
    assert web.client().get(f"{ROOT}/services.json").status_code == 401


def test_every_route_is_declared_with_its_reason(quiet):
    rules = {rule.rule for rule in quiet.web.server.url_map.iter_rules() if rule.rule.startswith(ROOT)}
    assert rules == {rule for rule in PUBLIC if rule.startswith(ROOT)}


def test_pages_still_need_a_session_and_its_token(light_service):
    assert light_service.client.get("/live/frame").status_code == 401
    assert light_service.web.leader().post("/session/active").status_code == 400


def test_no_cookie_is_handed_out(light_service):
    for answer in (light_service.get("services.json"), light_service.post(light_service.key())):
        assert "Set-Cookie" not in answer.headers
