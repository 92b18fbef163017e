"""The page of sources: is each fresh, how good is it, what did it bring, what waits."""

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.masking import offices_words
from dashboard.live.health import SourceCondition
from dashboard.viewmodels.source_page import SourcePage, SourceRow
from layouts.case_columns import words
from layouts.components.tiles import icon
from layouts.ids import Sources, Where
from layouts.labels import CONDITIONS, DELIVERY_STATES, MESSAGES, REASONS
from layouts.shell import listener
from layouts.texts import Texts

LIGHTS = {
    SourceCondition.FRESH: "on_track",
    SourceCondition.STALE: "stale",
    SourceCondition.FAILING: "stale",
    SourceCondition.STOPPED: "at_risk",
    SourceCondition.UNKNOWN: "unknown",
}
OUTCOMES = {"ok": "成功", "failed": "失败", "stopped": "已停，待确认", "running": "进行中"}


def sources_page(t: Texts) -> list[Component]:
    """The page's skeleton; its body is drawn anew every fifteen seconds."""
    return [
        html.Div([html.H1(t("数据源"))], className="head"),
        html.Div(id=Sources.BODY),
        dcc.Interval(id=Sources.TICK, interval=15_000),
        listener(Where.SOURCES),
    ]


def sources_body(page: SourcePage, config: Config, t: Texts, *, may_handle: bool) -> list[Component]:
    """Sources, the quarantine, messages that did not arrive, the ledger."""
    if not page.rows:
        return [
            html.Section(
                [
                    html.H2(t("没有配置任何来源")),
                    html.P(t("在 config.yaml 的 sources 下添加；docs/sources.md 有每种协议的完整示例。")),
                ],
                className="tile message",
            )
        ]
    notice = t("导入未完成，{n} 行尚未计入", n=t.number(page.uncounted))
    return [
        html.P([icon("stale"), notice], className="risk") if page.uncounted else None,
        _table(t("来源"), SOURCE_HEADS, [_source(row, config, t) for row in page.rows], t, note=t("近 24 小时")),
        _table(
            t("隔离"),
            QUARANTINE_HEADS,
            _quarantine(page, t),
            t,
            empty=t("没有隔离记录"),
            note=t("重试：yiwang quarantine retry"),
        ),
        _table(
            t("未送出的消息"),
            UNSENT_HEADS,
            _unsent(page, t, may_handle=may_handle),
            t,
            empty=t("提醒和快照都已送出"),
            note=t("试过多次仍未送出，或不明是否送达"),
        ),
        _table(
            t("采集台账"),
            RUN_HEADS,
            _runs(page, config, t),
            t,
            empty=t("还没有采集"),
            note=t("最近 {n} 次", n=len(page.runs)),
        ),
    ]


SOURCE_HEADS = ("来源", "状态", "协议", "最近成功", "接入延迟", "完整性", "接口稳定", "诉求", "隔离", "说明")
QUARANTINE_HEADS = ("编号", "来源", "原因", "说明", "首次收到", "次数", "原文")
UNSENT_HEADS = ("编号", "内容", "去向", "状态", "时间", "次数", "说明", "")
RUN_HEADS = ("时间", "来源", "结果", "取到", "新增", "历史", "改动", "重复", "隔离", "用时", "说明")


def _table(
    title: str, heads: tuple[str, ...], rows: list[list[object]], t: Texts, *, note: str, empty: str = ""
) -> html.Section:
    head = html.Thead(html.Tr([html.Th(t(text), scope="col") for text in heads]))
    body = html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows])
    content = (
        html.Div(html.Table([head, body]), className="scroll", tabIndex=0) if rows else html.P(empty, className="m")
    )
    return html.Section(
        [html.Header([html.H2(title), html.Span(note, className="end m")]), content], className="tile sheet"
    )


def _source(row: SourceRow, config: Config, t: Texts) -> list[object]:
    quality, state = row.quality, row.state
    light = html.Span(
        [icon(LIGHTS[row.health.condition]), t(CONDITIONS[row.health.condition])],
        className=LIGHTS[row.health.condition],
    )
    lag = "—" if quality.lag is None else t("{n} 秒", n=t.number(round(quality.lag.total_seconds())))
    complete = t.percent(quality.complete / quality.reports, 0) if quality.reports else "—"
    stable = t.percent(1 - quality.runs_failed / quality.runs, 1) if quality.runs else "—"
    name = [
        html.B(t.pick(row.source.name)),
        html.Br(),
        html.Span(words("channel", row.source.channel, config, t), className="m"),
    ]
    return [
        name,
        light,
        row.source.protocol,
        t.time(state.last_success_at) if state else "—",
        lag,
        complete,
        stable,
        t.number(quality.reports),
        t.number(row.waiting),
        _explanation(row, t),
    ]


def _explanation(row: SourceRow, t: Texts) -> str:
    state = row.state
    if state is None:
        return ""
    parts = []
    if state.failing_since:
        parts.append(
            t(
                "{at} 起失败 {n} 次：{error}",
                at=t.time(state.failing_since),
                n=state.failures,
                error=state.last_error or "",
            )
        )
    if state.warning and state.warning.startswith("datum:"):
        _, metres, pairs = state.warning.split(":")
        parts.append(t("坐标系可能不对：与文字所述地点一致偏离 {m} 米（{n} 对）", m=metres, n=pairs))
    return t("；").join(parts)


def _quarantine(page: SourcePage, t: Texts) -> list[list[object]]:
    reasons = {reason.value: text for reason, text in REASONS.items()}
    return [
        [
            str(row.id),
            row.source,
            t(reasons.get(row.reason, row.reason)),
            row.detail,
            t.time(row.first_fetched_at),
            t.number(row.times),
            html.Details([html.Summary(t("查看")), html.Pre(offices_words(row.raw)[:2000])]),
        ]
        for row in page.quarantine
    ]


def _unsent(page: SourcePage, t: Texts, *, may_handle: bool) -> list[list[object]]:
    states = {state.value: text for state, text in DELIVERY_STATES.items()}
    said = {"data-said": t("已重新排队")}
    return [
        [
            str(one.id),
            t(MESSAGES.get(one.kind, one.kind)),
            one.target,
            html.Span(t(states[one.state]), className="risk"),
            t.time(one.created_at),
            t.number(one.attempts),
            one.error or "",
            html.Button(
                t("重发"), className="button small", **said, **{"data-post": f"/console/deliveries/{one.id}/again"}
            )
            if may_handle
            else None,
        ]
        for one in page.unsent
    ]


def _runs(page: SourcePage, config: Config, t: Texts) -> list[list[object]]:
    names = {source.id: t.pick(source.name) for source in config.sources}
    return [
        [
            t.time(run.started_at),
            names.get(run.source, run.source),
            html.Span(
                t(OUTCOMES.get(run.outcome, run.outcome)), className="" if run.outcome in ("ok", "running") else "risk"
            ),
            *(
                t.number(count)
                for count in (run.fetched, run.new, run.history, run.changed, run.duplicate, run.quarantined)
            ),
            t("{n} 毫秒", n=round((run.finished_at - run.started_at).total_seconds() * 1000))
            if run.finished_at
            else "—",
            run.error or "",
        ]
        for run in page.runs
    ]
