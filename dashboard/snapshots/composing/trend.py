"""Intake over time: what is drawn, what it is called, and the table behind it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dashboard.domain.calendars import SHANGHAI, shanghai_day
from dashboard.snapshots.composing.frame import Context
from dashboard.snapshots.composing.sayings import NOTHING, instant
from dashboard.snapshots.composing.tables import side_by_side, table
from dashboard.snapshots.drawing.trend import Trend

Json = dict[str, Any]
HOUR = timedelta(hours=1)


def trend(c: Context) -> Trend:
    """Hours of today, or the days of the period."""
    daily = c.data["figures"]["trend"]
    if daily:
        days = daily["days"]
        step = max(1, round(len(days) / 5))
        last = len(days) - 1
        today = shanghai_day(c.at).isoformat()
        ticks = [
            (index + 0.5, c.t("今日") if day == today else day[5:])
            for index, (day, _) in enumerate(days)
            if (last - index) % step == 0
        ]
        return Trend([value for _, value in days], len(days), daily["band"], ticks, is_running=days[-1][0] == today)
    live = c.data["trend"]
    start = instant(live["start"])
    assert start is not None
    ticks = [(hour, f"{hour:02d}") for hour in (0, 6, 12, 18, 24)]
    now = c.at.astimezone(SHANGHAI).strftime("%H:%M")
    return Trend(live["counts"], 24, live["band"], ticks, min((c.at - start) / HOUR, 24), now)


def trend_tile(c: Context) -> Json:
    """The texts around the chart."""
    t, found = c.t, trend(c)
    daily = bool(c.data["figures"]["trend"])
    title = t("每日受理") if daily else t("今日受理，每小时")
    note = t("件，灰带为近 8 周同日常态") if not daily else t("件，灰带为近 8 周同一星期日常态")
    most = max(found.bars, default=0)
    alt = t(
        "{title}，共 {n} 件，最多的一{unit} {most} 件",
        title=title, n=t.number(sum(found.bars)), unit=t("日") if daily else t("小时"), most=t.number(most),
    )  # fmt: skip
    return {"title": title, "note": note, "alt": alt, "empty": "" if found.bars else t("没有受理")}


def trend_table(c: Context) -> Json:
    """The chart as numbers, in two columns."""
    t, found = c.t, trend(c)
    daily = c.data["figures"]["trend"]
    names = (
        [day for day, _ in daily["days"]]
        if daily
        else [f"{hour:02d}:00–{hour + 1:02d}:00" for hour in range(len(found.bars))]
    )
    cells = [
        [name, t.number(value), *(_usual(band) if band else [NOTHING])]
        for name, value, band in zip(names, found.bars, [*found.band, *[None] * len(found.bars)], strict=False)
    ]
    heads = [(t("日期") if daily else t("时段"), "l"), (t("受理"), "r"), (t("常态（四分位）"), "r")]
    rows = side_by_side(cells, 2)
    return table(trend_tile(c)["title"], heads * 2, rows, widths=["auto", "auto", "1"] * 2)


def _usual(band: Sequence[float]) -> list[str]:
    low, middle, high = (f"{value:g}" for value in band)
    return [f"{low} / {middle} / {high}"]
