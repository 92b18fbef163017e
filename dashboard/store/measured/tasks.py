"""Tasks by their deadlines and by when they were assigned. They count for the party that has them."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from dashboard.domain.measures import Reason
from dashboard.store.logs import pause_of
from dashboard.store.measured.question import (
    TASKS,
    Condition,
    Question,
    beside,
    fact_rows,
    flag,
    of_closing_clock,
)

TASK = TASKS.c
Why = list[tuple[Condition, Reason]]


def signing_facts(session: Session, question: Question) -> Select[Any]:
    """One row per task that was to be signed for."""
    return _facts(session, question, TASK.accept_due_at, TASK.accepted_at, [])


def finishing_facts(session: Session, question: Question) -> Select[Any]:
    """One row per task that was to be done. A party cannot report anything while the case is paused."""
    is_late, paused = _is_late(TASK.due_at, TASK.done_at), paused_tasks(session, question)
    is_paused = tuple_(TASK.case_id, TASK.number).in_(paused) if paused else false()
    return _facts(session, question, TASK.due_at, TASK.done_at, [(and_(is_late, is_paused), Reason.PAUSED)])


def assigned_facts(session: Session, question: Question) -> Select[Any]:
    """One row per task that was assigned."""
    found, seen_at = beside(session, TASKS), question.window.seen_at
    rows = fact_rows(
        question,
        found.case,
        TASK.party,
        [(TASK.cancelled_at < seen_at, Reason.CANCELLED)],
        returned=flag(TASK.returned_at < seen_at),
    )
    return rows.select_from(found.rows).where(question.window.holds(TASK.assigned_at))


def _facts(
    session: Session, question: Question, due_at: ColumnElement[Any], done_at: ColumnElement[Any], more: Why
) -> Select[Any]:
    """What was not done in time is not held against a party that had been freed of it by then."""
    found, is_late = beside(session, TASKS), _is_late(due_at, done_at)
    freed: Why = [
        (and_(is_late, TASK.cancelled_at <= due_at), Reason.CANCELLED),
        (and_(is_late, TASK.returned_at <= due_at), Reason.RETURNED),
        (and_(is_late, _round_ended_at() <= due_at), Reason.ENDED),
    ]
    rows = fact_rows(question, found.case, TASK.party, [*freed, *more], met=flag(~is_late))
    return rows.select_from(found.rows).where(question.window.holds(due_at))


def _is_late(due_at: ColumnElement[Any], done_at: ColumnElement[Any]) -> Condition:
    return or_(done_at.is_(None), done_at > due_at)


def _round_ended_at() -> ColumnElement[Any]:
    """When the task's round was over: closed, or ended otherwise."""
    stopped, ended = (of_closing_clock(name, TASK.case_id, TASK.round) for name in ("stopped_at", "ended_at"))
    return func.coalesce(stopped, ended)


def paused_tasks(session: Session, question: Question) -> list[tuple[int, int]]:
    """(case, number) of tasks that were due in the period, not done in time, and whose case was paused meanwhile."""
    pauses = cast(of_closing_clock("pauses", TASK.case_id, TASK.round), String)
    found = select(TASK.case_id, TASK.number, TASK.assigned_at, TASK.due_at, pauses.label("pauses"))
    found = found.where(question.window.holds(TASK.due_at), _is_late(TASK.due_at, TASK.done_at))
    rows = found.subquery()
    return [
        (row.case_id, row.number)
        for row in session.execute(select(rows).where(rows.c.pauses != "[]"))
        if _was_paused(row)
    ]


def _was_paused(row: Any) -> bool:
    pauses = map(pause_of, json.loads(row.pauses))
    return any(pause.start < row.due_at and pause.end > row.assigned_at for pause in pauses)
