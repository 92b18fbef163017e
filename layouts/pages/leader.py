"""The leader's page: one area of the district, from the whole down to one building; its address holds everything."""

from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.areas import Level
from dashboard.viewmodels.breadcrumb import Way
from dashboard.viewmodels.building import BuildingCard
from dashboard.viewmodels.view import PageView
from layouts.components.map import legend, map_frame, map_graph, state_legend
from layouts.components.tiles import face_counts, icon, kpi_strip, tile
from layouts.ids import Leader, Map, Size, Tile, Where
from layouts.labels import LEVELS, MEASURE_NAMES, PERIODS, POSTS
from layouts.shell import listener
from layouts.texts import Texts
from layouts.walls.main import ranking_table

CLOSE_NAMES = ("网格", "社区", "街道", "区")


def leader_page(t: Texts) -> list[Component]:
    """The page, empty; callbacks and live frames fill it."""
    return [
        html.Div(
            [
                html.Nav(id=Leader.BREADCRUMB, className="way", **{"aria-label": t("所在区域")}),
                html.Div(id=Leader.PERIODS, className="choices"),
            ],
            className="head",
        ),
        html.Div(kpi_strip(t, linked=True), id="kpi-frame"),
        html.Div(
            [
                html.Section(
                    [
                        html.Header([html.Span(id=Map.COUNT, className="m"), state_legend(t)]),
                        map_frame([*map_graph(interactive=True), html.Div(id=Leader.CARD)], legend(), t),
                    ],
                    className="tile map",
                    **{"data-tile": "loading", "aria-label": t("地图")},
                ),
                _queue(t),
                _trend(t),
                _ranking(t),
                _levels(t),
            ],
            className="leader",
        ),
        dcc.Interval(id=Leader.TICK, interval=30_000),
        listener(Where.LEADER),
        dcc.Store(id=Size.LEADER),
    ]


def _queue(t: Texts) -> html.Section:
    return tile(
        t("时限队列"),
        [*face_counts(t), html.Ol(id=Tile.QUEUE, **{"data-scrolls": "yes"}, tabIndex=0)],
        note=t("最急 30 件"),
        empty=t("这里没有在办案件"),
        className="queue",
    )


def _trend(t: Texts) -> html.Section:
    return tile(
        t("受理"),
        [html.Div(id=Tile.TREND, className="chart")],
        note=html.Span(id=Leader.TREND_NOTE),
        empty=t("没有受理"),
    )


def _ranking(t: Texts) -> html.Section:
    table = ranking_table(t, t("区域"), t("合计"))
    table.tabIndex = 0
    setattr(table, "data-scrolls", "yes")
    return tile(t("下级反馈及时率"), [table], note=t("近 7 天，n < 30 不排名"), empty=t("楼栋以下没有区域"))


def _levels(t: Texts) -> html.Section:
    orders = html.Section(
        [
            html.Header([html.H2(t("批示督办"), id=Leader.ORDERS_COUNT, className="cut"), _instruct_button(t)]),
            html.Ol(id=Tile.ORDERS),
        ],
        className="order-list",
    )
    children = [html.Div(id=Leader.LEVELS), orders]
    return tile(t("办结层级"), children, note=html.Span(id=Leader.LEVELS_NOTE), state="server")


def _instruct_button(t: Texts) -> html.Button:
    """Shown to those who may, see assets/js/57-orders.js."""
    return html.Button(t("批示本区域"), id=Leader.INSTRUCT, className="button end", hidden=True)


def breadcrumb(way: Way, view: PageView, t: Texts) -> list[Component]:
    """Links to the areas above, the shown area as heading, and a list of the areas below."""
    above = [
        html.Span(
            [_link(crumb.name, view, crumb.code), html.Small(t.number(crumb.open)), html.Span("›", className="m")]
        )
        for crumb in way.crumbs[:-1]
    ]
    last = way.crumbs[-1]
    people = t("{households} 户 {residents} 人", households=t.number(way.households), residents=t.number(way.residents))
    heading = html.H1([last.name, html.Small(t.n("在办 {n}", last.open)), html.Small(people)])
    return [*above, heading, _below(way, view, t)]


def _link(text: str, view: PageView, area: str) -> dcc.Link:
    return dcc.Link(text, href="/" + view.query(area=area, level=None), refresh=False)


def _below(way: Way, view: PageView, t: Texts) -> Component | None:
    """A menu of the areas one level down; the browser fills it when it is opened, see assets/js/61-menus.js."""
    if not way.below:
        return None
    summary = html.Summary(["› ", t("选{level}", level=t(LEVELS[Level(len(way.below[0].code))]))])
    return html.Details([summary, html.Ul()], className="menu", key=view.area, **{"data-menu": "below"})


def choices(view: PageView, config: Config, t: Texts) -> list[Component]:
    """Period, measure and category: links, so that the back button and bookmarks work."""
    periods = [_choice(t(text), view.query(period=name.value), name is view.period) for name, text in PERIODS.items()]
    measures = [
        _choice(t(text), view.query(measure=measure.value), measure is view.measure)
        for measure, (text, _) in MEASURE_NAMES.items()
    ]
    levels = [
        _choice(t(LEVELS[level]), view.query(level=level.name.lower()), level is view.level)
        for level in Level
        if min(len(view.area), Level.GRID) < level <= (Level.BUILDING if len(view.area) >= Level.GRID else Level.GRID)
    ]
    return [
        html.Div(periods, className="segments", role="group", **{"aria-label": t("时段")}),
        _menu(
            t("地图"),
            t(MEASURE_NAMES[view.measure][0]) + " · " + t(LEVELS[view.level]),
            [*measures, html.Hr(), *levels],
        ),
        _categories(view, config, t),
    ]


def _choice(text: str, query: str, is_on: bool) -> dcc.Link:
    return dcc.Link(text, href="/" + query, className="on" if is_on else "", refresh=False)


def _menu(name: str, value: str, items: list[Component], **more: str) -> html.Details:
    summary = html.Summary([html.Span(name, className="m"), f" {value}"])
    return html.Details([summary, html.Div(items, className="items")], className="menu", key=f"{name}{value}", **more)


def _categories(view: PageView, config: Config, t: Texts) -> html.Details:
    """A menu of all categories by group, likewise filled in the browser."""
    known = {found.id: t.pick(found.name) for found in (*config.groups, *config.categories)}
    return _menu(t("类别"), known.get(view.category or "", t("全部")), [], **{"data-menu": "categories"})


def case_links(view: PageView) -> dict[str, str]:
    """Where each number of the strip leads: to exactly the cases it counts."""
    base = {"area": view.area} | ({"category": view.category} if view.category else {})
    span = view.period.value

    def to(**more: str) -> str:
        return "/cases?" + urlencode(base | more)

    rates = {name: to(clock=name, due=span) for name in ("respond", "arrive", "feedback")}
    return rates | {
        "received": to(opened=span),
        "closed": to(closed=span),
        "open": to(state="open"),
        "at_risk": to(state="at_risk"),
        "breached": to(state="breached"),
        "year": to(opened="month"),
        "pointed": to(state="open", located="point"),
        "no_point": to(state="open", located="no_point"),
        "unlocated": to(state="open", located="none"),
        "only_here": to(state="open", located="here"),
    }


def levels_chart(counts: list[int], t: Texts) -> list[Component]:
    """Shares of the levels at which cases were closed (小事不出网格)."""
    total = sum(counts)
    if not total:
        return [html.P(t("这段时间没有办结"), className="m")]
    rows = [
        html.Li(
            [
                html.Span(t(name)),
                html.Span(html.Span(style={"width": f"{100 * count / total:.1f}%"}), className="level-bar"),
                html.B(t.percent(count / total, 0)),
            ]
        )
        for name, count in zip(CLOSE_NAMES, counts, strict=True)
    ]
    small = counts[0] + counts[1]
    note = t("小事不出社区 {share}，n = {n} 件办结", share=t.percent(small / total, 0), n=t.number(total))
    return [html.Ul(rows, className="level-list"), html.P(note, className="m")]


def building_tile(card: BuildingCard, view: PageView, config: Config, t: Texts) -> html.Aside:
    """The card of a building."""
    rows = [
        (t("户数"), [html.B(t.number(card.households)), t(" 户 "), html.B(t.number(card.residents)), t(" 人")]),
        (t("在办"), [html.B(t.number(len(card.open))), t(" 件")]),
        (t("近 30 天"), [html.B(t.number(card.month_opened)), t(" 件，已办结 {n}", n=t.number(card.month_closed))]),
        *((t(POSTS[post.kind]), _post(post.is_vacant, t)) for post in card.posts),
    ]
    link = html.A(t("查看 {n} 件案件 ›", n=t.number(card.total)), href=f"/cases?area={card.code}", className="more")
    where = t("，").join(
        part for part in (card.grid, card.compound, t("{n} 层", n=card.levels) if card.levels else "") if part
    )
    return html.Aside(
        [
            html.Header(
                [
                    html.H2(card.name),
                    dcc.Link(
                        "✕", href="/" + view.query(area=card.code[:15], level=None), title=t("关闭"), refresh=False
                    ),
                ]
            ),
            html.P(where, className="m"),
            html.Dl([part for name, value in rows for part in (html.Dt(name), html.Dd(value))]),
            html.Ul(
                [_open_case(case.number, case.category, face.state.value, config, t) for case, face in card.open[:5]]
            ),
            link,
        ],
        className="card",
        **{"aria-label": card.name},
    )


def _post(is_vacant: bool, t: Texts) -> Component:
    return html.Span(t("空缺，由上一级代行"), className="risk") if is_vacant else html.Span(t("在岗"))


def _open_case(number: str, category: str, state: str, config: Config, t: Texts) -> html.Li:
    name = next((t.pick(found.name) for found in config.categories if found.id == category), category)
    return html.Li(
        dcc.Link(
            [html.Span(icon(state), className=state), html.B(name), html.Span(number, className="m")],
            href=f"/cases/{number}",
        )
    )
