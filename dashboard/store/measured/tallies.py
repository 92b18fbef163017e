"""From facts to numbers: which facts each measure counts, their sums by group, and the cases behind a number."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from dashboard.domain.measures import Grouping, Part, Tally
from dashboard.domain.sla import ClockName
from dashboard.store.counted import in_category
from dashboard.store.measured.cases import closed_facts, received_facts
from dashboard.store.measured.clocks import clock_facts
from dashboard.store.measured.events import check_facts, closing_facts, visit_facts
from dashboard.store.measured.question import Condition, Question
from dashboard.store.measured.reports import report_facts
from dashboard.store.measured.tasks import assigned_facts, finishing_facts, signing_facts

Facts = Callable[[Session, Question], Select[Any]]
Tallies = dict[str, dict[str, Tally]]
"""Measure → group → what was counted."""


@dataclass(frozen=True)
class Source:
    """Which facts a measure is about, which column says that one counts above the line, and whether the facts that only
    some measures leave out are left out of this one."""

    facts: Facts
    column: str
    kind: str = ""
    without_also: bool = False


SOURCES: Mapping[str, Source] = {
    **{f"{name}_on_time": Source(clock_facts, "met", name) for name in ("respond", "arrive", "feedback")},
    **{f"{name}_overdue": Source(clock_facts, "late", name) for name in ClockName},
    "delivered_on_time": Source(report_facts, "met"),
    "closed": Source(clock_facts, "stopped", ClockName.CLOSE, without_also=True),
    "closed_on_time": Source(clock_facts, "met", ClockName.CLOSE, without_also=True),
    "extended": Source(clock_facts, "paused", ClockName.CLOSE),
    "closed_in_grid": Source(closed_facts, "in_grid"),
    "closed_in_community": Source(closed_facts, "in_community"),
    "task_accepted": Source(signing_facts, "met"),
    "task_done": Source(finishing_facts, "met"),
    "task_returned": Source(assigned_facts, "returned"),
    "reworked": Source(check_facts, "sent_back"),
    "redone": Source(closing_facts, "again"),
    "responded": Source(clock_facts, "stopped", ClockName.RESPOND),
    "solved": Source(visit_facts, "solved"),
    "satisfied": Source(visit_facts, "satisfied"),
    "accepted": Source(received_facts, "accepted", without_also=True),
    "repeated": Source(received_facts, "repeated", without_also=True),
    "per_ten_thousand": Source(received_facts, "received"),
}


def tallies(session: Session, question: Question) -> Tallies:
    """All measures by group. Each kind of fact is read once, in the span of the question."""
    found: Tallies = {}
    for facts in dict.fromkeys(source.facts for source in SOURCES.values()):
        mine = {name: source for name, source in SOURCES.items() if source.facts is facts}
        rows = session.execute(_sums(facts(session, question), sorted({one.column for one in mine.values()}))).all()
        found |= {name: _tallied(rows, source) for name, source in mine.items()}
    return found


def _sums(facts: Select[Any], columns: list[str]) -> Select[Any]:
    rows = facts.subquery("facts")
    group = (rows.c.kind, rows.c.key, rows.c.why, rows.c.also)
    return select(*group, func.count().label("n"), *(func.sum(rows.c[name]).label(name) for name in columns)).group_by(
        *group
    )


def _tallied(rows: Any, source: Source) -> dict[str, Tally]:
    above: dict[str, int] = defaultdict(int)
    below: dict[str, int] = defaultdict(int)
    left_out: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row.kind != source.kind:
            continue
        reason = row.why or (row.also if source.without_also else None)
        if reason:
            left_out[row.key][reason] += row.n
        else:
            below[row.key] += row.n
            above[row.key] += int(getattr(row, source.column))
    return {key: Tally(above[key], below[key], dict(left_out[key])) for key in {*below, *left_out}}


@dataclass(frozen=True)
class Behind:
    """Whose cases are wanted: those of a measure, of one group or of all, and which part of them."""

    question: Question
    measure: str
    part: Part
    group: str | None = None


def cases_behind(session: Session, wanted: Behind) -> Select[Any]:
    """The ids of the cases behind a number. A case with two rounds may stand behind two of them."""
    source = SOURCES[wanted.measure]
    rows = source.facts(session, wanted.question).subquery("facts")
    conditions = [rows.c.kind == source.kind, _part(rows.c, source, wanted.part)]
    if wanted.group is not None:
        is_category = wanted.question.by is Grouping.CATEGORY
        conditions.append(in_category(rows.c.key, wanted.group) if is_category else rows.c.key == wanted.group)
    return select(rows.c.case_id).where(*conditions)


def _part(columns: Any, source: Source, part: Part) -> Condition:
    also = [columns.also.is_not(None)] if source.without_also else []
    left_out, counts = or_(columns.why.is_not(None), *also), columns[source.column] == 1
    parts: dict[Part, Condition] = {
        Part.ALL: ~left_out,
        Part.COUNTED: ~left_out & counts,
        Part.REST: ~left_out & ~counts,
        Part.LEFT_OUT: left_out,
    }
    return parts[part]
