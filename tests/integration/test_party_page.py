"""A party without an account works on its one task by a link: it expires, reaches nothing else, and all is logged."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard.domain.access import Role
from dashboard.domain.dispatch import TaskState
from dashboard.domain.events import EventKind as E
from dashboard.services.desk import Desk
from dashboard.services.links import make_party_link
from dashboard.services.rebuild import rebuild
from dashboard.store.handling import Attachment
from dashboard.store.operations import Audit
from tests.factories import DAY, MINUTE, NOON, point_in
from tests.handling import WANG, do, person, receive, respond_and_dispatch, the_case, the_log, the_tasks
from tests.integration.test_photos import metadata, photo
from tests.web import Web


class Phone:
    """A phone with the link to a task."""

    def __init__(self, web: Web, token: str) -> None:
        self.path, self.client = f"/task/{token}", web.client()

    def page(self) -> str:
        return self.client.get(self.path).get_data(as_text=True)

    def step(self, act: str, **said: Any) -> TestResponse:
        """Fill in a form of the page and send it; what the page says then."""
        self.client.get(self.path)
        token = self.client.get_cookie("_csrf_token")
        form = {"act": act, "csrf_token": token.value if token else ""} | said
        return self.client.post(self.path, data=form, follow_redirects=True)


@pytest.fixture
def web(desk: Desk) -> Web:
    """A web application with a burst pipe: the water company leads, the road maintenance helps."""
    receive(desk, "1", category="water/burst", text="楼下水管爆了，找欧阳 13812345678", contact="欧阳 13812345678")
    respond_and_dispatch(desk, NOON, "water", "municipal")
    return Web(desk, NOON + MINUTE)


def link(web: Web, task: int = 1) -> Phone:
    token, _ = make_party_link(web.desk, 1, task, WANG, web.clock)
    return Phone(web, token)


def audit(web: Web) -> list[tuple[str, str]]:
    with web.desk.sessions.read() as session:
        return [(line.actor, line.action) for line in session.scalars(select(Audit).order_by(Audit.id))]


def photos(web: Web) -> list[Attachment]:
    with web.desk.sessions.read() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


def file(data: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "photo.jpg"


def test_a_party_signs_arrives_with_position_and_photo_and_reports_its_result(web):
    phone = link(web)
    assert "已签收" in phone.step("task_accept").get_data(as_text=True)
    web.clock += 20 * MINUTE
    x, y = point_in(0)
    here = {"who": "抢修一班", "where": "楼下", "longitude": str(x), "latitude": str(y + 0.01)}
    phone.step("task_arrive", **here, photo=file(photo(exif=metadata((x, y)))))
    web.clock += 20 * MINUTE
    page = phone.step("task_done", result="已换管", photo=file(photo())).get_data(as_text=True)
    task = the_tasks(web.desk)[0]
    assert (task.state, task.accepted_at, task.on_site_at, task.done_at, task.result) == (
        TaskState.DONE, NOON + MINUTE, NOON + 21 * MINUTE, NOON + 41 * MINUTE, "已换管",
    )  # fmt: skip
    assert the_case(web.desk).stage == "on_site", "the first party on site is the case's arrival"
    on_site = next(event for event in the_log(web.desk) if event.kind is E.TASK_ON_SITE)
    assert (on_site.actor, on_site.data["distance"]) == ("party:water", pytest.approx(1110, abs=5))
    assert [(one.kind, one.distance) for one in photos(web)] == [("before", 0), ("after", None)]
    assert "已换管" in page
    assert audit(web)[0] == ("王", "party_link_made")
    assert audit(web).count(("party:water", "party_link_used")) == 3
    assert ("party:water", "party_link_opened") in audit(web)
    assert rebuild(web.desk, NOON + DAY).mended == []


def test_the_page_tells_the_task_and_nobodys_name_or_number(web):
    page = link(web).page()
    assert "XG260310-0001" in page
    assert "楼下水管爆了" in page
    assert "欧阳" not in page
    assert "13812345678" not in page
    assert "关阀抢修" in page, "the plan"


def test_the_page_speaks_the_language_chosen_on_it_also_afterwards(web):
    phone = link(web)
    chosen = phone.client.get(phone.path, query_string={"language": "en"}).get_data(as_text=True)
    for page in (chosen, phone.page(), phone.step("task_accept").get_data(as_text=True)):
        assert "Burst pipe" in page
        assert "管道爆裂" not in page


def test_a_task_is_given_back_with_a_reason(web):
    phone = link(web)
    phone.step("task_return", reason=" ")
    assert the_tasks(web.desk)[0].state is TaskState.ASSIGNED
    page = phone.step("task_return", reason="属燃气管线").get_data(as_text=True)
    assert (the_tasks(web.desk)[0].state, the_tasks(web.desk)[0].reason) == (TaskState.RETURNED, "属燃气管线")
    assert "楼下水管爆了" not in page, "who has nothing to do with it any more reads no citizen's words"
    assert 'name="act"' not in page


def test_a_link_works_until_it_expires_and_a_wrong_one_never(web):
    phone = link(web)
    web.clock += 7 * DAY - MINUTE
    assert phone.client.get(phone.path).status_code == 200
    web.clock += MINUTE
    for path in (phone.path, "/task/wrong", "/task/" + "x" * 500):
        answer = web.client().get(path)
        assert (answer.status_code, "XG260310" in answer.get_data(as_text=True)) == (410, False)
    assert phone.step("task_accept").status_code == 410
    assert the_tasks(web.desk)[0].state is TaskState.ASSIGNED


def test_a_new_link_makes_the_earlier_one_of_the_task_worthless(web):
    astray, other, new = link(web), link(web, 2), link(web)
    assert [phone.client.get(phone.path).status_code for phone in (astray, other, new)] == [410, 200, 200]


def test_a_link_reaches_its_own_task_only_and_no_other_page(web):
    phone = link(web)
    phone.step("task_accept", task="2", case="2")
    assert [task.state for task in the_tasks(web.desk)] == [TaskState.ACCEPTED, TaskState.ASSIGNED]
    for act in ("task_cancel", "respond", "close", "", "assign"):
        assert "没有「" in phone.step(act, reason="x", to="王").get_data(as_text=True)
    assert phone.client.get("/console/queue").status_code == 401
    assert phone.client.get("/cases").status_code == 401
    assert [event.kind for event in the_log(web.desk)][-1] is E.TASK_ACCEPTED


def test_a_refused_step_leaves_no_photo_and_a_refused_photo_no_step(web):
    phone = link(web)
    phone.step("task_accept")
    page = phone.step("task_arrive", who="", where="", photo=file(photo())).get_data(as_text=True)
    assert "何人、何处" in page
    page = phone.step("task_done", result="好了", photo=file(b"no picture")).get_data(as_text=True)
    assert "已损坏" in page
    assert photos(web) == []
    assert the_tasks(web.desk)[0].state is TaskState.ACCEPTED
    assert audit(web).count(("party:water", "party_link_used")) == 1


def test_a_used_up_link_does_nothing_twice(web):
    phone = link(web)
    for _ in range(2):
        phone.step("task_accept")
    phone.step("task_done", result="好了")
    log = the_log(web.desk)
    page = phone.step("task_done", result="再来", photo=file(photo())).get_data(as_text=True)
    assert "不能" in page
    assert (the_log(web.desk), photos(web)) == (log, [])


def test_nonsense_as_a_position_is_refused_in_words(web):
    phone = link(web)
    phone.step("task_accept")
    for value in ("nan", "1e999", "east", "181"):
        said = {"who": "张", "where": "楼下", "longitude": value, "latitude": "34"}
        assert "坐标须是数字" in phone.step("task_arrive", **said).get_data(as_text=True)
    assert the_tasks(web.desk)[0].state is TaskState.ACCEPTED


def test_a_task_stops_with_its_case(web):
    phone = link(web)
    do(web.desk, E.WITHDRAWN, web.clock, by=person("李"), reason="已自行解决")
    assert "任务已停止" in phone.step("task_accept").get_data(as_text=True)
    assert the_tasks(web.desk)[0].state is TaskState.ENDED


def test_nothing_is_sent_without_the_pages_own_token(web):
    phone = link(web)
    assert phone.client.post(phone.path, data={"act": "task_accept"}).status_code == 400
    assert the_tasks(web.desk)[0].state is TaskState.ASSIGNED


def test_nobody_fills_the_disk_by_sending_more_than_any_photo(web):
    form = "multipart/form-data; boundary=x"
    answer = web.client().post("/task/guess", input_stream=io.BytesIO(bytes(81_000_000)), content_type=form)
    assert answer.status_code == 413


def test_guessing_links_is_slowed_down_and_the_page_is_kept_by_nobody(web):
    client: FlaskClient = web.client()
    answers = [client.get(f"/task/guess{number}") for number in range(62)]
    assert (answers[0].status_code, answers[-1].status_code) == (410, 429)
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert "geolocation=(self)" in answers[0].headers["Permissions-Policy"]


def test_only_those_who_handle_the_case_hand_out_a_link(web):
    for somebody in (person("局长", Role.LEADER), person("张", scope="410303002")):
        with pytest.raises(ValueError, match="没有编号"):
            make_party_link(web.desk, 1, 1, somebody, web.clock)
