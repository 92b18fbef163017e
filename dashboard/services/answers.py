"""一口出: the answer is written once and goes to every reporter through the channel each one used."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.events import Event, EventKind
from dashboard.domain.replay import CaseState
from dashboard.services.acts import Context
from dashboard.services.desk import Desk
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.handling import Delivery
from dashboard.store.models import Case, Report
from dashboard.store.outbox import DeliveryState, drop, enqueue
from dashboard.store.reports import reports_of

KIND = "answer"


def release_answer(_event: Event, context: Context) -> None:
    """What follows from the release of an answer: a delivery for every reporter. An earlier answer that has not been
    sent yet is not sent any more."""
    reports = reports_of(context.session, [context.case.id])
    take_back(context.session, [report.id for report in reports], context.case.id, context.now)
    owe(context.session, context.desk, context.case, context.state, reports, context.now)


def owe(
    session: Session, desk: Desk, case: Case, state: CaseState, reports: Iterable[Report], now: datetime
) -> list[Delivery]:
    """Deliver the answer of the current round to these reporters, once each; nothing while there is no answer.

    A reporter who joins after the answer was released gets it at once.
    """
    if state.answer is None:
        return []
    return [_deliver(session, desk, case, state, report, now) for report in reports if _is_owed(report)]


def _is_owed(report: Report) -> bool:
    return report.answer_due_at is not None  # history was answered elsewhere, or never


def _deliver(session: Session, desk: Desk, case: Case, state: CaseState, report: Report, now: datetime) -> Delivery:
    source = next((source for source in desk.config.sources if source.id == report.source), None)
    by_machine = source is not None and source.answer is not None and source.answer.kind != "phone"
    payload = {
        "id": report.external_id,
        "number": case.number,
        "answer": state.answer,
        "status": "closed",
        "at": now.isoformat(),
    }
    found = enqueue(
        session,
        key=f"answer:{report.id}:{case.id}:{state.answers}",
        kind=KIND,
        target=report.source,
        payload=payload,
        now=now,
        case_id=case.id,
        report_id=report.id,
        state=DeliveryState.WAITING if by_machine else DeliveryState.BY_PHONE,
    )
    announce(session, Announcement(ChangeKind.OUTBOX, case.id, case.area_code))
    return found


def take_back(session: Session, report_ids: Iterable[int], case_id: int, now: datetime) -> None:
    """Answers of a case that reports have left: what has not been sent is not sent any more."""
    drop(session, KIND, report_ids, case_id, now)


def receipt_event(report: Report, at: datetime, via: str, actor: str) -> Event:
    """That a reporter has the answer."""
    return Event(EventKind.ANSWERED, at, actor, {"report": report.id, "channel": report.channel, "via": via})
