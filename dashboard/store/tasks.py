"""Tasks as they are kept, and questions about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dashboard.domain.dispatch import Task, TaskState
from dashboard.store.handling import TaskRow
from dashboard.store.logs import chunks

FIELDS = tuple(column.name for column in TaskRow.__table__.columns if column.name != "case_id")


def replace_tasks(session: Session, tasks: Mapping[int, Sequence[Task]]) -> None:
    """Keep these tasks for these cases instead of what was kept."""
    for chunk in chunks(list(tasks)):
        session.execute(delete(TaskRow).where(TaskRow.case_id.in_(chunk)))
    rows = [task_row(case_id, task) for case_id, found in tasks.items() for task in found]
    if rows:
        session.execute(insert(TaskRow), rows)


def task_row(case_id: int, task: Task) -> dict[str, Any]:
    """The row of a task."""
    return {"case_id": case_id} | {name: getattr(task, name) for name in FIELDS}


def tasks_by_case(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[Task, ...]]:
    """Case → its kept tasks in the order of their numbers."""
    found: dict[int, list[Task]] = {}
    for chunk in chunks(case_ids):
        query = select(TaskRow).where(TaskRow.case_id.in_(chunk)).order_by(TaskRow.case_id, TaskRow.number)
        for row in session.scalars(query):
            found.setdefault(row.case_id, []).append(_task(row))
    return {case_id: tuple(tasks) for case_id, tasks in found.items()}


def _task(row: TaskRow) -> Task:
    said = {name: getattr(row, name) for name in FIELDS}
    return Task(**(said | {"state": TaskState(row.state)}))
