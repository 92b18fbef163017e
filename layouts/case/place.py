"""Where a case is, its photos, what leaders ask, and the rule that applies."""

from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.config import Config
from dashboard.domain.reports import Unlocated
from dashboard.store.handling import Attachment, Instruction
from dashboard.viewmodels.case_detail import CaseDetail
from dashboard.viewmodels.case_handling import CaseHandling
from layouts.case.clocks import duration
from layouts.case.panel import countdown, nothing, panel
from layouts.components.map import map_graph
from layouts.components.tiles import icon
from layouts.labels import INSTRUCTIONS, UNLOCATED
from layouts.texts import Texts

PHOTOS = (("before", "处置前"), ("after", "处置后"), ("other", "其他"))


def place(detail: CaseDetail, t: Texts) -> html.Section:
    """The map with the case in it, and its chain of areas."""
    case = detail.case
    if case.unlocated:
        why = t("未定位：{reason}", reason=t(UNLOCATED[Unlocated(case.unlocated)]))
        return panel(t("位置"), [html.P([icon("unknown"), why])])
    chain = " › ".join(name for _, name in detail.chain)
    frame = html.Div(map_graph(interactive=True), className="map-frame case-map")
    return panel(t("位置"), [frame, html.P(chain, className="m")])


def photos(handling: CaseHandling, config: Config, t: Texts, *, may_handle: bool) -> html.Section:
    """Photos before and after; one that was taken elsewhere says so."""
    groups = [_group(kind, text, handling, config, t, may_handle) for kind, text in PHOTOS]
    return panel(t("panel|照片"), groups, note=t("原图位置比对后即删除"), className="photos")


def _group(kind: str, text: str, handling: CaseHandling, config: Config, t: Texts, may_handle: bool) -> Component:
    mine = [_photo(photo, config.attachments.far_from, t) for photo in handling.photos if photo.kind == kind]
    if not mine and not may_handle:
        return nothing()
    add = html.Button(t("添加"), className="button small", **{"data-photo": kind}) if may_handle else None
    head = html.P([html.B(t(text)), add])
    return html.Div([head, html.Div(mine, className="pictures")], **{"data-drop": kind})


def _photo(photo: Attachment, far_from: int, t: Texts) -> html.Figure:
    taken = t.time(photo.taken_at or photo.added_at)
    is_far = photo.distance is not None and photo.distance > far_from
    where = t("照片没有位置") if photo.distance is None else t("距案件 {n} 米", n=t.number(photo.distance))
    image = html.Img(src=f"/console/photos/{photo.id}/preview", alt=f"{taken} {where}")
    mark = icon("at_risk") if is_far else None
    note = html.Figcaption([mark, f"{taken} · {where}"], className="risk" if is_far else "m")
    return html.Figure([html.A(image, href=f"/console/photos/{photo.id}", target="_blank"), note])


def instructions(handling: CaseHandling, t: Texts, *, may_handle: bool) -> Component:
    """What leaders ask about this case, until it is answered."""
    if not handling.instructions:
        return nothing()
    rows = [_instruction(one, t, may_handle) for one in handling.instructions]
    return panel(t("panel|批示督办"), [html.Ul(rows, className="orders")])


def _instruction(one: Instruction, t: Texts, may_handle: bool) -> html.Li:
    by = html.Span(f"{one.created_by} {t.time(one.created_at)}", className="m")
    head = html.P([html.B(t(INSTRUCTIONS[one.kind])), by])
    if one.answered_at:
        said = t("{name} 回复：{text}", name=one.answered_by or "", text=one.answer or "")
        return html.Li([head, html.P(one.text), html.P([icon("met"), said], className="m")])
    path = f"/console/instructions/{one.id}/answer"
    ask = {"data-post": path, "data-ask": t("办理情况"), "data-said": t("已回复")}
    button = html.Button(t("回复批示"), className="button small", **ask) if may_handle else None
    left = countdown(t("办理期限"), one.due_at - timedelta(days=1), one.due_at)
    return html.Li([head, html.P(one.text), html.P([left, button])])


def rule(detail: CaseDetail, t: Texts) -> html.Section:
    """Which policy applies, so that every deadline can be explained."""
    policy = detail.policy
    if policy is None:
        return panel(t("适用规则"), [html.P(t("历史记录不适用规则"), className="m")])
    rows = [
        (t("规则"), t("{id}，第 {n} 版", id=policy.id, n=policy.version)),
        (t("生效"), policy.effective_from.isoformat()),
        (t("挂起上限"), t("{n} 天", n=policy.pause_cap.days)),
        *((limit.condition, f"{limit.standard}，{duration(limit.within.minutes, t)}") for limit in policy.limits),
    ]
    return panel(t("适用规则"), [html.Dl([part for name, value in rows for part in (html.Dt(name), html.Dd(value))])])
