"""The cases to be looked at first, as rows of a table with their clocks as of the snapshot's instant."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard.domain.sla import ClockName
from dashboard.domain.stages import Stage
from dashboard.snapshots.composing.frame import Context
from dashboard.snapshots.composing.sayings import NOTHING, instant, plain, time_left
from dashboard.snapshots.composing.sizes import Sizes
from dashboard.snapshots.composing.tables import table
from dashboard.snapshots.glyphs import face
from layouts.labels import CLOCKS, FACES, STAGES

Json = dict[str, Any]
LATE = ("very_late", "breached")
FACE_WORDS = {face.value: text for face, text in FACES.items()}
ICON, GAP = 3.4, 1.6  # millimetres
FACE_ORDER = ("breached", "at_risk", "on_track", "paused", "checked")


def face_counts(c: Context) -> list[Json]:
    """How many open cases show each state; those three times late count as late."""
    faces = dict(c.data["kpi"]["faces"])
    faces["breached"] += faces.pop("very_late")
    return [
        {"state": name, "name": c.t(FACE_WORDS[name]), "n": faces[name], "text": c.t.number(faces[name])}
        for name in FACE_ORDER
    ]


def queue_rows(c: Context, rows: Sequence[Sequence[Any]]) -> list[Json]:
    """One row per case."""
    return [_row(c, row) for row in rows]


def fitted(rows: Sequence[Json], width: float, bar: float, size: float) -> Json:
    """The rows with category and place cut to what the other columns leave, and the widths of the columns.

    Args:
        width: Millimetres of the table; `bar` those of the bar. `size` is the text's, in millimetres.
    """
    usual, bold = face(), face(700)

    def widest(name: str) -> float:
        return max((usual.width(row[name]) for row in rows), default=0.0) * size

    left = max((_left_width(row, size) for row in rows), default=0.0)
    number, way = widest("number"), widest("way")
    room = width - ICON - number - way - bar - left - 5 * GAP
    cut = []
    for row in rows:
        category = bold.cut(row["category"], max(room / size - 4.5, 0.55 * room / size))
        place = usual.cut(row["place"], room / size - bold.width(category) - 0.5)
        cut.append(dict(row) | {"category_cut": category, "place_cut": place})
    return {"rows": cut, "widths": [ICON, room, number, way, bar, left], "gap": GAP}


def _left_width(row: Json, size: float) -> float:
    """Room for the time left: numbers bold, units and multiples smaller."""
    parts = [*row["left"], *([["", row["times"] + " "]] if row["times"] else [])]
    return (
        sum(face(700 if strong else 400).width(text) * (1 if strong else 0.88) for strong, text in parts) * size + 0.3
    )


def _row(c: Context, row: Sequence[Any]) -> Json:
    _, number, category, place, stage, state, clock, start, due, paused, reports, area, *rest = row
    t = c.t
    left, used = _left(c, start, due)
    clock_name = t(CLOCKS[ClockName(clock)]) if clock else NOTHING
    stage_name = t(STAGES[Stage(stage)])
    return {
        "state": state,
        "category": c.name("categories", category),
        "place": place if place is not None else c.name("areas", rest[0] if rest else area),
        "number": number,
        "state_name": t(FACE_WORDS[state]),
        "stage": stage_name,
        "clock": clock_name + (f" · {t('暂停中')}" if paused else ""),
        "way": t("{stage}·{clock}", stage=stage_name, clock=clock_name) if clock else stage_name,
        "left": left,
        "left_text": plain(left),
        "used": used,
        "times": f"×{used:.1f}" if used >= 1.5 else "",
        "reports": t("{n} 条诉求", n=reports) if reports else "",
    }


def _left(c: Context, start: int | None, due: int | None) -> tuple[list[list[str]], float]:
    begun, ends = instant(start), instant(due)
    if begun is None or ends is None:
        return [["", NOTHING]], 0.0
    return time_left(ends, c.at, c.t), round((c.at - begun) / (ends - begun), 4)


def spread(rows: Sequence[Sequence[Any]], room: int) -> list[Sequence[Any]]:
    """As many rows as there is room for; late cases must not push everything else out, so they get half of it."""
    if len(rows) <= room:
        return list(rows)
    late = [row for row in rows if row[5] in LATE]
    other = [row for row in rows if row[5] not in LATE]
    most = max(room - len(other), (room + 1) // 2)
    shown = late[:most]
    return [*shown, *other[: room - len(shown)]]


def rest_words(c: Context, shown: Sequence[Sequence[Any]], total: int) -> str:
    """How many cases are not in the table, and of which state they are where that is known."""
    hidden = total - len(shown)
    if hidden <= 0:
        return c.t.n("全部 {n} 件", total)
    counts = Counter("breached" if row[5] in LATE else row[5] for row in shown)
    late = c.data["kpi"]["breached"][0] - counts["breached"]
    words = c.t.n("另有 {n} 件未列", hidden)
    return words + (c.t("，其中超期 {n} 件", n=late) if late > 0 else "")


def queue_tile(c: Context, sizes: Sizes) -> Json:
    """The most urgent cases, as many as there is room for."""
    t, queue = c.t, c.data["queue"]
    shown = spread(queue["rows"], sizes.queue_rows)
    return {
        "title": t("时限队列"),
        "note": rest_words(c, shown, queue["total"]),
        "faces": face_counts(c),
        "heads": [t("类别与地点"), t("案件编号"), t("阶段与时钟"), "", t("剩余")],
        **fitted(queue_rows(c, shown), sizes.clocks, sizes.queue_bar, sizes.text),
        "empty": t("没有在办案件"),
    }


def queue_table(c: Context) -> Json:
    """All rows that are known, uncut."""
    t, queue = c.t, c.data["queue"]
    rows = [
        [row["number"], row["category"], row["place"], row["stage"], row["clock"], row["left_text"]]
        for row in queue_rows(c, queue["rows"])
    ]
    heads = [
        (t("案件编号"), "l"),
        (t("类别"), "l"),
        (t("地点"), "l"),
        (t("阶段"), "l"),
        (t("时钟"), "l"),
        (t("剩余"), "r"),
    ]
    note = t("最急 {n} 件，在办共 {all} 件", n=t.number(len(rows)), all=t.number(queue["total"]))
    return table(t("时限队列"), heads, rows, note=note, widths=["auto", "auto", "1", "auto", "auto", "auto"])
