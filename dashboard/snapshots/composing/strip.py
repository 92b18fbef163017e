"""The strip of numbers, each with what it is compared with, and what is behind each: the same as on the screen."""

from typing import Any

from dashboard.domain.indicators import MINIMUM_N
from dashboard.domain.periods import PeriodName
from dashboard.domain.sla import CITIZEN_CLOCKS
from dashboard.snapshots.composing.frame import Context, period_words
from dashboard.snapshots.composing.sayings import NOTHING, change, count, rate, rate_text, signed_percent
from dashboard.snapshots.glyphs import face

Json = dict[str, Any]
ROOM = 10.3  # em of a note that a line of the strip holds
LARGER = 2.15  # a number's size against a note's
NAMES = {
    "received": "受理",
    "open": "在办",
    "at_risk": "临期",
    "breached": "超期",
    "closed": "办结",
    "respond": "响应及时率",
    "arrive": "到场及时率",
    "feedback": "反馈及时率",
    "year": "本月受理同比",
}
FORMULAS = {
    "received": "{span}受理的案件，不含已并案；与{before}比较",
    "open": "此刻尚未办结、撤回或答复的案件，不含已并案；与昨日此时比较",
    "at_risk": "在办案件中，最急的时钟已用去目标的 80% 以上而未到期",
    "breached": "在办案件中，至少一个时钟已过期限而未停，含超 3 倍；正好在期限停表为按期",
    "closed": "{span}核查办结的案件，不含已并案；与{before}比较",
    "respond": "按期响应 ÷ {span}到期的响应时钟；不含不适用、暂停中和已并案；目标 30 分钟",
    "arrive": "按期到场 ÷ {span}到期的到场时钟；不含不适用、暂停中和已并案；目标 2 小时",
    "feedback": "按期反馈 ÷ {span}到期的反馈时钟；不含不适用、暂停中和已并案；目标 24 小时",
    "year": "本月 1 日至今受理与去年同月同一时段之差 ÷ 去年同月同一时段",
}


def strip(c: Context) -> list[Json]:
    """The nine numbers."""
    kpi, t = c.data["kpi"], c.t
    return [
        _count(c, "received", "昨日同期 {n}"),
        _count(c, "open", "昨日此时 {n}"),
        _count(c, "at_risk", "昨日此时 {n}", "at_risk"),
        _count(c, "breached", "昨日此时 {n}", "breached"),
        _count(c, "closed", "昨日同期 {n}"),
        *(_rate(c, name.value) for name in CITIZEN_CLOCKS),
        _year(kpi["month"], t),
    ]


def is_today(c: Context) -> bool:
    """Whether the numbers of a span are those of the live frames."""
    return c.wish.period is PeriodName.TODAY


def spanned(c: Context, name: str) -> list[int | None]:
    """The number of a span and what it is compared with, of the period that was chosen."""
    found: list[int | None] = c.data["kpi"][name] if is_today(c) else c.data["figures"][name]
    return found


def rates(c: Context, name: str) -> list[int | None]:
    """Met and due of the period, of the one before, and of the last seven days."""
    live = c.data["kpi"]["rates"][name]
    return live if is_today(c) else [*c.data["figures"]["rates"][name], *live[4:]]


def before_words(c: Context) -> str:
    """What the period is compared with."""
    return c.t("昨日同期") if is_today(c) else c.t(c.data["figures"]["words"])


def title_of(c: Context, name: str) -> str:
    """A number's name; those of a span name it."""
    if name in ("received", "closed"):
        return c.t("今日受理" if name == "received" else "今日办结") if is_today(c) else c.t(NAMES[name])
    return c.t(NAMES[name])


def _count(c: Context, name: str, words: str, state: str | None = None) -> Json:
    of_span = name in ("received", "closed")
    now, before = spanned(c, name) if of_span else c.data["kpi"][name]
    assert now is not None
    beside = "" if before is None else c.t.n(words, before)
    if of_span and not is_today(c) and before is not None:
        beside = f"{before_words(c)} {count(before, c.t)}"
    moved = change(now, before, c.t, in_percent=name == "received" or (of_span and not is_today(c)))
    return _number(name, title_of(c, name), count(now, c.t), c.t("件"), beside, moved, state)


def _rate(c: Context, name: str) -> Json:
    """With few clocks the last seven days stand beside it, else what it is compared with."""
    met, due, met_before, due_before, met_week, due_week = rates(c, name)
    value, unit = rate(met, due)
    few = is_today(c) and (due is None or due < MINIMUM_N)
    if few and due_week is not None:
        beside = c.t("近 7 天 {r}，n = {n}", r=rate_text(met_week, due_week), n=count(due_week, c.t))
    else:
        beside = f"{before_words(c)} {rate_text(met_before, due_before)}"
    return _number(name, c.t(NAMES[name]), value, unit, beside, "" if few or due is None else f"n = {count(due, c.t)}")


def _year(month: list[int] | None, t: Any) -> Json:
    if not month:
        return _number("year", t(NAMES["year"]), NOTHING, "", "", "")
    value = signed_percent(*month)
    beside = t("{now}，去年 {before}", now=t.number(month[0]), before=t.number(month[1]))
    return _number("year", t(NAMES["year"]), value, "" if value == NOTHING else "%", beside, "")


def _number(name: str, title: str, value: str, unit: str, before: str, moved: str, state: str | None = None) -> Json:
    shown = state if value != "0" else None
    return {
        "id": name, "name": title, "state": state, "tone": shown, "value": value, "unit": unit, "before": before,
        "before_cut": face().cut(before, ROOM), "name_cut": face().cut(title, ROOM - 1.5 * bool(state)),
        "change": moved, "shrink": _shrink(value, unit, moved),
    }  # fmt: skip


def _shrink(value: str, unit: str, moved: str) -> float:
    """How much smaller a long number is set, so that it stands in one line with its unit and change."""
    beside = face().width(unit) * 1.1 + face().width(moved) + 0.7
    return round(min(1.0, (ROOM - beside) / (face(700).width(value) * LARGER)), 3)


def formulas(c: Context, span: str) -> list[list[str]]:
    """What each number counts and what it leaves out."""
    before = c.t("昨日同一时刻") if is_today(c) else before_words(c)
    words = {"span": span, "before": before}
    return [[title_of(c, name), c.t(text, **words)] for name, text in FORMULAS.items()]


def of_period(c: Context) -> str:
    """The period as a heading."""
    return period_words(c)
