"""日报, 周报 and 月通报 as documents, in the usual order: in short, intake, closing and clocks, areas, places, what is
late, instructions, satisfaction; and how every number is worked out."""

from datetime import date
from typing import Any

from dashboard.domain.areas import Level
from dashboard.domain.measures import Family, Unit
from dashboard.domain.periods import PeriodName
from dashboard.domain.sla import ClockName
from dashboard.domain.snapshots import Kind
from dashboard.snapshots.composing.appendix import appendix
from dashboard.snapshots.composing.frame import Context, Document, context
from dashboard.snapshots.composing.legend import heat_legend
from dashboard.snapshots.composing.parts import CHART_SIZE, MAP_SIZE, flow_frame, flowing, part, table
from dashboard.snapshots.composing.sayings import MINUS, NOTHING, instant, plain, rate, signed_percent, time_left
from dashboard.snapshots.drawing.map import map_drawing
from dashboard.snapshots.drawing.trend import Trend, trend_drawing
from layouts.labels import CLOCKS, INSTRUCTIONS, SNAPSHOT_KINDS

Json = dict[str, Any]
COLUMNS = 4
RATES = ("closed_on_time", "feedback_on_time", "satisfied", "repeated")
FAMILIES = ((Family.CLOSING, "办结"), (Family.TIMELINESS, "时限"), (Family.QUALITY, "质量与满意度"))
OTHERS = ((Family.TASKS, "任务"), (Family.APPEALS, "诉求"))
BEFORE = {Kind.DAILY: "前一日", Kind.WEEKLY: "上周", Kind.MONTHLY: "上月"}
ROLLING = {PeriodName.WEEK: ("近 7 天通报", "前 7 天"), PeriodName.MONTH: ("近 30 天通报", "前 30 天")}
"""What a bulletin of the last days is called, and what it is compared with."""


def compose(data: Json) -> Document:
    """The bulletin."""
    c = context(data)
    pictures: dict[str, str] = {}
    intake = [_numbers(c), _trend(c, pictures), _channels(c), _categories(c)]
    handling = [*(_family(c, family, title) for family, title in FAMILIES), _ranking(c)]
    places = [_map(c, pictures), _places(c), _late(c), _orders(c)]
    others = [_family(c, family, title) for family, title in OTHERS]
    parts = [part("prose", "", text=_lead(c)), *intake, *handling, *places, *others]
    kind = c.t(ROLLING[c.wish.period][0] if c.wish.is_rolling else SNAPSHOT_KINDS[c.wish.kind])
    scope = " › ".join(name for _, name in data["area"]["chain"])
    words = flow_frame(
        c,
        title=c.t("{area}{kind}", area=data["area"]["name"], kind=kind),
        subtitle=c.t("·").join([_span_words(c), scope]),
        scope=scope,
        filters=[_days(c)],
    )
    words["appendix"] = appendix(c, [], _formulas(c))
    return flowing(c, words, [one for one in parts if one], pictures)


def _span_words(c: Context) -> str:
    """The days, and up to when they are counted where they are not over."""
    t, span = c.t, c.data["span"]
    words = _days(c)
    return words if span["is_over"] else words + t("（截至 {at}）", at=t.time(instant(span["cut_off"])))


def _days(c: Context) -> str:
    t, span = c.t, c.data["span"]
    first, last = date.fromisoformat(span["first"]), date.fromisoformat(span["last"])
    if c.wish.kind is Kind.MONTHLY and not c.wish.is_rolling:
        return t.month(first)
    return t.day(first) if first == last else t("{first} 至 {last}", first=t.day(first), last=t.day(last))


def _before(c: Context) -> str:
    return c.t(ROLLING[c.wish.period][1] if c.wish.is_rolling else BEFORE[c.wish.kind])


# -- in short ---------------------------------------------------------------------------------------------------------


def _lead(c: Context) -> str:
    """The bulletin in three sentences."""
    t, counts = c.t, c.data["counts"]
    now, before, year = counts["received"]
    top = _by_count(c.data["categories"])[:3]
    sentences = [
        t(
            "{span}受理 {n} 件，较{before} {change}，较去年同期 {year}；办结 {closed} 件",
            span=_span_words(c), n=t.number(now), before=_before(c), change=_percent(now, before),
            year=_percent(now, year), closed=t.number(counts["closed"][0]),
        )
    ]  # fmt: skip
    if top:
        names = t("、").join(f"{c.name('categories', name)} {t.number(row[0])}" for name, row in top)
        sentences.append(t("最多的是{names}", names=names))
    open_now = c.data["kpi"]
    at = t.time(c.at)
    sentences.append(
        t("{at} 在办 {n} 件，其中超期 {late} 件", at=at, n=t.number(open_now["open"]), late=t.number(open_now["late"]))
    )
    return t("。").join(sentences) + t("。")


def _percent(now: int, before: int) -> str:
    found = signed_percent(now, before)
    return found if found == NOTHING else f"{found}%"


def _numbers(c: Context) -> Json:
    """Four counts and four rates, each with what it is compared with."""
    t, counts, open_now = c.t, c.data["counts"], c.data["kpi"]
    rows = [
        _number("received", t("受理"), counts["received"], c),
        _number("closed", t("办结"), counts["closed"], c),
        _plain("open", t("在办"), open_now["open"], t("生成时"), None, c),
        _plain("late", t("超期"), open_now["late"], t("生成时"), "breached", c),
        *(_rate(c, name) for name in RATES),
    ]
    return part("numbers", "", columns=COLUMNS, rows=rows, whole=True)


def _number(name: str, title: str, found: list[int], c: Context) -> Json:
    now, before, year = found
    words = c.t("{before} {n}，去年同期 {year}", before=_before(c), n=c.t.number(before), year=c.t.number(year))
    moved = _percent(now, before)
    return _shown(name, title, c.t.number(now), c.t("件"), words, "" if moved == NOTHING else moved)


def _plain(name: str, title: str, value: int, words: str, state: str | None, c: Context) -> Json:
    return _shown(name, title, c.t.number(value), c.t("件"), words, "", state if value else None)


def _rate(c: Context, name: str) -> Json:
    cell, words = c.data["measures"]["whole"][name], c.data["measures"]["words"][name]
    value, unit = rate(cell["above"], cell["below"])
    moved = _points(c, cell)
    beside = c.t("{above}/{below}", above=c.t.number(cell["above"]), below=c.t.number(cell["below"]))
    return _shown(name, words["name"], value, unit, beside, "" if moved == NOTHING else moved)


def _shown(name: str, title: str, value: str, unit: str, before: str, moved: str, state: str | None = None) -> Json:
    return {
        "id": name, "name": title, "state": state, "tone": state, "value": value, "unit": unit, "before": before,
        "change": moved,
    }  # fmt: skip


def _points(c: Context, cell: Json) -> str:
    """A change in percentage points."""
    if cell["change"] is None:
        return NOTHING
    moved = round(cell["change"], 1)
    sign = "+" if moved > 0 else MINUS if moved < 0 else ""
    return c.t("{n} 个百分点", n=f"{sign}{abs(moved)}")


# -- intake -----------------------------------------------------------------------------------------------------------


def _trend(c: Context, pictures: dict[str, str]) -> Json:
    t, found = c.t, c.data["trend"]
    if found["hours"] is not None:
        ticks = [(float(hour), f"{hour:02d}") for hour in (0, 6, 12, 18, 24)]
        drawn, title = Trend(found["hours"], 24, [], ticks, is_running=not c.data["span"]["is_over"]), t("每小时受理")
        most, note = max(found["hours"]), t("件")
    else:
        days = found["days"]
        step = max(1, round(len(days) / 8))
        ticks = [(index + 0.5, day[5:]) for index, (day, _) in enumerate(days) if index % step == 0]
        values = [value for _, value in days]
        drawn = Trend(values, len(days), found["band"], ticks, is_running=not c.data["span"]["is_over"])
        title, most, note = t("每日受理"), max(values), t("件，灰带为近 8 周同一星期日常态")
    pictures["trend"] = trend_drawing(drawn, *CHART_SIZE)
    alt = t("{title}，共 {n} 件，最多 {most} 件", title=title, n=t.number(sum(drawn.bars)), most=t.number(most))
    return part("chart", title, beside=note, id="trend", alt=alt, whole=True)


def _channels(c: Context) -> Json:
    """Intake by channel, and beside it how well each channel was reached: fewer appeals or fewer working channels?"""
    t, found = c.t, c.data["channels"]
    rows = [
        [c.name("channels", name), t.number(cases), t.number(reports), t.number(before), _percent(cases, before),
         _uptime(c, name)]
        for name, (cases, reports, before) in sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0]))
    ]  # fmt: skip
    sums = [sum(row[index] for row in found.values()) for index in range(3)]
    total = [t("合计"), *(t.number(one) for one in sums), _percent(sums[0], sums[2]), ""]
    names = (t("案件（按首报）"), t("诉求"), t("{before}案件", before=_before(c)), t("变化"), t("采集成功"))
    heads = [(t("渠道"), "l"), *((name, "r") for name in names)]
    return table(t("渠道受理"), heads, rows, total=total, widths=["1", *["auto"] * 5], name="channels", whole=True)


def _uptime(c: Context, channel: str) -> str:
    """The share of polls that succeeded, of all sources of a channel."""
    runs = [c.data["uptime"].get(one["id"]) for one in c.data["sources"] if one["channel"] == channel]
    known = [run for run in runs if run]
    if not known:
        return NOTHING
    good, every = sum(run[0] for run in known), sum(run[1] for run in known)
    return "".join(rate(good, every))


def _by_count(found: Json) -> list[tuple[str, list[int]]]:
    return sorted(((name, row) for name, row in found.items() if row[0]), key=lambda pair: (-pair[1][0], pair[0]))


def _categories(c: Context) -> Json | None:
    t, ordered = c.t, _by_count(c.data["categories"])
    if not ordered:
        return None
    shown, most = ordered[:12], ordered[0][1][0]
    total = sum(row[0] for _, row in ordered)
    rows = [
        {"name": c.name("categories", name), "cells": [t.number(now), t.number(before)],
         "share": round(now / most, 4), "note": f"{t.percent(now / total)}  {_moved(now, before)}"}
        for name, (now, before) in shown
    ]  # fmt: skip
    left = total - sum(row[0] for _, row in shown)
    beside = t("其余类别 {n} 件", n=t.number(left)) if left else ""
    heads = [t("受理"), _before(c)]
    return part("bars", t("受理类别"), beside=beside, id="categories", rows=rows, title_head=t("类别"), heads=heads)


def _moved(now: int, before: int) -> str:
    found = _percent(now, before)
    return "" if found == NOTHING else found


# -- handling ---------------------------------------------------------------------------------------------------------


def _family(c: Context, family: Family, title: str) -> Json | None:
    """The measures of a family with what stands above and below the line, and what was left out."""
    t, found = c.t, c.data["measures"]
    rows = [
        _measure_row(c, name)
        for name, words in found["words"].items()
        if words["family"] == family and (found["whole"][name]["below"] or found["whole"][name]["left_out"])
    ]
    if not rows:
        return None
    heads = [(t("指标"), "l"), (t("数值"), "r"), (t("分子"), "r"), (t("分母"), "r"),
             (t("较{before}", before=_before(c)), "r"), (t("剔除"), "l")]  # fmt: skip
    beside = t("n 不足 30 写作分数；公式见附录")
    return table(
        t(title), heads, rows, widths=["auto", "auto", "auto", "auto", "auto", "1"], name=family.value, beside=beside,
        whole=True,
    )  # fmt: skip


def _measure_row(c: Context, name: str) -> list[str]:
    t, cell, words = c.t, c.data["measures"]["whole"][name], c.data["measures"]["words"][name]
    if words["unit"] == Unit.SHARE:
        value, moved = "".join(rate(cell["above"], cell["below"])), _points(c, cell)
    else:
        value = NOTHING if cell["value"] is None else t.number(round(cell["value"], 1))
        moved = NOTHING if cell["change"] is None else f"{'+' if cell['change'] > 0 else ''}{100 * cell['change']:.1f}%"
    reasons = c.data["measures"]["reasons"]
    left_out = t("；").join(
        f"{reasons.get(key, key)} {t.number(n)}" for key, n in sorted(cell["left_out"].items()) if n
    )
    return [words["name"], value, t.number(cell["above"]), t.number(cell["below"]), moved, left_out]


def _ranking(c: Context) -> Json | None:
    """The areas below by what they can do something about; with few cases nobody is ranked."""
    t, rows = c.t, c.data["measures"]["rows"]
    if not rows:
        return None
    names = {name: c.data["measures"]["words"][name]["name"] for name in ("closed_on_time", "feedback_on_time")}
    found = [
        [row["name"], *(text for name in names for text in _place(c, row[name])), *_place(c, row["satisfied"])[1:]]
        for row in sorted(rows, key=lambda row: row["closed_on_time"]["rank"] or len(rows) + 1)
    ]
    heads = [(t("区域"), "l")]
    for title in names.values():
        heads += [(t("名次"), "r"), (title, "r"), ("n", "r")]
    heads += [(c.data["measures"]["words"]["satisfied"]["name"], "r"), ("n", "r")]
    beside = t("n < 30 不排名，相同比例同一名次")
    return table(t("下级排名"), heads, found, widths=["1", *["auto"] * 8], name="ranking", beside=beside)


def _place(c: Context, cell: Json) -> list[str]:
    rank = NOTHING if cell["rank"] is None else str(cell["rank"])
    return [rank, "".join(rate(cell["above"], cell["below"])), c.t.number(cell["below"])]


# -- places, what is late, orders -------------------------------------------------------------------------------------


def _map(c: Context, pictures: dict[str, str]) -> Json | None:
    t, heat = c.t, c.data["map"]["heat"]
    if not heat["cells"]:
        return None
    drawing = map_drawing(c.data["map"], *MAP_SIZE)
    pictures["map"] = drawing.svg
    alt = t("受理热力图：{n} 件中 {k} 件有坐标", n=t.number(heat["total"]), k=t.number(heat["pointed"]))
    note = t("未注名：{names}", names=t("、").join(drawing.left_out)) if drawing.left_out else ""
    return part(
        "map", t("受理热力"), beside=_span_words(c), id="map", alt=alt, legend=heat_legend(c, t("热力")), marks=[],
        note=note, whole=True,
    )  # fmt: skip


def _places(c: Context) -> Json | None:
    t, found = c.t, c.data["places"]
    if not found:
        return None
    rows = [[one[0], c.name("areas", one[1][: Level.GRID]), t.number(one[2]), t.number(one[3])] for one in found]
    heads = [(t("地点"), "l"), (t("区域"), "l"), (t("件数"), "r"), (t("类别数"), "r")]
    beside = t("同一地点 {n} 件以上", n=min(one[2] for one in found))
    return table(t("重复点位"), heads, rows, widths=["1", "1", "auto", "auto"], name="places", beside=beside)


def _late(c: Context) -> Json | None:
    t, found = c.t, c.data["late"]
    if not found:
        return None
    rows = [
        [
            one["number"],
            c.name("categories", one["category"]),
            one["place"] or c.name("areas", one["area"]),
            c.name("areas", one["area"][: Level.SUBDISTRICT]),
            t(CLOCKS[ClockName(one["clock"])]) if one["clock"] else NOTHING,
            plain(time_left(due, c.at, t)) if (due := instant(one["due"])) else NOTHING,
        ]
        for one in found
    ]
    heads = [(t("案件编号"), "l"), (t("类别"), "l"), (t("地点"), "l"), (t("街道"), "l"), (t("时钟"), "l"),
             (t("column|超期"), "r")]  # fmt: skip
    left = c.data["kpi"]["late"] - len(rows)
    beside = t("生成时 {at}", at=t.time(c.at)) + (t("，另有 {n} 件未列", n=t.number(left)) if left > 0 else "")
    return table(t("超期未办"), heads, rows, widths=["auto", "auto", "1", *["auto"] * 3], name="late", beside=beside)


def _orders(c: Context) -> Json | None:
    t = c.t
    rows = [
        [
            t(INSTRUCTIONS[one["kind"]]), one["case"] or NOTHING, one["text"] or NOTHING, one["by"],
            t.time(instant(one["due"]))[:16],
            t.time(instant(one["answered_at"]))[:16] if one["answered_at"] else t("未回复"),
        ]
        for one in c.data["orders"]
    ]  # fmt: skip
    if not rows:
        return None
    heads = [(t("类型"), "l"), (t("案件编号"), "l"), (t("内容"), "l"), (t("批示人"), "l"), (t("期限"), "l"),
             (t("回复"), "l")]  # fmt: skip
    widths = ["auto", "auto", "1", "auto", "auto", "auto"]
    return table(t("批示督办"), heads, rows, widths=widths, name="orders", beside=t.n("{n} 件", len(rows)))


def _formula(c: Context, words: Json) -> str:
    """A formula without the name that stands before it, and its note."""
    formula = words["formula"].partition(" = ")[2]
    return c.t("；").join([formula, *([words["note"]] if words["note"] else [])])


def _formulas(c: Context) -> list[list[str]]:
    """Every measure's formula, then how the rest is to be read."""
    t, found = c.t, c.data["measures"]["words"]
    rows = [[words["name"], _formula(c, words)] for words in found.values()]
    return [
        *rows,
        [t("受理"), t("时段内受理的案件，不含已并案；渠道按首报计")],
        [t("较去年同期"), t("上一年同样日期；基数小于 30 不计算")],
        [t("在办、超期"), t("生成时刻的状态，不是时段末的状态")],
        [t("采集成功"), t("该渠道各数据源在时段内成功的采集次数 ÷ 全部采集次数；受理下降时先看渠道是否畅通")],
        [t("热力"), t("100 m × 100 m 单元格内时段受理的案件数，未平滑")],
        [t("无数据"), t("“—”表示没有数据或不足以计算，不等于 0")],
    ]
