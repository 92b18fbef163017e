"""The menu that turns a page into a snapshot, and the line that tells what becomes of it."""

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Export
from layouts.texts import Texts

KINDS = (
    ("shown", "本页所示"),
    ("area", "区域卡"),
    ("daily", "日报"),
    ("weekly", "周报"),
    ("monthly", "月通报"),
)
PAPERS = (("a4", "A4"), ("a3", "A3"))
LANGUAGES = (("zh", "中文"), ("en", "English"))
EDITIONS = (("full", "完整版"), ("redacted", "脱敏版"))
LOOK_EVERY = 400  # ms, only while somebody waits


def export_menu(t: Texts) -> html.Details:
    """What of the page is wanted, on which paper, in which language, how much of it."""
    return html.Details(
        [
            html.Summary(t("导出")),
            html.Div(
                [
                    _choice(Export.KIND, t("menu|内容"), KINDS, "shown", t),
                    _choice(Export.PAPER, t("纸张"), PAPERS, "a4", t),
                    _choice(Export.LANGUAGE, t("语言"), LANGUAGES, t.language, t),
                    _choice(Export.EDITION, t("版本"), EDITIONS, "full", t),
                    html.Label(
                        [
                            html.Span(t("用途（完整版案件单须填写）"), className="m"),
                            dcc.Input(id=Export.PURPOSE, type="text", maxLength=200),
                        ],
                        className="purpose",
                    ),
                    html.Button(t("生成快照"), id=Export.GO, className="button strong"),
                ],
                className="items export",
            ),
        ],
        className="menu",
        **{"data-close": "outside"},
    )


def _choice(name: Export, title: str, options: tuple[tuple[str, str], ...], value: str, t: Texts) -> html.Div:
    items = [{"label": t(text), "value": key} for key, text in options]
    radios = dcc.RadioItems(id=name, options=items, value=value, className="radios", inline=True)
    return html.Div([html.Span(title, className="m"), radios], role="group", **{"aria-label": title})


def export_state() -> list[Component]:
    """What the frame of all pages keeps of a running export."""
    return [
        dcc.Store(id=Export.JOB),
        dcc.Interval(id=Export.TICK, interval=LOOK_EVERY, disabled=True),
        html.Div(id=Export.STATUS, className="export-status", role="status"),
    ]


def waiting(place: int, t: Texts) -> list[Component]:
    """The job's place in the queue."""
    words = t("快照正在生成") if place == 0 else t("快照排队中，前面还有 {n} 份", n=t.number(place))
    return [html.Span(className="spinner", **{"aria-hidden": "true"}), html.Span(words)]


def ready(code: str, title: str, notices: list[str], t: Texts) -> list[Component]:
    """The finished snapshot, with what it warns of."""
    return [
        html.B(t("快照已存档：{title}", title=title)),
        html.Span(t("；").join(notices), className="risk") if notices else None,
        html.A(t("下载"), href=f"/snapshots/{code}.pdf", className="button strong", download=f"{code}.pdf"),
        dcc.Link(t("预览"), href=f"/snapshots?code={code}", className="button"),
        _close(t),
    ]


def refused(reason: str, t: Texts) -> list[Component]:
    """Why there is no snapshot."""
    return [
        html.B(t("快照没有通过检查，未生成"), className="risk"),
        html.Span(reason, className="m"),
        _close(t),
    ]


def _close(t: Texts) -> html.Button:
    return html.Button("✕", id=Export.PUT_AWAY, className="choice", title=t("关闭"))
