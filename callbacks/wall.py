"""The main wall: its address sets the map, everything else comes by the live stream."""

from typing import Any

from dash import Dash, Input, Output, no_update

from callbacks.context import Asker, asker
from callbacks.views import drawn_map, live_view
from dashboard.live.measures import Measure
from dashboard.runtime import Runtime
from dashboard.viewmodels.map import MapView, labels
from dashboard.viewmodels.view import PageView, read_view
from layouts.components.map import legend_head
from layouts.figures.fit import Bounds, Frame
from layouts.figures.map import Figure, map_figure
from layouts.ids import Map, Shell, Size, Where
from layouts.theme import DARK
from layouts.walls.main import WallView, wall_page, wall_switch


def register(app: Dash, runtime: Runtime) -> None:
    """Wire the wall."""

    @app.callback(
        Output(Shell.VIEW, "data", allow_duplicate=True),
        Output(Map.FIGURE, "data", allow_duplicate=True),
        Output(Map.INSET, "figure"),
        Output(Map.SWITCH, "children"),
        Output(Map.LEGEND_HEAD, "children", allow_duplicate=True),
        Input(Size.WALL, "data"),
        Input(Where.WALL, "search"),
        prevent_initial_call=True,
    )
    def show_wall_map(size: dict[str, Any] | None, search: str | None) -> Any:
        if not size:
            return no_update
        who = asker(runtime)
        view = wall_view(runtime, search)
        urban = runtime.config.district.urban_part
        shown = drawn_map(runtime, view, frame_to=urban, with_cells=view.heat is not None)
        return (
            _live_view(runtime, view, who),
            _figure(shown, size, view),
            _inset(drawn_map(runtime, view), size, view, shown.bounds),
            wall_switch(wall_settings(runtime, view, who), who.t),
            legend_head(who.t, view.measure, view.heat),
        )


def wall_view(runtime: Runtime, search: str | None) -> PageView:
    """The wall always shows the whole district; its marks tell the open cases, so its areas tell how many come in."""
    return read_view(search, runtime.config.district.code, set(), Measure.PER_TEN_THOUSAND)


def wall_settings(runtime: Runtime, view: PageView, who: Asker) -> WallView:
    """What the page is set to."""
    return WallView(
        title=who.t.pick(runtime.config.district.title),
        is_demo=runtime.is_demo,
        level=view.level.name.lower(),
        measure=view.measure,
        heat=view.heat,
        scale=runtime.config.live.wall_scale,
    )


def page(runtime: Runtime, search: str | None) -> Any:
    """The wall's skeleton."""
    who = asker(runtime)
    return wall_page(wall_settings(runtime, wall_view(runtime, search), who), who.t)


def _figure(shown: MapView, size: dict[str, Any], view: PageView) -> Figure:
    """Legend and inset cover the left of the map, so the district is moved to the right."""
    rem, inset = size["rem"], size["inset"]["width"]
    frame = Frame(
        size["width"], size["height"], left=inset + 1.2 * rem, top=0.6 * rem, right=1.2 * rem, bottom=1.2 * rem
    )
    return map_figure(shown, frame, DARK, heat=view.heat is not None)


def _inset(shown: MapView, size: dict[str, Any], view: PageView, window: Bounds) -> Figure:
    """The whole district, small."""
    edge = size["rem"] / 4
    frame = Frame(size["inset"]["width"], size["inset"]["height"], edge, edge, edge, edge)
    return map_figure(shown, frame, DARK, inset_of=window, heat=view.heat is not None)


def _live_view(runtime: Runtime, view: PageView, who: Asker) -> dict[str, Any]:
    with runtime.sessions.read() as session:
        names = labels(runtime.geometries, session, view.area, runtime.today)
    return live_view(runtime, "wall", view, who, "dark", names)
