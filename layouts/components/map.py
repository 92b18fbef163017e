"""The map's frame: the graph, the names above it, legend, scale, and what cannot be shown on it."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.live.measures import Measure
from layouts.components.tiles import icon
from layouts.ids import Map
from layouts.labels import HEAT_NAMES, MEASURE_NAMES
from layouts.texts import Texts

STATES = (
    ("very_late", "超 3 倍"),
    ("breached", "超期"),
    ("at_risk", "临期"),
    ("on_track", "未到期"),
    ("paused", "暂停"),
    ("checked", "待核查"),
)


NOTHING_YET = {
    "layout": {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
}


def map_graph(*, interactive: bool) -> tuple[dcc.Store, dcc.Graph]:
    """The graph of the map, and the place of the server's figure until the browser has put the newest values in."""
    config: dict[str, Any] = {"displayModeBar": False, "scrollZoom": interactive, "doubleClick": False}
    graph = dcc.Graph(id=Map.GRAPH, className="map-graph", figure=NOTHING_YET, responsive=True, config=config)
    return dcc.Store(id=Map.FIGURE), graph


def map_frame(children: Sequence[Component], legend: Component, t: Texts) -> html.Div:
    """The map with everything that lies over it."""
    wait = {"data-wait": t("正在载入地图")}
    return html.Div(
        [
            *children,
            html.Div(id=Map.LABELS, className="map-labels", **{"aria-hidden": "true"}),
            legend,
            html.Div(id=Map.SCALE, className="map-scale"),
        ],
        className="map-frame",
        **wait,
    )


def legend() -> html.Div:
    """What the colours mean; the classes are filled in by the browser."""
    return html.Div([html.H3(id=Map.LEGEND_HEAD), html.P(className="n m"), html.Ul(id=Map.LEGEND)], className="legend")


def legend_head(t: Texts, measure: Measure, heat: str | None) -> list[Component]:
    """What the colours tell, and in which unit."""
    if heat:
        name, unit = f"{t('热力')} {t(HEAT_NAMES[heat])}", t("件/100 m 单元格")
    else:
        name, unit = (t(text) for text in MEASURE_NAMES[measure])
    return [html.Span(name), html.Span(unit, className="m")]


def state_legend(t: Texts) -> html.Div:
    """What the marks mean."""
    return html.Div([html.Span([icon(name), t(text)]) for name, text in STATES], className="marks m")
