"""The main wall: state on the left, the map in the middle, clocks on the right, three tiles below."""

from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.live.measures import Measure
from layouts.components.map import NOTHING_YET, legend, map_frame, map_graph, state_legend
from layouts.components.tiles import face_counts, kpi_strip, tile
from layouts.ids import Leader, Map, Size, Tile, Wall, Where
from layouts.labels import HEAT_NAMES, MEASURE_NAMES
from layouts.shell import listener
from layouts.texts import Texts

LEVEL_NAMES = {"subdistrict": "街道", "community": "社区", "grid": "网格"}


@dataclass(frozen=True)
class WallView:
    """What the wall is set to; all of it stands in its address."""

    title: str
    is_demo: bool
    level: str
    measure: Measure
    heat: str | None
    scale: float


def wall_page(view: WallView, t: Texts) -> html.Main:
    """The whole scene, empty; the browser fills it from the live frames."""
    return html.Main(
        [
            _top(view, t),
            kpi_strip(t),
            _channels(t),
            _map(view, t),
            _queue(t),
            _trend(t),
            _ranking(t),
            _events(t),
            listener(Where.WALL),
            dcc.Store(id=Size.WALL),
        ],
        className="wall-main",
        style={"--wall-scale": view.scale},
    )


def _top(view: WallView, t: Texts) -> html.Header:
    return html.Header(
        [
            html.H1(view.title),
            html.Span(t("演示数据"), className="tag") if view.is_demo else None,
            html.Span(id=Tile.STATUS, className="status", role="status"),
            html.Div(id=Wall.LIGHTS, className="lights"),
            html.Div([html.Span(), html.Span()], id=Wall.DATE, className="date"),
            html.Div(id=Wall.CLOCK, className="time"),
        ],
        className="top",
    )


def _channels(t: Texts) -> html.Section:
    heads = [html.Span(t(text)) for text in ("渠道（按首报）", "今日", "昨同期", "更新")]
    children = [html.Div(heads, className="cols"), html.Ul(id=Tile.CHANNELS)]
    return tile(
        t("渠道与数据新鲜度"),
        children,
        note=html.Span(id="quarantine", title=t("不能成为诉求的记录，等待查看或重试")),
        empty=t("没有配置任何来源"),
        className="chan",
    )


def _map(view: WallView, t: Texts) -> html.Section:
    inset = dcc.Graph(
        id=Map.INSET, className="map-inset", figure=NOTHING_YET, config={"staticPlot": True, "displayModeBar": False}
    )
    header = html.Header(
        [html.H2(t("网格与在办案件")), html.Span(id=Map.COUNT, className="m"), state_legend(t)],
    )
    names = html.Div(id=Map.INSET_LABELS, className="map-labels map-inset", **{"aria-hidden": "true"})
    frame = map_frame([*map_graph(interactive=False), inset, names], legend(), t)
    switch = html.Nav(wall_switch(view, t), id=Map.SWITCH, className="switch", **{"aria-label": t("地图设置")})
    return html.Section([header, switch, frame], className="tile map", **{"data-tile": "loading"})


def wall_switch(view: WallView, t: Texts) -> list[Component]:
    """Links that set the map: level, measure, heat."""
    levels = [
        _choice(t(text), {"level": level}, view, level == view.level and not view.heat)
        for level, text in LEVEL_NAMES.items()
    ]
    measures = [
        _choice(t(text), {"measure": measure.value}, view, measure is view.measure and not view.heat)
        for measure, (text, _) in MEASURE_NAMES.items()
    ]
    heats = [_choice(t(text), {"heat": span}, view, span == view.heat) for span, text in HEAT_NAMES.items()]
    groups = [levels, measures, [html.Span(t("热力"), className="m"), *heats]]
    return [html.Div(group) for group in groups]


def _choice(text: str, change: dict[str, str], view: WallView, is_on: bool) -> dcc.Link:
    settings = {"level": view.level, "measure": view.measure.value} | change
    query = "&".join(f"{key}={value}" for key, value in settings.items())
    return dcc.Link(text, href=f"/wall/main?{query}", className="on" if is_on else "", refresh=False)


def _queue(t: Texts) -> html.Section:
    children: list[Component] = [*face_counts(t), html.Ol(id=Tile.QUEUE)]
    return tile(
        t("时限队列"), children, note=t("超 3 倍在前，再按剩余时间"), empty=t("没有在办案件"), className="queue"
    )


def _trend(t: Texts) -> html.Section:
    chart = html.Div(id=Tile.TREND, className="chart")
    note, empty = t("件，灰带为近 8 周同日常态"), t("本级不统计每小时受理")
    return tile(t("今日受理，每小时"), [chart], note=note, empty=empty, className="trend")


def _ranking(t: Texts) -> html.Section:
    return tile(
        t("街道反馈及时率"),
        [ranking_table(t, t("街道"), t("全区"))],
        note=t("近 7 天，n < 30 不排名"),
        empty=t("没有下级区域"),
        className="ranking",
    )


def ranking_table(t: Texts, area: str, total: str) -> html.Div:
    """The table of the areas one level down."""
    heads = [
        ("", ""),
        (area, "name"),
        ("85%–100%", "plot"),
        (t("及时率"), "r"),
        ("n", "r"),
        (t("在办"), "r"),
        (t("column|超期"), "r"),
    ]
    foot = html.Tr(
        [
            html.Td(),
            html.Td(total, className="name"),
            html.Td(className="plot"),
            *(html.Td(className=f"r {name}") for name in ("v", "n", "open", "late breached")),
        ]
    )
    table = html.Table(
        [html.Thead(html.Tr([html.Th(text, className=name) for text, name in heads])), html.Tbody(), html.Tfoot(foot)],
        className="rank",
    )
    return html.Div(table, id=Tile.RANKING)


def _events(t: Texts) -> html.Section:
    children = [html.Ol(id=Tile.ORDERS, **{"aria-label": t("批示督办")}), html.Ol(id=Tile.EVENTS)]
    note = html.Span(t("最近"), id=Leader.ORDERS_COUNT)
    return tile(t("动态"), children, note=note, empty=t("最近没有动态"), className="feed")
