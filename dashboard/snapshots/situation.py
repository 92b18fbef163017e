"""The data of a 态势快照: the very parts that the page's live frames consist of, and the map."""

import json
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.periods import PeriodName
from dashboard.domain.snapshots import Edition
from dashboard.live.frames import View
from dashboard.live.situation import Situation
from dashboard.runtime import Runtime
from dashboard.snapshots.ground import map_data
from dashboard.snapshots.wishes import Wish
from dashboard.store.situation import channel_counts, channel_counts_until
from dashboard.viewmodels.figures import Asked

Json = dict[str, Any]


def situation_data(runtime: Runtime, session: Session, situation: Situation, wish: Wish) -> Json:
    """Everything the document shows besides its head."""
    view = wish.view
    encoded = runtime.frames.parts(View(view.area, view.level, view.measure), situation)
    parts = {name: json.loads(encoded[name].text) for name in ("kpi", "queue", "trend", "ranking")}
    figures = runtime.figures.of(Asked(view.area, view.period, view.category))
    parts |= figures.get("parts") or {}
    if wish.edition is Edition.REDACTED:
        parts["queue"] = _without_places(parts["queue"], situation)
    return {
        **parts,
        "figures": {name: value for name, value in figures.items() if name != "parts"},
        "channels": _channels(session, situation, view.area) if _has_channels(wish) else None,
        "map": map_data(runtime, session, situation, view, redacted=wish.edition is Edition.REDACTED),
    }


def _has_channels(wish: Wish) -> bool:
    """Channels are counted down to the community, for today, and not by category."""
    return len(wish.area) <= Level.COMMUNITY and wish.category is None and wish.period is PeriodName.TODAY


def _channels(session: Session, situation: Situation, area: str) -> Json:
    """Channel → cases and reports of today, and for the district cases of yesterday up to this time."""
    today = shanghai_day(situation.at)
    now = channel_counts(session, area, today)
    before = channel_counts_until(session, today, situation.at) if len(area) == Level.DISTRICT else None
    return {
        channel: [*reversed(now.get(channel, (0, 0))), None if before is None else before.get(channel, 0)]
        for channel in sorted({*now, *(before or {})})
    }


def _without_places(queue: Json, situation: Situation) -> Json:
    """The queue with communities instead of addresses."""
    areas = {case.number: case.area_code[: Level.COMMUNITY] for case in situation.cases.values()}
    rows = [[*row[:3], None, *row[4:], areas.get(row[1], row[11])] for row in queue["rows"]]
    return queue | {"rows": rows}
