"""How an open case is being handled: who is in charge, what parties do, what waits for somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.dispatch import Task, TaskState, lead_of, of_round
from dashboard.store.suggestions import waiting_by_case
from dashboard.store.tasks import tasks_by_case


@dataclass(frozen=True)
class Handling:
    """What the console shows of an open case beside its clocks.

    `area` is the code of the area whose post is in charge; `lead` the party of the lead task that binds somebody or is
    done; `task_due_at` the earliest deadline (aware UTC) of an unfinished task; `is_returned` says that parties gave
    their tasks back and nobody leads; `duplicates` counts undecided suggestions; `version` is the case's.
    """

    version: int
    round: int
    summary: str
    area: str
    assignee: str | None
    instructions: int
    lead: str | None = None
    lead_state: TaskState | None = None
    task_due_at: datetime | None = None
    is_returned: bool = False
    duplicates: int = 0

    @property
    def awaits_answer(self) -> bool:
        """Whether the lead is done, so that a person has to release the answer."""
        return self.lead_state is TaskState.DONE


def handlings(session: Session, rows: Sequence[Any]) -> Mapping[int, Handling]:
    """Case → its handling, for rows of open cases."""
    ids = [row.id for row in rows]
    tasks, duplicates = tasks_by_case(session, ids), waiting_by_case(session, ids)
    return {row.id: _handling(row, tasks.get(row.id, ()), duplicates.get(row.id, 0)) for row in rows}


def _handling(row: Any, tasks: Iterable[Task], duplicates: int) -> Handling:
    mine = of_round(tasks, row.round)
    lead = lead_of(mine, row.round)
    dues = [task.next_due_at for task in mine if task.next_due_at]
    return Handling(
        version=row.version,
        round=row.round,
        summary=row.summary,
        area=row.handled_area or row.area_code,
        assignee=row.assignee,
        instructions=row.instructions,
        lead=lead.party if lead else None,
        lead_state=lead.state if lead else None,
        task_due_at=min(dues, default=None),
        is_returned=lead is None and any(task.state is TaskState.RETURNED for task in mine),
        duplicates=duplicates,
    )
