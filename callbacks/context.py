"""What a callback knows about who asks: the principal, the language, the theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request

from dashboard.auth.accounts import Principal
from dashboard.domain.access import Role
from dashboard.runtime import Runtime
from layouts.shell import desk_page
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


def desk(body: Sequence[Any], path: str, runtime: Runtime, who: Asker, *, live: bool = False) -> Any:
    """A page for people in its frame. `path` is its entry in the bar; a live one shows how the stream is."""
    return desk_page(
        body,
        who.t,
        path=path,
        title=who.t.pick(runtime.config.district.name),
        is_demo=runtime.is_demo,
        theme=who.theme,
        live=live,
    )
