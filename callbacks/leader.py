"""The leader's page: an address in, an area out. What is open comes by the live stream, spans of time from here."""

import json
from typing import Any

from dash import Dash, Input, Output, no_update

from callbacks.context import Asker, asker, desk
from callbacks.views import drawn_map, live_view
from dashboard.domain.access import Right
from dashboard.domain.areas import Level
from dashboard.domain.periods import PeriodName
from dashboard.live.frames import View
from dashboard.runtime import Runtime
from dashboard.viewmodels.breadcrumb import Way, way
from dashboard.viewmodels.building import building_card
from dashboard.viewmodels.figures import Asked
from dashboard.viewmodels.map import labels
from dashboard.viewmodels.view import PageView, read_view
from layouts.components.map import legend_head
from layouts.figures.fit import Frame
from layouts.figures.map import map_figure
from layouts.ids import Leader, Map, Shell, Size, Where
from layouts.labels import PERIODS
from layouts.pages.leader import breadcrumb, building_tile, case_links, choices, leader_page, levels_chart
from layouts.theme import THEMES


def page(runtime: Runtime) -> Any:
    """The page's skeleton."""
    who = asker(runtime)
    return desk(leader_page(who.t), "/", runtime, who, live=True)


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the page."""

    @app.callback(
        Output(Shell.VIEW, "data", allow_duplicate=True),
        Output(Leader.BREADCRUMB, "children"),
        Output(Leader.PERIODS, "children"),
        Output(Map.LEGEND_HEAD, "children", allow_duplicate=True),
        Output(Leader.CARD, "children"),
        Input(Where.LEADER, "search"),
        Input(Size.LEADER, "data"),
        prevent_initial_call=True,
    )
    def show_area(search: str | None, size: Any) -> Any:
        if not size:
            return no_update
        who = asker(runtime)
        view = leader_view(runtime, search, who)
        found = _way(runtime, view, who)
        return _view(runtime, view, found, who), *_head(runtime, view, found, who), _card(runtime, view, who)

    @app.callback(
        Output(Map.FIGURE, "data", allow_duplicate=True),
        Input(Where.LEADER, "search"),
        Input(Size.LEADER, "data"),
        prevent_initial_call=True,
    )
    def show_map(search: str | None, size: dict[str, float] | None) -> Any:
        if not size:
            return no_update
        who = asker(runtime)
        return _figure(runtime, leader_view(runtime, search, who), size, who)

    @app.callback(
        Output(Leader.FIGURES, "data"),
        Output(Leader.LEVELS, "children"),
        Output(Leader.LEVELS_NOTE, "children"),
        Output(Leader.TREND_NOTE, "children"),
        Input(Where.LEADER, "search"),
        Input(Leader.TICK, "n_intervals"),
    )
    def show_figures(search: str | None, _tick: int | None) -> Any:
        who = asker(runtime)
        view = leader_view(runtime, search, who)
        found = runtime.figures.of(Asked(view.area, view.period, view.category))
        usual = view.period is PeriodName.TODAY and not found["trend"]
        note = who.t("每小时，灰带为近 8 周同日常态") if usual else who.t("每日，灰带为近 8 周同一星期日常态")
        return found, levels_chart(found["levels"], who.t), who.t(PERIODS[view.period]), note


def leader_view(runtime: Runtime, search: str | None, who: Asker) -> PageView:
    """What the address means for somebody."""
    config = runtime.config
    known = {category.id for category in config.categories} | {group.id for group in config.groups}
    return read_view(search, who.principal.scope, known)


def _view(runtime: Runtime, view: PageView, found: Way, who: Asker) -> dict[str, Any]:
    """The view for the browser, with the newest parts in it, so that the numbers are there before the stream is."""
    with runtime.sessions.read() as session:
        names = labels(runtime.geometries, session, view.area, runtime.today)
    situation = runtime.picture.situation
    parts = runtime.frames.parts(View(view.area, view.level, view.measure), situation)
    return live_view(runtime, "leader", view, who, who.theme, names) | {
        "now": round(runtime.now().timestamp() * 1000),
        "links": case_links(view),
        "parts": {name: {"id": part.revision, "data": json.loads(part.text)} for name, part in parts.items()},
        "category": view.category,
        "supervises": who.principal.actor.may(Right.SUPERVISE),
        "below": [[crumb.code, crumb.name, crumb.open] for crumb in found.below],
    }


def _way(runtime: Runtime, view: PageView, who: Asker) -> Way:
    with runtime.sessions.read() as session:
        found = way(session, runtime.picture.situation, view.area, who.principal.scope, runtime.today)
    district = runtime.config.district
    return found.named(district.code, who.t.pick(district.name))


def _head(runtime: Runtime, view: PageView, found: Way, who: Asker) -> tuple[Any, Any, Any]:
    return (
        breadcrumb(found, view, who.t),
        choices(view, runtime.config, who.t),
        legend_head(who.t, view.measure, None),
    )


def _card(runtime: Runtime, view: PageView, who: Asker) -> Any:
    if len(view.area) != Level.BUILDING:
        return None
    with runtime.sessions.read() as session:
        card = building_card(session, runtime.picture.situation, view.area, runtime.today, runtime.now())
    return building_tile(card, view, runtime.config, who.t) if card else None


def _figure(runtime: Runtime, view: PageView, size: dict[str, float], who: Asker) -> Any:
    is_urban = view.area == runtime.config.district.code and size["width"] > size["height"]
    shown = drawn_map(runtime, view, frame_to=runtime.config.district.urban_part if is_urban else ())
    rem, wide = size["rem"], size["width"] > 40 * size["rem"]
    left = 14 * rem if wide else rem  # beside the legend
    right = 20 * rem if len(view.area) == Level.BUILDING and wide else 1.5 * rem  # beside the building's card
    frame = Frame(size["width"], size["height"], left=left, top=rem, right=right, bottom=1.5 * rem)
    return map_figure(shown, frame, THEMES[who.theme])
