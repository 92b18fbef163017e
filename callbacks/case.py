"""The page of one case."""

from typing import Any

from dash import Dash, Input, Output, State, no_update
from sqlalchemy.orm import Session

from callbacks.context import Asker, asker, desk
from callbacks.views import drawn_map, still_view
from dashboard.domain.access import Right
from dashboard.domain.areas import Level
from dashboard.runtime import Runtime
from dashboard.store.models import Case as CaseRow
from dashboard.viewmodels.acts import possible_acts
from dashboard.viewmodels.case_detail import case_detail
from dashboard.viewmodels.case_handling import case_handling
from dashboard.viewmodels.view import PageView
from layouts.figures.fit import Frame
from layouts.figures.map import map_figure, place_mark
from layouts.ids import CasePage, Map, Shell, Size, Where
from layouts.pages.case import CaseView, case_body, case_parts
from layouts.shell import not_found
from layouts.theme import THEMES

PREFIX = "/cases/"


def page(runtime: Runtime, path: str) -> Any:
    """The page of the case an address names."""
    who = asker(runtime)
    with runtime.sessions.read() as session:
        view = _view(session, runtime, who, path.removeprefix(PREFIX))
    body = case_body(view, runtime.config, who.t) if view else not_found(who.t)
    return desk(body, "/cases", runtime, who)


def _view(session: Session, runtime: Runtime, who: Asker, number: str) -> CaseView | None:
    """What somebody sees of a case; None when there is none for them."""
    actor, now = who.principal.actor, runtime.now()
    detail = case_detail(session, actor.scope, runtime.desk.rules, runtime.area_names(), number, now)
    if detail is None:
        return None
    return CaseView(
        detail,
        case_handling(session, runtime.desk, actor.scope, detail.case, detail.events, now),
        possible_acts(session, runtime.desk, detail.case, actor, now),
        actor.may(Right.HANDLE),
    )


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(Output(Shell.VIEW, "data"), Input(Where.CASE, "pathname"))
    def count_down(_path: str) -> Any:
        return still_view(runtime, asker(runtime))

    @app.callback(
        Output(CasePage.HEAD, "children"),
        Output(CasePage.LEFT, "children"),
        Output(CasePage.MIDDLE, "children"),
        Output(CasePage.RIGHT, "children"),
        Input(CasePage.TURN, "data"),
        prevent_initial_call=True,
    )
    def draw_anew(turn: dict[str, Any] | None) -> Any:
        who = asker(runtime)
        with runtime.sessions.read() as session:
            view = _view(session, runtime, who, turn["number"]) if turn else None
        return case_parts(view, runtime.config, who.t) if view else (no_update,) * 4

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
