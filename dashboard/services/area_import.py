"""Boundaries from a file become the district's areas: all or nothing, with what is wrong with them said first."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from sqlalchemy.orm import Session

from dashboard.config.model import District
from dashboard.domain.areas import Level
from dashboard.services.area_codes import fill_names, number_areas
from dashboard.services.desk import Desk
from dashboard.store.area_writing import end_areas, insert_areas, next_area_id, replace_places
from dashboard.store.areas import all_places, area_frame, codes_ever, raise_areas_revision
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from geo.boundaries import (
    BoundaryError,
    Finding,
    findings,
    geometry_findings,
    parents_by_containment,
    read_boundaries,
    reading_findings,
)

CURE = {"code": "; say which with --code, or give --level and the codes are numbered"}
AREA_KINDS = {Level.SUBDISTRICT: "subdistrict", Level.COMMUNITY: "community"}


@dataclass(frozen=True)
class Fields:
    """Which fields of the file say what. Without `parent` the code's beginning or the place decides.

    A file without codes holds areas of one `level`, which are numbered within the areas they lie in.
    """

    code: str = "code"
    name: str = "name"
    parent: str | None = None
    households: str | None = None
    residents: str | None = None
    address: str | None = None
    level: Level | None = None


@dataclass(frozen=True)
class Outcome:
    """What an import found and did."""

    findings: list[Finding]
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether an error kept everything out."""
        return any(finding.severity == "error" for finding in self.findings)


def import_areas(
    desk: Desk,
    path: Path,
    fields: Fields,
    valid_from: date,
    now: datetime,
    *,
    crs: str | None = None,
    layer: str | None = None,
    where: str | None = None,
    tolerance: float = 50.0,
    dry_run: bool = False,
) -> Outcome:
    """Import one file of areas of any levels, in one transaction.

    Args:
        where: Which features of the file to take, as an SQL condition on its fields.
        tolerance: Square metres of gap, overlap or overhang that nobody minds.
        dry_run: Only say what would happen.

    Raises:
        BoundaryError: the file cannot be read, or lacks a field.
    """
    frame = read_boundaries(path, crs, layer, where)
    found = reading_findings(frame, crs)
    areas = _named(frame, fields, path)
    with writing(desk.sessions, now) as session:
        kept = area_frame(session, valid_from)
        if fields.level:
            areas, noted = _numbered(session, areas, kept, fields.level, desk.config.district)
            found += noted
            if Outcome(found).is_refused:
                return Outcome(found)
        areas["parent"] = _parents(areas, kept, fields)
        found += findings(_with_parents(areas, kept), desk.config.district.cell_crs, tolerance)
        outcome = Outcome(found)
        if not outcome.is_refused and not dry_run:
            outcome = _store(session, areas, kept, valid_from, found)
            announce(session, Announcement(ChangeKind.AREAS))
    return outcome


def _numbered(
    session: Session, areas: GeoDataFrame, kept: GeoDataFrame, level: Level, district: District
) -> tuple[GeoDataFrame, list[Finding]]:
    """Areas of one level with codes and names given to them, and what was left out."""
    unsound = list(geometry_findings(areas))
    if unsound:
        return areas, unsound
    if level is Level.DISTRICT:
        areas["code"] = district.code
    else:
        areas["code"] = number_areas(areas, level, kept, codes_ever(session, level))
    outside = areas["code"] == ""
    areas = areas[~outside].reset_index(drop=True)
    areas["name"] = fill_names(areas["name"], areas["code"], level, district.name.zh)
    if not outside.any():
        return areas, []
    above = Level(level - 3).name.lower()
    return areas, [Finding("warning", "", f"{outside.sum():,} lie in no {above} and are left out")]


def _named(frame: GeoDataFrame, fields: Fields, path: Path) -> GeoDataFrame:
    """Our columns from the file's fields."""
    if fields.level:
        frame = _without_codes(frame, fields)
    wanted = {"code": fields.code, "name": fields.name}
    optional = {"households": fields.households, "residents": fields.residents, "address": fields.address}
    for ours, theirs in (wanted | {k: v for k, v in optional.items() if v} | _given("parent", fields.parent)).items():
        if theirs not in frame.columns:
            known = ", ".join(str(name) for name in frame.columns if name != "geometry") or "none"
            raise BoundaryError(
                f"{path}: has no field {theirs!r} for {ours}; its fields are: {known}{CURE.get(ours, '')}"
            )
    numbers = {name: _numbers(frame, theirs) for name, theirs in optional.items() if name != "address"}
    addresses = frame[fields.address].astype(str) if fields.address else pd.Series("", frame.index)
    return GeoDataFrame(
        {
            "code": frame[fields.code].astype(str).str.strip(),
            "name": frame[fields.name].astype(str).str.strip(),
            "parent": frame[fields.parent].astype(str).str.strip() if fields.parent else "",
            **numbers,
            "properties": [{"address": address} if address else {} for address in addresses],
        },
        geometry=frame.geometry,
        crs="EPSG:4326",
    )


def _without_codes(frame: GeoDataFrame, fields: Fields) -> GeoDataFrame:
    """Stand-ins for the codes, and for names when there are none."""
    names = frame[fields.name].fillna("") if fields.name in frame.columns else ""
    rows = [f"row {number}" for number in range(1, len(frame) + 1)]
    return frame.assign(**{fields.code: rows, fields.name: names})


def _given(name: str, value: str | None) -> dict[str, str]:
    return {name: value} if value else {}


def _numbers(frame: GeoDataFrame, field: str | None) -> pd.Series:
    if field is None:
        return pd.Series(0, frame.index)
    return pd.to_numeric(frame[field], errors="coerce").fillna(0).astype(int)


def _parents(areas: GeoDataFrame, kept: GeoDataFrame, fields: Fields) -> pd.Series:
    """The parent each area has: as the file says, else the beginning of its code, else the area it lies in."""
    if fields.parent:
        return areas["parent"]
    known = set(areas["code"]) | set(kept["code"])
    by_code = areas["code"].str[:-3]
    orphans = ~by_code.isin(known) & (areas["code"].str.len() > Level.DISTRICT)
    parents = by_code.where(areas["code"].str.len() > Level.DISTRICT, "")
    for digits in sorted(areas.loc[orphans, "code"].str.len().unique()):
        above = kept[kept["code"].str.len() == digits - 3]
        chosen = orphans & (areas["code"].str.len() == digits)
        sound = areas[chosen & areas.geometry.is_valid & ~areas.geometry.is_empty & areas.geometry.notna()]
        if len(above) and len(sound):
            parents.loc[sound.index] = parents_by_containment(sound, above)
    return parents


def _with_parents(areas: GeoDataFrame, kept: GeoDataFrame) -> GeoDataFrame:
    """The new areas together with the kept ones they belong to, so that one check sees both."""
    needed = set(areas["parent"]) - set(areas["code"]) - {""}
    above = kept[kept["code"].isin(needed)]
    if above.empty:
        return areas[["code", "name", "parent", "geometry"]]
    both = pd.concat([above[["code", "name", "parent", "geometry"]], areas[["code", "name", "parent", "geometry"]]])
    return GeoDataFrame(both, crs="EPSG:4326").reset_index(drop=True)


def _store(
    session: Session, areas: GeoDataFrame, kept: GeoDataFrame, valid_from: date, found: list[Finding]
) -> Outcome:
    """New and changed areas get a new period, areas of the same levels that are missing end."""
    same_levels = kept[kept["code"].str.len().isin(areas["code"].str.len().unique())]
    merged = areas.merge(same_levels[["code", "id", "area_id"]], on="code", how="left", suffixes=("", "_kept"))
    merged["area_id"] = _identities(session, areas, merged["area_id"], same_levels)
    unchanged = _unchanged(areas, same_levels)
    fresh = merged[~unchanged.to_numpy()]
    ended = same_levels[~same_levels["code"].isin(areas.loc[unchanged, "code"])]
    end_areas(session, [int(number) for number in ended["id"]], valid_from)
    insert_areas(session, fresh, valid_from)
    refresh_names(session, valid_from)
    known = fresh["code"].isin(same_levels["code"])
    gone = ~same_levels["code"].isin(areas["code"])
    return Outcome(found, int((~known).sum()), int(known.sum()), int(unchanged.sum()), int(gone.sum()))


def _identities(session: Session, areas: GeoDataFrame, known: pd.Series, kept: GeoDataFrame) -> pd.Series:
    """The permanent identity of each area: that of its code, for a building else that of the footprint it stands on."""
    ids = known.copy()
    old = kept[kept["code"].str.len() == Level.BUILDING]
    lost = np.flatnonzero(ids.isna().to_numpy() & (areas["code"].str.len() == Level.BUILDING).to_numpy())
    if len(old) and len(lost):
        points = shapely.point_on_surface(areas.geometry.to_numpy()[lost])
        at, where = shapely.STRtree(old.geometry.to_numpy()).query(points, predicate="intersects")
        ids.iloc[lost[at]] = old["area_id"].to_numpy()[where]
    missing = ids.isna()
    ids[missing] = np.arange(missing.sum()) + next_area_id(session)
    return ids.astype(int)


def _unchanged(areas: GeoDataFrame, kept: GeoDataFrame) -> pd.Series:
    """Which areas say nothing new."""
    said = ("name", "households", "residents", "properties")
    old = {row.code: row for row in kept.itertuples()}

    def says_the_same(row: Any) -> bool:
        before = old.get(row.code)
        return (
            before is not None
            and before.geometry.normalize().equals_exact(row.geometry.normalize(), 1e-9)
            and all(getattr(before, key) == getattr(row, key) for key in said)
        )

    return pd.Series([says_the_same(row) for row in areas.itertuples()], index=areas.index, dtype=bool)


def refresh_names(session: Session, day: date) -> None:
    """Let the gazetteer know the names of areas and the addresses of buildings; other names stay as they are."""
    areas = area_frame(session, day)
    ours = [
        {"kind": kind, "name": name, "area_code": row.code, "longitude": row.longitude, "latitude": row.latitude}
        for row in areas.itertuples()
        for kind, name in _names(row.code, row.name, row.properties)
    ]
    others = [
        {"kind": p.kind, "name": p.name, "area_code": p.area_code, "longitude": p.longitude, "latitude": p.latitude}
        for p in all_places(session)
        if p.kind not in ("building", "community", "subdistrict")
    ]
    replace_places(session, pd.DataFrame([*ours, *others]))
    raise_areas_revision(session)


def _names(code: str, name: str, properties: dict[str, str]) -> list[tuple[str, str]]:
    """The names by which people mean an area: a community with and without 社区."""
    if len(code) == Level.BUILDING:
        return [("building", properties["address"])] if properties.get("address") else []
    kind = AREA_KINDS.get(Level(len(code)))
    short = name.removesuffix("街道").removesuffix("社区")
    return [(kind, text) for text in dict.fromkeys((name, short)) if len(text) > 1] if kind else []
