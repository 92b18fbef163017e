"""Storing areas, names and context geometry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from dashboard.store.models import Area, Feature, Place, Post


def next_area_id(session: Session) -> int:
    """The first area id that was never given."""
    return (session.scalar(select(func.max(Area.area_id))) or 0) + 1


def insert_areas(session: Session, areas: GeoDataFrame, valid_from: date) -> None:
    """Store areas (columns area_id, code, name, parent, households, residents, properties, WGS 84 geometry)."""
    inner = shapely.point_on_surface(areas.geometry.to_numpy())
    rows = [
        {
            "area_id": int(row.area_id),
            "level": len(row.code),
            "code": row.code,
            "name": row.name,
            "parent": row.parent or None,
            "valid_from": valid_from,
            "valid_to": None,
            "households": int(row.households),
            "residents": int(row.residents),
            "longitude": float(point.x),
            "latitude": float(point.y),
            "geometry": shapely.to_wkb(row.geometry),
            "properties": row.properties,
        }
        for row, point in zip(areas.itertuples(), inner, strict=True)
    ]
    if rows:
        session.execute(insert(Area), rows)


def end_areas(session: Session, ids: Iterable[int], day: date) -> None:
    """Let periods of validity end; one that would end before it began is removed, as nobody has used it."""
    for row_id in ids:
        area = session.get_one(Area, row_id)
        if area.valid_from >= day:
            session.delete(area)
        else:
            session.execute(update(Area).where(Area.id == row_id).values(valid_to=day))
    session.flush()


def replace_places(session: Session, places: DataFrame) -> None:
    """Keep these names (columns kind, name, area_code, longitude, latitude) instead of what was kept."""
    session.execute(delete(Place))
    _insert(session, Place, places.to_dict("records"))


def replace_features(session: Session, features: GeoDataFrame) -> None:
    """Keep this context geometry (columns layer, kind, name, area_code, WGS 84 geometry) instead of what was kept."""
    session.execute(delete(Feature))
    rows = features.drop(columns="geometry").to_dict("records")
    shapes = shapely.to_wkb(features.geometry.to_numpy())
    _insert(session, Feature, [row | {"geometry": shape} for row, shape in zip(rows, shapes, strict=True)])


def insert_posts(session: Session, posts: Sequence[Mapping[str, Any]]) -> None:
    """Store posts of areas."""
    _insert(session, Post, posts)


def _insert(session: Session, model: type[Any], rows: Sequence[Mapping[Any, Any]]) -> None:
    if rows:
        session.execute(insert(model), list(rows))
