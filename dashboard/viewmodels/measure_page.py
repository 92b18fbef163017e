"""What the page of measures shows, read from its address: area, period, grouping, family, order. Nonsense becomes the
default."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from dashboard.domain.measure_catalogue import BY_ID
from dashboard.domain.measures import Family, Grouping
from dashboard.domain.periods import PeriodName, read_period
from dashboard.services.measuring import Asked
from dashboard.viewmodels.view import area_within


@dataclass(frozen=True)
class MeasurePage:
    """The state of the page; all of it stands in its address. `group` are categories shown by their kinds, `sort` the
    measure whose best come first."""

    asked: Asked
    top: str
    family: Family = Family.TIMELINESS
    sort: str | None = None
    group: str | None = None

    def query(self, **change: str | None) -> str:
        """The address' query with some of it changed; what is the default is left out."""
        state = {
            "area": self.asked.area,
            "period": self.asked.period,
            "by": self.asked.by.value,
            "family": self.family.value,
            "sort": self.sort,
            "group": self.group,
        } | change
        usual = {"area": self.top, "period": PeriodName.MONTH, "by": Grouping.AREA, "family": Family.TIMELINESS}
        return "?" + urlencode({key: value for key, value in state.items() if value and usual.get(key) != value})


def read_measure_page(search: str | None, scope: str, groups: Collection[str], now: datetime) -> MeasurePage:
    """The page that an address means, within what somebody may see."""
    asked = {key: values[0] for key, values in parse_qs((search or "").lstrip("?")).items()}
    period, by, family = (asked.get(name, "") for name in ("period", "by", "family"))
    grouping = Grouping(by) if by in set(Grouping) else Grouping.AREA
    group = asked.get("group")
    return MeasurePage(
        asked=Asked(
            area=area_within(asked.get("area", scope), scope),
            period=period if read_period(period, now) else PeriodName.MONTH.value,
            by=grouping,
        ),
        top=scope,
        family=Family(family) if family in set(Family) else Family.TIMELINESS,
        sort=asked["sort"] if asked.get("sort") in BY_ID else None,
        group=group if grouping is Grouping.CATEGORY and group in groups else None,
    )
