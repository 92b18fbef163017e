"""态势快照 as a document: one page that answers at a glance, and an appendix with every number behind it."""

from typing import Any

from dashboard.snapshots.composing.appendix import appendix, reading_rules, span_words, strip_table
from dashboard.snapshots.composing.channels import channel_table, channel_tile
from dashboard.snapshots.composing.frame import Context, Document, category_words, context, frame, period_words
from dashboard.snapshots.composing.maps import area_table, heat_table, map_tile, valued
from dashboard.snapshots.composing.queue import queue_table, queue_tile
from dashboard.snapshots.composing.ranking import ranking_table, ranking_tile
from dashboard.snapshots.composing.sizes import LETTERING, LONGER_LEGEND, sizes_of
from dashboard.snapshots.composing.strip import formulas, strip
from dashboard.snapshots.composing.trend import trend, trend_table, trend_tile
from dashboard.snapshots.drawing.map import inset_drawing, map_drawing, needs_inset
from dashboard.snapshots.drawing.trend import trend_drawing
from dashboard.snapshots.glyphs import face

Json = dict[str, Any]
SUBTITLE = 58.0  # em that there is room for


def compose(data: Json) -> Document:
    """The document of a situation."""
    c = context(data)
    around = _frame(c)
    sizes = sizes_of(c.wish.paper, bool(around["notices"]))
    drawing = map_drawing(data["map"], *sizes.map, LETTERING[c.wish.paper])
    pictures = {"map": drawing.svg, "trend": trend_drawing(trend(c), *sizes.trend)}
    left_out = drawing.left_out
    if needs_inset(data["map"]):
        high = sizes.inset if data["map"]["heat"] else sizes.inset - LONGER_LEGEND
        inset = inset_drawing(data["map"], sizes.side, high)
        pictures["inset"] = inset.svg
    words = around | {
        "sizes": {
            "map": sizes.map, "side": sizes.side, "inset": sizes.inset, "trend": sizes.trend,
            "clocks": sizes.clocks, "ranking": sizes.ranking, "first": sizes.first, "second": sizes.second,
        },
        "subtitle": face().cut(around["filters"], SUBTITLE),
        "strip": strip(c),
        "map": map_tile(c, left_out),
        "clocks": queue_tile(c, sizes),
        "ranking": ranking_tile(c, sizes.list_rows),
        "trend": trend_tile(c),
        "channels": channel_tile(c, sizes),
        "appendix": _appendix(c),
    }  # fmt: skip
    return Document(words | {"expected": _expected(words)}, pictures)


def _expected(words: Json) -> dict[str, str]:
    """What the page has to show besides its head and strip: a tile that is missing makes it void."""
    found = {"map": words["map"]["count"], "trend": words["trend"]["alt"]}
    found |= {f"face-{one['state']}": one["text"] for one in words["clocks"]["faces"]}
    lists = {"queue": words["clocks"], "ranking": words["ranking"], "channels": words["channels"]}
    return found | {name: str(len(one["rows"])) for name, one in lists.items()}


def _frame(c: Context) -> Json:
    return frame(
        c,
        title=c.t("{area}态势快照", area=c.data["area"]["name"]),
        scope=_scope(c),
        filters=[period_words(c), category_words(c)],
        landscape=True,
    )


def _scope(c: Context) -> str:
    return " › ".join(name for _, name in c.data["area"]["chain"])


def _appendix(c: Context) -> Json:
    tables = [strip_table(c), queue_table(c)]
    tables += [ranking_table(c)] if c.data["ranking"]["rows"] else []
    tables += [trend_table(c)] if trend(c).bars else []
    tables += [area_table(c)] if valued(c) else []
    tables += [heat_table(c)] if c.data["map"]["heat"] else []
    if c.data["channels"] is not None:
        tables.append(channel_table(c))
    return appendix(c, tables, [*formulas(c, span_words(c)), *reading_rules(c)])
