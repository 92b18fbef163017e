"""What is to be sent outside: written in the transaction of the fact, sent later, seen until it has arrived."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dashboard.store.handling import Delivery
from dashboard.store.logs import chunks
from dashboard.store.upsert import insert_or


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `unclear`: the process died while sending to a receiver that may take the same thing twice; a person decides.
    `undeliverable`: tried as often as made sense. `by_phone`: an operator tells the reporter.
    """

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    BY_PHONE = "by_phone"
    UNDELIVERABLE = "undeliverable"
    UNCLEAR = "unclear"
    DROPPED = "dropped"


LONGEST_SENDING = timedelta(minutes=10)
NEED_SOMEBODY = (DeliveryState.BY_PHONE, DeliveryState.UNDELIVERABLE, DeliveryState.UNCLEAR)


def enqueue(
    session: Session,
    *,
    key: str,
    kind: str,
    target: str,
    payload: Mapping[str, Any],
    now: datetime,
    case_id: int | None = None,
    report_id: int | None = None,
    state: DeliveryState = DeliveryState.WAITING,
) -> Delivery:
    """Put something into the outbox, once for its key however often it is put in."""
    statement = insert_or(session, Delivery).values(
        key=key,
        kind=kind,
        target=target,
        case_id=case_id,
        report_id=report_id,
        payload=dict(payload),
        state=state,
        attempts=0,
        created_at=now,
        next_at=now if state is DeliveryState.WAITING else None,
        receipt={},
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    found = session.scalars(select(Delivery).where(Delivery.key == key)).one()
    if found.state == DeliveryState.DROPPED:  # what was taken back is owed again
        found.state, found.case_id, found.payload, found.finished_at = state, case_id, dict(payload), None
        found.next_at = now if state is DeliveryState.WAITING else None
    return found


def claim(session: Session, now: datetime, limit: int) -> Sequence[Delivery]:
    """Deliveries whose time has come, marked as being sent so that a crash cannot send them twice.

    While one is being sent, `next_at` is when it counts as abandoned.
    """
    query = select(Delivery).where(Delivery.next_at <= now, Delivery.state == DeliveryState.WAITING)
    query = query.order_by(Delivery.next_at, Delivery.id).limit(limit).with_for_update(skip_locked=True)
    found = session.scalars(query).all()
    for delivery in found:
        delivery.state, delivery.next_at = DeliveryState.SENDING, now + LONGEST_SENDING
        delivery.attempts += 1
    return found


def finish(session: Session, delivery_id: int, state: DeliveryState, now: datetime, **said: Any) -> Delivery:
    """Note how a delivery ended: its receipt, or its error and when to try again (`next_at`)."""
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
    delivery.state, delivery.next_at = state, None
    delivery.finished_at = now if state is not DeliveryState.WAITING else None
    for name, value in said.items():
        setattr(delivery, name, value)
    return delivery


def abandoned(session: Session, now: datetime) -> Sequence[Delivery]:
    """What was being sent when its process ended: nothing takes as long as that."""
    query = select(Delivery).where(Delivery.next_at <= now, Delivery.state == DeliveryState.SENDING)
    return session.scalars(query.order_by(Delivery.id).with_for_update(skip_locked=True)).all()


def drop(session: Session, kind: str, report_ids: Iterable[int], case_id: int, now: datetime) -> None:
    """What is not sent yet is not sent any more."""
    waiting = (DeliveryState.WAITING, DeliveryState.BY_PHONE, DeliveryState.UNDELIVERABLE)
    for chunk in chunks(report_ids):
        condition = (Delivery.kind == kind, Delivery.case_id == case_id, Delivery.report_id.in_(chunk))
        statement = update(Delivery).where(*condition, Delivery.state.in_(waiting))
        session.execute(statement.values(state=DeliveryState.DROPPED, next_at=None, finished_at=now))


def deliveries_of(session: Session, case_ids: Sequence[int]) -> Sequence[Delivery]:
    """The deliveries of cases, oldest first."""
    return session.scalars(select(Delivery).where(Delivery.case_id.in_(case_ids)).order_by(Delivery.id)).all()


def owed_to(session: Session, report_ids: Iterable[int], kind: str) -> Sequence[Delivery]:
    """Deliveries to reports that wait for a person, locked."""
    query = select(Delivery).where(Delivery.report_id.in_(report_ids), Delivery.kind == kind)
    query = query.where(Delivery.state.in_(NEED_SOMEBODY)).order_by(Delivery.id)
    return session.scalars(query.with_for_update()).all()


def unsent_messages(session: Session, answers: str, limit: int) -> Sequence[Delivery]:
    """What is no answer to a reporter and needs somebody, newest first: notices and files that did not arrive."""
    query = select(Delivery).where(Delivery.state.in_(NEED_SOMEBODY), Delivery.kind != answers)
    return session.scalars(query.order_by(Delivery.id.desc()).limit(limit)).all()


def later(attempts: int) -> timedelta:
    """How long to wait after so many attempts: half a minute, then twice as long each time, an hour at most."""
    return timedelta(seconds=min(30 * 2 ** min(attempts - 1, 10), 3600))
