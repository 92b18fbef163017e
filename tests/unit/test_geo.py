"""Coordinates, places and cells."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.cells import cells_within
from geo.coverage import gaps, outside_parents, overlaps
from geo.crs import UnknownCrs, check_crs, from_wgs84, is_metric, to_wgs84
from tests.factories import make_areas

METRES_PER_DEGREE = 111_320
LONGITUDES, LATITUDES = st.floats(75, 134), st.floats(19, 52)


def metres(one: tuple[float, float], two: tuple[float, float]) -> float:
    east = (one[0] - two[0]) * np.cos(np.radians(one[1])) * METRES_PER_DEGREE
    north = (one[1] - two[1]) * METRES_PER_DEGREE
    return float(np.hypot(east, north))


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "EPSG:4490", "EPSG:4546"])
@given(longitude=st.floats(112, 114), latitude=st.floats(33, 36))
def test_there_and_back_is_within_ten_centimetres(crs, longitude, latitude):
    there = from_wgs84(longitude, latitude, crs)
    assert metres(to_wgs84(*there, crs), (longitude, latitude)) < 0.1


@given(longitude=LONGITUDES, latitude=LATITUDES)
def test_the_shift_of_chinese_maps_is_undone_anywhere_in_china(longitude, latitude):
    there = from_wgs84(longitude, latitude, "gcj02")
    assert metres(to_wgs84(*there, "gcj02"), (longitude, latitude)) < 0.1
    assert 10 < metres(there, (longitude, latitude)) < 1_500


def test_the_shift_is_the_known_one_in_beijing():
    """Tiananmen: WGS 84 116.3912, 39.9075 lies at 116.3974, 39.9089 on Chinese maps."""
    found = from_wgs84(116.39123, 39.90751, "gcj02")
    assert metres(found, (116.39747, 39.90891)) < 5


def test_an_unknown_system_names_itself_and_those_there_are():
    with pytest.raises(UnknownCrs, match="mars"):
        check_crs("mars")
    assert is_metric("EPSG:4546")
    assert not is_metric("EPSG:4326")


def test_cells_are_a_hundred_metres_wide_and_cover_the_area_they_are_cut_from():
    outline = make_areas().geometry.iloc[0]
    cells = cells_within(outline, "EPSG:4546")
    east, north = from_wgs84(*np.array(outline.exterior.coords).T, "EPSG:4546")
    area = shapely.Polygon(np.column_stack([east, north])).area
    assert len(cells) * 10_000 == pytest.approx(area, rel=0.05)
    assert len({tuple(cell) for cell in cells.tolist()}) == len(cells)


def test_neighbours_that_fit_have_nothing_to_say():
    metric = make_areas().to_crs("EPSG:4546")
    grids, communities = (metric[metric["code"].str.len() == digits] for digits in (15, 12))
    assert overlaps(grids, 50) == []
    assert outside_parents(grids, communities, 50) == []
    assert gaps(grids, communities, 50) == []


def test_a_moved_area_overlaps_leaves_its_parent_and_leaves_a_gap():
    metric = make_areas().to_crs("EPSG:4546")
    grids, communities = (metric[metric["code"].str.len() == digits].copy() for digits in (15, 12))
    shapes = grids.geometry.to_numpy().copy()
    shapes[1] = shapely.transform(shapes[1], lambda xy: xy + np.array([200, 0]))
    grids = grids.set_geometry(shapes)
    (pair,) = overlaps(grids, 1_000)
    assert pair.codes == tuple(grids["code"].iloc[[1, 2]])
    assert pair.square_metres == pytest.approx(200 * 1_110, rel=0.05)
    assert len(outside_parents(grids, communities, 1_000)) == 1
    assert len(gaps(grids, communities, 1_000)) == 1
