"""What waits for operators beside open cases, as the browser reads it; instants are epoch milliseconds."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.areas import is_within
from dashboard.live.situation import as_raw
from dashboard.services.answers import KIND as ANSWER
from dashboard.store.handling import Delivery, Instruction, Notice
from dashboard.store.models import Case, Report
from dashboard.store.waiting import open_instructions, to_be_told, to_be_visited, unacknowledged
from dashboard.viewmodels.case_detail import masked

Json = dict[str, Any]
MOST_ROWS, MOST_NOTICES = 200, 50
VISITED_WITHIN = timedelta(days=7)
NOTICED_WITHIN = timedelta(days=3)


def beside(session: Session, area: str, view: str, now: datetime) -> Json:
    """Reporters to be told (`tell`), cases to be visited (`visit`), or notices, instructions and counts (`side`)."""
    return {"now": as_raw(now), **MAKERS[view](session, area, now)}


def _tell(session: Session, area: str, _now: datetime) -> Json:
    rows, total = to_be_told(session, area, ANSWER, MOST_ROWS)
    return {"total": total, "rows": [_telling(*row) for row in rows]}


def _telling(delivery: Delivery, case: Case, report: Report) -> Json:
    return {
        "id": delivery.id,
        "state": delivery.state,
        "number": case.number,
        "category": case.category,
        "place": case.place,
        "channel": report.channel,
        "report": report.id,
        "contact": masked(report.contact),
        "answer": delivery.payload.get("answer", ""),
        "due": as_raw(report.answer_due_at),
        "since": as_raw(delivery.created_at),
        "error": delivery.error,
    }


def _visit(session: Session, area: str, now: datetime) -> Json:
    rows, total = to_be_visited(session, area, now - VISITED_WITHIN, MOST_ROWS)
    return {"total": total, "rows": [_visited(case) for (case,) in rows]}


def _visited(case: Case) -> Json:
    return {
        "id": case.id,
        "number": case.number,
        "category": case.category,
        "place": case.place,
        "closed": as_raw(case.closed_at),
        "reports": case.report_count,
        "summary": case.summary,
    }


def _side(session: Session, area: str, now: datetime) -> Json:
    notices, waiting = unacknowledged(session, area, now - NOTICED_WITHIN, MOST_NOTICES)
    _, tell = to_be_told(session, area, ANSWER, 1)
    _, visit = to_be_visited(session, area, now - VISITED_WITHIN, 1)
    return {
        "counts": {"tell": tell, "visit": visit},
        "waiting": waiting,
        "notices": [_notice(notice, case) for notice, case in notices],
        "instructions": [_instruction(order, case, area) for order, case in open_instructions(session, area)],
    }


def _notice(notice: Notice, case: Case | None) -> Json:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "urgent": notice.is_urgent,
        "at": as_raw(notice.created_at),
        "number": case.number if case else None,
        "category": case.category if case else None,
        "place": case.place if case else None,
        "clock": notice.data.get("clock"),
        "text": notice.data.get("text") or notice.data.get("reason") or "",
        "party": notice.data.get("party"),
    }


def _instruction(order: Instruction, case: Case | None, area: str) -> Json:
    """One for a larger area is shown here and answered there."""
    return {
        "id": order.id,
        "kind": order.kind,
        "text": order.text,
        "by": order.created_by,
        "due": as_raw(order.due_at),
        "area": order.area_code,
        "number": case.number if case else None,
        "ours": is_within(order.area_code, area),
    }


MAKERS: Mapping[str, Callable[[Session, str, datetime], Json]] = {"tell": _tell, "visit": _visit, "side": _side}
BESIDE = ("tell", "visit")
"""The views that are lists of their own."""
