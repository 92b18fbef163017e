"""Documents that are made by themselves and reach their readers: once, on time, and only those who may read them."""

import email
import email.policy
import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from dashboard.auth.accounts import create_user, user_by_name
from dashboard.config import load_config
from dashboard.config.load import ConfigError
from dashboard.config.snapshots import Schedule
from dashboard.domain.access import Role
from dashboard.domain.snapshots import Kind
from dashboard.services.delivering import deliver
from dashboard.snapshots.delivery import KIND, send_snapshot
from dashboard.snapshots.render import Renderer
from dashboard.snapshots.scheduling import due_day, run_schedules
from dashboard.store.engine import writing
from dashboard.store.handling import Delivery
from dashboard.store.operations import Audit
from dashboard.store.outbox import DeliveryState
from dashboard.store.snapshots import SnapshotJob
from tests.factories import DAY, DISTRICT, HOUR, MINUTE, NOON, ROOT, make_desk
from tests.snapshots import archived, work_off
from tests.web import Web

MORNING = {"id": "morning", "kind": "situation", "at": "07:30", "areas": [f"{DISTRICT}001"], "to": ["li", "wang"]}


class Postbox:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail."""
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """A real mail server on loopback, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


def settings(port: int, **more: Any) -> dict[str, Any]:
    """Two subscribers, a mail server, and a schedule."""
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "yiwang@district.example"}
    subscribers = [{"user": name, "mail": f"{name}@district.example"} for name in ("li", "wang")]
    return {"mail": mail, "subscribers": subscribers, "schedules": [MORNING | more]}


@pytest.fixture
def web_with_mail(database_url: str, postbox: tuple[Postbox, int]) -> Iterator[Web]:
    """A district that mails its situation; Li may see it, Wang only the other subdistrict."""
    web = Web(make_desk(database_url, snapshots=settings(postbox[1])))
    with writing(web.desk.sessions, NOON) as session:
        create_user(session, "li", Role.LEADER, DISTRICT, None, NOON)
        create_user(session, "wang", Role.LEADER, f"{DISTRICT}002", None, NOON)
    yield web
    web.desk.sessions.engine.dispose()


def post(web: Web) -> None:
    """What waits in the outbox is sent."""
    deliver(
        web.desk, lambda: web.clock, {KIND: lambda user, payload: send_snapshot(web.desk, user, payload, web.clock)}
    )


def states(web: Web) -> dict[str, str]:
    """Whom something is for → where it stands."""
    with web.desk.sessions.read() as session:
        return {one.target: one.state for one in session.scalars(select(Delivery))}


def actions(web: Web) -> list[str]:
    """What the audit trail says about snapshots."""
    with web.desk.sessions.read() as session:
        found = session.scalars(select(Audit.action).where(Audit.action.startswith("snapshot")).order_by(Audit.id))
        return list(found)


def test_a_scheduled_document_is_made_once_and_reaches_those_who_may_read_it(web_with_mail, renderer, postbox):
    web = web_with_mail
    web.receive("1")
    assert run_schedules(web.desk, web.clock) == 1
    assert run_schedules(web.desk, web.clock + MINUTE) == 0, "once for its day, whoever looks"
    work_off(web, renderer)
    post(web)
    post(web)
    (letter,) = postbox[0].letters
    (found,) = archived(web)
    assert letter["To"] == "li@district.example"
    assert letter["Subject"] == found.title
    (file,) = letter.iter_attachments()
    assert hashlib.sha256(file.get_content()).hexdigest() == found.sha256
    assert found.code in letter.get_body().get_content()
    assert states(web) == {"li": DeliveryState.DELIVERED, "wang": DeliveryState.DROPPED}
    assert sorted(actions(web)) == ["snapshot_asked", "snapshot_made", "snapshot_sent", "snapshot_withheld"]
    assert run_schedules(web.desk, web.clock + DAY) == 1


def test_rights_count_as_they_are_when_it_is_sent(web_with_mail, renderer, postbox):
    web = web_with_mail
    run_schedules(web.desk, web.clock)
    work_off(web, renderer)
    with writing(web.desk.sessions, web.clock) as session:
        user_by_name(session, "li").is_active = False
        user_by_name(session, "wang").scope = DISTRICT
    post(web)
    assert [letter["To"] for letter in postbox[0].letters] == ["wang@district.example"]
    assert states(web) == {"li": DeliveryState.DROPPED, "wang": DeliveryState.DELIVERED}


def test_a_mail_server_that_is_away_is_asked_again(tmp_path, renderer, postbox):
    box, port = postbox
    desk = make_desk(f"sqlite:///{tmp_path}/x.db", snapshots=settings(port))
    web, gone = Web(desk), Web(make_away(desk))
    with writing(desk.sessions, NOON) as session:
        create_user(session, "li", Role.LEADER, DISTRICT, None, NOON)
    run_schedules(desk, NOON)
    work_off(web, renderer)
    post(gone)
    assert states(web)["li"] == DeliveryState.WAITING
    web.clock += HOUR
    post(web)
    assert states(web)["li"] == DeliveryState.DELIVERED
    assert len(box.letters) == 1
    desk.sessions.engine.dispose()


def make_away(desk: Any) -> Any:
    """The same desk with a mail server that nobody runs."""
    mail = desk.config.snapshots.mail.model_copy(update={"port": 1})
    snapshots = desk.config.snapshots.model_copy(update={"mail": mail})
    return replace(desk, config=desk.config.model_copy(update={"snapshots": snapshots}))


def test_a_document_that_is_refused_is_not_sent_and_its_routes_are_told(tmp_path, postbox):
    routes = [{"id": "chief", "url_env": "CHIEF"}]
    kept = settings(postbox[1], routes=["chief"])
    desk = make_desk(f"sqlite:///{tmp_path}/x.db", snapshots=kept, notices={"routes": routes})
    web = Web(desk)
    run_schedules(desk, NOON)
    fonts = tmp_path / "none"
    fonts.mkdir()
    work_off(web, Renderer(fonts=fonts))
    with desk.sessions.read() as session:
        (told,) = session.scalars(select(Delivery))
        (job,) = session.scalars(select(SnapshotJob))
    assert (told.kind, told.target) == ("notice", "chief")
    assert "unknown font" in told.payload["body"]
    assert job.state == "refused"
    desk.sessions.engine.dispose()


@pytest.mark.parametrize(
    ("kind", "more", "at", "day"),
    [
        ("daily", {}, datetime(2026, 3, 9, 23, 29, 59, tzinfo=UTC), None),
        ("daily", {}, datetime(2026, 3, 9, 23, 30, tzinfo=UTC), date(2026, 3, 10)),
        ("daily", {}, datetime(2026, 3, 10, 15, 59, tzinfo=UTC), date(2026, 3, 10)),
        ("weekly", {}, NOON, None),
        ("weekly", {"weekday": "tuesday"}, NOON, date(2026, 3, 10)),
        ("monthly", {}, NOON, None),
        ("monthly", {"day": 10}, NOON, date(2026, 3, 10)),
        ("area", {}, NOON, date(2026, 3, 10)),
    ],
)
def test_a_schedule_is_due_from_its_time_to_the_end_of_its_day(kind, more, at, day):
    schedule = Schedule.model_validate({"id": "x", "kind": kind, "at": "07:30", "areas": [DISTRICT]} | more)
    assert due_day(schedule, at) == day


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"schedules": [MORNING | {"kind": "case"}]}, "case sheet"),
        ({"schedules": [MORNING | {"areas": ["110101"]}]}, "does not lie in the district"),
        ({"schedules": [MORNING | {"to": ["nobody"]}]}, "snapshots.subscribers"),
        ({"schedules": [MORNING | {"to": [], "routes": ["x"]}]}, "notices.routes"),
        ({"schedules": [MORNING | {"at": "7:30"}]}, "07:30"),
        ({"schedules": [MORNING | {"to": []}] * 2}, "stands twice"),
        (
            {"schedules": [MORNING], "subscribers": [{"user": "li", "mail": "a@b"}, {"user": "wang", "mail": "a@b"}]},
            "mail",
        ),
    ],
)
def test_a_configuration_that_contradicts_itself_is_refused_with_the_cure(wrong, said):
    with pytest.raises(ConfigError, match=said):
        load_config(ROOT / "config.yaml", {"snapshots": wrong})


def test_kinds_of_documents_have_their_time_in_the_shipped_configuration():
    shipped = {one.kind: one.at for one in load_config(ROOT / "config.yaml").snapshots.schedules}
    assert shipped.keys() == {Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY}
    assert shipped[Kind.DAILY] == "07:30"
