"""Whatever is filed, both databases hold it and the answers stay well-formed."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dashboard.store.engine import writing
from dashboard.store.handling import Filing
from dashboard.store.models import Report
from tests.factories import NOON
from tests.open311 import make_service, xml_of

HOSTILE = st.text(alphabet=st.characters(exclude_categories=[]), max_size=60) | st.sampled_from(
    [
        "]]>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
        "\x00\x08\x1f\x7f\ufffe\uffff",
        "\ud800x",
        "\r\n\t",
        "&#0;",
        "😀\u202e",
        "' OR 1=1 --",
    ]
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(description=HOSTILE, address=HOSTILE, name=HOSTILE, attribute=HOSTILE)
def test_whatever_is_filed_the_answers_stay_well_formed(hostile, description, address, name, attribute):
    service, key = hostile
    text = [part.encode("utf-8", "surrogatepass") for part in (description, address, name, attribute)]
    answer = service.post(
        key,
        form="xml",
        description=text[0],
        address_string=text[1][:200],
        last_name=text[2],
        **{"attribute[x]": text[3]},
    )
    assert answer.status_code in (200, 201)
    number = xml_of(answer)[0][0].text
    (own,) = xml_of(service.get(f"requests/{number}.xml", api_key=key))
    (told,) = service.get(f"requests/{number}.json", api_key=key).get_json()
    assert [child.tag for child in own] == list(told)
    assert own.findtext("service_request_id") == told["service_request_id"]
    assert (own.findtext("description") or None) == as_xml(told["description"])


def as_xml(text: str | None) -> str | None:
    """How a text reads after a way through XML: ends of lines are one character, what is no character is replaced."""
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[^\t\n\x20-\ufffd\U00010000-\U0010ffff]", "\ufffd", lines)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One service for all examples."""
    made = make_service(
        f"sqlite:///{tmp_path_factory.mktemp('hostile')}/x.db", filings_per_minute=100_000, requests_per_minute=100_000
    )
    yield made, made.key()
    made.desk.sessions.engine.dispose()


def test_hostile_text_is_no_harm_to_either_database(service):
    key = service.key()
    service.file(key, description="\x00]]>\x1b<script>\ufffe", **{"attribute[\x00x]": "\x00y"}, phone="\x00")
    assert service.reports()[0].text.startswith("]]>")
    assert xml_of(service.get("requests.xml", api_key=key))[0].findtext("description") == "]]>\ufffd<script>\ufffd"
    with writing(service.desk.sessions, NOON) as session:
        assert session.scalars(select(Filing.report_id)).all() == session.scalars(select(Report.id)).all()
