"""The card of one building: who lives there, who is responsible, what is open and what was."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.live.faces import Face, OpenCase
from dashboard.live.situation import Situation
from dashboard.store.areas import area_by_code, posts_of
from dashboard.store.case_list import building_history

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class PostRow:
    """A post, and whether somebody holds it. A vacant one is done by the level above."""

    kind: str
    organisation: str
    is_vacant: bool


@dataclass(frozen=True)
class BuildingCard:
    """What the card shows."""

    code: str
    name: str
    compound: str
    grid: str
    levels: int | None
    households: int
    residents: int
    posts: list[PostRow]
    open: list[tuple[OpenCase, Face]]
    month_opened: int
    month_closed: int
    total: int


def building_card(session: Session, situation: Situation, code: str, today: date, now: datetime) -> BuildingCard | None:
    """The card of a building, None when there is no such building."""
    area = area_by_code(session, code, today)
    grid = area_by_code(session, code[: Level.GRID], today)
    if area is None or area.level != Level.BUILDING:
        return None
    total, opened, closed = building_history(session, area.area_id, now - MONTH)
    posts = posts_of(session, [area.area_id, *([grid.area_id] if grid else [])])
    cases = [(case, situation.faces[case.id]) for case in situation.within(code)]
    return BuildingCard(
        code=code,
        name=area.properties.get("address") or area.name,
        compound=area.properties.get("compound", ""),
        grid=grid.name if grid else "",
        levels=area.properties.get("levels"),
        households=area.households,
        residents=area.residents,
        posts=[PostRow(post.kind, post.organisation, post.is_vacant) for post in posts if post.kind != "secretary"],
        open=sorted(cases, key=lambda pair: pair[1].order),
        month_opened=opened,
        month_closed=closed,
        total=total,
    )
