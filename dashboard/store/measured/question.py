"""What is asked of each kind of fact, and what all of them need: the case beside a fact, its group, who led it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import day_start
from dashboard.domain.dispatch import TaskState
from dashboard.domain.measures import Exclusion, Grouping, Reason
from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.store.counted import in_category
from dashboard.store.handling import TaskRow
from dashboard.store.models import Case, ClockRow, table_of

CASES, CLOCKS, TASKS = table_of(Case), table_of(ClockRow), table_of(TaskRow)
ITS_CASE, LEAD, BEGUN, CLOSING = (
    CASES.alias("its_case"),
    TASKS.alias("lead"),
    CLOCKS.alias("begun"),
    CLOCKS.alias("ends"),
)
LOOKED_UP = ("id", "number", "stage", "area_code", "category", "channel", "opened_at", "ended_at")
NO_PARTY = "-"
"""The group of what nobody leads: not dispatched, or not any more."""
LEADING = (TaskState.ASSIGNED, TaskState.ACCEPTED, TaskState.ON_SITE, TaskState.DONE, TaskState.ENDED)
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Window:
    """Facts from `start` up to but not including `end`, with what was known of them at `seen_at`."""

    start: datetime
    end: datetime
    seen_at: datetime

    def holds(self, instant: Any) -> Condition:
        """Whether an instant lies in it."""
        return and_(instant >= self.start, instant < self.end)


@dataclass(frozen=True)
class Question:
    """Which facts: of an area and a time, by which groups, and what the district leaves out."""

    area: str
    by: Grouping
    window: Window
    exclusions: Sequence[Exclusion] = ()


@dataclass(frozen=True)
class Beside:
    """Facts with the case of each beside it; `case` are the case's columns."""

    rows: FromClause
    case: Any


def beside(session: Session, facts: FromClause) -> Beside:
    """Each fact with its case, looked up by its key.

    PostgreSQL takes the cases of a month for scattered over all there are and would read the whole table to join them;
    what has an OFFSET is asked for each row by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        found = select(*(CASES.c[name] for name in LOOKED_UP)).where(CASES.c.id == facts.c.case_id).offset(0)
        its_case = found.lateral("its_case")
        return Beside(facts.join(its_case, true()), its_case.c)
    return Beside(facts.join(ITS_CASE, ITS_CASE.c.id == facts.c.case_id), ITS_CASE.c)


def fact_rows(
    question: Question,
    case_columns: Any,
    party: ColumnElement[Any],
    why: Sequence[tuple[Condition, Reason]],
    *,
    kind: Any = None,
    also: Any = None,
    key: Any = None,
    **flags: Any,
) -> Select[Any]:
    """The columns that all facts have, without where they come from.

    They are: the case; the group (`key`); why it is left out; of which kind it is, where there are several; why only
    some measures leave it out (`also`); and a one or a zero for each thing that may be true of it.
    """
    columns = {
        "case_id": case_columns.id,
        "key": group_of(question, case_columns, party) if key is None else key,
        "why": _reason(question, case_columns, why),
        "kind": literal("") if kind is None else kind,
        "also": cast(null() if also is None else also, String),
    }
    # A range of codes would tempt the planner to the index on areas, which holds all that ever happened there.
    here = func.substr(case_columns.area_code, 1, len(question.area)) == question.area
    query = select(*(column.label(name) for name, column in (columns | flags).items()))
    return query.where(here, case_columns.stage != Stage.MERGED)


def group_of(question: Question, case_columns: Any, party: ColumnElement[Any]) -> ColumnElement[Any]:
    """The group of a case: the area below the asked one (or that itself, when it is located no deeper), and so on."""
    below = Level(len(question.area)).below or Level.BUILDING
    groups: dict[Grouping, ColumnElement[Any]] = {
        Grouping.AREA: func.substr(case_columns.area_code, 1, int(below)),
        Grouping.PARTY: func.coalesce(party, NO_PARTY),
        Grouping.CATEGORY: case_columns.category,
        Grouping.CHANNEL: case_columns.channel,
    }
    return groups[question.by]


def flag(condition: Condition) -> ColumnElement[int]:
    """One where a condition holds, zero where it does not or nobody knows."""
    return case((condition, 1), else_=0)


def _reason(question: Question, case_columns: Any, built_in: Sequence[tuple[Condition, Reason]]) -> ColumnElement[Any]:
    """Why a fact is left out: by the measure itself, or else by what the district configured; NULL when it is not."""
    found = [(condition, reason.value) for condition, reason in built_in]
    found += [(_is_excluded(rule, case_columns), f"rule:{n}") for n, rule in enumerate(question.exclusions)]
    reason: Any = case(*((condition, literal(name)) for condition, name in found), else_=null()) if found else null()
    return cast(reason, String)


def _is_excluded(rule: Exclusion, case_columns: Any) -> Condition:
    return and_(true(), *_conditions(rule, case_columns))


def _conditions(rule: Exclusion, case_columns: Any) -> Iterator[Condition]:
    if rule.areas:
        yield or_(*(func.substr(case_columns.area_code, 1, len(area)) == area for area in rule.areas))
    if rule.categories:
        yield or_(*(in_category(case_columns.category, name) for name in rule.categories))
    if rule.channels:
        yield case_columns.channel.in_(rule.channels)
    if rule.cases:
        yield case_columns.number.in_(rule.cases)
    if rule.first_day:
        yield case_columns.opened_at >= day_start(rule.first_day)
    if rule.last_day:
        yield case_columns.opened_at < day_start(rule.last_day + timedelta(days=1))


def lead_of(case_id: ColumnElement[int], number: ColumnElement[int]) -> ColumnElement[Any]:
    """The party that leads a round: it has the task still, or has done it."""
    task = LEAD.c
    query = select(task.party).where(
        task.case_id == case_id, task.round == number, task.is_lead.is_(True), task.state.in_(LEADING)
    )
    return query.order_by(task.number.desc()).limit(1).correlate_except(LEAD).scalar_subquery()


def round_before(case_id: ColumnElement[int], instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """The round that a case was in just before an instant, and the first when it had only begun."""
    clock = BEGUN.c
    query = select(func.max(clock.round)).where(
        clock.case_id == case_id, clock.name == ClockName.CLOSE, clock.started_at < instant
    )
    return func.coalesce(query.correlate_except(BEGUN).scalar_subquery(), 1)


def of_closing_clock(column: str, case_id: ColumnElement[int], number: ColumnElement[int]) -> ColumnElement[Any]:
    """A column of the closing clock of a round, whose end is the round's."""
    clock = CLOSING.c
    query = select(clock[column]).where(clock.case_id == case_id, clock.round == number, clock.name == ClockName.CLOSE)
    return query.correlate_except(CLOSING).scalar_subquery()
