"""Some of what goes on is told once more, by somebody else and through another channel: something to merge."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select

from dashboard.demo.people import Story, say, stories
from dashboard.domain.reports import Incoming
from dashboard.services.desk import Desk
from dashboard.services.intake import take_in
from dashboard.services.openings import Origin
from dashboard.store.engine import writing
from dashboard.store.models import Case

LATELY = timedelta(hours=24)
ONE_IN, TELLERS = 6, ("board", "grid", "agents")
"""Of so many cases one is told again, through one of these."""


def tell_again(desk: Desk, now: datetime) -> int:
    """Take in further reports of some of the newest open cases, of each once. What is alike joins, what may be is
    suggested. Returns how many were told."""
    known = {story.category: story for story in stories()}
    with desk.sessions.read() as session:
        query = select(Case.id, Case.category, Case.channel, Case.place, Case.longitude, Case.latitude)
        query = query.where(Case.is_open.is_(True), Case.opened_at > now - LATELY, Case.longitude.is_not(None))
        chosen = [row for row in session.execute(query) if row.id % ONE_IN == 0 and row.category in known]
    retold = [_told(row, known[row.category], now) for row in chosen]
    for channel, found in groupby(sorted(retold, key=lambda one: str(one.channel)), lambda one: str(one.channel)):
        origin = Origin(channel, channel, "EPSG:4326", now - LATELY, now)
        with writing(desk.sessions, now) as session:
            take_in(session, desk, origin, list(found), [], now)
    return len(retold)


def _told(row: Any, story: Story, now: datetime) -> Incoming:
    """The same trouble in other words."""
    number = row.id // ONE_IN
    channel = next(_others(row.channel, number))
    return Incoming(
        external_id=f"R{row.id}",
        text=say(story, row.place, channel, (number, number + 1, number, number + 1)),
        category=row.category,
        source_at=now - timedelta(seconds=20),
        x=row.longitude,
        y=row.latitude,
        address=row.place,
        channel=channel,
    )


def _others(channel: str, number: int) -> Iterator[str]:
    """The tellers but the channel that has told it, beginning somewhere."""
    turned = (*TELLERS[number % len(TELLERS) :], *TELLERS[: number % len(TELLERS)])
    return (teller for teller in turned if teller != channel)
