"""Keys of other systems from the command line: shown once, listed without secrets, taken away."""

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from dashboard.auth.keys import find_key
from dashboard.services.desk import Desk
from dashboard.store.handling import ApiKey
from dashboard.store.operations import Audit
from tests.open311 import Service
from tests.stations import source_entry, write_config


@pytest.fixture
def run(command, light_desk: Desk, tmp_path: Path):
    """`yiwang api-key` with a configuration whose database holds the tiny district."""
    path = write_config(light_desk, tmp_path, source_entry(url="http://127.0.0.1:9/"))
    return lambda *arguments: command("api-key", *arguments, "-c", path)


def secret_in(text: str) -> str:
    found = re.search(r"shown only now: (\S{32})", text)
    assert found, text
    return found[1]


def holder(desk: Desk, secret: str):
    with desk.sessions.read() as session:
        return find_key(session, secret)


def test_a_key_is_shown_once_and_kept_as_a_hash(run, light_desk):
    found = run("add", "市民随手拍")
    assert found.exit_code == 0
    secret = secret_in(found.output)
    known = holder(light_desk, secret)
    assert (known.name, known.source, known.channel, known.crs) == ("市民随手拍", "open311_1", "opinion", "wgs84")
    assert known.may_file
    assert known.may_read
    with light_desk.sessions.read() as session:
        (row,) = session.scalars(select(ApiKey))
    assert secret not in (row.key_hash, row.name)
    assert secret not in run("list").output
    assert "open311.enabled" in found.output, "what else has to be done"


def test_what_a_key_may_do_and_counts_for_is_chosen(run, light_desk):
    options = ("--source", "amap_app", "--channel", "grid", "--crs", "gcj02", "--no-read")
    known = holder(light_desk, secret_in(run("add", "amap", *options).output))
    assert (known.source, known.channel, known.crs, known.may_file, known.may_read) == (
        "amap_app", "grid", "gcj02", True, False,
    )  # fmt: skip
    (line,) = [line for line in run("list").output.splitlines() if "amap_app" in line]
    assert "gcj02" in line
    assert "read" not in line
    assert not holder(light_desk, secret_in(run("add", "reader", "--no-file").output)).may_file


def test_a_revoked_key_works_no_more_and_stays_in_the_list(run, light_desk):
    secret = secret_in(run("add", "app").output)
    assert run("revoke", "app").exit_code == 0
    assert holder(light_desk, secret) is None
    assert re.search(r"app .*20\d\d-\d\d-\d\d .*20\d\d-\d\d-\d\d", run("list").output)
    assert "no working key" in run("revoke", "app").output
    assert "already a key named" in run("add", "app").output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--channel", "telepathy"), "there is no channel 'telepathy'; known: hotline"),
        (("--source", "Our App"), "is no name of a source"),
        (("--source", "board"), "is a source that is polled"),
        (("--crs", "mars"), "'mars' is no coordinate system"),
    ],
)
def test_what_cannot_be_is_a_sentence(run, options, said):
    found = run("add", "app", *options)
    assert found.exit_code == 1
    assert said in found.output


def test_a_name_that_is_too_long_is_a_sentence(run):
    assert "1 to 60 characters" in run("add", "长" * 61).output


def test_without_keys_the_list_says_how_to_make_one(run):
    assert "yiwang api-key add" in run("list").output


def test_making_and_revoking_stand_in_the_audit_trail(run, light_desk):
    secret = secret_in(run("add", "app").output)
    run("revoke", "app")
    with light_desk.sessions.read() as session:
        rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [(row.action, row.detail["name"]) for row in rows] == [("api_key_made", "app"), ("api_key_revoked", "app")]
    assert secret not in str([row.detail for row in rows])


def test_a_revoked_key_is_refused_at_once(light_service: Service, command, tmp_path):
    key = light_service.key()
    assert light_service.post(key).status_code == 201
    path = write_config(light_service.desk, tmp_path)
    assert command("api-key", "revoke", "app", "-c", path).exit_code == 0
    assert light_service.post(key, description="又来").status_code == 403
    assert light_service.get("requests.json", api_key=key).status_code == 403
    assert light_service.numbers() == ["YW-1"], "what was filed stays"


def test_a_service_that_is_on_needs_no_word_about_it(command, light_desk, tmp_path):
    path = Path(write_config(light_desk, tmp_path))
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    said["open311"]["enabled"] = True
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    assert "enabled" not in command("api-key", "add", "app", "-c", str(path)).output
