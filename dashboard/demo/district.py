"""The synthetic district in the database: areas, names, context geometry and posts."""

from datetime import date
from typing import Any

import numpy as np
from geopandas import GeoDataFrame
from sqlalchemy.orm import Session

from dashboard.demo.city import City
from dashboard.domain.areas import Level
from dashboard.store.area_writing import insert_areas, insert_posts, replace_features, replace_places
from dashboard.store.areas import raise_areas_revision
from dashboard.store.changes import Announcement, ChangeKind, announce

VALID_FROM = date(2020, 1, 1)
POSTS = {
    Level.DISTRICT: ("区委", ("secretary",)),
    Level.SUBDISTRICT: ("街道党工委", ("secretary",)),
    Level.COMMUNITY: ("社区党委", ("secretary",)),
    Level.GRID: ("网格党支部", ("secretary", "grid_member")),
    Level.BUILDING: ("楼栋党小组", ("building_lead",)),
}
VACANT = {"grid_member": 0.02, "building_lead": 0.12}


def write_district(session: Session, city: City, seed: int) -> None:
    """Store the whole district."""
    areas = city.areas.copy()
    areas["area_id"] = np.arange(1, len(areas) + 1)
    insert_areas(session, areas, VALID_FROM)
    replace_features(session, city.features)
    replace_places(session, city.places)
    insert_posts(session, _posts(areas, np.random.default_rng(seed)))
    raise_areas_revision(session)
    announce(session, Announcement(ChangeKind.AREAS))


def _posts(areas: GeoDataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The party organisation of each area and its posts; some are vacant."""
    return [
        {
            "area_id": int(row.area_id),
            "kind": kind,
            "organisation": _organisation(row.name, Level(len(row.code))),
            "is_vacant": bool(rng.random() < VACANT.get(kind, 0)),
        }
        for row in areas.itertuples()
        for kind in POSTS[Level(len(row.code))][1]
    ]


def _organisation(name: str, level: Level) -> str:
    suffix = POSTS[level][0]
    bare = name.removesuffix("区" if level is Level.DISTRICT else "街道").removesuffix("社区")
    return f"{bare}{suffix}"
