"""The command line as administrators use it."""

import re
from pathlib import Path

import pytest

from dashboard.auth.accounts import use_link
from dashboard.domain.access import Role
from dashboard.runtime import utc_now
from dashboard.services.desk import Desk
from dashboard.store.engine import writing
from dashboard.store.models import Case
from tests.factories import DISTRICT, ROOT, make_report
from tests.integration.test_intake import take
from tests.stations import write_config


@pytest.fixture
def config(light_desk: Desk, tmp_path: Path) -> str:
    """The path of a configuration whose database holds the tiny district."""
    return write_config(light_desk, tmp_path)


def token_in(text: str) -> str:
    found = re.search(r"/sign-in/(\S+)", text)
    assert found, text
    return found[1]


def test_every_command_has_help(command):
    listed = re.findall(r"^│ ([a-z-]+)", command("--help").output, re.MULTILINE)
    assert {"demo", "serve", "poll", "init", "check-config", "import-areas", "import-cases", "rebuild"} <= set(listed)
    for name in listed:
        found = command(name, "--help")
        assert found.exit_code == 0
        assert len(found.output) > 200


def test_init_makes_the_first_administrator_once(command, tmp_path):
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    path = tmp_path / "new.yaml"
    path.write_text(text.replace("sqlite:///var/yiwang.db", f"sqlite:///{tmp_path}/new.db"), encoding="utf-8")
    first = command("init", "-c", str(path))
    assert first.exit_code == 0
    assert "Administrator 'admin', password" in first.output
    assert token_in(first.output)
    assert "exists already" in command("init", "-c", str(path)).output


def test_a_database_that_is_not_initialised_says_how(command, tmp_path):
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    path = tmp_path / "new.yaml"
    path.write_text(text.replace("sqlite:///var/yiwang.db", f"sqlite:///{tmp_path}/new.db"), encoding="utf-8")
    found = command("rebuild", "-c", str(path))
    assert found.exit_code == 1
    assert "run `yiwang init`" in found.output


def test_check_config_names_file_key_value_and_cure(command, tmp_path):
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    path.write_text(text.replace("cell_crs: EPSG:4546", "cell_crs: EPSG:4326"), encoding="utf-8")
    found = command("check-config", "-c", str(path))
    assert found.exit_code == 1
    for words in ("wrong.yaml", "district.cell_crs", "EPSG:4326", "EPSG:4546"):
        assert words in found.output
    assert command("check-config", "-c", str(ROOT / "config.yaml")).exit_code == 0


def test_an_account_is_made_with_a_link_that_works_once(command, config, light_desk):
    token = token_in(command("user", "li", "-c", config, "--area", f"{DISTRICT}001").output)
    now = utc_now()
    with writing(light_desk.sessions, now) as session:
        found = use_link(session, token, now)
        assert found
        assert (found.scope, found.actor.role) == (f"{DISTRICT}001", Role.LEADER)
        assert use_link(session, token, now) is None
    assert token_in(command("link", "li", "-c", config).output) != token


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "li", "--area", "999999"), "does not lie in the district"),
        (("user", "li", "--area", "41"), "is not an area code"),
        (("link", "nobody"), "there is no account named 'nobody'"),
        (("revoke-wall", "7"), "there is no wall number 7"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(command, config, arguments, said):
    found = command(*arguments, "-c", config)
    assert found.exit_code == 1
    assert said in found.output


def test_the_same_name_twice_is_refused(command, config):
    command("user", "li", "-c", config)
    assert "already an account named 'li'" in command("user", "li", "-c", config).output


def test_a_walls_credential_is_made_and_taken_away(command, config, light_desk):
    made = command("wall", "hall", "-c", config).output
    number = re.search(r"Wall (\d+)", made)
    assert number
    assert command("revoke-wall", number[1], "-c", config).exit_code == 0
    now = utc_now()
    with writing(light_desk.sessions, now) as session:
        assert use_link(session, token_in(made), now) is None


def test_rebuild_mends_what_was_altered_by_hand_and_says_so(command, config, light_desk):
    take(light_desk, make_report())
    assert "1 cases replayed, 0 mended" in command("rebuild", "-c", config).output
    with writing(light_desk.sessions, utc_now()) as session:
        session.get_one(Case, 1).stage = "closed"
    assert "1 cases replayed, 1 mended" in command("rebuild", "-c", config).output
    with light_desk.sessions.read() as session:
        assert session.get_one(Case, 1).stage == "received"
