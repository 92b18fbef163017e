"""The list of cases behind a number: filters as an address writes them, rows as the list shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy.orm import Session

from dashboard.domain.access import Scope
from dashboard.domain.areas import AreaCodeError, is_within, level_of
from dashboard.domain.calendars import day_start
from dashboard.domain.measure_catalogue import BY_ID
from dashboard.domain.measures import Exclusion, Grouping, Part
from dashboard.domain.periods import read_period
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.live.faces import CaseFace
from dashboard.live.situation import Situation
from dashboard.services.measuring import windows
from dashboard.store.case_list import CaseFilter, Span, Total, case_rows, count_cases, with_places
from dashboard.store.measured.question import Question
from dashboard.store.measured.tallies import Behind

FACES = {
    "open": set(CaseFace),
    "breached": {CaseFace.BREACHED, CaseFace.VERY_LATE},
    **{face.value: {face} for face in (CaseFace.AT_RISK, CaseFace.ON_TRACK, CaseFace.PAUSED, CaseFace.CHECKED)},
    "very_late": {CaseFace.VERY_LATE},
}
RESULTS = ("due", "met", "late")
LOCATED = ("none", "here", "point", "no_point")
BEHIND = ("measure", "period", "by", "group", "part")
SORTABLE = ("number", "opened_at", "closed_at", "category", "severity", "stage", "area_code", "channel", "report_count")


@dataclass(frozen=True)
class Listing:
    """A list's filters, as read from its address; `given` are those that were understood, for the heading."""

    filter: CaseFilter
    given: dict[str, str]


def read_listing(
    search: str | None,
    scope: Scope,
    situation: Situation,
    categories: set[str],
    now: datetime,
    exclusions: Sequence[Exclusion] = (),
) -> Listing:
    """The filters of an address. What makes no sense is left out; the scope is never left.

    Args:
        exclusions: What the district leaves out of measures, for the cases behind one.
    """
    asked = {key: values[0] for key, values in parse_qs((search or "").lstrip("?")).items()}
    given: dict[str, str] = {}

    def keep(name: str, is_known: bool) -> str | None:
        if asked.get(name) and is_known:
            given[name] = asked[name]
            return asked[name]
        return None

    area = keep("area", _is_in(asked.get("area"), scope)) or scope.area
    clock = keep("clock", asked.get("clock") in set(ClockName))
    result = keep("result", clock is not None and asked.get("result") in RESULTS)
    face = keep("state", asked.get("state") in FACES)
    due = keep("due", clock is not None and _span(asked.get("due"), now) is not None)
    behind = _behind(asked, area, exclusions, now)
    for name in BEHIND:
        keep(name, behind is not None)
    return Listing(
        CaseFilter(
            area=area,
            opened=_span(keep("opened", _span(asked.get("opened"), now) is not None), now),
            closed=_span(keep("closed", _span(asked.get("closed"), now) is not None), now),
            category=keep("category", asked.get("category") in categories),
            channel=keep("channel", bool(asked.get("channel"))),
            stage=keep("stage", asked.get("stage") in set(Stage)),
            located=keep("located", asked.get("located") in LOCATED),
            clock=clock,
            result=result,
            due=_due(due, now),
            ids=_ids(situation, face, area) if face else None,
            text=keep("q", bool(asked.get("q"))),
            behind=behind,
        ),
        given,
    )


def _is_in(code: str | None, scope: Scope) -> bool:
    try:
        return code is not None and bool(level_of(code)) and is_within(code, scope.area)
    except AreaCodeError:
        return False


def _behind(asked: Mapping[str, str], area: str, exclusions: Sequence[Exclusion], now: datetime) -> Behind | None:
    """The cases behind a measure; only an address that says all of it means any."""
    span, by, part = read_period(asked.get("period"), now), asked.get("by"), asked.get("part")
    if asked.get("measure") not in BY_ID or span is None or by not in set(Grouping) or part not in set(Part):
        return None
    window, _ = windows(span, now)
    return Behind(Question(area, Grouping(by), window, exclusions), asked["measure"], Part(part), asked.get("group"))


def _span(text: str | None, now: datetime) -> Span | None:
    """A named period, a month, or one day."""
    if text is None:
        return None
    if found := read_period(text, now):
        return Span(found.start, found.end)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Span(day_start(day), day_start(day + timedelta(days=1)))


def _due(text: str | None, now: datetime) -> Span | None:
    """Clocks that were due in a period, up to now."""
    found = _span(text, now)
    return Span(found.start, min(found.end, now)) if found else None


def _ids(situation: Situation, face: str, area: str) -> list[int]:
    return [case.id for case in situation.within(area) if situation.faces[case.id].state in FACES[face]]


@dataclass(frozen=True)
class CasePage:
    """A stretch of the list, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: Total


def case_page(
    session: Session,
    listing: Listing,
    situation: Situation,
    names: Mapping[str, str],
    *,
    start: int,
    end: int,
    sort: Sequence[tuple[str, bool]] = (),
) -> CasePage:
    """Rows `start` to `end`. `sort` names columns and whether they run downwards."""
    order = [(column, down) for column, down in sort if column in SORTABLE] or [("opened_at", True)]
    wanted = with_places(session, listing.filter)
    total = count_cases(session, wanted)
    rows = case_rows(session, wanted, order, start, end - start, total)
    return CasePage([_row(row, situation, names) for row in rows], total)


def _row(row: Any, situation: Situation, names: Mapping[str, str]) -> dict[str, Any]:
    face = situation.faces.get(row.id)
    chain = [names.get(row.area_code[:length], "") for length in (9, 12) if len(row.area_code) >= length]
    return {
        "id": str(row.id),
        "number": row.number,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "category": row.category,
        "severity": row.severity,
        "stage": row.stage,
        "state": face.state.value if face else None,
        "due_at": face.clock.due_at if face and face.clock else None,
        "clock": face.clock.name.value if face and face.clock else None,
        "area": " ".join(part for part in chain if part),
        "place": row.place,
        "channel": row.channel,
        "report_count": row.report_count,
        "summary": row.summary,
        "unlocated": row.unlocated,
        "is_history": row.is_history,
    }
