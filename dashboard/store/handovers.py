"""Hand-over sheets as they are kept, and what was done in a span."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import subtree
from dashboard.store.handling import Handover
from dashboard.store.models import Case, CaseEvent

SHOWN = 10


def recent_handovers(session: Session, area: str) -> Sequence[Handover]:
    """The newest sheets of an area, newest first."""
    query = select(Handover).where(Handover.area_code == area).order_by(Handover.id.desc()).limit(SHOWN)
    return session.scalars(query).all()


def done_between(session: Session, area: str, since: datetime, now: datetime) -> Counter[str]:
    """Kind of event → how many were written down in an area after `since` and by now; imported history is left out.

    What was written at the instant of the last sheet stands on that one.
    """
    low, high = subtree(area)
    query = select(CaseEvent.kind, func.count()).join(Case, Case.id == CaseEvent.case_id)
    query = query.where(CaseEvent.recorded_at > since, CaseEvent.recorded_at <= now, Case.is_history.is_(False))
    query = query.where(Case.area_code >= low, Case.area_code < high).group_by(CaseEvent.kind)
    return Counter(dict(session.execute(query).all()))
