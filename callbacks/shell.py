"""Which page an address means, and the callbacks of the browser that every live page has."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from callbacks import case, cases, handover, leader, measures, queue, snapshots, sources, wall
from callbacks.context import asker
from dashboard.runtime import Runtime
from layouts.ids import Leader, Map, Shell, Sink, Size, Where
from layouts.shell import not_found


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the frame of all pages."""

    @app.callback(Output(Shell.PAGE, "children"), Input(Shell.URL, "pathname"), State(Shell.URL, "search"))
    def show_page(path: str | None, search: str | None) -> Any:
        if path == "/wall/main":
            return wall.page(runtime, search)
        listed = queue.page if queue.is_queue(search) else cases.page
        pages = {
            "/": leader.page,
            "/cases": listed,
            "/handover": handover.page,
            "/measures": measures.page,
            "/snapshots": snapshots.page,
            "/sources": sources.page,
        }
        if path in pages:
            return pages[path](runtime)
        if path and path.startswith(case.PREFIX):
            return case.page(runtime, path)
        return not_found(asker(runtime).t)

    def in_browser(function: str, *wiring: Any, **options: Any) -> None:
        app.clientside_callback(ClientsideFunction("live", function), *wiring, **options)

    for where, size in ((Where.WALL, Size.WALL), (Where.LEADER, Size.LEADER), (Where.CASE, Size.CASE)):
        in_browser("measure", Output(size, "data"), Input(where, "pathname"))
    in_browser("follow", Output(Sink.VIEW, "data"), Input(Shell.VIEW, "data"))
    in_browser("figures", Output(Sink.FIGURES, "data"), Input(Leader.FIGURES, "data"))
    in_browser("draw", Output(Map.GRAPH, "figure"), Input(Map.FIGURE, "data"), prevent_initial_call=True)
    in_browser("drawn", Output(Sink.DRAWN, "data"), Input(Map.GRAPH, "figure"))
    in_browser("drawn", Output(Sink.INSET, "data"), Input(Map.INSET, "figure"))
    in_browser("drill", Output(Map.GRAPH, "clickData"), Input(Map.GRAPH, "clickData"), prevent_initial_call=True)
