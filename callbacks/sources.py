"""The page of sources."""

from typing import Any

from dash import Dash, Input, Output

from callbacks.context import asker, desk
from dashboard.domain.access import Right
from dashboard.runtime import Runtime
from dashboard.viewmodels.source_page import source_page
from layouts.ids import Sources
from layouts.pages.sources import sources_body, sources_page


def page(runtime: Runtime) -> Any:
    """The page's skeleton."""
    who = asker(runtime)
    return desk(sources_page(who.t), "/sources", runtime, who)


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(Output(Sources.BODY, "children"), Input(Sources.TICK, "n_intervals"))
    def show_sources(_tick: int | None) -> Any:
        with runtime.sessions.read() as session:
            found = source_page(session, runtime.config.sources, runtime.now())
        who = asker(runtime)
        return sources_body(found, runtime.config, who.t, may_handle=who.principal.actor.may(Right.HANDLE))
