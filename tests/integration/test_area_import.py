"""Boundaries from files become areas: all or nothing, with what is wrong said first."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from geopandas import GeoDataFrame
from shapely import LineString, Polygon, box
from shapely.affinity import translate
from sqlalchemy import select

from dashboard.domain.areas import Level
from dashboard.services.area_import import Fields, Outcome, import_areas
from dashboard.services.desk import Desk
from dashboard.store.areas import area_frame
from dashboard.store.engine import writing
from dashboard.store.models import Area
from geo.boundaries import BoundaryError
from geo.crs import from_wgs84
from tests.factories import DISTRICT, NOON, SOUTH, STEP, WEST, make_areas, make_report
from tests.integration.test_intake import all_cases, take

DAY = date(2026, 4, 1)
GRID = "410303001001001"


def write(folder: Path, rows: list[dict[str, Any]], name: str = "areas.geojson", crs: str = "EPSG:4326") -> Path:
    path = folder / name
    GeoDataFrame(rows, crs=crs).to_file(path)
    return path


def rows_of(level: Level) -> list[dict[str, Any]]:
    """The tiny district's areas of a level as a file would have them."""
    areas = make_areas()
    found = areas[areas["code"].str.len() == level]
    return [{"code": row.code, "name": row.name, "geometry": row.geometry} for row in found.itertuples()]


def bring_in(desk: Desk, path: Path, fields: Fields | None = None, **more: Any) -> Outcome:
    return import_areas(desk, path, fields or Fields(), more.pop("valid_from", DAY), NOON, **more)


def valid(desk: Desk, level: Level, day: date = DAY) -> GeoDataFrame:
    with desk.sessions.read() as session:
        return area_frame(session, day, [level])


def count(desk: Desk) -> int:
    with desk.sessions.read() as session:
        return len(session.scalars(select(Area.id)).all())


@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg", "areas.shp"])
def test_the_same_areas_again_change_nothing_in_any_format(desk, tmp_path, name):
    rows = rows_of(Level.SUBDISTRICT)
    people = make_areas().set_index("code")
    for row in rows:
        row |= {"homes": int(people.households[row["code"]]), "heads": int(people.residents[row["code"]])}
    outcome = bring_in(desk, write(tmp_path, rows, name), Fields(households="homes", residents="heads"))
    assert (outcome.new, outcome.changed, outcome.unchanged, outcome.ended) == (0, 0, 2, 0)


def test_changed_boundaries_take_effect_on_their_day_and_keep_their_identity(desk, tmp_path):
    before = valid(desk, Level.GRID).set_index("code")
    rows = rows_of(Level.GRID)
    edge = WEST + STEP * 0.5
    rows[0]["geometry"] = box(WEST, SOUTH, edge, SOUTH + STEP)
    rows[1]["geometry"] = box(edge, SOUTH, WEST + 2 * STEP, SOUTH + STEP)
    outcome = bring_in(desk, write(tmp_path, rows))
    after = valid(desk, Level.GRID).set_index("code")
    assert outcome.changed == len(rows)  # households are no longer said either
    assert after.area_id.equals(before.area_id)
    assert after.geometry[GRID].bounds[2] == pytest.approx(edge)
    assert valid(desk, Level.GRID, date(2026, 3, 31)).set_index("code").geometry[GRID].bounds[2] == WEST + STEP


def test_a_case_keeps_the_area_it_was_accepted_in(desk, tmp_path):
    take(desk, make_report())
    rows = [row for row in rows_of(Level.GRID) if row["code"] != GRID]
    rows[0]["geometry"] = box(WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP)
    outcome = bring_in(desk, write(tmp_path, rows))
    assert outcome.ended == 1
    assert all_cases(desk)[0].area_code == GRID


def test_without_a_parent_field_the_code_tells_the_parent(desk, tmp_path):
    rows = [*rows_of(Level.GRID)]
    bring_in(desk, write(tmp_path, rows))
    assert set(valid(desk, Level.GRID)["parent"]) == {row["code"][:-3] for row in rows}


BAD = {
    "is an orphan": lambda rows: rows[0].update(code="410303001009001", geometry=box(100, 20, 101, 21)),
    "does not begin with the code of the area it lies in": lambda rows: rows[0].update(code="410303001009001"),
    "the code occurs more than once": lambda rows: rows[0].update(code=rows[1]["code"]),
    "is not a code of 6, 9, 12, 15 or 18 digits": lambda rows: rows[0].update(code="41030300"),
    "has an invalid outline": lambda rows: rows[0].update(
        geometry=Polygon([(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)])
    ),
    "has no geometry": lambda rows: rows[0].update(geometry=Polygon()),
    "is a LineString, not a polygon": lambda rows: rows[0].update(geometry=LineString([(112, 34), (113, 34)])),
}


@pytest.mark.parametrize("message", BAD)
def test_an_error_keeps_everything_out(desk, tmp_path, message):
    rows, before = rows_of(Level.GRID), count(desk)
    BAD[message](rows)
    outcome = bring_in(desk, write(tmp_path, rows, "areas.gpkg"))
    assert outcome.is_refused
    assert any(message in finding.message for finding in outcome.findings if finding.severity == "error")
    assert count(desk) == before


def test_overlaps_gaps_and_overhang_are_told_with_their_size_and_do_not_forbid(desk, tmp_path):
    rows = rows_of(Level.GRID)
    rows[0]["geometry"] = translate(rows[0]["geometry"], 0, STEP / 10)  # out of its community, and a gap below
    rows[2]["geometry"] = rows[2]["geometry"].buffer(0.0005, join_style="mitre")  # over its neighbours
    outcome = bring_in(desk, write(tmp_path, rows), dry_run=True)
    told = " ".join(finding.message for finding in outcome.findings)
    assert not outcome.is_refused
    for words in ("overlap by", "lies outside its parent by", "has a gap between its children of"):
        assert words in told


def test_a_tolerance_leaves_slivers_unmentioned(desk, tmp_path):
    rows = rows_of(Level.GRID)
    rows[2]["geometry"] = rows[2]["geometry"].buffer(0.00001, join_style="mitre")  # about a metre
    path = write(tmp_path, rows)
    assert any("overlap" in finding.message for finding in bring_in(desk, path, dry_run=True).findings)
    tolerant = bring_in(desk, path, dry_run=True, tolerance=10_000.0)
    assert not any("overlap" in finding.message for finding in tolerant.findings)


def test_a_dry_run_changes_nothing(desk, tmp_path):
    before = count(desk)
    bring_in(desk, write(tmp_path, rows_of(Level.GRID)[1:]), dry_run=True)
    assert count(desk) == before


def test_coordinates_of_a_chinese_map_are_shifted_back(desk, tmp_path):
    areas = make_areas()
    district = areas[areas["code"] == DISTRICT].geometry.iloc[0]
    shifted = [from_wgs84(x, y, "gcj02") for x, y in district.exterior.coords]
    path = write(tmp_path, [{"code": DISTRICT, "name": "西工区", "geometry": Polygon(shifted)}])
    outcome = bring_in(desk, path, crs="gcj02")
    assert any("gcj02 was given and rules" in finding.message for finding in outcome.findings)
    assert valid(desk, Level.DISTRICT).geometry.iloc[0].equals_exact(district, 1e-6)


def test_a_metric_file_lands_in_its_place(desk, tmp_path):
    areas = make_areas()
    grids = areas[areas["code"].str.len() == Level.GRID][["code", "name", "geometry"]].to_crs("EPSG:4546")
    path = tmp_path / "metric.gpkg"
    grids.to_file(path)
    bring_in(desk, path)
    assert valid(desk, Level.GRID).geometry.iloc[0].equals_exact(rows_of(Level.GRID)[0]["geometry"], 1e-6)


def test_buildings_without_codes_are_numbered_in_their_grid_and_keep_their_number(desk, tmp_path):
    rows = [{"geometry": row["geometry"]} for row in reversed(rows_of(Level.BUILDING))]
    rows.append({"geometry": box(WEST + 0.008, SOUTH + 0.001, WEST + 0.0085, SOUTH + 0.002)})
    path = write(tmp_path, rows)
    outcome = bring_in(desk, path, Fields(level=Level.BUILDING))
    assert not outcome.is_refused
    codes = set(valid(desk, Level.BUILDING)["code"])
    assert codes == {row["code"] for row in rows_of(Level.BUILDING)} | {f"{GRID}003"}
    names = valid(desk, Level.BUILDING).set_index("code")["name"]
    assert names[f"{GRID}003"] == "3号楼"
    again = bring_in(desk, path, Fields(level=Level.BUILDING))
    assert (again.new, again.changed, again.unchanged) == (0, 0, len(rows))


def test_a_number_is_never_given_twice(desk, tmp_path):
    here = box(WEST + 0.008, SOUTH + 0.001, WEST + 0.0085, SOUTH + 0.002)
    there = translate(here, 0, 0.005)
    fields = Fields(level=Level.BUILDING)
    bring_in(desk, write(tmp_path, [{"geometry": here}]), fields)
    bring_in(desk, write(tmp_path, [{"geometry": there}], "later.geojson"), fields, valid_from=date(2026, 5, 1))
    (code,) = valid(desk, Level.BUILDING, date(2026, 5, 1))["code"]
    assert code == f"{GRID}004"


def test_what_lies_in_no_grid_is_left_out_and_said(desk, tmp_path):
    far = box(100, 20, 100.001, 20.001)
    path = write(tmp_path, [*({"geometry": row["geometry"]} for row in rows_of(Level.BUILDING)), {"geometry": far}])
    outcome = bring_in(desk, path, Fields(level=Level.BUILDING))
    assert any("1 lie in no grid and are left out" in finding.message for finding in outcome.findings)
    assert len(valid(desk, Level.BUILDING)) == len(rows_of(Level.BUILDING))


def test_a_bare_outline_becomes_the_configured_district(desk, tmp_path):
    outcome = bring_in(desk, write(tmp_path, [{"geometry": box(112, 34, 113, 35)}]), Fields(level=Level.DISTRICT))
    assert not outcome.is_refused
    (row,) = valid(desk, Level.DISTRICT).itertuples()
    assert (row.code, row.name) == (DISTRICT, desk.config.district.name.zh)


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        ("{", "cannot be read as GeoJSON, GeoPackage or Shapefile"),
        ('{"type": "FeatureCollection", "features": []}', "has no field 'code'"),
    ],
)
def test_a_file_that_is_none_says_so(desk, tmp_path, content, cure):
    path = tmp_path / "broken.geojson"
    path.write_text(content)
    with pytest.raises(BoundaryError, match=cure):
        bring_in(desk, path)


def test_a_missing_field_is_named_with_those_there_are(desk, tmp_path):
    path = write(tmp_path, rows_of(Level.GRID))
    with pytest.raises(BoundaryError, match=r"no field 'dm' for code; its fields are: code, name.*--level"):
        bring_in(desk, path, Fields(code="dm"))


def test_a_file_without_a_coordinate_system_asks_for_one(desk, tmp_path):
    path = write(tmp_path, rows_of(Level.GRID), "none.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(BoundaryError, match="--crs"):
        bring_in(desk, path)


def test_a_condition_chooses_features(desk, tmp_path):
    rows = rows_of(Level.GRID)
    path = write(tmp_path, [*rows, {"code": "road", "name": "路", "geometry": LineString([(112, 34), (113, 34)])}])
    assert bring_in(desk, path).is_refused
    assert not bring_in(desk, path, where="code <> 'road'").is_refused


def test_new_names_are_found_by_the_next_report(desk, tmp_path):
    rows = rows_of(Level.BUILDING)
    for row in rows:
        row["where"] = f"新华巷{row['code'][6:]}号"
    bring_in(desk, write(tmp_path, rows), Fields(address="where"), valid_from=date(2020, 1, 1))
    take(desk, make_report(text="新华巷001001001002号门前积水", x=None, y=None))
    assert all_cases(desk)[0].area_code.endswith("001002")
    with writing(desk.sessions, NOON) as session:
        assert session.scalars(select(Area.id)).all()
