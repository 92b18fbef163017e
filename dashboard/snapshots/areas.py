"""The data of a 区域卡: one area down to a building, with who is responsible, what is open and what it was about."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.snapshots import Edition
from dashboard.live.situation import Situation
from dashboard.runtime import Runtime
from dashboard.snapshots.situation import situation_data
from dashboard.snapshots.wishes import Wish
from dashboard.store.areas import area_by_code, posts_of
from dashboard.store.case_list import building_history
from dashboard.store.subjects import received_by_category, received_by_place
from dashboard.viewmodels.figures import CLOSE_LEVELS

Json = dict[str, Any]
DAYS = 30
MOST_NAMED = 10


def area_data(runtime: Runtime, session: Session, situation: Situation, wish: Wish) -> Json:
    """Everything the card shows besides its head."""
    now = situation.at
    start = day_start(shanghai_day(now) - timedelta(days=DAYS - 1))
    area = area_by_code(session, wish.area, shanghai_day(now))
    is_building = len(wish.area) == Level.BUILDING
    has_places = not is_building and wish.edition is Edition.FULL
    found = situation_data(runtime, session, situation, wish)
    return found | {
        "card": {
            "properties": {name: area.properties.get(name) for name in ("compound", "levels")} if area else {},
            "posts": [
                [post.kind, post.organisation, post.is_vacant]
                for post in (posts_of(session, [area.area_id]) if area else ())
            ],
            "history": building_history(session, area.area_id, start) if area and is_building else None,
            "days": DAYS,
            "categories": received_by_category(session, wish.area, start, now),
            "places": received_by_place(session, wish.area, start, now, MOST_NAMED, at_least=2) if has_places else [],
            "levels": dict(zip(CLOSE_LEVELS, found["figures"]["levels"], strict=True)),
        }
    }
