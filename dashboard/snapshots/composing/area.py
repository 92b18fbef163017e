"""区域卡 as a document: one area, who answers for it, its numbers, its map, what is open and what it was about."""

from typing import Any

from dashboard.domain.areas import Level
from dashboard.snapshots.composing.appendix import appendix, reading_rules, span_words
from dashboard.snapshots.composing.frame import Context, Document, category_words, context, period_words
from dashboard.snapshots.composing.legend import legend, located, map_title, marks
from dashboard.snapshots.composing.maps import area_table, map_notes, map_words, valued
from dashboard.snapshots.composing.parts import CHART_SIZE, MAP_SIZE, facts, flow_frame, flowing, part, table
from dashboard.snapshots.composing.queue import queue_table
from dashboard.snapshots.composing.ranking import ranking_table
from dashboard.snapshots.composing.strip import formulas, strip
from dashboard.snapshots.composing.trend import trend, trend_table, trend_tile
from dashboard.snapshots.drawing.map import map_drawing
from dashboard.snapshots.drawing.trend import trend_drawing
from layouts.labels import LEVELS, POSTS

Json = dict[str, Any]
COLUMNS = 5
MOST_CATEGORIES = 12
CLOSE_LEVELS = {"grid": "网格", "community": "社区", "subdistrict": "街道", "district": "区"}


def compose(data: Json) -> Document:
    """The card of an area."""
    c = context(data)
    pictures = {"trend": trend_drawing(trend(c), *CHART_SIZE)} if trend(c).bars else {}
    parts = [
        _facts(c), _numbers(c), _map(c, pictures), _categories(c), _levels(c), _trend(c), _children(c), _queue(c),
        _places(c),
    ]  # fmt: skip
    level = c.t(LEVELS[Level(len(c.wish.area))])
    words = flow_frame(
        c,
        title=c.t("{area}区域卡", area=data["area"]["name"]),
        subtitle=" › ".join(name for _, name in data["area"]["chain"]) + c.t("（{level}）", level=level),
        scope=" › ".join(name for _, name in data["area"]["chain"]),
        filters=[period_words(c), category_words(c)],
    )
    words["appendix"] = _appendix(c)
    return flowing(c, words, [one for one in parts if one], pictures)


def _facts(c: Context) -> Json:
    t, area, card = c.t, c.data["area"], c.data["card"]
    history, levels = card["history"], card["properties"].get("levels")
    rows = [
        (t("层级"), t(LEVELS[Level(len(c.wish.area))])),
        (t("代码"), area["code"]),
        (t("户数"), t.number(area["households"]) if area["households"] else ""),
        (t("常住人口"), t.number(area["residents"]) if area["residents"] else ""),
        (t("小区"), card["properties"].get("compound") or ""),
        (t("楼层"), t("{n} 层", n=levels) if levels else ""),
        *((t(POSTS[kind]), _post(c, organisation, vacant)) for kind, organisation, vacant in card["posts"]),
        (t("历来案件"), t.n("{n} 件", history[0]) if history else ""),
        (t("近 30 天"), t("受理 {a}，办结 {b}", a=t.number(history[1]), b=t.number(history[2])) if history else ""),
    ]
    return facts(t("基本情况"), rows)


def _post(c: Context, organisation: str, vacant: bool) -> str:
    """A post and the organisation it belongs to, never a person."""
    return organisation + (c.t("（空缺，由上一级代管）") if vacant else "")


def _numbers(c: Context) -> Json:
    return part("numbers", c.t("指标"), beside=period_words(c), columns=COLUMNS, rows=strip(c), whole=True)


def _map(c: Context, pictures: dict[str, str]) -> Json:
    drawing = map_drawing(c.data["map"], *MAP_SIZE)
    pictures["map"] = drawing.svg
    return part(
        "map", map_title(c), beside=located(c), id="map", alt=map_words(c), legend=legend(c), marks=marks(c),
        note=c.t("。").join(map_notes(c, drawing.left_out)), whole=True,
    )  # fmt: skip


def _categories(c: Context) -> Json | None:
    """What it was about; what is not listed is counted."""
    t, found = c.t, c.data["card"]["categories"]
    if not found:
        return None
    shown = list(found.items())[:MOST_CATEGORIES]
    most, total = shown[0][1], sum(found.values())
    rows = [
        {"name": c.name("categories", key), "cells": [t.number(n)], "share": round(n / most, 4),
         "note": t.percent(n / total)}
        for key, n in shown
    ]  # fmt: skip
    left = total - sum(n for _, n in shown)
    beside = t("近 {d} 天，共 {n} 件", d=c.data["card"]["days"], n=t.number(total))
    beside += t("，其余类别 {n} 件", n=t.number(left)) if left else ""
    heads = [t("受理")]
    return part("bars", t("受理类别"), beside=beside, id="categories", rows=rows, title_head=t("类别"), heads=heads)


def _levels(c: Context) -> Json | None:
    """The levels at which cases were closed (小事不出网格)."""
    t, found = c.t, c.data["card"]["levels"]
    total = sum(found.values())
    if not total:
        return None
    rows = [
        {"name": t(CLOSE_LEVELS[level]), "cells": [t.number(n)], "share": round(n / total, 4),
         "note": t.percent(n / total)}
        for level, n in found.items()
    ]  # fmt: skip
    return part(
        "bars", t("办结层级"), beside=period_words(c), id="levels", rows=rows, title_head=t("层级"),
        heads=[t("办结")], whole=True,
    )  # fmt: skip


def _trend(c: Context) -> Json | None:
    found = trend_tile(c)
    if found["empty"]:
        return None
    return part("chart", found["title"], beside=found["note"], id="trend", alt=found["alt"], whole=True)


def _children(c: Context) -> Json | None:
    if not c.data["ranking"]["rows"]:
        return None
    found = ranking_table(c)
    return part("table", found["title"], beside=found["note"], id="children") | _body(found)


def _queue(c: Context) -> Json:
    t = c.t
    if not c.data["queue"]["rows"]:
        return part("prose", t("时限队列"), text=t("没有在办案件"))
    found = queue_table(c)
    return part("table", found["title"], beside=found["note"], id="queue") | _body(found)


def _body(found: Json) -> Json:
    return {key: value for key, value in found.items() if key not in ("title", "note")}


def _places(c: Context) -> Json | None:
    """Where cases came from again and again; a redacted card names no address."""
    t, found = c.t, c.data["card"]["places"]
    if not found:
        return None
    rows = [[one[0], c.name("areas", one[1][: Level.GRID]), t.number(one[2]), t.number(one[3])] for one in found]
    heads = [(t("地点"), "l"), (t("区域"), "l"), (t("件数"), "r"), (t("类别数"), "r")]
    beside = t("近 {d} 天 2 件以上", d=c.data["card"]["days"])
    return table(t("重复点位"), heads, rows, widths=["1", "1", "auto", "auto"], name="places", beside=beside)


def _appendix(c: Context) -> Json:
    tables = [trend_table(c)] if trend(c).bars else []
    tables += [area_table(c)] if valued(c) else []
    return appendix(c, tables, [*formulas(c, span_words(c)), *reading_rules(c)])
