"""What somebody wants a snapshot of; all of it can be written down and read again."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.access import Scope
from dashboard.domain.areas import Level
from dashboard.domain.periods import PeriodName
from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.domain.stages import CaseError
from dashboard.live.measures import Measure
from dashboard.store.cases import case_by_number
from dashboard.viewmodels.heat import Span
from dashboard.viewmodels.map import default_level
from dashboard.viewmodels.view import LEVELS, PageView
from layouts.texts import Language

Json = dict[str, Any]
ROLLING = (PeriodName.WEEK, PeriodName.MONTH)
HEAT_OF = {PeriodName.WEEK: Span.WEEK}  # where it is hot shows over weeks, not within a day


@dataclass(frozen=True)
class Wish:
    """A kind of document, of an area, with what the page was set to.

    `case` is the number of the case of a case sheet, `day` one of the days that a bulletin reports on.
    """

    kind: Kind
    area: str
    language: Language = "zh"
    paper: Paper = Paper.A4
    edition: Edition = Edition.FULL
    level: Level = Level.GRID
    measure: Measure = Measure.OPEN
    heat: Span | None = None
    period: PeriodName = PeriodName.TODAY
    category: str | None = None
    case: str | None = None
    day: date | None = None

    @property
    def is_rolling(self) -> bool:
        """Whether it is a bulletin of the last days up to now, as the page of measures shows them, not of a span of the
        calendar."""
        return self.kind.is_bulletin and self.day is None and self.period in ROLLING

    @property
    def view(self) -> PageView:
        """The page that shows the same."""
        return PageView(self.area, self.level, self.measure, self.heat, self.period, self.category)

    def as_json(self) -> Json:
        """To be kept."""
        return {
            "kind": self.kind.value,
            "area": self.area,
            "language": self.language,
            "paper": self.paper.value,
            "edition": self.edition.value,
            "level": self.level.name.lower(),
            "measure": self.measure.value,
            "heat": self.heat.value if self.heat else None,
            "period": self.period.value,
            "category": self.category,
            "case": self.case,
            "day": self.day.isoformat() if self.day else None,
        }


def of_view(view: PageView, kind: Kind = Kind.SITUATION, **more: Any) -> Wish:
    """The wish for what a page shows. Where areas are larger than cells, heat is drawn unless a measure was chosen."""
    heat = view.heat
    if heat is None and view.measure is Measure.OPEN and len(view.area) < Level.COMMUNITY and view.category is None:
        heat = HEAT_OF.get(view.period, Span.MONTH)
    said = Wish(kind, view.area, level=view.level, measure=view.measure, heat=heat, period=view.period)
    return replace(said, category=view.category, **more)


def of_case(session: Session, scope: Scope, number: str) -> Wish:
    """The wish for a case's sheet, which is archived for the area of the case.

    Raises:
        CaseError: there is no such case within the scope.
    """
    case = case_by_number(session, scope, number)
    if case is None:
        raise CaseError("没有编号为 {case} 的案件", case=number)
    return of_view(PageView(case.area_code, default_level(case.area_code)), Kind.CASE, case=case.number)


def read_wish(said: Json) -> Wish:
    """A wish that was kept."""
    return Wish(
        kind=Kind(said["kind"]),
        area=said["area"],
        language=said["language"],
        paper=Paper(said["paper"]),
        edition=Edition(said["edition"]),
        level=LEVELS.get(said["level"], default_level(said["area"])),
        measure=Measure(said["measure"]),
        heat=Span(said["heat"]) if said["heat"] else None,
        period=PeriodName(said["period"]),
        category=said["category"],
        case=said["case"],
        day=date.fromisoformat(said["day"]) if said["day"] else None,
    )
