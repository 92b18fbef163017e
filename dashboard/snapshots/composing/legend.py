"""What the map's colours and marks mean, how many there are of each, and what is not on it."""

from collections import Counter
from typing import Any

from dashboard.live.measures import Measure
from dashboard.snapshots.composing.frame import Context
from dashboard.snapshots.drawing.map import UNRATED, class_of, colour_of, shown_marks
from layouts.labels import FACES, HEAT_NAMES, LEVELS, MEASURE_NAMES
from layouts.theme import LIGHT

Json = dict[str, Any]
CLASSES = ("偏低", "较低", "中等", "较高", "偏高")
HEAT_CLASSES = ("低", "中", "高", "很高")
WORST_FIRST = ("very_late", "breached", "at_risk", "on_track", "paused", "checked")


def legend(c: Context) -> Json:
    """The legend of what is drawn: heat, or the areas' measure."""
    title = f"{c.t('热力')} {c.t(HEAT_NAMES[c.wish.heat.value])}" if c.wish.heat else c.t("热力")
    return heat_legend(c, title) if c.data["map"]["heat"] else _areas(c)


def heat_legend(c: Context, title: str) -> Json:
    """The legend of heat."""
    t, heat = c.t, c.data["map"]["heat"]
    breaks, counts = heat["breaks"], Counter(cell[2] for cell in heat["cells"])
    rows = [
        {"colour": LIGHT.heat[level], "name": t(HEAT_CLASSES[level]), "range": _range(breaks, level, 3),
         "n": t.number(counts[level])}
        for level in (3, 2, 1, 0)
    ]  # fmt: skip
    note = t("{n} 件中 {k} 件有坐标", n=t.number(heat["total"]), k=t.number(heat["pointed"]))
    return {
        "title": title,
        "unit": t("件/100 m 单元格"),
        "note": note,
        "rows": rows,
    }


def _range(breaks: list[int], level: int, last: int) -> str:
    low = breaks[level]
    if level == last:
        return f"≥ {low}"
    high = breaks[level + 1] - 1
    return f"{low}" if high == low else f"{low}–{high}"


def _areas(c: Context) -> Json:
    t, data = c.t, c.data["map"]
    breaks = data["breaks"]
    counts = Counter(class_of(area["value"], breaks) for area in data["areas"])
    rows = [
        {"colour": colour_of(level, data), "name": t(CLASSES[level]), "range": area_range(breaks, level),
         "n": t.number(counts[level])}
        for level in (4, 3, 2, 1, 0)
    ]  # fmt: skip
    if counts[-1] or data["measure"] == Measure.PER_TEN_THOUSAND:
        rows.append({"colour": UNRATED, "name": t("无住户"), "range": t("不计率"), "n": t.number(counts[-1])})
    name, unit = MEASURE_NAMES[Measure(data["measure"])]
    rated = sum(n for level, n in counts.items() if level >= 0)
    return {
        "title": t(name),
        "unit": t(unit),
        "note": t("n = {n} 个，共 {all} 个", n=t.number(rated), all=t.number(len(data["areas"]))),
        "rows": rows,
    }


def area_range(breaks: list[int], level: int) -> str:
    """The bounds of a class of areas."""
    if level == 0:
        return "0" if breaks[0] <= 1 else f"< {breaks[0]}"
    return _range([0, *breaks], level, 4)


def marks(c: Context) -> list[Json]:
    """The marks that are drawn, the worst first, with how many there are of each."""
    counts = Counter(one["state"] for one in shown_marks(c.data["map"]))
    faces = {face.value: text for face, text in FACES.items()}
    return [
        {"state": state, "name": c.t(faces[state]), "n": c.t.number(counts[state])}
        for state in WORST_FIRST
        if counts[state]
    ]


def located(c: Context) -> str:
    """图上 243 + 未定位 7 = 在办 250: nothing is lost between the map and the total."""
    t, kpi = c.t, c.data["kpi"]
    total = kpi["open"][0]
    no_point = total - kpi["pointed"] - kpi["unlocated"]
    terms = [t("图上 {n}", n=t.number(kpi["pointed"]))]
    terms += [t("无坐标 {n}", n=t.number(no_point))] if no_point else []
    terms += [t("未定位 {n}", n=t.number(kpi["unlocated"]))] if kpi["unlocated"] else []
    found = " + ".join(terms) + " = " + t("在办 {n}", n=t.number(total))
    if kpi["only_here"]:
        found += t("，其中") + t("只定位到本级 {n}", n=t.number(kpi["only_here"]))
    if kpi["adjusted"]:
        found += t("，") + t("划分已调整 {n}", n=t.number(kpi["adjusted"]))
    return found


def map_title(c: Context) -> str:
    """What the map shows."""
    level = next(text for level, text in LEVELS.items() if level.name.lower() == c.data["map"]["level"])
    if c.data["map"]["heat"]:
        return c.t("受理热力与在办案件")
    return c.t("{level}与在办案件", level=c.t(level))
