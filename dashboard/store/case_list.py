"""Lists of cases: one set of filters for screen and export."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, func, or_, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, subtree
from dashboard.domain.stages import Stage
from dashboard.store.count_tables import CATEGORIES, DEEPEST, MONTHS
from dashboard.store.counted import in_category
from dashboard.store.measured.tallies import Behind, cases_behind
from dashboard.store.models import ONLY_DISTRICT, Case, ClockRow

COLUMNS = (
    Case.id, Case.number, Case.opened_at, Case.closed_at, Case.category, Case.severity, Case.stage, Case.area_code,
    Case.place, Case.channel, Case.report_count, Case.summary, Case.unlocated, Case.is_history,
)  # fmt: skip
EXPORTED_AT_ONCE = 2_000
COUNTED_TO = 10_000  # who wants a longer list wants a filter
NUMBER = re.compile(r"[A-Z]+\d{6}-\d{4,}")  # see `store.cases.case_number`


class Total(NamedTuple):
    """How many cases a list has; with `is_longer` there are more than that, and nobody counted them."""

    cases: int
    is_longer: bool = False


@dataclass(frozen=True)
class Span:
    """A time, its end not included."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class CaseFilter:
    """Which cases. `ids` are those that show a state now, `behind` those behind a measure, `places` the names that hold
    the text, where they have been looked up before; merged cases are never listed."""

    area: str
    opened: Span | None = None
    closed: Span | None = None
    category: str | None = None
    channel: str | None = None
    stage: str | None = None
    located: str | None = None
    clock: str | None = None
    result: str | None = None
    due: Span | None = None
    ids: Sequence[int] | None = None
    text: str | None = None
    places: Sequence[str] | None = None
    behind: Behind | None = None


def conditions(session: Session, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """The filters as SQL conditions."""
    found: list[ColumnElement[bool]] = [*_within(wanted), Case.stage != Stage.MERGED]
    if wanted.ids is not None:
        found.append(Case.id.in_(wanted.ids))
    if wanted.opened:
        found += [Case.opened_at >= wanted.opened.start, Case.opened_at < wanted.opened.end]
    if wanted.closed:
        found += [Case.closed_at >= wanted.closed.start, Case.closed_at < wanted.closed.end]
        found += [Case.ended_at >= wanted.closed.start]
    if wanted.category:
        found.append(in_category(Case.category, wanted.category))
    if wanted.channel:
        found.append(Case.channel == wanted.channel)
    if wanted.stage:
        found.append(Case.stage == wanted.stage)
    if wanted.text:
        places = _places(wanted.text) if wanted.places is None else wanted.places
        found.append(Case.number == wanted.text if _is_number(wanted) else Case.place.in_(places))
    if wanted.behind:
        found.append(Case.id.in_(cases_behind(session, wanted.behind)))
    return found + _located(wanted) + _clock(wanted)


def _is_number(wanted: CaseFilter) -> bool:
    return wanted.text is not None and NUMBER.fullmatch(wanted.text) is not None


def _places(text: str) -> Select[Any]:
    """The names of places that hold a text. The index gives each name once, however many cases have it."""
    names = select(func.min(Case.place).label("name")).cte("names", recursive=True)
    following = select(func.min(Case.place)).where(Case.place > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.contains(text, autoescape=True))


def _within(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Grids and buildings are found by the index on codes. A large area holds so many cases that the newest are found
    sooner by the time they were opened; a prefix keeps the planner from the other index, which it would sort whole."""
    area = wanted.area
    if len(area) <= (Level.DISTRICT if wanted.text else Level.COMMUNITY):
        return [func.substr(Case.area_code, 1, len(area)) == area]
    if len(area) == Level.BUILDING:
        return [Case.area_code == area]
    low, high = subtree(area)
    return [Case.area_code >= low, Case.area_code < high]


def _located(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    if wanted.located == "none":
        return [Case.unlocated.is_not(None)]
    if wanted.located == "here" and len(wanted.area) == Level.DISTRICT:
        return [ONLY_DISTRICT]  # few among the unlocated ones, which have the district's code as well
    if wanted.located == "here":
        return [Case.area_code == wanted.area]
    if wanted.located == "no_point":
        return [Case.longitude.is_(None), Case.unlocated.is_(None)]
    return [Case.longitude.is_not(None)] if wanted.located == "point" else []


def _clock(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Cases with a clock that was due in a time, met or missed."""
    if not (wanted.clock and wanted.due):
        return []
    clocks = select(ClockRow.case_id).where(
        ClockRow.name == wanted.clock,
        ClockRow.required.is_(True),
        ClockRow.due_at >= wanted.due.start,
        ClockRow.due_at < wanted.due.end,
    )
    if wanted.result == "met":
        clocks = clocks.where(ClockRow.stopped_at <= ClockRow.due_at)
    elif wanted.result == "late":
        clocks = clocks.where(or_(ClockRow.stopped_at.is_(None), ClockRow.stopped_at > ClockRow.due_at))
    return [Case.id.in_(clocks)]


def with_places(session: Session, wanted: CaseFilter) -> CaseFilter:
    """The same filter with its text looked up, for those who ask twice."""
    if not wanted.text or _is_number(wanted):
        return wanted
    return replace(wanted, places=session.scalars(_places(wanted.text)).all())


def case_rows(
    session: Session, wanted: CaseFilter, order: Sequence[tuple[str, bool]], offset: int, limit: int, total: Total
) -> Sequence[Any]:
    """Cases in an order of (column, downwards), from `offset` on; `total` is what `count_cases` says."""
    query = select(*COLUMNS).where(*_found(session, wanted, total)).order_by(*_order(order)).offset(offset).limit(limit)
    return session.execute(query).all()


def _found(session: Session, wanted: CaseFilter, total: Total) -> list[ColumnElement[bool]]:
    """The filters. Few cases at the places of a text are looked up before they are put in order: a planner would look
    for them through all cases from the newest on, which only finds them soon when they are many."""
    if not wanted.text or _is_number(wanted):
        return conditions(session, wanted)
    if total.is_longer:
        return [
            *conditions(session, replace(wanted, text=None, places=None)),
            Case.place.contains(wanted.text, autoescape=True),
        ]
    return [Case.id.in_(select(Case.id).where(*conditions(session, wanted)).limit(COUNTED_TO).correlate(None))]


def _order(order: Sequence[tuple[str, bool]]) -> list[Any]:
    columns = [(getattr(Case, name), down) for name, down in order]
    return [column.desc() if down else column for column, down in columns] + [Case.id.desc()]


def count_cases(session: Session, wanted: CaseFilter) -> Total:
    """How many cases there are. Of an area, or a category in it, it is known without looking at them; others are only
    counted up to `COUNTED_TO`."""
    if wanted == CaseFilter(wanted.area) and len(wanted.area) <= DEEPEST[MONTHS]:
        return Total(_received(session, MONTHS, wanted))
    if wanted == CaseFilter(wanted.area, category=wanted.category) and len(wanted.area) <= DEEPEST[CATEGORIES]:
        return Total(_received(session, CATEGORIES, wanted))
    found = select(Case.id).where(*conditions(session, wanted)).limit(COUNTED_TO + 1).subquery()
    counted = session.scalar(select(func.count()).select_from(found)) or 0
    return Total(min(counted, COUNTED_TO), counted > COUNTED_TO)


def _received(session: Session, table: Table, wanted: CaseFilter) -> int:
    query = select(func.sum(table.c.received)).where(table.c.area_code == wanted.area)
    if wanted.category:
        query = query.where(in_category(table.c.category, wanted.category))
    return int(session.scalar(query) or 0)


def all_case_rows(session: Session, wanted: CaseFilter, most: int) -> Iterator[Any]:
    """Cases for an export, newest first, read in pieces."""
    query = (
        select(*COLUMNS).where(*conditions(session, wanted)).order_by(Case.opened_at.desc(), Case.id.desc()).limit(most)
    )
    with session.execute(query, execution_options={"yield_per": EXPORTED_AT_ONCE}) as result:
        yield from result


def building_history(session: Session, building_id: int, since: datetime) -> tuple[int, int, int]:
    """All cases of a building, and those opened and closed since an instant."""
    query = select(
        func.count(),
        func.count().filter(Case.opened_at >= since),
        func.count().filter(Case.closed_at >= since),
    ).where(Case.building_id == building_id, Case.stage != Stage.MERGED)
    total, opened, closed = session.execute(query).one()
    return total, opened, closed
