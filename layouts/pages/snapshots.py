"""The archive of snapshots: search, list, and one snapshot with pictures of its pages."""

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.domain.snapshots import Edition
from dashboard.viewmodels.archive import ArchiveDetail, ArchivePage, ArchiveRow, ArchiveView
from layouts.ids import Snapshots, Where
from layouts.labels import EDITIONS, SNAPSHOT_KINDS
from layouts.shell import listener
from layouts.texts import Texts

HEADS = ("标题", "类型", "时刻", "页数", "为谁生成")


def snapshots_page(t: Texts) -> list[Component]:
    """The page, empty; its address says what it shows."""
    what = t("标题、验证码、案件编号或指纹")
    search = dcc.Input(id=Snapshots.SEARCH, type="search", debounce=0.4, placeholder=what)
    return [
        html.Div(
            [
                html.H1(t("快照")),
                html.Div(id=Snapshots.HEAD, className="segments"),
                html.Label([html.Span(what, className="visually-hidden"), search], className="search"),
                html.A(t("查验文件"), href="/verify", className="button"),
            ],
            className="head",
        ),
        html.Div(
            [html.Section(id=Snapshots.LIST, className="tile sheet"), html.Div(id=Snapshots.DETAIL)],
            className="archive",
        ),
        listener(Where.SNAPSHOTS),
    ]


def kinds(view: ArchiveView, t: Texts) -> list[Component]:
    """Links that choose a kind."""
    choices = [(None, t("全部")), *((kind, t(text)) for kind, text in SNAPSHOT_KINDS.items())]
    return [
        dcc.Link(
            text,
            href="/snapshots" + view.query(kind=kind.value if kind else None, page=None, code=None),
            className="on" if kind is view.kind else "",
            refresh=False,
        )
        for kind, text in choices
    ]


def snapshot_list(page: ArchivePage, view: ArchiveView, t: Texts) -> list[Component]:
    """The stretch of the list as a table."""
    if not page.rows:
        nothing = t("还没有快照；在任一页面右上角点“导出”即可生成")
        return [html.P(t("没有符合条件的快照") if view.text or view.kind else nothing, className="m")]
    head = html.Thead(html.Tr([html.Th(text) for text in [*(t(head) for head in HEADS), ""]]))
    return [html.Table([head, html.Tbody([_row(one, view, t) for one in page.rows])]), _turning(page, view, t)]


def _row(one: ArchiveRow, view: ArchiveView, t: Texts) -> html.Tr:
    href = "/snapshots" + view.query(code=one.code)
    warning = html.Span(" ▲", className="risk", title=t("；").join(one.notices)) if one.notices else None
    link = dcc.Link(one.title, href=href, className="case-link", refresh=False)
    edition = f" {t(EDITIONS[one.edition])}" if one.edition is Edition.REDACTED else ""
    return html.Tr(
        [
            html.Td([link, warning, html.Br(), html.Small(one.scope, className="m")]),
            html.Td(t(SNAPSHOT_KINDS[one.kind]) + edition),
            html.Td(t.time(one.at)),
            html.Td(t.number(one.pages), className="r"),
            html.Td(one.made_for),
            html.Td(_file(one.code, "pdf", t("下载"), "button") if one.is_kept else None),
        ],
        className="on" if one.code == view.code else "",
    )


def _file(code: str, form: str, text: str, className: str) -> html.A:
    return html.A(text, href=f"/snapshots/{code}.{form}", className=className, download=f"{code}.{form}")


def _turning(page: ArchivePage, view: ArchiveView, t: Texts) -> html.P:
    """Where in the list one is, and the ways on."""
    words = t("共 {n} 份，第 {page} 页，共 {pages} 页", n=t.number(page.total), page=view.page, pages=page.pages)
    steps = ((view.page - 1, t("上一页")), (view.page + 1, t("下一页")))
    ways = [_to(view, number, text) for number, text in steps if 1 <= number <= page.pages]
    return html.P([html.Span(words, className="m"), *ways], className="turning")


def _to(view: ArchiveView, number: int, text: str) -> Component:
    href = "/snapshots" + view.query(page=str(number), code=None)
    return dcc.Link(text, href=href, className="button", refresh=False)


def snapshot_detail(detail: ArchiveDetail, view: ArchiveView, t: Texts) -> html.Aside:
    """One snapshot: facts, what can be done with it, its pages."""
    found = detail.row
    facts = [
        (t("范围"), found.scope),
        (t("时刻"), t.time(found.at)),
        (t("生成"), t("{at}，为 {name}", at=t.time(found.made_at), name=found.made_for)),
        (t("版本"), t(EDITIONS[found.edition])),
        (t("验证码"), found.code),
        ("SHA-256", html.Code(found.sha256)),
        (t("数据指纹"), html.Code(found.data_sha256)),
        (t("绘制程序"), found.renderer),
        (t("已下载"), t.n("{n} 份带水印副本", detail.copies)),
    ]
    close = dcc.Link("✕", href="/snapshots" + view.query(code=None), title=t("关闭"), refresh=False)
    missing = html.P(t("以〓代替的字符：") + t("，").join(found.replaced), className="m") if found.replaced else None
    return html.Aside(
        [
            html.Header([html.H2(found.title), close]),
            *(html.P(notice, className="risk") for notice in found.notices),
            missing,
            html.Dl([part for name, value in facts for part in (html.Dt(name), html.Dd(value))]),
            *([_acts(found, t), _pages(found, t)] if found.is_kept else [_only_fingerprint(t)]),
        ],
        className="tile snapshot",
        **{"aria-label": found.title},
    )


def _only_fingerprint(t: Texts) -> html.P:
    return html.P(t("文件已过保存期限，只留有指纹，仍可查验"), className="m")


def _acts(found: ArchiveRow, t: Texts) -> html.Div:
    return html.Div(
        [
            _file(found.code, "pdf", t("下载 PDF"), "button strong"),
            _file(found.code, "json", t("下载数据"), "button"),
            html.Button(t("核对存档"), id=Snapshots.CHECK, className="button"),
            html.Span(id=Snapshots.CHECKED, role="status"),
        ],
        className="acts",
    )


def _pages(found: ArchiveRow, t: Texts) -> html.Div:
    """Pictures of the pages."""
    numbers = range(1, found.pages + 1)
    return html.Div(
        [html.Img(src=f"/snapshots/{found.code}/{number}.webp", alt=t("第 {n} 页", n=number)) for number in numbers],
        className="pages",
    )


def checked(is_intact: bool | None, t: Texts) -> Component:
    """What the kept bytes are worth."""
    if is_intact is None:
        return html.Span(t("文件已不在存档中"), className="risk")
    if is_intact:
        return html.Span(t("✓ 存档文件与指纹一致"))
    return html.B(t("✗ 存档文件与指纹不符"), className="risk")
