"""The hand-over sheet."""

from typing import Any

from callbacks.context import asker, desk
from dashboard.domain.access import Right
from dashboard.runtime import Runtime
from dashboard.services.parties import register_of
from dashboard.viewmodels.handover import handover_page
from layouts.pages.handover import handover_body


def page(runtime: Runtime) -> Any:
    """The sheet as of now."""
    who, now = asker(runtime), runtime.now()
    actor = who.principal.actor
    with runtime.sessions.read() as session:
        found = handover_page(session, runtime.picture.situation, actor, now)
        register = register_of(session, runtime.desk, now)
    body = handover_body(found, runtime.config, register, who.t, may_handle=actor.may(Right.HANDLE))
    return desk(body, "/cases", runtime, who)
