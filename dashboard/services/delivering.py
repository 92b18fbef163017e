"""The outbox at work: what waits is sent, once, with its receipt; what cannot be sent waits for a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from dashboard.connectors.messages import send_message
from dashboard.connectors.records import FeedError
from dashboard.connectors.replies import NoWayError, Receipt, is_repeatable, reply
from dashboard.domain.access import Actor, Right
from dashboard.domain.stages import CaseError
from dashboard.services.answers import KIND as ANSWER
from dashboard.services.answers import receipt_event
from dashboard.services.desk import Desk
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.engine import writing
from dashboard.store.handling import Delivery
from dashboard.store.logs import logs_of
from dashboard.store.models import Report
from dashboard.store.outbox import NEED_SOMEBODY, DeliveryState, abandoned, claim, finish, later, owed_to

AT_ONCE = 20
REPEATABLE = ("snapshot",)
"""Kinds whose receiver tells that two are the same: mails with the same Message-ID."""
MOST_ATTEMPTS = 8
Way = Callable[[str, Mapping[str, Any]], Receipt]
log = structlog.get_logger()


class WithheldError(Exception):
    """Something must not be sent (any more); it is dropped, not tried again."""


@dataclass(frozen=True)
class _Parcel:
    """A delivery on its way, read before its transaction ended."""

    id: int
    key: str
    kind: str
    target: str
    payload: Mapping[str, Any]
    attempts: int


def deliver(desk: Desk, now: Callable[[], datetime], ways: Mapping[str, Way] | None = None) -> int:
    """Send what waits, one after the other: only the one that is on its way is claimed. A crash between sending and
    noting it cannot send anything twice: see `settle_abandoned`.

    Args:
        ways: How kinds are sent that are neither answers nor messages.
    """
    for sent in range(AT_ONCE):
        with writing(desk.sessions, now()) as session:
            parcels = [_parcel(found) for found in claim(session, now(), 1)]
        if not parcels:
            return sent
        _send(desk, parcels[0], now, ways or {})
    return AT_ONCE


def _parcel(found: Delivery) -> _Parcel:
    return _Parcel(found.id, found.key, found.kind, found.target, dict(found.payload), found.attempts)


def _send(desk: Desk, parcel: _Parcel, now: Callable[[], datetime], ways: Mapping[str, Way]) -> None:
    try:
        receipt = _by_its_way(desk, parcel, ways)
    except WithheldError as error:
        _note(desk, parcel, DeliveryState.DROPPED, now(), error=str(error))
    except NoWayError:
        _note(desk, parcel, DeliveryState.BY_PHONE, now())
    except FeedError as error:
        given_up = parcel.attempts >= MOST_ATTEMPTS
        state = DeliveryState.UNDELIVERABLE if given_up else DeliveryState.WAITING
        wait = error.retry_after or later(parcel.attempts)
        _note(desk, parcel, state, now(), error=str(error), next_at=None if given_up else now() + wait)
        log.warning("delivery failed", key=parcel.key, attempt=parcel.attempts, error=str(error))
    else:
        _note(desk, parcel, DeliveryState.DELIVERED, now(), receipt=receipt, error=None)


def _by_its_way(desk: Desk, parcel: _Parcel, ways: Mapping[str, Way]) -> Receipt:
    if way := ways.get(parcel.kind):
        return way(parcel.target, parcel.payload)
    if parcel.kind != ANSWER:
        return send_message(desk.config.notices, parcel.target, parcel.payload)
    source = next((source for source in desk.config.sources if source.id == parcel.target), None)
    if source is None:
        raise NoWayError(parcel.target)
    return reply(source, parcel.key, parcel.payload)


def _note(desk: Desk, parcel: _Parcel, state: DeliveryState, now: datetime, **said: Any) -> None:
    with writing(desk.sessions, now) as session:
        delivery = finish(session, parcel.id, state, now, **said)
        if state is not DeliveryState.DELIVERED and _has_left(session, delivery):
            finish(session, parcel.id, DeliveryState.DROPPED, now)
        if state is DeliveryState.DELIVERED and parcel.kind == ANSWER:
            _receive(session, desk, delivery, now, delivery.target)
        announce(session, Announcement(ChangeKind.OUTBOX, delivery.case_id))


def _has_left(session: Session, delivery: Delivery) -> bool:
    """Whether the report has gone to another case while its answer was on its way; it is owed that one's answer."""
    return delivery.report_id is not None and session.get_one(Report, delivery.report_id).case_id != delivery.case_id


def _receive(session: Session, desk: Desk, delivery: Delivery, now: datetime, via: str, actor: str = "system") -> None:
    """The reporter has the answer: noted on the report, once and for all, and in the case's log."""
    report = session.get_one(Report, delivery.report_id)
    report.answered_at = report.answered_at or now
    event = receipt_event(report, now, via, actor)
    case = cases_by_id(session, [report.case_id], lock=True)[report.case_id]
    session.flush()
    record(session, desk.rules, {case.id: case}, logs_of(session, [case.id]), {case.id: [event]}, now)


def settle_abandoned(desk: Desk, now: datetime) -> int:
    """After a crash: what the receiver takes only once is sent again, of the rest a person has to find out."""
    with writing(desk.sessions, now) as session:
        found = abandoned(session, now)
        for delivery in found:
            source = next((source for source in desk.config.sources if source.id == delivery.target), None)
            is_answer = delivery.kind == ANSWER and source is not None and is_repeatable(source)
            repeatable = is_answer or delivery.kind in REPEATABLE
            delivery.state = DeliveryState.WAITING if repeatable else DeliveryState.UNCLEAR
            delivery.next_at = now if repeatable else None
            delivery.error = None if repeatable else "the process ended while it was being sent"
        return len(found)


def told_by_phone(desk: Desk, delivery_id: int, actor: Actor, now: datetime, note: str = "") -> None:
    """An operator has told the reporter the answer.

    Raises:
        CaseError: the delivery is no answer, or does not wait for anybody.
    """
    with writing(desk.sessions, now) as session:
        delivery = _waiting(session, desk, delivery_id, actor)
        if delivery.kind != ANSWER:
            raise CaseError("这条送达不需要处理")
        finish(session, delivery.id, DeliveryState.DELIVERED, now, receipt={"by": actor.name, "note": note})
        _receive(session, desk, delivery, now, "phone", actor.id)
        announce(session, Announcement(ChangeKind.OUTBOX, delivery.case_id))


def told_by_reading(desk: Desk, report_ids: Sequence[int], reader: str, now: datetime) -> None:
    """The system that filed reports has read the answer to them: nobody has to call any more."""
    with writing(desk.sessions, now) as session:
        for delivery in owed_to(session, report_ids, ANSWER):
            finish(session, delivery.id, DeliveryState.DELIVERED, now, receipt={"by": reader})
            _receive(session, desk, delivery, now, "open311")
            announce(session, Announcement(ChangeKind.OUTBOX, delivery.case_id))


def send_again(desk: Desk, delivery_id: int, actor: Actor, now: datetime) -> None:
    """Try a delivery once more that was given up, or of which it is unclear whether it arrived."""
    with writing(desk.sessions, now) as session:
        delivery = _waiting(session, desk, delivery_id, actor)
        delivery.state, delivery.next_at, delivery.attempts = DeliveryState.WAITING, now, 0
        announce(session, Announcement(ChangeKind.OUTBOX, delivery.case_id))


def _waiting(session: Session, desk: Desk, delivery_id: int, actor: Actor) -> Delivery:
    """A delivery that needs somebody, for those who handle its case; a message belongs to the whole district."""
    found = session.get(Delivery, delivery_id, with_for_update=True)
    if found is None or not actor.may(Right.HANDLE) or found.state not in NEED_SOMEBODY:
        raise CaseError("这条送达不需要处理")
    area = cases_by_id(session, [found.case_id])[found.case_id].area_code if found.case_id else ""
    if not actor.scope.covers(area or desk.config.district.code):
        raise CaseError("这条送达不需要处理")
    return found
