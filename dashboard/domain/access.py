"""Who asks or acts, and how far they may see."""

from dataclasses import dataclass
from enum import StrEnum

from dashboard.domain.areas import is_within


class Role(StrEnum):
    """What somebody may do. A wall may only look."""

    WALL = "wall"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True)
class Scope:
    """The area whose facts may be seen: everything below its code."""

    area: str

    def covers(self, code: str) -> bool:
        """Whether an area lies within the scope."""
        return is_within(code, self.area)


@dataclass(frozen=True)
class Actor:
    """Somebody, or something, that asks or acts."""

    id: str
    name: str
    role: Role
    scope: Scope


def system_actor(district: str, name: str = "system") -> Actor:
    """The actor of pollers and scheduled jobs."""
    return Actor(name, name, Role.ADMIN, Scope(district))
