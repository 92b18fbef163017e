"""Who asks or acts, and how far they may see."""

from dataclasses import dataclass
from enum import StrEnum

from dashboard.domain.areas import is_within


class Role(StrEnum):
    """What somebody is. A wall may only look; a party works on the one task that its link is for."""

    WALL = "wall"
    LEADER = "leader"
    OPERATOR = "operator"
    PARTY = "party"
    ADMIN = "admin"


class Right(StrEnum):
    """What somebody may do beside looking: handle cases, work on a task, instruct those who handle, take documents
    away."""

    HANDLE = "handle"
    WORK = "work"
    SUPERVISE = "supervise"
    EXPORT = "export"


RIGHTS = {
    Role.WALL: frozenset[Right](),
    Role.LEADER: frozenset({Right.SUPERVISE, Right.EXPORT}),
    Role.OPERATOR: frozenset({Right.HANDLE, Right.WORK, Right.EXPORT}),
    Role.PARTY: frozenset({Right.WORK}),
    Role.ADMIN: frozenset(Right),
}


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

    def may(self, right: Right) -> bool:
        """Whether the role has this right."""
        return right in RIGHTS[self.role]


def system_actor(district: str, name: str = "system") -> Actor:
    """The actor of pollers and scheduled jobs."""
    return Actor(name, name, Role.ADMIN, Scope(district))
