"""Reading files of boundaries and finding what is wrong with them before anything is imported."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas
import shapely
from geopandas import GeoDataFrame
from pandas import Series

from geo.coverage import Misfit, gaps, outside_parents, overlaps
from geo.crs import CHINESE, shapes_to_wgs84

CODE_DIGITS = (6, 9, 12, 15, 18)


class BoundaryError(ValueError):
    """A file that cannot be read as boundaries; the message says why and what to do."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; an error forbids the import, a warning does not."""

    severity: str
    code: str
    message: str


def read_boundaries(
    path: Path, crs: str | None = None, layer: str | None = None, where: str | None = None
) -> GeoDataFrame:
    """The file's shapes in WGS 84 degrees, with its fields; `attrs` has the file's own `file_crs` and `notes`.

    Args:
        crs: What the coordinates really are; overrides the file. `gcj02` and `bd09` no file can say by itself.
        where: Which features to take, as an SQL condition on the fields.

    Raises:
        BoundaryError: not readable, or without a coordinate system.
    """
    try:
        with warnings.catch_warnings(record=True) as notes:
            warnings.simplefilter("always")
            frame = geopandas.read_file(path, layer=layer, where=where, engine="pyogrio")
    except Exception as error:
        raise BoundaryError(f"{path}: cannot be read as GeoJSON, GeoPackage or Shapefile: {error}") from error
    if not isinstance(frame, GeoDataFrame):
        raise BoundaryError(f"{path}: holds no geometry; name the right layer with --layer")
    if crs is None and frame.crs is None:
        raise BoundaryError(
            f"{path}: does not say its coordinate system; give it with --crs, such as EPSG:4490 or gcj02"
        )
    source = crs or frame.crs.to_string()
    shapes = shapes_to_wgs84(shapely.force_2d(frame.geometry.to_numpy()), source)
    read = GeoDataFrame(frame.drop(columns=frame.geometry.name), geometry=shapes, crs="EPSG:4326")
    read.attrs["notes"] = sorted({str(note.message) for note in notes})
    read.attrs["file_crs"] = frame.crs.to_string() if frame.crs else None
    return read


def reading_findings(frame: GeoDataFrame, crs: str | None) -> list[Finding]:
    """What the reading itself showed: the coordinate system that rules, and what the file's format complained of."""
    noted = [Finding("warning", "", note) for note in frame.attrs.get("notes", ())]
    return [*noted, *_crs_findings(frame.attrs.get("file_crs"), crs)]


def _crs_findings(frame_crs: str | None, crs: str | None) -> list[Finding]:
    if crs and frame_crs and crs.lower() != frame_crs.lower():
        return [Finding("warning", "", f"the file says {frame_crs}, but {crs} was given and rules")]
    if not crs and frame_crs == "EPSG:4326":
        names = " or ".join(CHINESE)
        return [Finding("warning", "", f"taken as WGS 84 as the file says; maps from Chinese providers are {names}")]
    return []


def parents_by_containment(areas: GeoDataFrame, parents: GeoDataFrame) -> Series:
    """For each area the code of the parent that holds its inner point, "" when none does."""
    tree = shapely.STRtree(parents.geometry.to_numpy())
    points = shapely.point_on_surface(areas.geometry.to_numpy())
    at, parent = tree.query(points, predicate="intersects")
    found = Series("", index=areas.index, dtype=object)
    found.iloc[at[::-1]] = parents["code"].to_numpy()[parent[::-1]]
    return found


def findings(areas: GeoDataFrame, metric_crs: str, tolerance: float) -> list[Finding]:
    """Everything wrong with a set of areas: columns `code`, `parent`, `name`, WGS 84 geometry.

    Args:
        tolerance: Square metres of overlap, gap or overhang that nobody minds.
    """
    found = [*_codes(areas), *geometry_findings(areas)]
    if any(finding.severity == "error" for finding in found):
        return found  # what follows needs sound shapes
    metric = areas.to_crs(metric_crs)
    levels = {digits: metric[metric["code"].str.len() == digits] for digits in CODE_DIGITS}
    for digits, level in levels.items():
        found += _fit(overlaps(level, tolerance))
        above = levels.get(digits - 3)
        if above is None or above.empty or digits == CODE_DIGITS[-1]:
            continue  # buildings neither fill a grid nor keep within it
        found += _fit(outside_parents(level, above, tolerance))
        found += _fit(gaps(level, above, tolerance))
    return found


def _codes(areas: GeoDataFrame) -> Iterable[Finding]:
    codes = areas["code"]
    for code in codes[~codes.str.fullmatch(r"\d+") | ~codes.str.len().isin(CODE_DIGITS)]:
        yield Finding("error", code, "is not a code of 6, 9, 12, 15 or 18 digits")
    for code in codes[codes.duplicated()].unique():
        yield Finding("error", code, "the code occurs more than once")
    known = set(codes)
    top = codes.str.len().min()
    for code, parent in zip(codes, areas["parent"], strict=True):
        if len(code) > top and parent not in known:
            yield Finding("error", code, f"is an orphan: its parent {parent or 'area'} is not there")
        elif len(code) > top and not code.startswith(parent):
            yield Finding("error", code, f"does not begin with the code of the area it lies in, {parent}")


def geometry_findings(areas: GeoDataFrame) -> Iterable[Finding]:
    """Shapes that cannot be areas."""
    for code, shape in zip(areas["code"], areas.geometry, strict=True):
        if shape is None or shape.is_empty:
            yield Finding("error", code, "has no geometry")
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            yield Finding("error", code, f"is a {shape.geom_type}, not a polygon")
        elif not shape.is_valid:
            yield Finding("error", code, f"has an invalid outline: {shapely.is_valid_reason(shape)}")


def _fit(misfits: Iterable[Misfit]) -> list[Finding]:
    words = {
        "overlap": "overlap by",
        "outside": "lies outside its parent by",
        "gap": "has a gap between its children of",
    }
    return [
        Finding("warning", " × ".join(misfit.codes), f"{words[misfit.kind]} {misfit.square_metres:,.0f} m²")
        for misfit in misfits
    ]
