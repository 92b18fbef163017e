"""What a callback knows about who asks: the principal, the language, the theme."""

from dataclasses import dataclass

from flask import abort, request

from dashboard.auth.accounts import Principal
from dashboard.domain.access import Role
from dashboard.runtime import Runtime
from layouts.texts import Texts, texts
from layouts.theme import THEMES


@dataclass(frozen=True)
class Asker:
    """Who asks, and how they want to be answered."""

    principal: Principal
    t: Texts
    theme: str


def asker(runtime: Runtime) -> Asker:
    """The asker of this request; the guard has made sure that there is one."""
    found = runtime.gate.current()
    if found is None:
        abort(401)
    wanted = request.cookies.get("theme")
    usual = "dark" if found.role is Role.WALL else "light"
    return Asker(found, texts(request.cookies.get("language")), wanted if wanted in THEMES else usual)
