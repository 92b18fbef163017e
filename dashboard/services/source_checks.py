"""What many reports of one source tell about it that a single one cannot."""

from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.domain.calendars import shanghai_day
from dashboard.services.desk import Desk
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.models import Report
from dashboard.store.operations import SourceState
from geo.datum import Offset, median_offset

LOOKED_AT = 400  # newest reports of a source


def check_datums(desk: Desk, now: datetime) -> dict[str, Offset]:
    """Warn about sources whose points lie away from the places their texts name, all in one direction."""
    with desk.sessions.read() as session:
        sources = session.scalars(select(SourceState.id)).all()
        found = {source: _offset(session, desk, source, now) for source in sources}
    with writing(desk.sessions, now) as session:  # nobody waits for the looking
        for state in session.scalars(select(SourceState).where(SourceState.id.in_(sources))):
            warning = _warning(found[state.id])
            if state.warning != warning:
                state.warning = warning
                announce(session, Announcement(ChangeKind.SOURCE, source=state.id))
    return found


def _offset(session: Session, desk: Desk, source: str, now: datetime) -> Offset:
    atlas = desk.atlases.current(session, shanghai_day(now))
    query = select(Report.text, Report.address, Report.longitude, Report.latitude).where(
        Report.source == source, Report.longitude.is_not(None), Report.original_point.is_not(None)
    )
    pairs = []
    for text, address, longitude, latitude in session.execute(query.order_by(Report.id.desc()).limit(LOOKED_AT)):
        if place := atlas.named_point(f"{address or ''} {text}"):
            pairs.append(((longitude, latitude), place))
    points = np.array([point for point, _ in pairs], float).reshape(-1, 2)
    places = np.array([place for _, place in pairs], float).reshape(-1, 2)
    return median_offset(points, places, desk.config.district.cell_crs)


def _warning(offset: Offset) -> str | None:
    if not offset.is_suspicious:
        return None
    return f"datum:{offset.metres:.0f}:{offset.pairs}"
