"""How many people live where."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, subtree
from dashboard.store.areas import valid_on
from dashboard.store.models import Area


def residents_of(session: Session, area: str, level: Level, day: date) -> dict[str, int]:
    """Code → residents of the areas of a level within an area, valid on a day."""
    low, high = subtree(area)
    query = select(Area.code, Area.residents).where(
        Area.level == level, Area.code >= low, Area.code < high, valid_on(day)
    )
    return dict(session.execute(query).all())
