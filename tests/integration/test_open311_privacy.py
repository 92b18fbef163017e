"""No personal data leaves by the Open311 service: not to the public, not to other systems, not back to its filer."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dashboard.domain.events import EventKind as E
from dashboard.domain.merging import Extent
from dashboard.services.merging import merge
from geo.cells import centres
from tests.factories import DISTRICT, NOON, point_at
from tests.handling import WANG, do
from tests.open311 import make_service, xml_of

NAME, MOBILE, FIXED = "欧阳锋", "13912345678", "0379-63911234"
IDENTITY, MAIL, ACCOUNT, DEVICE = "41030319900307123X", "ouyang@example.cn", "acc-7781", "imei-99887766"
PLATE, CHAT, LINK = "豫C88888", "wx_ouyang88", "https://photos.example.cn/ouyang/1.jpg?account=acc-7781"
SECRETS = (
    NAME,
    MOBILE,
    FIXED,
    IDENTITY,
    MAIL,
    ACCOUNT,
    DEVICE,
    PLATE,
    CHAT,
    LINK,
    "ouyang",
    "139 1234 5678",
    "63911234",
)
NEIGHBOUR = "周伯通"
"""Somebody whom the reporter names in the text: nobody but the filer, who wrote it, may read that."""
TEXT = (
    f"我是{NAME}，身份证{IDENTITY}，手机139 1234 5678，座机{FIXED}，邮箱{MAIL}，微信号{CHAT}，"
    f"邻居{NEIGHBOUR}的车{PLATE}堵在门口"
)
ADDRESS = f"春林路1号院1号楼3单元501室（{MOBILE}）"
LONGITUDE, LATITUDE = point_at(0)
WHO = {
    "account_id": ACCOUNT,
    "device_id": DEVICE,
    "email": MAIL,
    "phone": MOBILE,
    "first_name": "锋",
    "last_name": "欧阳",
    "media_url": LINK,
    "attribute[owner]": f"{NAME} {MOBILE}",
}
SAID = {"description": TEXT, "address_string": ADDRESS, "lat": LATITUDE, "long": LONGITUDE} | WHO
ANSWER = f"已联系{NEIGHBOUR}（{MOBILE}，{IDENTITY}）请其让路，案件编号XG260310-0001，如有疑问请拨 0379-12345"


@pytest.fixture
def spied(service):
    """A service that knows a lot about people, with the key that filed it all and another one."""
    own, other = service.key("own"), service.key("other")
    service.file(own, service_code="traffic/parking", **SAID)
    service.file(own, service_code="city/garbage", **(SAID | {"description": f"垃圾没人清，{TEXT}"}))
    service.file(own, service_code="welfare/allowance", **(SAID | {"description": f"低保，{TEXT}"}))
    service.file(own, service_code="road/lamp", **(SAID | {"lat": None, "long": None}))
    merge(service.desk, 1, 2, WANG, NOON)
    do(service.desk, E.RESPONDED, NOON)
    do(service.desk, E.FED_BACK, NOON, answer=ANSWER)
    service.post(own, service_code="moon/dust", **SAID)
    return service, {"anonymous": None, "other": other, "own": own}


def answers(service: Any, key: str | None) -> Iterator[tuple[str, str]]:
    """Every answer of the service to a reader, errors too, in both forms and languages."""
    query = {} if key is None else {"api_key": key}
    paths = ["discovery", "services", "services/road/lamp", "requests", "nothing"]
    paths += [f"{what}/YW-{number}" for what in ("requests", "tokens") for number in range(1, 7)]
    questions = [
        {},
        {"status": "open"},
        {"service_code": "welfare/allowance"},
        {"service_request_id": "YW-1,YW-2,YW-3"},
    ]
    for path, form, locale in itertools.product(paths, ("json", "xml"), ("zh", "en")):
        for question in questions if path == "requests" else [{}]:
            answer = service.get(f"{path}.{form}", locale=locale, **query, **question)
            assert answer.status_code in (200, 404)
            yield f"{path}.{form}", answer.get_data(as_text=True) + str(answer.headers)


def test_no_personal_data_leaves_in_any_field_of_any_answer(spied):
    service, readers = spied
    for reader, key in readers.items():
        for path, body in answers(service, key):
            for secret in SECRETS:
                assert secret not in body, f"{secret} to {reader} in {path}"
            if reader != "own":
                assert NEIGHBOUR not in body, f"{NEIGHBOUR} to {reader} in {path}"
                assert "堵在门口" not in body, f"words of a citizen to {reader} in {path}"
                assert "3单元" not in body, f"a flat to {reader} in {path}"
                assert "请其让路" not in body, f"the answer to {reader} in {path}"


def test_the_answers_to_filing_hold_nothing_that_was_filed(spied):
    service, readers = spied
    for key, form in itertools.product(readers.values(), ("json", "xml")):
        for more in ({}, {"service_code": "moon/dust"}, {"lat": MOBILE[:3] + "x"}, {"description": f"又来，{TEXT}"}):
            body = service.post(key or "", form=form, **(SAID | more)).get_data(as_text=True)
            for secret in (*SECRETS, NEIGHBOUR):
                assert secret not in body


def test_the_filer_reads_its_own_words_and_the_answer(spied):
    service, readers = spied
    found = service.request("YW-1", api_key=readers["own"])
    assert found["description"].endswith(f"邻居{NEIGHBOUR}的车•••堵在门口")
    assert found["address"] == "春林路1号院1号楼3单元501室（•••）"
    assert (found["lat"], found["long"]) == (pytest.approx(LATITUDE), pytest.approx(LONGITUDE))
    assert (
        found["status_notes"]
        == f"已联系{NEIGHBOUR}（•••，•••）请其让路，案件编号XG260310-0001，如有疑问请拨 0379-12345"
    )


def test_others_read_the_community_and_the_middle_of_the_cell(spied):
    service, readers = spied
    middle = centres(np.array([LONGITUDE]), np.array([LATITUDE]), service.desk.config.district.cell_crs)[0]
    for key in (None, readers["other"]):
        found = service.request("YW-1", **({"api_key": key} if key else {}))
        assert (found["long"], found["lat"]) == (pytest.approx(middle[0], abs=1e-6), pytest.approx(middle[1], abs=1e-6))
        assert 1e-5 < abs(found["lat"] - LATITUDE) + abs(found["long"] - LONGITUDE) < 2e-3
        assert found["address"] == "甲苑社区"


def test_neighbours_in_one_cell_cannot_be_told_apart(light_service):
    key = light_service.key()
    light_service.file(key, lat=LATITUDE, long=LONGITUDE, account_id="1")
    light_service.file(key, lat=LATITUDE + 0.00001, long=LONGITUDE + 0.00001, account_id="2")
    one, two = light_service.requests()
    assert (one["lat"], one["long"]) == (two["lat"], two["long"])


def test_a_place_known_by_its_address_is_as_coarse(light_service):
    light_service.file(light_service.key(), address_string="春林路1号院1号楼", lat=None, long=None)
    light_service.file(light_service.key("two"), address_string="外星路9号", lat=None, long=None)
    without, coarse = light_service.requests()
    assert coarse["address"] == "甲苑社区"
    assert (without["address"], without["lat"], without["long"]) == (None, None, None)


def test_matters_of_one_person_are_seen_by_their_filer_only(spied):
    service, readers = spied
    personal = [found.id for found in service.desk.config.categories if found.extent is Extent.PERSON]
    assert "welfare/allowance" in personal
    for key in (None, readers["other"]):
        query = {"api_key": key} if key else {}
        assert "YW-3" not in service.numbers(**query)
        assert service.numbers(service_request_id="YW-3", **query) == []
        assert service.get("requests/YW-3.json", **query).status_code == 404
        assert service.get("tokens/YW-3.json", **query).status_code == 404
    assert "YW-3" in service.numbers(api_key=readers["own"])


def test_what_turns_out_to_be_a_matter_of_one_person_is_hidden_from_then_on(light_service):
    key = light_service.key()
    light_service.file(key, service_code="other/misc")
    assert light_service.numbers() == ["YW-1"]
    do(light_service.desk, E.RECLASSIFIED, NOON, category="welfare/allowance", approver="局长")
    assert light_service.numbers() == []
    assert light_service.numbers(api_key=key) == ["YW-1"]


def test_an_id_tells_nothing_of_the_case(light_service):
    light_service.web.receive("1", "2", "3")
    number = light_service.file(light_service.key())
    case = light_service.cases()[-1]
    told = light_service.get(f"requests/{number}.json").get_data(as_text=True)
    assert case.number not in told
    assert case.area_code not in told
    assert DISTRICT not in told


def test_a_report_of_long_words_is_cut_as_the_standard_wants(tmp_path):
    made = make_service(f"sqlite:///{tmp_path}/x.db")
    key = made.key()
    made.file(key, description="长" * 5000)
    assert made.request("YW-1", api_key=key)["description"] == "长" * 4000
    assert len(made.reports()[0].text) == 5000, "here it is whole"
    assert xml_of(made.get("requests.xml"))[0].findtext("description") == ""
    made.desk.sessions.engine.dispose()
