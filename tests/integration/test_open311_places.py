"""Filed reports get their place by point, by words or by an address register; without one they are reports too."""

import pytest

from dashboard.domain.reports import Flag, Unlocated
from geo.crs import from_wgs84
from tests.factories import DISTRICT, point_at, point_in
from tests.handling import the_log
from tests.open311 import LATITUDE, LONGITUDE

NO_POINT = {"lat": None, "long": None}


@pytest.mark.parametrize(
    ("longitude", "latitude", "reason"),
    [
        (0, 0, Unlocated.ZERO),
        (LATITUDE, LONGITUDE, Unlocated.SWAPPED),
        (113.6, 34.7, Unlocated.OUTSIDE),
        (-112.4, 34.66, Unlocated.OUTSIDE),
        (637_000.5, 3_840_000.25, Unlocated.METRES),
    ],
)
def test_a_point_that_cannot_be_is_taken_in_without_a_place_and_the_sender_is_told(
    light_service, longitude, latitude, reason
):
    answer = light_service.post(light_service.key(), long=longitude, lat=latitude)
    assert answer.status_code == 201
    assert "坐标不在本区" in answer.json[0]["service_notice"]
    assert light_service.cases()[0].unlocated == reason
    assert light_service.reports()[0].flags == [Flag.BAD_COORDINATES]
    assert light_service.reports()[0].original_point == f"{float(longitude)},{float(latitude)} wgs84"


def test_words_help_where_a_point_does_not(light_service):
    answer = light_service.post(light_service.key(), lat=0, long=0, address_string="风林路5号院2号楼")
    assert "已按文字定位" in answer.json[0]["service_notice"]
    assert light_service.cases()[0].area_code == f"{DISTRICT}002001001002"


def test_an_address_is_enough(service):
    answer = service.post(service.key(), address_string="春林路1号院1号楼3单元501", **NO_POINT)
    assert answer.json[0]["service_notice"] is None
    assert service.cases()[0].area_code == f"{DISTRICT}001001001001"
    assert service.reports()[0].address == "春林路1号院1号楼3单元501"


def test_an_unknown_address_is_taken_in_without_a_place_and_the_sender_is_told(light_service):
    answer = light_service.post(light_service.key(), address_string="外星路9号", **NO_POINT)
    assert "没有找到这个地点" in answer.json[0]["service_notice"]
    assert light_service.cases()[0].unlocated == Unlocated.NO_PLACE


def test_an_address_id_is_the_code_of_a_building(light_service):
    light_service.file(light_service.key(), address_id=f"{DISTRICT}001001001002", **NO_POINT)
    case = light_service.cases()[0]
    assert (case.area_code, case.place) == (f"{DISTRICT}001001001002", "春林路1号院2号楼")
    assert the_log(light_service.desk)[-1].data["note"] == f"address_id: {DISTRICT}001001001002"


def test_an_address_id_of_nobody_is_taken_in_without_a_place(light_service):
    answer = light_service.post(light_service.key(), address_id="77", **NO_POINT)
    assert "没有找到这个地点" in answer.json[0]["service_notice"]


def test_the_coordinates_of_a_key_are_in_the_system_that_was_agreed(light_service):
    x, y = (float(part) for part in from_wgs84(*point_at(2, 2), "gcj02"))
    light_service.file(light_service.key("amap", crs="gcj02"), long=x, lat=y)
    light_service.file(light_service.key("gps"), long=x, lat=y)
    shifted, plain = light_service.cases()
    assert shifted.area_code == f"{DISTRICT}001002001002"
    assert plain.area_code != shifted.area_code


def test_points_are_those_of_the_grid_they_lie_in(light_service):
    key = light_service.key()
    for grid in (0, 3, 7):
        x, y = point_in(grid)
        light_service.file(key, long=x, lat=y, description=f"第{grid}格")
    assert [case.area_code[-6:] for case in light_service.cases()] == ["001001", "002002", "002002"]
