"""The operators' queue: saved views on the left, the shift's cases in the middle, what else waits on the right."""

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.tiles import tile
from layouts.ids import Console, Where
from layouts.shell import listener
from layouts.texts import Texts

VIEWS = (
    ("all", "全部在办"),
    ("urgent", "临期与超期"),
    ("new", "待响应"),
    ("undispatched", "待派遣"),
    ("returned", "退单待派"),
    ("answer", "待答复"),
    ("check", "待核查"),
    ("supervised", "督办中"),
    ("doubles", "疑似重复"),
    ("unlocated", "未定位"),
    ("mine", "我经办"),
    ("level", "本级负责"),
)
BESIDE = (("tell", "待告知"), ("visit", "待回访"))
KEYS = (
    (("j", "k"), "下一件、上一件"),
    (("Enter", "o"), "打开案件"),
    (("x",), "选中，可多选"),
    (("[", "]"), "上一视图、下一视图"),
    ((".",), "显示新到的案件"),
    (("/",), "查找"),
    (("r",), "act|响应"),
    (("d",), "act|派遣"),
    (("a",), "act|到场"),
    (("f",), "act|答复"),
    (("c",), "act|核查结案"),
    (("v",), "act|回访"),
    (("n",), "act|备注"),
    (("m",), "act|并案"),
    (("g",), "act|指定经办人"),
    (("u",), "act|上报"),
    (("l",), "act|定位"),
    (("i",), "act|批示督办"),
    (("Esc",), "关闭、取消选中"),
    (("?",), "快捷键一览"),
)


def queue_page(t: Texts, *, may_handle: bool) -> list[Component]:
    """The page, empty; the browser fills it and keeps it up to date without moving what is looked at."""
    return [
        listener(Where.CONSOLE),
        html.Div(
            [_views(t), _list(t, may_handle), _side(t)],
            className="console",
            id=Console.PAGE,
            **{"data-handles": "yes" if may_handle else "no"},
        ),
        key_sheet(t),
    ]


def _views(t: Texts) -> html.Nav:
    def entry(name: str, text: str) -> html.Li:
        return html.Li(html.A([html.Span(t(text)), html.B()], href=f"/cases?view={name}", **{"data-view": name}))

    return html.Nav(
        [
            html.Ul([entry(name, text) for name, text in VIEWS]),
            html.Ul([entry(name, text) for name, text in BESIDE]),
            html.Ul(html.Li(dcc.Link(t("全部案件清单"), href="/cases?list=all"))),
        ],
        className="tile views",
        **{"aria-label": t("视图")},
    )


def _list(t: Texts, may_handle: bool) -> html.Section:
    head = html.Header(
        [
            html.H2(id=Console.TITLE),
            html.Span(id=Console.TOTAL, className="m", role="status"),
            html.Button(id=Console.FRESH, className="pill", hidden=True),
            html.Div(
                [
                    html.Span(id=Console.CHOSEN, className="m"),
                    *(
                        html.Button(t(text), className="button", **{"data-bulk": name})
                        for name, text in (("assign", "act|指定经办人"), ("respond", "act|响应"), ("note", "act|备注"))
                    ),
                ],
                id=Console.BULK,
                className="bulk",
                hidden=True,
            )
            if may_handle
            else None,
            html.Label(
                [
                    html.Span(t("查找"), className="visually-hidden"),
                    dcc.Input(id=Console.SEARCH, type="search", placeholder=t("编号或地点，回车查全部案件")),
                ],
                className="search end",
            ),
            html.Button("?", className="choice", title=t("快捷键一览"), **{"data-keys": "yes"}),
        ]
    )
    rows = html.Ol(id=Console.ROWS, tabIndex=0, **{"aria-label": t("案件队列")})
    return html.Section(
        [head, rows, html.P(t("这个视图里没有案件"), className="nothing")],
        className="tile rows",
        **{"data-tile": "loading"},
    )


def _side(t: Texts) -> html.Aside:
    return html.Aside(
        [
            tile(
                t("提醒"),
                [html.Ol(id=Console.NOTICES)],
                note=html.Button(t("全部知道了"), className="choice", id=Console.KNOW, hidden=True),
                empty=t("没有未确认的提醒"),
                className="notices",
            ),
            tile(
                t("panel|批示督办"),
                [html.Ol(id=Console.INSTRUCTIONS)],
                empty=t("没有未回复的批示"),
                className="instructions",
            ),
            dcc.Link(t("交班单"), href="/handover", className="button handover"),
        ],
        className="side",
    )


def key_sheet(t: Texts) -> html.Dialog:
    """What each key does; opened by `?`."""
    rows = [part for keys, text in KEYS for part in (html.Dt([html.Kbd(key) for key in keys]), html.Dd(t(text)))]
    return html.Dialog(
        [
            html.H2(t("快捷键一览")),
            html.Dl(rows),
            html.Form(html.Button(t("关闭"), className="button"), method="dialog"),
        ],
        id=Console.KEYS,
        className="keys",
    )
