"""The made-up district: it fits together, adds up, and is the same every time."""

import hashlib
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

from dashboard.demo.city import City, build_city
from dashboard.demo.city.place_table import common_ancestor
from dashboard.demo.city.projection import LOCAL_CRS

SUBDISTRICT_AREAS = (3.80, 2.20, 2.30, 3.56, 2.30, 1.50, 1.20, 9.75, 28.34)
"""Square kilometres, in the order of the codes."""


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(7)


@pytest.fixture(scope="module")
def metres(city: City) -> GeoDataFrame:
    return city.areas.to_crs(LOCAL_CRS)


@pytest.fixture(scope="module")
def features_in_metres(city: City) -> GeoDataFrame:
    return city.features.to_crs(LOCAL_CRS)


def level(areas: GeoDataFrame, digits: int) -> GeoDataFrame:
    return areas[areas["code"].str.len() == digits]


def touching_pairs(shapes: np.ndarray) -> int:
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return int((left < right).sum())


def fingerprint(city: City) -> str:
    areas = city.areas.assign(properties=city.areas["properties"].astype(str)).to_wkb()
    frames = (areas, city.features.to_wkb(), city.places)
    return hashlib.sha256("".join(frame.to_csv() for frame in frames).encode()).hexdigest()


def families(areas: GeoDataFrame) -> Iterator[tuple[pd.Series, GeoDataFrame]]:
    parents = areas.set_index("code")
    children = areas[(areas["code"].str.len() > 6) & (areas["code"].str.len() < 18)]
    for code, family in children.groupby("parent"):
        yield parents.loc[code], family


def test_has_as_many_areas_of_each_level_as_wanted(city: City) -> None:
    counts = city.areas["code"].str.len().value_counts()
    assert (counts[6], counts[9], counts[12]) == (1, 9, 67)
    assert 590 <= counts[15] <= 610
    assert 8_000 <= counts[18] <= 12_000


def test_carries_the_official_codes_and_names(city: City) -> None:
    names = dict(zip(city.areas["code"], city.areas["name"], strict=True))
    assert names["410303"] == "西工区"
    assert names["410303001"] == "王城路街道"
    assert names["410303010"] == "红山街道"
    assert names["410303001001"] == "军民巷社区"
    assert names["410303010401"] == "西工经济技术开发区社区"
    assert not any("居民委员会" in name for name in names.values())


def test_names_grids_after_their_community(city: City) -> None:
    names = dict(zip(city.areas["code"], city.areas["name"], strict=True))
    assert names["410303001001003"] == "军民巷第3网格"


def test_codes_are_unique_paths_from_parent_to_child(city: City) -> None:
    codes, parents = city.areas["code"], city.areas["parent"]
    assert codes.is_unique
    assert parents.iloc[0] is None
    assert (codes.str[:-3][1:] == parents[1:]).all()
    assert set(parents[1:]) <= set(codes)


def test_addresses_are_unique_and_made_of_compound_and_number(city: City) -> None:
    buildings = level(city.areas, 18)
    properties = buildings["properties"].tolist()
    assert len({row["address"] for row in properties}) == len(buildings)
    assert all(
        row["address"] == row["compound"] + name for row, name in zip(properties, buildings["name"], strict=True)
    )
    assert all(set(row) == {"address", "compound", "kind", "levels"} for row in properties)
    assert all(not row for row in city.areas["properties"][city.areas["code"].str.len() < 18])


def test_people_add_up_exactly(city: City) -> None:
    for digits in (6, 9, 12, 15, 18):
        areas = level(city.areas, digits)
        assert (areas["households"].sum(), areas["residents"].sum()) == (140_000, 370_700)


def test_people_of_children_add_up_to_those_of_their_parent(city: City) -> None:
    columns = ["households", "residents"]
    for parent, family in families(city.areas):
        assert (family[columns].sum() == parent[columns]).all()


def test_every_level_is_a_valid_coverage_of_single_polygons_in_metres_and_degrees(
    city: City, metres: GeoDataFrame
) -> None:
    for areas in (city.areas, metres):
        for digits in (9, 12, 15):
            shapes = level(areas, digits).geometry.to_numpy()
            assert shapely.coverage_is_valid(shapes)
            assert shapely.is_valid(shapes).all()
            assert set(shapely.get_type_id(shapes)) == {shapely.GeometryType.POLYGON}


def test_children_together_are_exactly_their_parent(city: City) -> None:
    for parent, family in families(city.areas):
        union = shapely.coverage_union_all(family.geometry.to_numpy())
        assert shapely.equals(union, parent["geometry"]), parent.name


def test_coordinates_have_seven_digits(city: City) -> None:
    for shapes in (city.areas.geometry, city.features.geometry):
        points = shapely.get_coordinates(shapes.to_numpy())
        assert np.abs(points - points.round(7)).max() < 1e-12


def test_subdistricts_have_their_areas_within_three_per_cent(metres: GeoDataFrame) -> None:
    held = level(metres, 9).geometry.area.to_numpy() / 1e6
    assert np.abs(held / np.array(SUBDISTRICT_AREAS) - 1).max() < 0.03


def test_buildings_stand_apart_inside_their_grid(city: City, metres: GeoDataFrame) -> None:
    buildings, grids = level(city.areas, 18), level(city.areas, 15).set_index("code")
    assert touching_pairs(buildings.geometry.to_numpy()) == 0
    assert touching_pairs(level(metres, 18).geometry.to_numpy()) == 0
    around = grids.loc[buildings["parent"]].geometry.to_numpy()
    assert shapely.covers(around, buildings.geometry.to_numpy()).all()


def test_buildings_stand_dry_and_clear_of_the_streets(metres: GeoDataFrame, features_in_metres: GeoDataFrame) -> None:
    buildings, features = level(metres, 18).geometry.to_numpy(), features_in_metres
    water = shapely.union_all(features.geometry[features["layer"] == "water"].to_numpy())
    assert not shapely.intersects(water, buildings).any()
    streets = features.geometry[(features["layer"] == "road") & (features["kind"] != "lane")].to_numpy()
    assert shapely.STRtree(buildings).query(streets, predicate="dwithin", distance=7.0).size == 0


def test_few_grids_in_the_town_are_without_people(city: City) -> None:
    grids = level(city.areas, 15)
    town = grids[~grids["code"].str.startswith("410303010")]
    assert (town["residents"] == 0).mean() < 0.04
    assert (level(city.areas, 12)["residents"] > 0).all()


def test_schools_malls_and_hospitals_are_not_side_by_side(features_in_metres: GeoDataFrame) -> None:
    pulling = features_in_metres["kind"].isin(["school", "mall", "hospital"])
    compounds = features_in_metres[pulling & (features_in_metres["layer"] == "compound")]
    assert shapely.STRtree(compounds.geometry).query(compounds.geometry, "dwithin", distance=4).shape[1] == len(
        compounds
    )


def test_features_are_valid_and_compounds_know_their_grid(city: City) -> None:
    features = city.features
    assert set(features["layer"]) == {"road", "water", "park", "compound"}
    assert features.geometry.is_valid.all()
    assert not features.geometry.is_empty.any()
    compounds = features["layer"] == "compound"
    assert set(features["area_code"][compounds]) <= set(level(city.areas, 15)["code"])
    assert (features["area_code"][~compounds] == "").all()


def test_every_name_of_a_place_is_there_once_with_a_known_area(city: City) -> None:
    places = city.places
    assert places["name"].is_unique
    assert set(places["kind"]) == {"road", "compound", "building", "landmark", "community", "subdistrict"}
    assert set(places["area_code"]) <= set(city.areas["code"])
    assert places[["longitude", "latitude"]].notna().all(axis=None)


def test_the_address_of_a_building_leads_to_it(city: City) -> None:
    places = city.places.set_index("name")
    building = level(city.areas, 18).iloc[4000]
    place = places.loc[building["properties"]["address"]]
    assert (place["kind"], place["area_code"]) == ("building", building["code"])
    assert shapely.dwithin(building["geometry"], shapely.Point(place["longitude"], place["latitude"]), 2e-7)
    assert places.loc[building["properties"]["compound"], "area_code"] == building["parent"]


def test_names_are_known_in_full_and_in_short(city: City) -> None:
    places = city.places.set_index("name")
    assert places.loc["军民巷社区", "area_code"] == "410303001001"
    assert places.loc["红山", "area_code"] == "410303010"
    assert places.loc["芳林南路", "kind"] == "community"
    assert places.loc["行署路", "kind"] == "road"
    assert places.loc["洛阳站", "kind"] == "landmark"
    assert "西工" not in places.index, "it would be found in every 西工区"


def test_the_area_of_a_road_contains_the_grids_it_crosses(
    city: City, metres: GeoDataFrame, features_in_metres: GeoDataFrame
) -> None:
    grids = level(metres, 15)
    inner = shapely.buffer(grids.geometry.to_numpy(), -3)
    areas = city.places[city.places["kind"] == "road"].set_index("name")["area_code"]
    roads = features_in_metres[features_in_metres["name"].isin(areas.index)]
    roads = roads[roads["layer"] == "road"]
    road, grid = shapely.STRtree(inner).query(roads.geometry.to_numpy(), predicate="intersects")
    for name, code in zip(roads["name"].to_numpy()[road], grids["code"].to_numpy()[grid], strict=True):
        assert code.startswith(areas[name]), name


def test_most_invented_stems_of_streets_are_used_once(city: City) -> None:
    streets = city.features[city.features["kind"] == "local"]["name"]
    stems = streets.map(lambda name: re.sub("[东西南北]?[路街巷]$", "", name))
    assert streets.is_unique
    assert stems.nunique() > 0.95 * len(stems)


def test_the_common_ancestor_is_the_deepest_area_around_all() -> None:
    assert common_ancestor(["410303001001003", "410303001001004"]) == "410303001001"
    assert common_ancestor(["410303001001003", "410303001001003"]) == "410303001001003"
    assert common_ancestor(["410303001001003", "410303002001003"]) == "410303"


def test_the_same_seed_gives_the_same_city(city: City) -> None:
    assert fingerprint(build_city(7)) == fingerprint(city)


def test_another_seed_gives_another_city_of_the_same_size(city: City) -> None:
    other = build_city(8)
    assert fingerprint(other) != fingerprint(city)
    assert other.areas["residents"].iloc[0] == 370_700
    assert 590 <= (other.areas["code"].str.len() == 15).sum() <= 610
