"""The demo's people at desks: they call reporters, acknowledge notices, give instructions and answer them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.domain.access import Actor, Role, Scope
from dashboard.domain.events import EventKind
from dashboard.domain.sla import ClockName
from dashboard.services.acting import perform
from dashboard.services.acts import Act
from dashboard.services.answers import KIND as ANSWER
from dashboard.services.categories import reject_category
from dashboard.services.delivering import told_by_phone
from dashboard.services.desk import Desk
from dashboard.services.instructing import Order, answer, instruct
from dashboard.services.notifying import acknowledge
from dashboard.store.classifying import waiting_suggestions
from dashboard.store.handling import Instruction
from dashboard.store.models import Case, ClockRow
from dashboard.store.outbox import DeliveryState
from dashboard.store.waiting import open_instructions, to_be_told, unacknowledged

CALLED_AFTER, NOTICED_AFTER, ANSWERED_AFTER = timedelta(minutes=12), timedelta(minutes=25), timedelta(hours=5)
CLASSIFIED_AFTER, TAKEN_FROM = timedelta(minutes=20), 0.6
WITHIN = timedelta(hours=8)
OPEN_INSTRUCTIONS = 3
TOPIC, ASKED = "energy/heat", "供暖季已到，请逐小区摸排暖气不热问题，明日上午报情况。"
LATE = "已超期，请街道负责同志到场督办，今日报结果。"


@dataclass(frozen=True)
class Staff:
    """Those who sit at desks."""

    desk: Desk

    def work(self, now: datetime) -> None:
        """Do what has waited for long enough."""
        self.call(now)
        self.classify(now)
        self.notice(now)
        self.report(now)
        self.supervise(now)

    def call(self, now: datetime) -> None:
        """Tell reporters who cannot be told by a machine."""
        with self.desk.sessions.read() as session:
            rows, _ = to_be_told(session, self._area, ANSWER, 50)
            due = [delivery for delivery, *_ in rows if delivery.state == DeliveryState.BY_PHONE]
        for delivery in due:
            if now - delivery.created_at > CALLED_AFTER:
                told_by_phone(self.desk, delivery.id, self._as("座席员"), now)

    def classify(self, now: datetime) -> None:
        """Take the suggested category, or not where little speaks for it."""
        with self.desk.sessions.read() as session:
            due = waiting_suggestions(session, now - CLASSIFIED_AFTER, 20)
        clerk = self._as("座席员")
        for found in due:
            if found.certainty < TAKEN_FROM:
                reject_category(self.desk, found.case_id, clerk, now)
            else:
                data = {"category": found.category, "approver": "值班长"}
                perform(self.desk, [Act(found.case_id, EventKind.RECLASSIFIED, clerk, now, data)], now)

    def notice(self, now: datetime) -> None:
        """Acknowledge notices."""
        with self.desk.sessions.read() as session:
            rows, _ = unacknowledged(session, self._area, now - timedelta(days=3), 100)
            due = [notice.id for notice, _ in rows if now - notice.created_at > NOTICED_AFTER]
        if due:
            acknowledge(self.desk, due, self._as("值班长"), now)

    def report(self, now: datetime) -> None:
        """Answer instructions."""
        for found in self._instructions():
            if now - found.created_at > ANSWERED_AFTER:
                answer(self.desk, found.id, "已现场督促责任单位办理，今日内办结并答复诉求人。", self._as("值班长"), now)

    def supervise(self, now: datetime) -> None:
        """Leaders see to what is late, and to one matter of the season."""
        given = self._instructions()
        if len(given) >= OPEN_INSTRUCTIONS:
            return
        if not any(found.category == TOPIC for found in given):
            order = Order("remark", ASKED, now + 2 * WITHIN, area=self._area, category=TOPIC)
            instruct(self.desk, order, self._as("分管领导"), now)
        with self.desk.sessions.read() as session:
            latest = _latest(session, now)
        if latest is not None:
            order = Order("supervision", LATE, now + WITHIN, case_id=latest)
            instruct(self.desk, order, self._as("分管领导"), now)

    def _instructions(self) -> list[Instruction]:
        with self.desk.sessions.read() as session:
            return [found for found, _ in open_instructions(session, self._area)]

    @property
    def _area(self) -> str:
        return self.desk.config.district.code

    def _as(self, name: str) -> Actor:
        return Actor(name, name, Role.ADMIN, Scope(self._area))


def _latest(session: Session, now: datetime) -> int | None:
    """The open case whose answer has been due longest and on which no leader has said anything."""
    query = select(Case.id).join(ClockRow, (ClockRow.case_id == Case.id) & (ClockRow.round == Case.round))
    query = query.where(Case.is_open.is_(True), Case.instructions == 0, ClockRow.name == ClockName.FEEDBACK)
    query = query.where(ClockRow.due_at < now, ClockRow.stopped_at.is_(None), ClockRow.ended_at.is_(None))
    return session.scalar(query.order_by(ClockRow.due_at).limit(1))
