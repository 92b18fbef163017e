"""Reports by when their reporters were to have the answer."""

from typing import Any

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import Session

from dashboard.domain.measures import Grouping, Reason
from dashboard.domain.stages import Stage
from dashboard.store.measured.question import Question, beside, fact_rows, flag, lead_of, round_before
from dashboard.store.models import Report, table_of

REPORTS = table_of(Report)
REPORT = REPORTS.c


def report_facts(session: Session, question: Question) -> Select[Any]:
    """One row per report that was owed an answer, by its own channel. Who withdrew before is owed none."""
    found = beside(session, REPORTS)
    is_late = or_(REPORT.answered_at.is_(None), REPORT.answered_at > REPORT.answer_due_at)
    withdrawn = and_(found.case.stage == Stage.WITHDRAWN, found.case.ended_at <= REPORT.answer_due_at)
    rows = fact_rows(
        question,
        found.case,
        lead_of(REPORT.case_id, round_before(REPORT.case_id, REPORT.accepted_at)),
        [(and_(is_late, withdrawn), Reason.WITHDRAWN)],
        key=REPORT.channel if question.by is Grouping.CHANNEL else None,
        met=flag(~is_late),
    )
    return rows.select_from(found.rows).where(question.window.holds(REPORT.answer_due_at))
