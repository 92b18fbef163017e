"""Channels with today's cases, and how fresh the source behind each is."""

from typing import Any

from dashboard.domain.areas import Level
from dashboard.snapshots.composing.frame import Context, is_down
from dashboard.snapshots.composing.sayings import NOTHING, clock_time, count, instant
from dashboard.snapshots.composing.sizes import Sizes
from dashboard.snapshots.composing.tables import table
from dashboard.snapshots.glyphs import face

Json = dict[str, Any]


def channel_tile(c: Context, sizes: Sizes) -> Json:
    """The channels, those with most cases first; of several sources the worst speaks for a channel."""
    t = c.t
    found = [_channel(c, channel) for channel in c.data["names"]["channels"]]
    counted = c.data["channels"] is not None
    found.sort(key=lambda row: (-row["cases"], row["name"]) if counted else (0, row["name"]))
    most = max([row["cases"] for row in found] or [0]) or 1
    rows = [row | {"share": row["cases"] / most} for row in found]
    room = (sizes.channels - (56 if counted else 26)) / sizes.text
    with_before = counted and any(row["before"] is not None for row in rows)
    return {
        "title": t("渠道与数据新鲜度"),
        "note": t("按首报") if counted else t("本级或本条件不按渠道计数"),
        "heads": [t("渠道"), t("今日"), t("昨同期"), t("更新")],
        "counted": counted,
        "with_before": with_before,
        "rows": [_channel_words(c, row, room) for row in rows[: sizes.list_rows]],
        "empty": t("没有配置渠道"),
    }


def _channel(c: Context, channel: str) -> Json:
    cases, _reports, before = (c.data["channels"] or {}).get(channel, [0, 0, 0 if _has_before(c) else None])
    sources = [one for one in c.data["sources"] if one["channel"] == channel]
    worst = max(sources, key=is_down, default=None)
    return {"name": c.name("channels", channel), "cases": cases, "before": before, "source": worst}


def _has_before(c: Context) -> bool:
    return len(c.wish.area) == Level.DISTRICT


def _channel_words(c: Context, row: Json, room: float) -> Json:
    source = row["source"]
    down = source is not None and is_down(source)
    at = instant(source["at"]) if source else None
    return {
        "name": face().cut(row["name"], room),
        "state": "stale" if down else "on_track" if source and at else "unknown",
        "is_down": down,
        "cases": count(row["cases"], c.t),
        "before": count(row["before"], c.t),
        "share": round(row["share"], 4),
        "at": clock_time(at, c.at, c.t) if source else NOTHING,
    }


def channel_table(c: Context) -> Json:
    """Cases by their first report, and all reports."""
    t = c.t
    rows = [
        [c.name("channels", channel), *(count(value, t) for value in found)]
        for channel, found in sorted(c.data["channels"].items(), key=lambda pair: -pair[1][0])
    ]
    heads = [(t("渠道"), "l"), (t("今日案件（按首报）"), "r"), (t("今日诉求"), "r"), (t("昨同期案件"), "r")]
    return table(t("渠道"), heads, rows, widths=["1", "auto", "auto", "auto"])
