"""Questions about areas, posts, names and context geometry."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import geopandas
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, subtree
from dashboard.store.models import Area, Feature, Place, Post
from dashboard.store.schema import read_mark, write_mark

AREAS_REVISION = "areas_revision"


def valid_on(day: date) -> ColumnElement[bool]:
    """The condition that an area is valid on a day."""
    return and_(Area.valid_from <= day, or_(Area.valid_to.is_(None), Area.valid_to > day))


def area_frame(session: Session, day: date, levels: Sequence[Level] = tuple(Level)) -> GeoDataFrame:
    """Areas valid on a day with geometry (WGS 84): all columns of the table but its id."""
    query = select(Area.__table__).where(Area.level.in_(levels), valid_on(day)).order_by(Area.code)
    return _frame(session, query)


def children_frame(session: Session, parent: str, level: Level, day: date) -> GeoDataFrame:
    """Areas of one level below `parent` valid on a day."""
    low, high = subtree(parent)
    query = select(Area.__table__).where(Area.level == level, Area.code >= low, Area.code < high, valid_on(day))
    return _frame(session, query.order_by(Area.code))


def feature_frame(session: Session, layers: Sequence[str]) -> GeoDataFrame:
    """Context geometry of some layers (WGS 84)."""
    return _frame(session, select(Feature.__table__).where(Feature.layer.in_(layers)).order_by(Feature.id))


def _frame(session: Session, query: Select[Any]) -> GeoDataFrame:
    rows = pd.DataFrame(session.execute(query).mappings().all(), columns=[c.name for c in query.selected_columns])
    shapes = shapely.from_wkb(rows.pop("geometry").to_numpy())
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def area_by_code(session: Session, code: str, day: date) -> Area | None:
    """The area that bears a code on a day."""
    return session.scalar(select(Area).where(Area.code == code, valid_on(day)))


def child_codes(session: Session, area: str, day: date) -> list[str]:
    """Codes one level below an area, valid on a day."""
    (low, high), below = subtree(area), Level(len(area)).below
    query = select(Area.code).where(Area.level == below, Area.code >= low, Area.code < high, valid_on(day))
    return list(session.scalars(query.order_by(Area.code)))


def child_names(session: Session, area: str, level: Level, day: date) -> dict[str, str]:
    """Code → name of the areas of one level within an area, valid on a day, in the order of their codes."""
    low, high = subtree(area)
    query = select(Area.code, Area.name).where(Area.level == level, Area.code >= low, Area.code < high, valid_on(day))
    return dict(session.execute(query.order_by(Area.code)).all())


def child_points(session: Session, area: str, level: Level, day: date) -> list[tuple[str, float, float]]:
    """Name, longitude and latitude (WGS 84) of the areas of one level within an area, valid on a day."""
    low, high = subtree(area)
    query = select(Area.name, Area.longitude, Area.latitude).where(
        Area.level == level, Area.code >= low, Area.code < high, valid_on(day)
    )
    return [(name, longitude, latitude) for name, longitude, latitude in session.execute(query.order_by(Area.code))]


def codes_ever(session: Session, level: Level) -> list[str]:
    """Every code of a level that was ever given."""
    return list(session.scalars(select(Area.code).where(Area.level == level).distinct()))


def area_names(session: Session, day: date, deepest: Level = Level.GRID) -> dict[str, str]:
    """Code → name of all areas down to a level, valid on a day."""
    query = select(Area.code, Area.name).where(Area.level <= deepest, valid_on(day))
    return dict(session.execute(query).all())


def names_ever(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """Code → its newest name, of areas that may not be valid any more."""
    query = select(Area.code, Area.name).where(Area.code.in_(codes)).order_by(Area.code, Area.valid_from)
    return dict(session.execute(query).all())


def posts_of(session: Session, area_ids: Sequence[int]) -> Sequence[Post]:
    """The posts of areas."""
    return session.scalars(select(Post).where(Post.area_id.in_(area_ids)).order_by(Post.id)).all()


def all_places(session: Session) -> Sequence[Place]:
    """Every known name."""
    return session.scalars(select(Place)).all()


def places_like(session: Session, text: str, limit: int) -> Sequence[Place]:
    """Names that hold a text, the shortest first; what stands for anything in SQL stands for itself here."""
    query = select(Place).where(Place.name.contains(text, autoescape=True))
    return session.scalars(query.order_by(func.length(Place.name), Place.name).limit(limit)).all()


def areas_revision(session: Session) -> str:
    """Changes whenever areas or names are imported."""
    return read_mark(session, AREAS_REVISION) or ""


def raise_areas_revision(session: Session) -> None:
    """Say that areas or names were imported."""
    write_mark(session, AREAS_REVISION, str(int(areas_revision(session) or 0) + 1))


def count_areas(session: Session) -> int:
    """How many areas there are, in all periods."""
    return session.scalar(select(func.count()).select_from(Area)) or 0
