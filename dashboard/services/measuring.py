"""Measures of handling: what was counted in a period, and in the one before, by the groups of an area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from dashboard.config.measures import exclusions_of
from dashboard.domain.access import Scope
from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.measures import Grouping
from dashboard.domain.periods import Period, PeriodName, period, read_period
from dashboard.domain.stages import CaseError
from dashboard.services.desk import Desk
from dashboard.store.areas import area_by_code
from dashboard.store.measured.question import Question, Window
from dashboard.store.measured.tallies import Tallies, tallies
from dashboard.store.people import residents_of


@dataclass(frozen=True)
class Asked:
    """What measures are asked for. `period` is a name or a month as an address writes it."""

    area: str
    period: str
    by: Grouping


@dataclass(frozen=True)
class Measured:
    """What was counted, by measure and group, in a period up to its cut-off and in as much of the one before.

    `residents` are those of the areas one level down, `residents_here` those of the whole area.
    """

    span: Period
    at: datetime
    tallies: Tallies
    before: Tallies
    residents: Mapping[str, int]
    residents_here: int

    @property
    def cut_off(self) -> datetime:
        """Up to when facts count."""
        return self.span.cut_off(self.at)


def measure(session: Session, desk: Desk, scope: Scope, asked: Asked, now: datetime) -> Measured:
    """Count all measures.

    Raises:
        CaseError: the area lies outside the scope.
    """
    if not scope.covers(asked.area):
        raise CaseError("您无权查看这个区域")
    span = span_asked(asked, now)
    here, before = windows(span, now)
    day = min(span.last, shanghai_day(now))
    return Measured(
        span=span,
        at=now,
        tallies=tallies(session, question_of(desk, asked.area, asked.by, here)),
        before=tallies(session, question_of(desk, asked.area, asked.by, before)),
        residents=_below(session, asked.area, day),
        residents_here=_residents(session, asked.area, day),
    )


def span_asked(asked: Asked, now: datetime) -> Period:
    """The period that is asked for; the last thirty days where it is none."""
    return read_period(asked.period, now) or period(PeriodName.MONTH, now)


def windows(span: Period, now: datetime) -> tuple[Window, Window]:
    """The period up to its cut-off, and as much of the one before. While a period runs, of the one before only that
    counts which was known at the same time of it; of two that are over everything counts that is known now."""
    before = span.previous()
    until = span.same_part(before, now)
    return Window(span.start, span.cut_off(now), now), Window(before.start, until, now if now >= span.end else until)


def question_of(desk: Desk, area: str, by: Grouping, window: Window) -> Question:
    """A question with what the district leaves out."""
    return Question(area, by, window, exclusions_of(desk.config))


def _below(session: Session, area: str, day: date) -> dict[str, int]:
    below = Level(len(area)).below
    return residents_of(session, area, below, day) if below else {}


def _residents(session: Session, area: str, day: date) -> int:
    found = area_by_code(session, area, day)
    return found.residents if found else 0
