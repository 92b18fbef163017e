"""How each source is: fresh, stale, failing or never heard of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.config.sources import BaseSource
from dashboard.store.operations import SourceState


class SourceCondition(StrEnum):
    """What the light beside a source says."""

    FRESH = "fresh"
    STALE = "stale"
    FAILING = "failing"
    STOPPED = "stopped"
    UNKNOWN = "unknown"

    @property
    def is_down(self) -> bool:
        """Whether what the source has to say is missing from today's numbers."""
        return self in (SourceCondition.STALE, SourceCondition.FAILING, SourceCondition.STOPPED)


@dataclass(frozen=True)
class SourceHealth:
    """One source as the wall shows it."""

    id: str
    channel: str
    condition: SourceCondition
    last_success_at: datetime | None
    stale_at: datetime | None
    warning: str | None


def health_of(sources: Sequence[BaseSource], states: Mapping[str, SourceState], now: datetime) -> list[SourceHealth]:
    """The health of every configured source. A source that fails is shown as such at once, before it is stale."""
    return [_health(source, states.get(source.id), now) for source in sources]


def _health(source: BaseSource, state: SourceState | None, now: datetime) -> SourceHealth:
    if state is None or (state.last_success_at is None and state.failing_since is None):
        return SourceHealth(source.id, source.channel, SourceCondition.UNKNOWN, None, None, None)
    stale_at = state.last_success_at + source.stale_after if state.last_success_at else None
    return SourceHealth(
        source.id, source.channel, _condition(state, stale_at, now), state.last_success_at, stale_at, state.warning
    )


def _condition(state: SourceState, stale_at: datetime | None, now: datetime) -> SourceCondition:
    if state.awaits_acceptance:
        return SourceCondition.STOPPED
    if stale_at is None or now >= stale_at:
        return SourceCondition.STALE if state.last_success_at else SourceCondition.FAILING
    return SourceCondition.FAILING if state.failing_since else SourceCondition.FRESH
