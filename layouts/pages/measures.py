"""The page of measures (考核指标): an area's numbers by family, its groups side by side, and every formula in words.

Links to lists of cases load a page of their own: only that loads what the list needs.
"""

from collections.abc import Iterable, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.domain.areas import Level
from dashboard.domain.measure_catalogue import of_family
from dashboard.domain.measures import Direction, Family, Grouping, Measure, Part, Unit
from dashboard.domain.periods import Period
from dashboard.viewmodels.breadcrumb import Way
from dashboard.viewmodels.measure_page import MeasurePage
from dashboard.viewmodels.measures import Cell, MeasureTable, Row, RowKind, sorted_rows
from layouts.components.measures import change, fraction, place, value
from layouts.ids import Measures, Where
from layouts.labels import FAMILIES, GROUPINGS, LEVELS, PERIODS
from layouts.shell import listener
from layouts.texts import Texts

BETTER = {Direction.HIGHER: "越高越好", Direction.LOWER: "越低越好", Direction.NEITHER: "不排名"}


def measures_page(t: Texts) -> list[Component]:
    """The page, empty; one callback fills it. The body is large, so the browser builds it from a tree."""
    said = [html.Header(html.H2(t("考核指标"))), html.P(t("正在统计…"), className="m", role="status")]
    waiting = html.Section(said, className="tile waiting", **{"data-tile": "loading"})
    return [
        html.Div(id=Measures.HEAD, className="head"),
        html.Div(waiting, id=Measures.BODY, className="measures"),
        dcc.Store(id=Measures.TREE),
        dcc.Interval(id=Measures.TICK, interval=60_000),
        listener(Where.MEASURES),
    ]


def head(way: Way, shown: MeasurePage, months: Sequence[Period], t: Texts) -> list[Component]:
    """Where we are, and what can be chosen: links, so that the back button and bookmarks work."""
    above = [
        html.Span([_link(crumb.name, shown, area=crumb.code), html.Span("›", className="m")])
        for crumb in way.crumbs[:-1]
    ]
    title = html.H1([way.crumbs[-1].name, html.Small(t("考核指标"))])
    return [
        html.Nav([*above, title], className="way", **{"aria-label": t("所在区域")}),
        html.Div([_periods(shown, t), _months(shown, months, t), _groupings(shown, t)], className="choices"),
    ]


def _link(text: str, shown: MeasurePage, *, is_on: bool = False, **change: str | None) -> dcc.Link:
    return dcc.Link(text, href=f"/measures{shown.query(**change)}", className="on" if is_on else "", refresh=False)


def _segments(links: Iterable[Component], label: str) -> html.Div:
    return html.Div(list(links), className="segments", role="group", **{"aria-label": label})


def _periods(shown: MeasurePage, t: Texts) -> html.Div:
    named = [
        _link(t(text), shown, is_on=shown.asked.period == name, period=name.value) for name, text in PERIODS.items()
    ]
    return _segments(named, t("时段"))


def _months(shown: MeasurePage, months: Sequence[Period], t: Texts) -> html.Details:
    """A menu of the months before this one."""
    keys = {f"{month.first:%Y-%m}": t.month(month.first) for month in months[1:]}
    chosen = keys.get(shown.asked.period, t("选择"))
    items = [_link(name, shown, is_on=key == shown.asked.period, period=key) for key, name in keys.items()]
    summary = html.Summary([html.Span(t("月份"), className="m"), f" {chosen}"])
    return html.Details([summary, html.Div(items, className="items")], className="menu", key=shown.query())


def _groupings(shown: MeasurePage, t: Texts) -> html.Div:
    links = [
        _link(t(text), shown, is_on=shown.asked.by is by, by=by.value, group=None, sort=None)
        for by, text in GROUPINGS.items()
    ]
    return _segments(links, t("分组"))


def body(table: MeasureTable, shown: MeasurePage, t: Texts) -> list[Component]:
    """All of the page below its head."""
    return [
        _about(table, shown, t),
        html.Div([_card(family, table, shown, t) for family in Family], className="families"),
        _groups(table, shown, t),
        _formulas(table, shown.family, t),
    ]


def _about(table: MeasureTable, shown: MeasurePage, t: Texts) -> Component:
    """Of which time the numbers are, with what they are compared, how old they are; and the same as a file."""
    span, before = (_days(period, t) for period in (table.span, table.before))
    until = (
        t("未结束，计到 {time}", time=t.time(table.at)[:16])
        if table.is_running
        else t("已结束，数据截至 {time}", time=t.time(table.at)[:16])
    )
    compared = t("与 {before} 同期比较" if table.is_running else "与 {before} 比较", before=before)
    files = [
        html.A(
            t("导出 {form}", form=form.upper()),
            href=f"/measures/export.{form}{shown.query()}",
            className="button",
            download="",
        )
        for form in ("csv", "xlsx")
    ]
    said = [html.Span(text) for text in (span, until, compared)]
    return html.Div([html.P(said, className="facts m"), html.Span(files, className="end")], className="toolbar")


def _days(period: Period, t: Texts) -> str:
    if period.days == 1:
        return t.day(period.first)
    return t("{first} 至 {last}", first=t.day(period.first), last=t.day(period.last))


def _card(family: Family, table: MeasureTable, shown: MeasurePage, t: Texts) -> html.Section:
    """The whole area in one family; a click shows its groups."""
    is_on = family is shown.family
    lines = [html.Li(_line(table.whole.cells[measure.id], t)) for measure in of_family(family)]
    title = html.H2(_link(t(FAMILIES[family]), shown, is_on=is_on, family=family.value, sort=None))
    return html.Section([title, html.Ul(lines)], className="tile family on" if is_on else "tile family")


def _line(cell: Cell, t: Texts) -> html.A:
    """One measure of the whole area, which leads to its cases."""
    content = [
        html.Span(t.pick(cell.measure.name), className="cut"),
        html.Span(value(cell, t), className="v"),
        html.Small(fraction(cell.tally, t)),
        html.Small(change(cell, t), title=t("环比")),
    ]
    return html.A(content, href=f"/cases{cell.cases}", title=t.pick(cell.measure.formula))


def _groups(table: MeasureTable, shown: MeasurePage, t: Texts) -> html.Section:
    """The groups of the area side by side."""
    measures = of_family(shown.family)
    sort = shown.sort if shown.sort in {measure.id for measure in measures} else None
    heading = html.Tr(
        [html.Th(_group_title(shown, t), scope="col"), *(_heading(measure, shown, sort, t) for measure in measures)]
    )
    rows = [_row(row, table, measures, shown, t) for row in (table.whole, *sorted_rows(table.rows, sort))]
    return html.Section(
        [
            html.Header(
                [html.H2(t(FAMILIES[shown.family])), *_filter(table, shown, t), html.Span(_rules(t), className="end m")]
            ),
            html.Div(
                html.Table([html.Thead(heading), html.Tbody(rows)], className=f"compared of-{len(measures)}"),
                className="sideways",
                tabIndex=0,
                role="region",
                **{"aria-label": t(FAMILIES[shown.family])},
            ),
            *_remarks(table, t),
        ],
        className="tile",
        **{"data-tile": "server"},
    )


def _rules(t: Texts) -> str:
    return t("n 不足 30 的不显示比率、不排名；点数字看案件；竖线为合计")


def _group_title(shown: MeasurePage, t: Texts) -> str:
    below = Level(len(shown.asked.area)).below
    if shown.asked.by is Grouping.AREA and below:
        return t(LEVELS[below])
    return t(GROUPINGS[shown.asked.by])


def _filter(table: MeasureTable, shown: MeasurePage, t: Texts) -> list[Component]:
    """The group of categories whose kinds are shown, with a way back."""
    if shown.group is None:
        return []
    back = dcc.Link("✕", href=f"/measures{shown.query(group=None)}", title=t("去掉这个条件"), refresh=False)
    return [html.Span([html.Span(t("类别"), className="m"), f" {t.pick(table.group_name)} ", back], className="chip")]


def _heading(measure: Measure, shown: MeasurePage, sort: str | None, t: Texts) -> html.Th:
    """The measure's name, which sorts by it; its formula shows while it is pointed at or has the focus."""
    is_sorted = measure.id == sort
    formula = html.Span(
        [
            html.B(t.pick(measure.name)),
            html.Span(t.pick(measure.formula)),
            html.Span(t(BETTER[measure.direction]), className="m"),
        ],
        className="formula",
        role="tooltip",
    )
    link = _link(t.pick(measure.name), shown, is_on=is_sorted, sort=None if is_sorted else measure.id)
    order = "ascending" if measure.direction is Direction.LOWER else "descending"
    return html.Th([link, formula], scope="col", className="r", **{"aria-sort": order if is_sorted else "none"})


def _row(row: Row, table: MeasureTable, measures: Sequence[Measure], shown: MeasurePage, t: Texts) -> html.Tr:
    cells = [_cell(row.cells[measure.id], table.whole.cells[measure.id], row.kind, t) for measure in measures]
    return html.Tr([html.Th(_name(row, shown, t), scope="row"), *cells], className=f"row-{row.kind}")


def _name(row: Row, shown: MeasurePage, t: Texts) -> list[Component | str]:
    """The group's name; areas and groups of categories lead further down."""
    name = t.pick(row.name)
    if row.kind is RowKind.ADJUSTED:
        return [name, html.Small(t("划分已调整"))]
    if row.kind is not RowKind.GROUP:
        return [name]
    if shown.asked.by is Grouping.AREA:
        return [_link(name, shown, area=row.key)]
    if shown.asked.by is Grouping.CATEGORY and shown.group is None:
        return [_link(name, shown, group=row.key)]
    return [name]


def _cell(cell: Cell, whole: Cell, kind: RowKind, t: Texts) -> html.Td:
    """One number, which leads to its cases: the value, its place, a bar with the whole's as a stroke, the fraction."""
    label = {"data-label": t.pick(cell.measure.name)}
    if not (cell.tally.numerator or cell.tally.denominator):
        return html.Td([html.B("—", className="m"), _nothing(cell, t)], className="none r", **label)
    content = [
        html.Span([place(cell.rank, t), *value(cell, t)], className="v"),
        _bar(cell, whole, is_whole=kind is RowKind.WHOLE),
        html.Small(fraction(cell.tally, t)),
    ]
    if kind is RowKind.WHOLE:
        content.append(html.Small(change(cell, t), className="change", title=t("环比")))
    link = html.A(content, href=f"/cases{cell.cases}", title=_title(cell, t))
    return html.Td(link, className="r", **label)


def _nothing(cell: Cell, t: Texts) -> Component:
    """Why there is no number: nothing happened, or all of it was left out."""
    if not cell.tally.left_out:
        return html.Small(t("无数据"))
    return html.A(html.Small(_left_out(cell, t)), href=_cases_left_out(cell))


def _cases_left_out(cell: Cell) -> str:
    return "/cases" + cell.cases.replace(f"part={Part.ALL}", f"part={Part.LEFT_OUT}")


def _left_out(cell: Cell, t: Texts) -> str:
    count = sum(cell.tally.left_out.values())
    return t("剔除 {n}", n=t.number(count)) if count else ""


def _title(cell: Cell, t: Texts) -> str:
    """What a pointer over the number says: the change, and how many were left out."""
    return t("；").join(part for part in (t("环比 {change}", change=change(cell, t)), _left_out(cell, t)) if part)


def _bar(cell: Cell, whole: Cell, *, is_whole: bool) -> Component | None:
    """A bar from nothing to all; measures by population have none."""
    if cell.measure.unit is not Unit.SHARE or cell.value is None:
        return None
    stroke = (
        html.I(style={"left": f"{100 * (whole.value or 0):.1f}%"}) if whole.value is not None and not is_whole else None
    )
    return html.Span(
        [html.Span(style={"width": f"{100 * cell.value:.1f}%"}), stroke], className="share", **{"aria-hidden": "true"}
    )


def _remarks(table: MeasureTable, t: Texts) -> list[Component]:
    """What the table does not show, and why."""
    said = [t.n("另有 {n} 个在这段时间没有数据，未列出", table.silent)] if table.silent else []
    if not table.rows:
        said = [t("没有下级区域") if table.asked.by is Grouping.AREA else t("这段时间没有数据，可换一个时段")]
    if table.asked.by is Grouping.PARTY:
        said.append(t("案件和诉求计在牵头单位，任务计在各自单位"))
    return [html.P(text, className="m") for text in said]


def _formulas(table: MeasureTable, family: Family, t: Texts) -> html.Section:
    """Every formula of the family in words, with what was left out."""
    entries = [_formula(table.whole.cells[measure.id], table, t) for measure in of_family(family)]
    return html.Section(
        [html.Header(html.H2(t("公式与口径"))), html.Div(entries, className="formulas")],
        className="tile",
        **{"data-tile": "server"},
    )


def _formula(cell: Cell, table: MeasureTable, t: Texts) -> html.Article:
    measure = cell.measure
    lines = [html.P(t.pick(measure.formula))]
    if measure.note:
        lines.append(html.P(t.pick(measure.note), className="m"))
    if measure.left_out or cell.tally.left_out:
        lines.append(_exclusions(cell, table, t))
    heading = html.H3([t.pick(measure.name), html.Small(t(BETTER[measure.direction]))])
    return html.Article([heading, *lines])


def _exclusions(cell: Cell, table: MeasureTable, t: Texts) -> html.P:
    """Each reason with its number; the sum leads to the cases."""
    counts = {reason.value: 0 for reason in cell.measure.left_out} | dict(cell.tally.left_out)
    words = t("，").join(f"{t.pick(table.reasons[reason])} {t.number(n)}" for reason, n in counts.items())
    total = sum(counts.values())
    text = t("剔除 {n}", n=t.number(total))
    head = html.A(text, href=_cases_left_out(cell)) if total else html.Span(text)
    return html.P([head, t("：") + words], className="m")
