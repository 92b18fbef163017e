"""The page of sources: how each is, what it brought lately, and what waits in the quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dashboard.config.sources import BaseSource
from dashboard.live.health import SourceHealth, health_of
from dashboard.services.answers import KIND as ANSWER
from dashboard.store.handling import Delivery
from dashboard.store.operations import Quarantined, Run, SourceState, uncounted_rows
from dashboard.store.outbox import unsent_messages
from dashboard.store.sources import (
    Quality,
    qualities,
    quarantined,
    recent_runs,
    source_states,
    waiting_in_quarantine,
)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class SourceRow:
    """One source with its health, its quality over a day, and what waits."""

    source: BaseSource
    health: SourceHealth
    state: SourceState | None
    quality: Quality
    waiting: int


@dataclass(frozen=True)
class SourcePage:
    """Everything the page shows."""

    rows: list[SourceRow]
    runs: Sequence[Run]
    quarantine: Sequence[Quarantined]
    unsent: Sequence[Delivery]
    """Notices and snapshots that did not reach their receivers."""
    uncounted: int
    """Rows of an unfinished import of past cases; they stand in no number yet."""


def source_page(session: Session, sources: Sequence[BaseSource], now: datetime) -> SourcePage:
    """The page as of now."""
    states = source_states(session)
    health = {found.id: found for found in health_of(sources, states, now)}
    quality, waiting = qualities(session, now - DAY), waiting_in_quarantine(session)
    rows = [
        SourceRow(
            source,
            health[source.id],
            states.get(source.id),
            quality.get(source.id, Quality()),
            waiting.get(source.id, (0, now))[0],
        )
        for source in sources
    ]
    return SourcePage(
        rows,
        recent_runs(session, limit=60),
        quarantined(session, limit=60),
        unsent_messages(session, ANSWER, limit=60),
        uncounted_rows(session),
    )
