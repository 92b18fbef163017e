"""The page of one case."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.context import asker
from callbacks.views import drawn_map, still_view
from dashboard.domain.areas import Level
from dashboard.runtime import Runtime
from dashboard.store.models import Case as CaseRow
from dashboard.viewmodels.case_detail import case_detail
from dashboard.viewmodels.view import PageView
from layouts.figures.fit import Frame
from layouts.figures.map import map_figure, place_mark
from layouts.ids import Map, Shell, Size, Where
from layouts.pages.case import case_body
from layouts.shell import desk_page, not_found
from layouts.theme import THEMES

PREFIX = "/cases/"


def page(runtime: Runtime, path: str) -> Any:
    """The page of the case an address names."""
    who = asker(runtime)
    with runtime.sessions.read() as session:
        detail = case_detail(
            session,
            who.principal.actor.scope,
            runtime.desk.rules,
            runtime.area_names(),
            path.removeprefix(PREFIX),
            runtime.now(),
        )
    body = case_body(detail, runtime.config, who.t) if detail else not_found(who.t)
    return desk_page(
        body,
        who.t,
        path="/cases",
        title=who.t.pick(runtime.config.district.name),
        is_demo=runtime.is_demo,
        theme=who.theme,
        live=False,
    )


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(Output(Shell.VIEW, "data"), Input(Where.CASE, "pathname"))
    def count_down(_path: str) -> Any:
        return still_view(runtime, asker(runtime))

    @app.callback(
        Output(Map.FIGURE, "data", allow_duplicate=True),
        Input(Size.CASE, "data"),
        State(Where.CASE, "pathname"),
        prevent_initial_call=True,
    )
    def show_place(size: dict[str, float] | None, path: str) -> Any:
        if not path.startswith(PREFIX) or not size:
            return no_update
        who = asker(runtime)
        with runtime.sessions.read() as session:
            detail = case_detail(
                session, who.principal.actor.scope, runtime.desk.rules, {}, path.removeprefix(PREFIX), runtime.now()
            )
        if detail is None:
            return no_update
        return _figure(runtime, detail.case, size, who.theme)


def _figure(runtime: Runtime, case: CaseRow, size: dict[str, float], theme: str) -> Any:
    if case.unlocated:
        return no_update
    shown = case.area_code[: Level.COMMUNITY]
    level = Level.GRID if len(shown) > Level.DISTRICT else Level.SUBDISTRICT
    figure = map_figure(drawn_map(runtime, PageView(shown, level)), Frame(size["width"], size["height"]), THEMES[theme])
    return place_mark(figure, case.longitude, case.latitude, THEMES[theme], size) if case.longitude else figure
