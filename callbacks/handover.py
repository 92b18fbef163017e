"""The hand-over sheet."""

from typing import Any

from callbacks.context import asker
from dashboard.domain.access import Right
from dashboard.runtime import Runtime
from dashboard.services.parties import register_of
from dashboard.viewmodels.handover import handover_page
from layouts.pages.handover import handover_body
from layouts.shell import desk_page


def page(runtime: Runtime) -> Any:
    """The sheet as of now."""
    who, now = asker(runtime), runtime.now()
    actor = who.principal.actor
    with runtime.sessions.read() as session:
        found = handover_page(session, runtime.picture.situation, actor, now)
        register = register_of(session, runtime.desk, now)
    return desk_page(
        handover_body(found, runtime.config, register, who.t, may_handle=actor.may(Right.HANDLE)),
        who.t,
        path="/cases",
        title=who.t.pick(runtime.config.district.name),
        is_demo=runtime.is_demo,
        theme=who.theme,
        live=False,
    )
