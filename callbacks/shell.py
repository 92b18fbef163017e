"""Which page an address means, and the callbacks of the browser that every live page has."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from callbacks import wall
from callbacks.context import asker
from dashboard.runtime import Runtime
from layouts.ids import Leader, Map, Shell, Sink
from layouts.shell import not_found


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the frame of all pages."""

    @app.callback(Output(Shell.PAGE, "children"), Input(Shell.URL, "pathname"), State(Shell.URL, "search"))
    def show_page(path: str | None, search: str | None) -> Any:
        if path == "/wall/main":
            return wall.page(runtime, search)
        return not_found(asker(runtime).t)

    def in_browser(function: str, *wiring: Any, **options: Any) -> None:
        app.clientside_callback(ClientsideFunction("live", function), *wiring, **options)

    in_browser("measure", Output(Map.SIZE, "data"), Input(Shell.PAGE, "children"))
    in_browser("follow", Output(Sink.VIEW, "data"), Input(Shell.VIEW, "data"))
    in_browser("figures", Output(Sink.FIGURES, "data"), Input(Leader.FIGURES, "data"))
    in_browser("drawn", Output(Sink.DRAWN, "data"), Input(Map.GRAPH, "figure"))
    in_browser("drawn", Output(Sink.INSET, "data"), Input(Map.INSET, "figure"))
    in_browser(
        "drill",
        Output(Shell.URL, "search", allow_duplicate=True),
        Output(Map.GRAPH, "clickData"),
        Input(Map.GRAPH, "clickData"),
        State(Shell.URL, "search"),
        prevent_initial_call=True,
    )
