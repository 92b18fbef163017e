"""Which parties work on a case of the demo: those that the register would propose."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.services.desk import Desk
from dashboard.services.parties import Register, proposals, register_of


@dataclass(frozen=True)
class Crew:
    """Who leads, who would lead if the first hands the task back, and who may help."""

    lead: str
    other: str
    support: str | None


@dataclass
class Crews:
    """The crews of a district; the same kind of matter in the same community has the same one."""

    register: Register
    now: datetime
    _known: dict[tuple[str, str], Crew | None] = field(default_factory=dict)

    def of(self, category: str, area_code: str) -> Crew | None:
        """The crew for a case; None where nobody is registered for it."""
        key = category, area_code[: Level.COMMUNITY]
        if key not in self._known:
            self._known[key] = self._choose(*key)
        return self._known[key]

    def _choose(self, category: str, community: str) -> Crew | None:
        found = proposals(self.register, category, community, self.now)
        if not found:
            return None
        lead, others = found[0], [one.party.id for one in found[1:]]
        helping = next((one.party.id for one in found[1:] if not one.is_lead and one.why == "support"), None)
        return Crew(lead.party.id, others[0] if others else lead.party.id, helping)


def crews_of(session: Session, desk: Desk, now: datetime) -> Crews:
    """The crews of the parties that are registered."""
    return Crews(register_of(session, desk, now), now)
