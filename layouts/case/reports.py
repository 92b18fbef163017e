"""What was reported, and the one answer on its way to each reporter."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.events import EventKind
from dashboard.store.handling import Delivery
from dashboard.store.outbox import NEED_SOMEBODY, DeliveryState
from dashboard.viewmodels.case_detail import CaseDetail, EventRow, ReportRow
from dashboard.viewmodels.case_handling import CaseHandling
from layouts.case.panel import panel
from layouts.case_columns import words
from layouts.labels import DELIVERY_STATES, FLAGS
from layouts.texts import Texts


def reports(detail: CaseDetail, handling: CaseHandling, config: Config, t: Texts, *, may_handle: bool) -> html.Section:
    """The reports with their channel, their own words, and where their answer is."""
    may_split = may_handle and detail.case.is_open and detail.case.report_count > 1
    rows = [_report(row, handling.deliveries, config, t, may_handle, may_split) for row in detail.reports]
    more = html.P(t.n("另有 {n} 条诉求", detail.hidden_reports), className="m") if detail.hidden_reports else None
    return panel(t("诉求"), [html.Ul(rows, className="reports"), more], note=t("多口进，一个案件号"))


def _report(
    row: ReportRow, deliveries: Mapping[int, Delivery], config: Config, t: Texts, may_handle: bool, may_split: bool
) -> html.Li:
    report, delivery = row.report, deliveries.get(row.report.id)
    flags = [t({flag.value: text for flag, text in FLAGS.items()}.get(flag, flag)) for flag in report.flags]
    words_said = html.P(row.text or t("（没有文字）"), **{"data-told": report.id})
    said = [words_said, html.P(t("，").join([*_told(row, t), *flags]), className="m")]
    said += _contact(row, t, may_handle) if row.hides else []
    closed = t("来源已于 {at} 关闭，时钟不停", at=t.time(report.source_closed_at)) if report.source_closed_at else ""
    return html.Li(
        [
            html.B(words("channel", report.channel, config, t)),
            html.Div([*said, html.P(closed, className="m") if closed else None, *_earlier(row, t)]),
            html.Div(
                [
                    html.Span(_standing(report, delivery, t), className="m"),
                    *(_doing(delivery, t) if may_handle else []),
                    _split(report.id, t) if may_split else None,
                ],
                className="delivery",
            ),
        ]
    )


def _told(row: ReportRow, t: Texts) -> list[str]:
    report = row.report
    told = [t("受理 {at}", at=t.time(report.accepted_at)), t("编号 {id}", id=report.external_id)]
    if report.source_at:
        lag = max(int((report.accepted_at - report.source_at).total_seconds()), 0)
        told.append(t("接入延迟 {n} 秒", n=lag) if lag < 120 else t("接入延迟 {n} 分", n=lag // 60))
    return told


def _contact(row: ReportRow, t: Texts, may_handle: bool) -> list[Component]:
    """How to reach the reporter, masked here and in the words; who handles the case may see it for a stated purpose."""
    ask = {"data-contact": row.report.id}
    button = html.Button(t("查看号码"), className="button small", **ask) if may_handle else None
    masked = html.Span(row.contact or t("见原文"), className="contact")
    return [html.P([html.Span(t("联系方式")), " ", masked, " ", button], className="m")]


def _earlier(row: ReportRow, t: Texts) -> list[Component]:
    """What the report said before its source changed it."""
    return [html.Details([html.Summary(t("第 {n} 版", n=one["version"])), html.P(one["text"])]) for one in row.earlier]


def _standing(report: Any, delivery: Delivery | None, t: Texts) -> str:
    """Where the answer to a report is."""
    if delivery is not None and delivery.state != DeliveryState.DROPPED:
        state = t(DELIVERY_STATES[DeliveryState(delivery.state)])
        return f"{state} {t.time(delivery.finished_at)}" if delivery.state == DeliveryState.DELIVERED else state
    return t("已答复") if report.answered_at else t("待答复") if report.answer_due_at else "—"


def _doing(delivery: Delivery | None, t: Texts) -> list[Component]:
    """What an operator does about an answer that no machine can deliver."""
    if delivery is None or delivery.state not in NEED_SOMEBODY:
        return []
    path = f"/console/deliveries/{delivery.id}"
    again = _post(t("重发"), f"{path}/again", t("已排队重发")) if delivery.state != DeliveryState.BY_PHONE else None
    told = _post(t("已告知"), f"{path}/told", t("已记录送达"))
    error = html.Small(delivery.error, className="breached") if delivery.error else None
    return [part for part in (error, told, again) if part]


def _post(text: str, path: str, said: str, **more: str) -> html.Button:
    return html.Button(text, className="button small", **{"data-post": path, "data-said": said, **more})


def _split(report_id: int, t: Texts) -> html.Button:
    path = f"/console/reports/{report_id}/split"
    return _post(
        t("拆出"), path, t("已拆出为新案"), title=t("这条诉求不是同一件事：拆出为新案，时限从它自己受理时算起")
    )


def answers(detail: CaseDetail, config: Config, t: Texts) -> html.Section:
    """The answer, and how many reporters of each channel have it."""
    names = ("渠道", "应答复", "已答复")
    heads = html.Thead(html.Tr([html.Th(t(name), className="r" if at else "") for at, name in enumerate(names)]))
    rows = [
        html.Tr(
            [
                html.Td(words("channel", share.channel, config, t)),
                html.Td(t.number(share.reports), className="r"),
                html.Td(t.number(share.answered), className="r"),
            ]
        )
        for share in detail.channels
    ]
    answer = _answer(detail.events)
    said = html.P(answer or t("尚未答复"), className="answer" if answer else "answer m")
    return panel(t("答复"), [said, html.Table([heads, html.Tbody(rows)])], note=t("一口出，按原渠道送达"))


def _answer(newest_first: Sequence[EventRow]) -> str | None:
    """The answer of the current round; what was answered before the case was taken up again stands in the log."""
    current = takewhile(lambda row: row.kind is not EventKind.REOPENED, newest_first)
    return next((row.data["answer"] for row in current if row.kind is EventKind.FED_BACK), None)
