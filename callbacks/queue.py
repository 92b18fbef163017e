"""The operators' queue: its frame and its words; the browser asks for the rows."""

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output

from callbacks.context import asker, desk
from callbacks.views import still_view
from dashboard.domain.access import Right
from dashboard.runtime import Runtime
from layouts.ids import Shell, Where
from layouts.pages.queue import queue_page


def is_queue(search: str | None) -> bool:
    """Whether /cases means the queue: without any filter of the list."""
    return not set(parse_qs((search or "").lstrip("?"))) - {"view"}


def page(runtime: Runtime) -> Any:
    """The page's skeleton."""
    who = asker(runtime)
    may_handle = who.principal.actor.may(Right.HANDLE)
    return desk(queue_page(who.t, may_handle=may_handle), "/cases", runtime, who)


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(
        Output(Shell.VIEW, "data", allow_duplicate=True),
        Input(Where.CONSOLE, "href"),
        prevent_initial_call="initial_duplicate",
    )
    def learn_words(_href: str) -> Any:
        return still_view(runtime, asker(runtime))
