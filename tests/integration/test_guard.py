"""Nothing answers without a session but what stands in one list; everybody sees only what is theirs."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from dashboard.api.guard import PUBLIC
from dashboard.auth.accounts import create_user, make_link, revoke_device, use_link
from dashboard.auth.sessions import REMEMBERED
from dashboard.domain.access import Role
from dashboard.domain.areas import Level
from dashboard.store.engine import writing
from dashboard.store.models import Area
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, make_report, point_in

VALUES = {
    "token": "x",
    "filename": "css/20-base.css",
    "package_name": "dash",
    "fingerprinted_path": "x.js",
    "path": "cases",
}


def address(rule: Rule) -> str:
    """An address that the rule answers."""
    path = rule.rule
    for name in rule.arguments:
        kind = next((part for part in path.split("/") if f"{name}>" in part), f"<{name}>")
        path = path.replace(kind, VALUES.get(name, DISTRICT))
    return path


def test_without_a_session_no_route_answers_but_the_public_ones(web):
    client, open_ones = web.client(), set()
    for rule in web.server.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            with client.open(address(rule), method=method) as answer:
                status = answer.status_code
            if status not in (401, 400):  # 400: a write without the token of our own pages
                open_ones.add(rule.rule)
    assert open_ones <= set(PUBLIC)


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/XG260310-0001", "/sources", "/wall/main"])
def test_a_page_leads_to_the_sign_in_and_back(web, path):
    answer = web.client().get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert answer.location == f"/sign-in?next={path}"


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/live/frame", "/live/stream", "/live/cells", "/cases/export.csv"]
)
def test_a_service_says_401(web, path):
    assert web.client().get(path).status_code == 401


def test_callbacks_are_refused_too(web):
    answer = web.client().post("/_dash-update-component", json={})
    assert answer.status_code in (400, 401)


def test_a_link_signs_in_once_and_for_a_day(web):
    with writing(web.desk.sessions, web.clock) as session:
        user = create_user(session, "li", Role.LEADER, DISTRICT, None, web.clock)
        first, second = make_link(session, web.clock, user=user), make_link(session, web.clock, user=user)
        assert use_link(session, first, web.clock)
        assert use_link(session, first, web.clock) is None
        assert use_link(session, second, web.clock + DAY + MINUTE) is None


def test_a_wall_sees_its_own_page_and_nothing_of_people(web):
    wall = web.wall()
    assert wall.get("/wall/main").status_code == 200
    assert web.frame(wall)["kpi"]["open"][0] == 0
    for path in ("/", "/cases", "/sources", "/cases/export.csv"):
        assert wall.get(path).status_code == 403


def test_a_revoked_wall_goes_dark_when_it_is_looked_up_again(web, monkeypatch):
    assert REMEMBERED <= 10  # seconds
    monkeypatch.setattr("dashboard.auth.sessions.REMEMBERED", 0.0)
    wall = web.wall()
    assert wall.get("/live/frame").status_code == 200
    with writing(web.desk.sessions, web.clock) as session:
        revoke_device(session, 1, web.clock)
    assert wall.get("/live/frame").status_code == 401


def test_a_person_who_does_nothing_is_signed_out_and_a_wall_is_not(web):
    leader, wall = web.leader(), web.wall()
    web.clock += HOUR
    assert leader.get("/live/frame").status_code == 401
    assert wall.get("/live/frame").status_code == 200


def test_somebody_with_an_area_sees_that_area_only(web):
    west, east = f"{DISTRICT}001", f"{DISTRICT}002"
    x, y = point_in(6)
    web.receive("1")
    web.receive("2", x=x, y=y, text="东边的事")
    web.catch_up()
    client = web.leader(west)
    assert client.get("/live/frame", query_string={"area": DISTRICT}).status_code == 403
    assert client.get("/live/frame", query_string={"area": east}).status_code == 403
    assert web.frame(client, area=west)["kpi"]["open"][0] == 1
    exported = client.get("/cases/export.csv").get_data(as_text=True)
    assert "楼下路灯不亮" in exported
    assert "东边的事" not in exported


def test_writes_need_the_token_of_our_own_pages(web):
    assert web.leader().post("/session/active").status_code == 400


def test_guessing_passwords_is_slowed_down(web):
    client = web.client()
    client.get("/sign-in")
    token = client.get_cookie("_csrf_token").value
    answers = [
        client.post("/sign-in", data={"name": "li", "password": "x", "csrf_token": token}).status_code
        for _ in range(12)
    ]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_an_address_to_return_to_never_leads_elsewhere(web):
    with writing(web.desk.sessions, web.clock) as session:
        create_user(session, "li", Role.LEADER, DISTRICT, "a long enough password", web.clock)
    for wanted in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        client = web.client()
        client.get("/sign-in")
        said = {"name": "li", "password": "a long enough password", "next": wanted}
        said["csrf_token"] = client.get_cookie("_csrf_token").value
        answer = client.post("/sign-in", query_string={"next": wanted}, data=said)
        assert answer.status_code == 302
        assert "evil" not in answer.location


def test_every_answer_forbids_what_pages_do_not_need(web):
    headers = web.leader().get("/", headers={"Accept": "text/html"}).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http:" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]


def test_an_export_is_safe_in_a_spreadsheet_and_has_todays_cases(web):
    web.receive("1", text='=HYPERLINK("http://evil")')
    exported = web.leader().get("/cases/export.csv")
    assert exported.data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in exported.get_data(as_text=True)
    assert web.leader().get("/cases/export.xlsx").data.startswith(b"PK")


def test_geometry_never_changes_under_its_address(web):
    client = web.leader()
    path = web.runtime.geometries.address(DISTRICT, "grid", web.runtime.today)
    answer = client.get(path, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(path.replace("grid-", "grid-0")).status_code in (302, 404)


def test_health_says_only_whether_it_works(web):
    assert web.client().get("/healthz").status_code in (200, 503)
    assert make_report("x").text not in web.client().get("/healthz").get_data(as_text=True)


def test_the_map_of_a_new_day_has_the_areas_of_that_day(web):
    runtime, today = web.runtime, web.runtime.today
    before = runtime.geometries.address(DISTRICT, "grid", today)
    with writing(runtime.sessions, NOON) as session:
        last = session.scalars(select(Area).where(Area.level == Level.GRID).order_by(Area.code.desc())).first()
        last.valid_to = today + timedelta(days=1)
    assert runtime.geometries.address(DISTRICT, "grid", today) == before
    assert runtime.geometries.address(DISTRICT, "grid", today + timedelta(days=1)) != before
