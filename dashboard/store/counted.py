"""Counts of any span for any areas, exact to the microsecond: whole days and hours from the roll-ups, the rest raw."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, select
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, common_area, subtree
from dashboard.domain.calendars import day_start, shanghai_day
from dashboard.domain.counting import MEASURES
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.store.count_tables import CATEGORIES, DAYS, HOURS, MONTHS
from dashboard.store.counts import hour_of
from dashboard.store.logs import chunks
from dashboard.store.models import Area, Case, ClockRow

Counts = dict[str, Counter[str]]
MONTHS_FROM = timedelta(days=92)
LONGEST_LIFE = timedelta(days=400)
BRIEF = timedelta(days=1)  # so long all that happened in the district is less than what small areas have behind them
RECEIVED = ("received",)


@dataclass(frozen=True)
class _Wanted:
    """What is to be counted: of areas of one level, of one category or of all, and which measures."""

    codes: Sequence[str]
    category: str | None
    measures: Sequence[str]

    @property
    def level(self) -> Level:
        return Level(len(self.codes[0]))

    @property
    def is_only_received(self) -> bool:
        """Then nothing has to be known of what happened to older cases."""
        return tuple(self.measures) == RECEIVED


def counted(
    session: Session,
    codes: Sequence[str],
    start: datetime,
    end: datetime,
    category: str | None = None,
    measures: Sequence[str] = MEASURES,
) -> Counts:
    """Counts of areas of one level in [start, end); `start` is the beginning of a Shanghai day.

    Clocks count at their deadline, so only those due before `end` are in. A category may be a group (`water`). In
    part of an hour only what was received, rejected and closed and the clocks are counted.
    """
    found: Counts = {code: Counter() for code in codes}
    if not codes or end <= start:
        return found
    wanted = _Wanted(codes, category, measures)
    end_day = day_start(shanghai_day(end))
    whole_days, rest = _tables(wanted.level, category)
    if whole_days is None:
        _add_raw(session, found, wanted, start, end)
        return found
    _add_days(session, found, wanted, whole_days, start, end_day)
    if rest is not None:
        _add(session, found, wanted, rest, rest.c.hour >= end_day, rest.c.hour < hour_of(end))
        end_day = hour_of(end)
    _add_raw(session, found, wanted, end_day, end)
    return found


def _tables(level: Level, category: str | None) -> tuple[Table | None, Table | None]:
    """Which roll-ups know whole days and whole hours of areas of a level."""
    if category:
        return (CATEGORIES if level <= Level.COMMUNITY else None), None
    if level == Level.BUILDING:
        return None, None
    return DAYS, (HOURS if level <= Level.COMMUNITY else None)


def _add_days(session: Session, found: Counts, wanted: _Wanted, table: Table, start: datetime, end: datetime) -> None:
    """Whole days; long spans by whole months with the days around them."""
    first, last = shanghai_day(start), shanghai_day(end)
    if table is DAYS and end - start > MONTHS_FROM:
        first_month = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        last_month = last.replace(day=1)
        _add(session, found, wanted, MONTHS, MONTHS.c.month >= first_month, MONTHS.c.month < last_month)
        _add(session, found, wanted, DAYS, DAYS.c.day >= first, DAYS.c.day < first_month)
        first = last_month
    if wanted.category:
        days, kind = table.c.day.in_(days_between(first, last)), in_category(table.c.category, wanted.category)
        _add(session, found, wanted, table, days, kind)
    else:
        _add(session, found, wanted, table, table.c.day >= first, table.c.day < last)


def days_between(first: date, end: date) -> list[date]:
    """Every day from `first` up to but not including `end`: for a key with something else behind the day, in which a
    range of days would read all that is behind them."""
    return [first + timedelta(days=number) for number in range((end - first).days)]


def in_category(column: Any, category: str) -> ColumnElement[bool]:
    """Whether a category is the wanted one, or in the wanted group."""
    exact: ColumnElement[bool] = column == category
    return exact if "/" in category else and_(column >= f"{category}/", column < f"{category}0")


def _add(session: Session, found: Counts, wanted: _Wanted, table: Table, *conditions: ColumnElement[bool]) -> None:
    sums = [func.sum(table.c[measure]).label(measure) for measure in wanted.measures]
    query = select(table.c.area_code, *sums).where(table.c.area_code.in_(wanted.codes), *conditions)
    for row in session.execute(query.group_by(table.c.area_code)).mappings():
        found[row["area_code"]].update({measure: int(row[measure]) for measure in wanted.measures if row[measure]})


def _add_raw(session: Session, found: Counts, wanted: _Wanted, start: datetime, end: datetime) -> None:
    """Part of an hour or day from the facts themselves."""
    if end <= start:
        return
    if wanted.level > Level.COMMUNITY and end - start > BRIEF:
        facts = _facts_of_areas(session, wanted, start, end)
    else:
        facts = _facts_of_time(session, wanted, start, end)
    for measure, code, of_category in facts:
        area = code[: wanted.level]
        if area in found and measure in wanted.measures and _is_in(of_category, wanted.category):
            found[area][measure] += 1


def _is_in(category: str, wanted: str | None) -> bool:
    return wanted is None or category == wanted or category.startswith(f"{wanted}/")


Fact = tuple[str, str, str]
"""A measure, and the area and the category of the case that adds one to it."""
CASE = (Case.area_code, Case.category, Case.stage)
CLOCK = (ClockRow.name, ClockRow.due_at, ClockRow.stopped_at)


def _facts_of_time(session: Session, wanted: _Wanted, start: datetime, end: datetime) -> Iterator[Fact]:
    """What happened in a short time around some areas. Each question uses the index on its own time."""
    within = common_area(wanted.codes)
    here = func.substr(Case.area_code, 1, len(within)) == within  # a range would tempt the planner to the other index
    opened = select(*CASE).where(Case.opened_at >= start, Case.opened_at < end, here)
    yield from _opened_facts(session.execute(opened))
    if wanted.is_only_received:
        return
    closed = select(*CASE).where(Case.ended_at >= start, Case.ended_at < end, Case.closed_at == Case.ended_at, here)
    yield from _closed_facts(session.execute(closed))
    due = select(*CLOCK, *CASE).join(Case, Case.id == ClockRow.case_id)
    due = due.where(ClockRow.due_at >= start, ClockRow.due_at < end, ClockRow.required.is_(True), here)
    yield from _clock_facts(session.execute(due))


def _facts_of_areas(session: Session, wanted: _Wanted, start: datetime, end: datetime) -> Iterator[Fact]:
    """What happened in a few small areas, by their cases."""
    since = start if wanted.is_only_received else start - LONGEST_LIFE
    older = select(Case.id, *CASE, Case.opened_at, Case.closed_at).where(
        Case.area_code.in_(exact_codes(session, wanted.codes)), Case.opened_at >= since, Case.opened_at < end
    )
    if wanted.category:
        older = older.where(in_category(Case.category, wanted.category))
    cases = {row.id: row for row in session.execute(older)}
    yield from _opened_facts(row for row in cases.values() if row.opened_at >= start)
    if wanted.is_only_received:
        return
    yield from _closed_facts(row for row in cases.values() if row.closed_at and start <= row.closed_at < end)
    for chunk in chunks(cases):
        due = select(*CLOCK, *CASE).join(Case, Case.id == ClockRow.case_id)
        due = due.where(ClockRow.case_id.in_(chunk), ClockRow.required.is_(True))
        yield from _clock_facts(session.execute(due.where(ClockRow.due_at >= start, ClockRow.due_at < end)))


def exact_codes(session: Session, found: Iterable[str]) -> list[str]:
    """The codes of areas and of all that lies in them: an index on exact codes also bounds the time."""
    codes: set[str] = set(found)
    for code in list(codes):
        low, high = subtree(code)
        codes |= set(session.scalars(select(Area.code).where(Area.code >= low, Area.code < high)))
    return sorted(codes)


def _opened_facts(rows: Iterable[Any]) -> Iterator[Fact]:
    for row in rows:
        if row.stage != Stage.MERGED:
            yield "received", row.area_code, row.category
        if row.stage == Stage.REJECTED:
            yield "rejected", row.area_code, row.category


def _closed_facts(rows: Iterable[Any]) -> Iterator[Fact]:
    return (("closed", row.area_code, row.category) for row in rows if row.stage != Stage.MERGED)


def _clock_facts(clocks: Iterable[Any]) -> Iterator[Fact]:
    for clock in clocks:
        ended_without_closing = clock.stage in (Stage.REJECTED, Stage.WITHDRAWN) and clock.name == ClockName.CLOSE
        if clock.stage == Stage.MERGED or ended_without_closing:
            continue
        yield f"{clock.name}_due", clock.area_code, clock.category
        if clock.stopped_at:
            result = "met" if clock.stopped_at <= clock.due_at else "met_late"
            yield f"{clock.name}_{result}", clock.area_code, clock.category
