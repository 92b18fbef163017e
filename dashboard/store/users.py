"""Questions about people with accounts."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.domain.access import RIGHTS, Right, Role
from dashboard.domain.areas import is_within
from dashboard.store.operations import User

HANDLING_ROLES = sorted(role.value for role in Role if Right.HANDLE in RIGHTS[role])


def handlers_of(session: Session, area_code: str) -> list[str]:
    """Names of the people who may handle cases of an area."""
    query = select(User.name, User.scope).where(User.is_active.is_(True), User.role.in_(HANDLING_ROLES))
    return sorted(name for name, scope in session.execute(query) if is_within(area_code, scope))


def names_of(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """Key of an actor (`user:7`) → name, for those that are people."""
    ids = {int(key.removeprefix("user:")) for key in keys if key.removeprefix("user:").isdigit()}
    found = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{user_id}": name for user_id, name in found}
