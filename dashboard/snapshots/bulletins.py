"""The data of 日报, 周报 and 月通报: what was counted of a span that is over, beside the one before and a year ago."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from dashboard.domain.access import Scope
from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.measures import Grouping, Words
from dashboard.domain.periods import Period, PeriodName, period, written
from dashboard.domain.snapshots import Edition, Kind
from dashboard.live.faces import CaseFace
from dashboard.live.measures import Measure
from dashboard.live.situation import Situation, as_raw
from dashboard.runtime import Runtime
from dashboard.services.measuring import Asked, measure
from dashboard.snapshots.ground import ground_of, heat_data, map_data
from dashboard.snapshots.spans import last_over, span_of
from dashboard.snapshots.wishes import Wish
from dashboard.store.cells import cells_between
from dashboard.store.counted import counted
from dashboard.store.situation import hour_counts
from dashboard.store.sources import run_outcomes
from dashboard.store.subjects import received_by_category, received_by_channel, received_by_place, reports_by_channel
from dashboard.store.waiting import instructions_between
from dashboard.viewmodels.figures import Asked as TrendAsked
from dashboard.viewmodels.figures import trend
from dashboard.viewmodels.heat import Heat, breaks_of
from dashboard.viewmodels.measures import MeasureTable, Row, measure_table
from dashboard.viewmodels.view import PageView

Json = dict[str, Any]
COUNTS = ("received", "closed", "rejected")
RANKED_BY = ("closed_on_time", "feedback_on_time", "satisfied")
MOST_PLACES, MOST_LATE = 15, 40
LATE = (CaseFace.VERY_LATE, CaseFace.BREACHED)
MINIMUM_AT_PLACE = {Kind.DAILY: 2, Kind.WEEKLY: 3, Kind.MONTHLY: 5}


def bulletin_data(runtime: Runtime, session: Session, situation: Situation, wish: Wish) -> Json:
    """Everything the bulletin shows besides its head."""
    now, area = situation.at, wish.area
    span = _span_wished(wish, now)
    cut, full = span.cut_off(now), wish.edition is Edition.FULL
    return {
        "span": _span(span, now),
        "counts": _counts(session, area, span, now),
        "channels": _channels(session, area, span, now),
        "categories": _categories(session, area, span, now),
        "trend": _trend(session, area, span, now),
        "kpi": _open(situation, area),
        "late": _late(situation, wish.area, full),
        "measures": _measures(session, runtime, wish, span, now),
        "places": received_by_place(
            session, area, span.start, cut, MOST_PLACES, at_least=MINIMUM_AT_PLACE[wish.kind]
        ) if full else [],
        "orders": _orders(session, area, span, now, full),
        "uptime": run_outcomes(session, span.start, cut),
        "map": _map(runtime, session, situation, area, span, now),
    }  # fmt: skip


def _span_wished(wish: Wish, now: datetime) -> Period:
    if wish.is_rolling:
        return period(wish.period, now)
    return span_of(wish.kind, wish.day or last_over(wish.kind, shanghai_day(now)))


def _span(span: Period, now: datetime) -> Json:
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "cut_off": as_raw(span.cut_off(now)),
        "is_over": now >= span.end,
        "days": span.days,
    }


def _counts(session: Session, area: str, span: Period, now: datetime) -> Json:
    """Each count of the span, of as much of the one before, and of a year ago."""
    others = (span.previous(), span.year_before())
    spans = [(span.start, span.cut_off(now)), *((one.start, span.same_part(one, now)) for one in others)]
    found = [counted(session, [area], start, end)[area] for start, end in spans]
    return {name: [counts[name] for counts in found] for name in COUNTS}


def _channels(session: Session, area: str, span: Period, now: datetime) -> Json:
    """Channel → cases by their first report, all reports, and cases of the span before."""
    before = span.previous()
    here = received_by_channel(session, area, span.start, span.cut_off(now))
    there = received_by_channel(session, area, before.start, span.same_part(before, now))
    reports = reports_by_channel(session, area, span.first, span.last)
    names = sorted({*here, *there, *reports})
    return {name: [here.get(name, 0), reports.get(name, 0), there.get(name, 0)] for name in names}


def _categories(session: Session, area: str, span: Period, now: datetime) -> Json:
    before = span.previous()
    here = received_by_category(session, area, span.start, span.cut_off(now))
    there = received_by_category(session, area, before.start, span.same_part(before, now))
    return {name: [here.get(name, 0), there.get(name, 0)] for name in sorted({*here, *there})}


def _trend(session: Session, area: str, span: Period, now: datetime) -> Json:
    """Hours of a day; days of a longer span, with the usual band."""
    if span.days == 1:
        hours: Counter[int] = Counter()
        for (_, hour), counts in hour_counts(session, span.start, span.cut_off(now), [area]).items():
            hours[int((hour - span.start).total_seconds() // 3600)] += counts["received"]
        return {"hours": [hours[number] for number in range(24)], "days": None}
    drawn = trend(session, TrendAsked(area, PeriodName.MONTH, None), span, now)
    inside = [index for index, (day, _) in enumerate(drawn["days"]) if date.fromisoformat(day) >= span.first]
    return {"hours": None, "days": [drawn["days"][i] for i in inside], "band": [drawn["band"][i] for i in inside]}


def _open(situation: Situation, area: str) -> Json:
    """What is open at the instant of the bulletin, not at the end of its span."""
    faces = situation.face_counts(area)
    return {"open": len(situation.within(area)), "late": sum(faces[face] for face in LATE)}


def _late(situation: Situation, area: str, full: bool) -> list[Json]:
    """The late cases as of now, the longest late first."""
    found = [(case, situation.faces[case.id]) for case in situation.within(area)]
    late = sorted((pair for pair in found if pair[1].state in LATE), key=lambda pair: pair[1].order)
    return [
        {
            "number": case.number,
            "category": case.category,
            "place": case.place if full else None,
            "area": case.area_code if full else case.area_code[: Level.COMMUNITY],
            "clock": face.clock.name.value if face.clock else None,
            "due": as_raw(face.clock.due_at) if face.clock else None,
        }
        for case, face in late[:MOST_LATE]
    ]


def _measures(session: Session, runtime: Runtime, wish: Wish, span: Period, now: datetime) -> Json:
    """The very numbers of the page of measures: the whole, and the areas below by some of them."""
    named = wish.period.value if wish.is_rolling else written(span)
    asked = Asked(wish.area, named, Grouping.AREA)
    found = measure(session, runtime.desk, Scope(wish.area), asked, now)
    table = measure_table(session, runtime.desk, asked, found)
    language = wish.language
    return {
        "whole": {name: _cell(table.whole, name) for name in table.whole.cells},
        "rows": [
            {"kind": row.kind.value, "name": _said(row.name, language)} | {name: _cell(row, name) for name in RANKED_BY}
            for row in table.rows
        ],
        "reasons": _reasons(table, language),
        "words": {
            name: {
                "family": cell.measure.family.value,
                "name": _said(cell.measure.name, language),
                "formula": _said(cell.measure.formula, language),
                "note": _said(cell.measure.note, language) if cell.measure.note else "",
                "unit": cell.measure.unit.value,
            }
            for name, cell in table.whole.cells.items()
        },
    }


def _cell(row: Row, name: str) -> Json:
    cell = row.cells[name]
    return {
        "above": cell.tally.numerator,
        "below": cell.tally.denominator,
        "value": cell.value,
        "change": cell.change,
        "rank": cell.rank.place if cell.rank else None,
        "left_out": dict(cell.tally.left_out),
    }


def _reasons(table: MeasureTable, language: str) -> dict[str, str]:
    return {key: _said(words, language) for key, words in table.reasons.items()}


def _said(words: Words, language: str) -> str:
    return str(getattr(words, language))


def _orders(session: Session, area: str, span: Period, now: datetime, full: bool) -> list[Json]:
    """Instructions that were given in the span, answered in it, or are open now."""
    return [
        {
            "kind": one.kind,
            "text": one.text if full else "",
            "case": case.number if case is not None else None,
            "by": one.created_by,
            "at": as_raw(one.created_at),
            "due": as_raw(one.due_at),
            "answered_at": as_raw(one.answered_at),
        }
        for one, case in instructions_between(session, area, span.start, span.cut_off(now))
    ]


def _map(runtime: Runtime, session: Session, situation: Situation, area: str, span: Period, now: datetime) -> Json:
    """Where the cases of the span came from; no case of now is marked on it."""
    level = Level.GRID if len(area) < Level.GRID else Level.BUILDING
    found = map_data(runtime, session, situation, PageView(area, level, Measure.OPEN))
    cells = cells_between(session, day_start(span.first), span.cut_off(now) - timedelta(microseconds=1))
    district = runtime.config.district.code
    within = None if area == district else runtime.geometries.cells(area, runtime.today)
    shown = {cell: count for cell, count in cells.items() if within is None or cell in within}
    breaks = breaks_of(list(cells.values()))
    total = counted(session, [area], span.start, span.cut_off(now))[area]["received"]
    heat = Heat(
        cells=[f"{east}_{north}" for (east, north), count in shown.items() if count >= breaks[0]],
        classes=[
            int(np.searchsorted(breaks, count, side="right")) - 1 for count in shown.values() if count >= breaks[0]
        ],
        breaks=breaks,
        total=total,
        pointed=sum(shown.values()),
    )
    return found | {"heat": heat_data(heat, ground_of(runtime, found["area"])), "marks": []}
