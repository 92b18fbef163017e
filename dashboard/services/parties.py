"""The parties that can be given tasks (责任单位), and which of them a case calls for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.config.handling import Party as PartyConfig
from dashboard.config.parts import Text
from dashboard.domain.areas import Level, is_within
from dashboard.domain.calendars import SHANGHAI, WorkingHours, shanghai_day
from dashboard.services.desk import Desk
from dashboard.store.areas import child_names

LEVELS = {"subdistrict": Level.SUBDISTRICT, "community": Level.COMMUNITY}


@dataclass(frozen=True)
class Party:
    """One party. `areas` are the areas it works in, empty for all; `route` is where notices for it go."""

    id: str
    name: Text
    kind: str
    areas: tuple[str, ...]
    categories: frozenset[str]
    supports: frozenset[str]
    hours: WorkingHours | None
    contact: str | None
    route: str | None

    def works_in(self, area_code: str) -> bool:
        """Whether a place lies in its areas."""
        return not self.areas or any(is_within(area_code, area) for area in self.areas)

    def is_on_duty(self, now: datetime) -> bool:
        """Whether somebody is there at this time of the day."""
        if self.hours is None:
            return True
        at = now.astimezone(SHANGHAI).time()
        return any(opening <= at < closing for opening, closing in self.hours.spans)


@dataclass(frozen=True)
class Register:
    """All parties by id."""

    parties: Mapping[str, Party]

    def name(self, party: str, language: str) -> str:
        """What a party is called; a party that is no longer registered keeps its id."""
        found = self.parties.get(party)
        return party if found is None else str(getattr(found.name, language))


@dataclass(frozen=True)
class Proposal:
    """A party that a case calls for, and why: `category`, `area` or `support`."""

    party: Party
    is_lead: bool
    why: str
    on_duty: bool


def register_of(session: Session, desk: Desk, now: datetime) -> Register:
    """The register as configured, with one party for each area where a party stands for every area of a level."""
    found: dict[str, Party] = {}
    for config in desk.config.parties:
        if config.each is None:
            found[config.id] = _party(config, config.id, config.name, config.areas)
            continue
        names = child_names(session, desk.config.district.code, LEVELS[config.each], shanghai_day(now))
        for code, name in names.items():
            both = Text(zh=f"{name}{config.name.zh}", en=f"{config.name.en} {name}")
            found[f"{config.id}:{code}"] = _party(config, f"{config.id}:{code}", both, (code,))
    return Register(found)


def _party(config: PartyConfig, party_id: str, name: Text, areas: Sequence[str]) -> Party:
    return Party(
        id=party_id,
        name=name,
        kind=config.kind,
        areas=tuple(areas),
        categories=config.categories,
        supports=config.supports,
        hours=config.hours,
        contact=config.contact,
        route=config.route,
    )


def proposals(register: Register, category: str, area_code: str, now: datetime) -> list[Proposal]:
    """Who should lead and who should support: the one whose category is named most exactly leads, then by area."""
    working = [party for party in register.parties.values() if party.works_in(area_code)]
    able = [party for party in working if _fits(party.categories, category)]
    able.sort(key=lambda party: _rank(party, category, now))
    found = [Proposal(party, number == 0, "category", party.is_on_duty(now)) for number, party in enumerate(able)]
    known = {party.id for party in able}
    helping = [party for party in working if party.id not in known and _fits(party.supports, category)]
    near = sorted(helping, key=lambda party: (-max(map(len, party.areas), default=0), party.id))
    return found + [Proposal(party, False, "support", party.is_on_duty(now)) for party in near]


def _fits(names: frozenset[str], category: str) -> bool:
    return bool(names & {category, category.split("/")[0], "*"})


def _rank(party: Party, category: str, now: datetime) -> tuple[bool, bool, int, str]:
    """The exact category before its group, on duty before off, the smaller area before the larger."""
    return (
        category not in party.categories,
        not party.is_on_duty(now),
        -max(map(len, party.areas), default=0),
        party.id,
    )
