"""What a frame is made of: plain data for the browser, free of language. Instants are epoch milliseconds."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dashboard.domain.areas import Level, is_within
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.indicators import Band
from dashboard.domain.sla import CITIZEN_CLOCKS
from dashboard.live.faces import ORDER, CaseFace, OpenCase
from dashboard.live.picture import breaches, is_overdue
from dashboard.live.reference import Reference
from dashboard.live.situation import Situation, as_raw, count_children
from dashboard.store.counted import Counts

QUEUE_LENGTH, EVENTS_LENGTH = 30, 24  # as many as an ultra-wide wall has room for
HOUR = timedelta(hours=1)
SCALE = 100_000  # points are sent as whole 1e-5 degrees from the district's south-western corner
Json = dict[str, Any]


def kpi_part(
    situation: Situation, area: str, children: Sequence[str], today: Counter[str], reference: Reference | None
) -> Json:
    """The numbers of the strip, each with what it is compared with (None while that is not known).

    Open cases = those in `children` + those located no deeper than the area + unlocated ones + the `adjusted`: cases
    accepted in an area one level down that is no longer valid.
    """
    faces = situation.face_counts(area)
    cases = situation.within(area)
    before = reference.yesterday.get(area, Counter()) if reference else None
    states = reference.states_yesterday.get(area, Counter()) if reference else None
    return {
        "received": [today["received"], _get(before, "received")],
        "closed": [today["closed"], _get(before, "closed")],
        "open": [len(cases), _get(states, "open")],
        "at_risk": [faces[CaseFace.AT_RISK], _get(states, "at_risk")],
        "breached": [faces[CaseFace.BREACHED] + faces[CaseFace.VERY_LATE], _get(states, "breached")],
        "faces": {state.value: count for state, count in faces.items()},
        "rates": {name.value: _rate(name.value, today, before, reference, area) for name in CITIZEN_CLOCKS},
        "month": [_of(reference.month, area), _of(reference.year_before, area)] if reference else None,
        "pointed": sum(case.longitude is not None for case in cases),
        "unlocated": sum(case.unlocated is not None for case in cases),
        "only_here": sum(case.area_code == area and case.unlocated is None for case in cases) if children else 0,
        "adjusted": _adjusted(cases, area, children),
        "quarantined": [situation.quarantined[0], as_raw(situation.quarantined[1])],
        "uncounted": situation.uncounted,
        "down": sum(source.condition.is_down for source in situation.sources),
    }


def _adjusted(cases: Sequence[OpenCase], area: str, children: Sequence[str]) -> int:
    known, below = set(children), Level(len(area)).below
    if below is None:
        return 0
    return sum(len(case.area_code) >= below and case.area_code[:below] not in known for case in cases)


def _get(counts: Counter[str] | None, name: str) -> int | None:
    return None if counts is None else counts[name]


def _of(counts: Any, area: str) -> int:
    found: int = counts.get(area, Counter())["received"]
    return found


def _rate(
    name: str, today: Counter[str], before: Counter[str] | None, reference: Reference | None, area: str
) -> list[int | None]:
    """Met and due of today, of yesterday at this time, and of the last seven days."""
    week = reference.week.get(area, Counter()) if reference else None
    return [
        value
        for counts in (today, before, week)
        for value in (_get(counts, f"{name}_met"), _get(counts, f"{name}_due"))
    ]


def points_part(situation: Situation, area: str, corner: tuple[float, float], categories: dict[str, int]) -> Json:
    """The open cases with a point: ids as differences, places, states, severities and categories as numbers."""
    cases = sorted((case for case in situation.within(area) if case.longitude is not None), key=lambda case: case.id)
    ids = [case.id for case in cases]
    return {
        "id": [later - earlier for earlier, later in zip([0, *ids], ids, strict=False)],
        "x": [round((case.longitude - corner[0]) * SCALE) for case in cases if case.longitude is not None],
        "y": [round((case.latitude - corner[1]) * SCALE) for case in cases if case.latitude is not None],
        "s": "".join(str(ORDER[situation.faces[case.id].state]) for case in cases),
        "v": "".join({"normal": "0", "urgent": "1", "major": "2"}[case.severity] for case in cases),
        "c": [categories.get(case.category, 0) for case in cases],
    }


def queue_part(situation: Situation, area: str) -> Json:
    """The cases to be looked at first: the worst state, then the least time left."""
    cases = sorted(situation.within(area), key=lambda case: (situation.faces[case.id].order, case.id))
    return {"rows": [_queue_row(situation, case) for case in cases[:QUEUE_LENGTH]], "total": len(cases)}


def _queue_row(situation: Situation, case: OpenCase) -> list[Any]:
    face = situation.faces[case.id]
    clock = face.clock
    return [
        case.id,
        case.number,
        case.category,
        case.place,
        case.stage.value,
        face.state.value,
        clock.name.value if clock else None,
        as_raw(clock.started_at) if clock else None,
        as_raw(clock.due_at) if clock else None,
        int(face.is_paused),
        case.report_count if case.report_count > 1 else 0,
        case.area_code[: Level.SUBDISTRICT],
    ]


def events_part(situation: Situation, area: str) -> Json:
    """What happened last, written or brought about by time, newest first."""
    late = breaches(situation, situation.at - timedelta(hours=12))
    entries = [entry for entry in [*situation.feed, *late] if is_within(entry.area_code, area)]
    entries.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    return {
        "rows": [
            [e.id, as_raw(e.at), e.kind, e.area_code[: Level.COMMUNITY], e.category, e.number, e.detail]
            for e in entries[:EVENTS_LENGTH]
        ]
    }


def orders_part(situation: Situation, area: str) -> Json:
    """The instructions that wait for an answer: on an area, on what lies in it, and on what it lies in."""
    orders = [o for o in situation.orders if is_within(o.area_code, area) or is_within(area, o.area_code)]
    return {
        "rows": [
            [o.id, o.kind, o.number, o.category, o.area_code, o.text, o.by, as_raw(o.created_at), as_raw(o.due_at)]
            for o in orders
        ]
    }


def sources_part(situation: Situation, before: dict[str, int]) -> Json:
    """Channels with today's cases and reports, and the sources behind them."""
    return {
        "channels": {
            name: [received, reports, before.get(name)] for name, (reports, received) in situation.channels.items()
        },
        "sources": [
            [source.id, source.channel, source.condition.value, as_raw(source.last_success_at), source.warning]
            for source in situation.sources
        ],
        "polling": situation.is_polling,
    }


def values_part(values: list[int | None]) -> Json:
    """Values of the drawn areas in the order of their codes; mostly nothing, so index and value of the others."""
    if any(value is None for value in values) or sum(bool(value) for value in values) > len(values) / 2:
        return {"all": values}
    return {"some": [number for index, value in enumerate(values) if value for number in (index, value)]}


def trend_part(situation: Situation, area: str, bands: list[Band]) -> Json:
    """Cases of each hour of today, and what is usual."""
    start = day_start(shanghai_day(situation.at))
    passed = int((situation.at - start) / HOUR) + 1
    counts = [situation.today.get((area, start + hour * HOUR), Counter())["received"] for hour in range(passed)]
    return {
        "start": as_raw(start),
        "counts": counts if len(area) <= Level.COMMUNITY else [],
        "band": [[round(band.low, 1), round(band.middle, 1), round(band.high, 1)] for band in bands],
    }


def ranking_part(situation: Situation, level: Level, codes: Sequence[str], week: Counts) -> Json:
    """Per child: answers in time and answers due within seven days, open and overdue cases, cases of seven days."""
    opened = count_children(list(situation.cases.values()), level)
    late = [case for case in situation.cases.values() if is_overdue(situation.faces[case.id])]
    overdue = count_children(late, level)
    rows = []
    for code in codes:
        counts = week.get(code, Counter())
        rows.append(
            [code, counts["feedback_met"], counts["feedback_due"], opened[code], overdue[code], counts["received"]]
        )
    return {"rows": rows}
