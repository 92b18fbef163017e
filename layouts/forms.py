"""The forms by which people act on a case: one for each act, as the browser's dialog reads them."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.config import Config
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.policies import Severity
from dashboard.services.handling import CLOSE_LEVELS, UNFILLED
from dashboard.services.handling import PAUSE_REASONS as REASONS
from dashboard.services.parties import Party, Proposal
from dashboard.viewmodels.acts import Choices, Possible
from layouts.labels import HANDLING_LEVELS, INSTRUCTIONS, PAUSE_REASONS, SEVERITIES
from layouts.refusals import refusal
from layouts.texts import Texts

Json = dict[str, Any]
WIDGETS = {
    **dict.fromkeys(("answer", "result", "reason", "note", "text"), "long"),
    **dict.fromkeys(("lead", "template", "level", "to", "category", "severity", "why"), "one"),
    **dict.fromkeys(("contact", "reached", "solved", "satisfaction", "kind"), "either"),
    **dict.fromkeys(("planned_end", "due", "at"), "time"),
    **dict.fromkeys(("longitude", "latitude"), "number"),
    "support": "several",
    "words": "place",
}
"""What a field is filled in with, where it is not a line of text."""

PREFERRED = {"contact": "reached", "reached": "yes", "kind": "supervision"}


@dataclass(frozen=True)
class Kind:
    """What a dialog is called, its key in the console, its fields, and in which group of the bar it stands."""

    title: str
    fields: tuple[str, ...] = ()
    key: str = ""
    group: str = "more"


KINDS: Mapping[str, Kind] = {
    "respond": Kind("act|响应", ("contact", "note"), "r", "main"),
    "dispatch": Kind("act|派遣", ("lead", "support"), "d", "main"),
    "arrive": Kind("act|到场", ("who", "where", "at"), "a", "main"),
    "feed_back": Kind("act|答复", ("template", "answer"), "f", "main"),
    "close": Kind("act|核查结案", ("level", "note"), "c", "main"),
    "send_back": Kind("act|核查退回", ("reason",), "", "main"),
    "visit": Kind("act|回访", ("reached", "solved", "satisfaction", "note"), "v", "main"),
    "reopen": Kind("act|重办", ("reason",), "", "main"),
    "note": Kind("act|备注", ("note",), "n", "main"),
    "assign": Kind("act|指定经办人", ("to",), "g"),
    "pass_up": Kind("act|上报", ("reason",), "u"),
    "pass_down": Kind("act|下派", ("reason",)),
    "pass_back": Kind("act|退回上级", ("reason",)),
    "reclassify": Kind("act|改类", ("category", "severity", "approver")),
    "locate": Kind("act|定位", ("words", "longitude", "latitude"), "l"),
    "merge": Kind("act|并案", ("number",), "m"),
    "unmerge": Kind("act|撤并"),
    "suspend": Kind("act|挂起", ("why", "approver", "planned_end")),
    "resume": Kind("act|恢复"),
    "reject": Kind("act|不予受理", ("reason",)),
    "withdraw": Kind("act|撤回", ("reason",)),
    "instruct": Kind("act|批示督办", ("kind", "text", "due"), "i", "main"),
    "task_accept": Kind("act|签收"),
    "task_arrive": Kind("act|到场", ("who", "where", "at")),
    "task_done": Kind("act|办结", ("result",)),
    "task_return": Kind("act|退单", ("reason",)),
    "task_cancel": Kind("act|撤回任务", ("reason",)),
}
LABELS = {
    "contact": "是否联系上诉求人",
    "note": "说明",
    "lead": "牵头单位",
    "support": "协办单位",
    "who": "何人到场",
    "where": "到场地点",
    "at": "时间",
    "template": "模板",
    "answer": "答复内容",
    "level": "在哪一级办结",
    "reason": "理由",
    "reached": "是否联系上",
    "solved": "问题是否解决",
    "satisfaction": "满意程度",
    "to": "经办人",
    "category": "类别",
    "severity": "严重程度",
    "approver": "批准人",
    "words": "地名或地址",
    "longitude": "经度",
    "latitude": "纬度",
    "number": "并入或并来的案件编号",
    "why": "理由",
    "planned_end": "计划恢复时间",
    "kind": "类型",
    "text": "内容",
    "due": "办理期限",
    "result": "办理结果",
}
OPTIONAL = {
    "respond": ("note",),
    "close": ("note",),
    "reopen": ("reason",),
    "visit": ("solved", "satisfaction", "note"),
    "dispatch": ("lead", "support"),
    "assign": ("to",),
    "reclassify": ("approver",),
    "locate": ("words", "longitude", "latitude"),
    "feed_back": ("template",),
}
HINTS = {
    "respond": "签收案件并联系诉求人；响应时钟停表",
    "arrive": "何人、何时、何处；电话联系不算到场",
    "feed_back": "答复写一次，按各自渠道送达每一位诉求人；反馈时钟停表",
    "close": "核查人不能是处置人",
    "reclassify": "时限从受理时起重新计算；延长须有批准人",
    "suspend": "挂起期间到场、反馈、结案时钟暂停，响应时钟不停",
    "merge": "以受理较早的案件为准；每位诉求人仍各自得到答复",
    "locate": "填地名、小区或路名，或填经纬度（WGS 84）",
    "visit": "未解决或不满意的，自动进入新一轮办理",
    "pass_up": "流转不影响对诉求人承诺的时限",
    "pass_back": "退回达到上限后由区级兜底",
}
CHOICES = {
    "contact": (("reached", "已联系上"), ("not_reached", "未联系上，见说明")),
    "reached": (("yes", "联系上了"), ("no", "没联系上")),
    "solved": (("yes", "已解决"), ("no", "未解决")),
    "satisfaction": (("satisfied", "满意"), ("basically", "基本满意"), ("unsatisfied", "不满意")),
    "kind": tuple(INSTRUCTIONS.items()),
}


def forms(found: Sequence[Possible], made: Choices, config: Config, t: Texts, now: datetime) -> list[Json]:
    """The forms of the acts that somebody may do, in their order; a refused one says why."""
    return [_form(one, made, config, t, now) for one in found]


def _form(one: Possible, made: Choices, config: Config, t: Texts, now: datetime) -> Json:
    kind = KINDS[one.name]
    return {
        "act": one.name,
        "task": one.task,
        "title": t(kind.title),
        "key": kind.key,
        "group": "task" if one.task else kind.group,
        "blocked": refusal(one.blocked, t) if one.blocked else None,
        "hint": t(HINTS[one.name]) if one.name in HINTS else None,
        "fields": [_field(name, one.name, made, config, t, now) for name in kind.fields],
    }


def _field(name: str, act: str, made: Choices, config: Config, t: Texts, now: datetime) -> Json:
    options = _options(name, made, config, t)
    return {
        "name": "reason" if name == "why" else name,
        "label": t(LABELS[name]),
        "kind": WIDGETS.get(name, "text"),
        "required": name not in OPTIONAL.get(act, ()),
        "options": options,
        "value": _value(name, made, now),
    }


def _value(name: str, made: Choices, now: datetime) -> Any:
    """What is filled in beforehand."""
    if name == "lead":
        return next((one.party.id for one in made.proposed if one.is_lead), "")
    if name in ("planned_end", "due", "at"):
        ahead = timedelta(days=1) if name != "at" else timedelta()
        return (now + ahead).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    known = {
        "level": made.level,
        "category": made.suggested or made.category,
        "severity": made.severity,
        "result": made.result,
    }
    return next(iter(made.doubles), "") if name == "number" else known.get(name, PREFERRED.get(name, ""))


def _options(name: str, made: Choices, config: Config, t: Texts) -> list[Json]:
    if name in CHOICES:
        return [_option(value, t(text)) for value, text in CHOICES[name]]
    if name in ("lead", "support"):
        return [*_proposed(made.proposed, t), *(_party(party, t, t("其他单位")) for party in made.others)]
    if name == "template":
        return [_option(_filled(reply.text, made, config), t.pick(reply.name)) for reply in made.replies]
    if name == "level":
        levels = {level.value: text for level, text in HANDLING_LEVELS.items()}
        return [_option(level, t(levels[level])) for level in CLOSE_LEVELS]
    if name == "to":
        return [_option(name, name) for name in made.handlers]
    if name == "category":
        groups = {group.id: t.pick(group.name) for group in config.groups}
        return [_option(one.id, t.pick(one.name), groups.get(one.id.split("/")[0], "")) for one in config.categories]
    if name == "severity":
        return [_option(severity.value, t(SEVERITIES[severity])) for severity in Severity]
    return [_option(reason, t(PAUSE_REASONS[reason])) for reason in REASONS] if name == "why" else []


def _filled(text: str, made: Choices, config: Config) -> str:
    """A template with what is known. Reporters are answered in Chinese, whatever the operator reads."""
    names = {category.id: category.name.zh for category in config.categories}
    known = {"place": made.place, "number": made.number, "category": names.get(made.category, "")}
    for name, value in {**known, "result": _unended(made.result) or UNFILLED}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _unended(text: str) -> str:
    """A sentence without its end, which the template sets."""
    while text and (text[-1].isspace() or unicodedata.category(text[-1]) == "Po"):
        text = text[:-1]
    return text


def _option(value: str, text: str, group: str = "") -> Json:
    return {"value": value, "text": text, "group": group}


def _proposed(found: Sequence[Proposal], t: Texts) -> list[Json]:
    why = {"category": "按职责推荐", "support": "可协办"}
    return [_party(one.party, t, t(why[one.why]), one.on_duty) for one in found]


def _party(party: Party, t: Texts, group: str, on_duty: bool = True) -> Json:
    name = t.pick(party.name)
    return _option(party.id, name if on_duty else t("{name}（非值班时间）", name=name), group)
