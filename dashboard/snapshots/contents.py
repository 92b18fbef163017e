"""The data of a snapshot: gathered once, from what the screen shows, checked, and frozen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.snapshots import Edition, Kind
from dashboard.live.situation import Situation
from dashboard.runtime import Runtime
from dashboard.snapshots.areas import area_data
from dashboard.snapshots.bulletins import bulletin_data
from dashboard.snapshots.cases import case_data
from dashboard.snapshots.checks import lags, problems
from dashboard.snapshots.heads import head
from dashboard.snapshots.situation import situation_data
from dashboard.snapshots.wishes import Wish

Json = dict[str, Any]
Gatherer = Callable[[Runtime, Session, Situation, Wish], Json]
GATHERERS: dict[Kind, Gatherer] = {
    Kind.SITUATION: situation_data,
    Kind.CASE: case_data,
    Kind.AREA: area_data,
    Kind.DAILY: bulletin_data,
    Kind.WEEKLY: bulletin_data,
    Kind.MONTHLY: bulletin_data,
}
TRIES = 3


class ContentsError(Exception):
    """The data contradict one another, or are not what is known; nothing is printed from them."""


def contents(runtime: Runtime, wish: Wish, code: str) -> Json:
    """The data of a snapshot as of now.

    Parts are read one after another, so a case that comes in between may stand in one and not in the other: then all
    are read again.

    Raises:
        ContentsError: they never agreed.
    """
    wish = _without_house(wish)
    for _ in range(TRIES):
        data = _gathered(runtime, wish, code)
        if not (found := problems(data)):
            return data
    raise ContentsError("; ".join(found))


def _without_house(wish: Wish) -> Wish:
    """A redacted sheet of a case is one of its community: the code of a house is an address."""
    if wish.kind is Kind.CASE and wish.edition is Edition.REDACTED:
        return replace(wish, area=wish.area[: Level.COMMUNITY])
    return wish


def _gathered(runtime: Runtime, wish: Wish, code: str) -> Json:
    picture = runtime.picture
    if picture.situation.reference is None:
        picture.compare()
    picture.pass_time()
    situation = picture.situation
    with runtime.sessions.read() as session:
        if lags(session, picture, runtime.now()):
            raise ContentsError("the picture has stopped following the database")
        found = head(runtime, session, situation, wish, code)
        return found | GATHERERS[wish.kind](runtime, session, situation, wish)
