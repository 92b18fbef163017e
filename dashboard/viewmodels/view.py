"""What a page shows, read from its address: area, level, measure, period, category. Nonsense becomes the default."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from dashboard.domain.areas import AreaCodeError, Level, is_within, level_of
from dashboard.domain.periods import PeriodName
from dashboard.live.measures import Measure
from dashboard.viewmodels.heat import Span
from dashboard.viewmodels.map import default_level

Name = TypeVar("Name", bound=StrEnum)
LEVELS = {level.name.lower(): level for level in Level if level > Level.DISTRICT}


@dataclass(frozen=True)
class PageView:
    """The state of a page; all of it stands in its address."""

    area: str
    level: Level
    measure: Measure = Measure.OPEN
    heat: Span | None = None
    period: PeriodName = PeriodName.TODAY
    category: str | None = None

    def query(self, **change: str | None) -> str:
        """The address' query with some of it changed; what is the default is left out."""
        state = {
            "area": self.area,
            "level": self.level.name.lower(),
            "measure": self.measure.value,
            "heat": self.heat.value if self.heat else None,
            "period": self.period.value,
            "category": self.category,
        } | change
        area = state["area"] or self.area
        usual = {"measure": "open", "period": "today", "level": default_level(area).name.lower()}
        return "?" + urlencode({key: value for key, value in state.items() if value and usual.get(key) != value})


def read_view(search: str | None, scope: str, categories: set[str], usual_measure: Measure = Measure.OPEN) -> PageView:
    """The view an address means, within what somebody may see."""
    asked = {key: values[0] for key, values in parse_qs((search or "").lstrip("?")).items()}
    area = area_within(asked.get("area", scope), scope)
    level = LEVELS.get(asked.get("level", ""), default_level(area))
    if level <= min(len(area), Level.GRID):
        level = default_level(area)
    category = asked.get("category")
    return PageView(
        area=area,
        level=level,
        measure=_known(Measure, asked.get("measure")) or usual_measure,
        heat=_known(Span, asked.get("heat")),
        period=_known(PeriodName, asked.get("period")) or PeriodName.TODAY,
        category=category if category in categories else None,
    )


def area_within(code: str, scope: str) -> str:
    """The area of an address, or the top of what somebody may see when it is none of theirs."""
    try:
        level_of(code)
        return code if is_within(code, scope) else scope
    except AreaCodeError:
        return scope


def _known(kind: type[Name], text: str | None) -> Name | None:
    """The member an address names, none when there is no such."""
    return next((member for member in kind if member.value == text), None)
