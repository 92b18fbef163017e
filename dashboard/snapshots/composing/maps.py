"""What stands around a map: title, sum, legend, notes, the map in words; and the tables behind it."""

from typing import Any

from dashboard.snapshots.composing.frame import Context
from dashboard.snapshots.composing.legend import area_range, legend, located, map_title, marks
from dashboard.snapshots.composing.tables import side_by_side, table
from dashboard.snapshots.drawing.map import class_of, shown_marks
from dashboard.snapshots.glyphs import face

Json = dict[str, Any]
NOTE = 42.0  # em that three lines below the legend hold


def map_tile(c: Context, left_out: list[str]) -> Json:
    """The texts around the map; `left_out` are names that found no room on it."""
    found = {"title": map_title(c), "count": located(c), "legend": legend(c), "marks": marks(c)}
    return found | {"note": face().cut(c.t("。").join(map_notes(c, left_out)), NOTE), "alt": map_words(c)}


def map_notes(c: Context, left_out: list[str]) -> list[str]:
    """What the map leaves out: marks while the heat is on, names without room."""
    found = []
    hidden = len(c.data["map"]["marks"]) - len(shown_marks(c.data["map"]))
    if hidden:
        found.append(c.t.n("未到期、待核查的 {n} 件不标", hidden))
    if left_out:
        found.append(c.t("未注名：{names}", names=c.t("、").join(left_out)))
    return found


def map_words(c: Context) -> str:
    """The map in words: what it shows, how many marks of each state, where most is."""
    parts = [map_title(c), located(c)]
    parts += [f"{one['name']} {one['n']}" for one in marks(c)]
    top = sorted(c.data["ranking"]["rows"], key=lambda row: -row[3])[:3]
    if top:
        names = c.t("、").join(f"{c.name('areas', row[0])} {c.t.number(row[3])}" for row in top)
        parts.append(c.t("在办最多：{names}", names=names))
    return c.t("，").join(parts)


def valued(c: Context) -> list[Json]:
    """The areas drawn that have a value, the highest first."""
    return sorted((one for one in c.data["map"]["areas"] if one["value"]), key=lambda one: (-one["value"], one["code"]))


def area_table(c: Context) -> Json:
    """The areas drawn that have a value, several to a row."""
    t, breaks = c.t, c.data["map"]["breaks"]
    shown = {level: area_range(breaks, level) for level in range(5)} | {-1: t("不计率")}
    names = c.data["names"]["areas"]
    cells = [
        [names.get(one["code"], one["name"]), t.number(one["value"]), shown[class_of(one["value"], breaks)]]
        for one in valued(c)
    ]
    columns = 3 if max(face().width(cell[0]) for cell in cells) < 9 else 2
    rows = side_by_side(cells, columns)
    zero = len(c.data["map"]["areas"]) - len(cells)
    return table(
        t("地图各区域"), [(t("区域"), "l"), (t("值"), "r"), (t("分级"), "l")] * columns, rows,
        note=t("其余 {n} 个区域为 0 或不计", n=t.number(zero)), widths=["1", "auto", "auto"] * columns,
    )  # fmt: skip


def heat_table(c: Context) -> Json:
    """How many cells are in each class of the heat."""
    t = c.t
    rows = [[row["name"], row["range"], row["n"]] for row in legend(c)["rows"]]
    return table(legend(c)["title"], [(t("分级"), "l"), (t("件/100 m 单元格"), "r"), (t("单元格"), "r")], rows,
                 note=legend(c)["note"], widths=["1", "auto", "auto"])  # fmt: skip
