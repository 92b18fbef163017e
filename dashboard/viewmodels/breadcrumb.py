"""The way from the district down to what is shown."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level, ancestors, is_within
from dashboard.live.situation import Situation
from dashboard.store.areas import area_by_code, child_names
from dashboard.store.models import Area


@dataclass(frozen=True)
class Crumb:
    """One area of the way, with its open cases."""

    code: str
    name: str
    open: int


@dataclass(frozen=True)
class Way:
    """The crumbs, what the last one has, and what can be chosen below it."""

    crumbs: list[Crumb]
    households: int
    residents: int
    below: list[Crumb]

    def named(self, code: str, name: str) -> "Way":
        """The same way with another name for one area: the district's stands in configuration, in both languages."""
        return replace(self, crumbs=[replace(c, name=name) if c.code == code else c for c in self.crumbs])


def way(session: Session, situation: Situation, area: str, scope: str, today: date) -> Way:
    """The way to an area from the top of what somebody may see."""
    codes = [code for code in ancestors(area) if is_within(code, scope)]
    found = {code: area_by_code(session, code, today) for code in codes}
    crumbs = [_crumb(situation, code, _name(row, code)) for code, row in found.items()]
    last = found[area]
    return Way(
        crumbs, last.households if last else 0, last.residents if last else 0, _below(session, situation, area, today)
    )


def _name(row: Area | None, code: str) -> str:
    return row.name if row else code


def _crumb(situation: Situation, code: str, name: str) -> Crumb:
    return Crumb(code, name, sum(is_within(case.area_code, code) for case in situation.cases.values()))


def _below(session: Session, situation: Situation, area: str, today: date) -> list[Crumb]:
    below = Level(len(area)).below
    if below is None:
        return []
    names = child_names(session, area, below, today)
    return [_crumb(situation, code, name) for code, name in names.items()]
