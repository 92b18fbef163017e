"""The areas one level down by their answers in time: a tile with dots, and the table behind it."""

from typing import Any

from dashboard.domain.areas import Level
from dashboard.domain.indicators import MINIMUM_N
from dashboard.snapshots.composing.frame import Context
from dashboard.snapshots.composing.sayings import NOTHING, count, ranked, rate_text
from dashboard.snapshots.composing.tables import table
from layouts.labels import LEVELS

Json = dict[str, Any]
SCALE_FROM = 0.85  # where the scale of the dots begins


def ranking_tile(c: Context, room: int) -> Json:
    """At most `room` areas, the best first, and the total."""
    t, rows = c.t, c.data["ranking"]["rows"]
    found = ranked(rows)
    shown = room if len(found) <= room else room - 1
    below = Level(len(c.wish.area)).below
    name = t(LEVELS[below]) if below else ""
    return {
        "title": t("{level}反馈及时率", level=name) if rows else t("反馈及时率"),
        "note": t("近 7 天，n < 30 不排名"),
        "heads": ["", name, "85%–100%", t("及时率"), "n", t("在办"), t("column|超期")],
        "rows": [_ranked(c, rank, row) for rank, row in found[:shown]],
        "more": t.n("另有 {n} 个见附录", len(found) - shown) if len(found) > shown else "",
        "total": _total(c) if rows else None,
        "empty": t("楼栋以下没有区域") if below is None else t("楼栋不排名"),
    }


def _ranked(c: Context, rank: int | None, row: list[Any]) -> Json:
    code, met, due, open_cases, late, _ = row
    share = met / due if due >= MINIMUM_N else None
    return {
        "rank": "" if rank is None else str(rank),
        "name": _short(c, code),
        "dot": None if share is None else round(max(0.0, (share - SCALE_FROM) / (1 - SCALE_FROM)), 4),
        "rate": rate_text(met, due).removesuffix("%"),
        "n": count(due, c.t),
        "open": count(open_cases, c.t) if open_cases else "–",
        "late": count(late, c.t) if late else "–",
        "is_late": bool(late),
    }


def _short(c: Context, code: str) -> str:
    """A name without its kind, and without the community a grid's name begins with."""

    def bare(one: str) -> str:
        return c.name("areas", one).removesuffix("街道").removesuffix("社区")

    name = bare(code)
    parent = bare(code[: Level.COMMUNITY]) if len(code) == Level.GRID else ""
    return name.removeprefix(parent) or name


def _total(c: Context) -> Json:
    kpi = c.data["kpi"]
    met, due = kpi["rates"]["feedback"][4:]
    return {
        "name": c.t("合计"),
        "rate": rate_text(met, due).removesuffix("%"),
        "n": count(due, c.t),
        "open": count(kpi["open"][0], c.t),
        "late": count(kpi["breached"][0], c.t) if kpi["breached"][0] else "–",
        "is_late": bool(kpi["breached"][0]),
    }


def ranking_table(c: Context) -> Json:
    """All areas with the numbers behind their rates."""
    t, kpi = c.t, c.data["kpi"]
    rows = [
        [NOTHING if rank is None else rank, c.name("areas", row[0]), *(count(value, t) for value in row[1:3]),
         rate_text(row[1], row[2]), *(count(value, t) for value in row[3:])]
        for rank, row in ranked(c.data["ranking"]["rows"])
    ]  # fmt: skip
    heads = [(t("名次"), "r"), (t("区域"), "l"), (t("按期反馈"), "r"), (t("到期"), "r"), (t("及时率"), "r"),
             (t("在办"), "r"), (t("column|超期"), "r"), (t("近 7 天受理"), "r")]  # fmt: skip
    met, due = kpi["rates"]["feedback"][4:]
    total = ["", t("合计"), count(met, t), count(due, t), rate_text(met, due), count(kpi["open"][0], t),
             count(kpi["breached"][0], t), ""]  # fmt: skip
    return table(t("下级反馈及时率"), heads, rows, total=total, note=t("近 7 天，n < 30 不排名"),
                 widths=["auto", "1", *["auto"] * 6])  # fmt: skip
