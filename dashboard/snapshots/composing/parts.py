"""The parts that documents which run on over pages consist of: plain data that the template knows how to set."""

from collections.abc import Sequence
from typing import Any

from dashboard.domain.snapshots import Paper
from dashboard.snapshots.composing.frame import Context, Document, frame
from dashboard.snapshots.composing.tables import table as plain_table

Json = dict[str, Any]
WIDTH = 188.0  # millimetres between the margins of an A4 page; a column on A3 is as wide
MAP_SIZE = (144.0, 92.0)
CHART_SIZE = (WIDTH, 42.0)


def part(kind: str, title: str, *, beside: str = "", whole: bool = False, **more: Any) -> Json:
    """A part with its heading; `beside` stands at the heading's right. A `whole` one is not broken over pages."""
    return {"kind": kind, "title": title, "note_beside": beside, "whole": whole} | more


def facts(title: str, rows: Sequence[tuple[str, str]], columns: int = 2) -> Json:
    """Names and values side by side; what has no value is left out."""
    return part("facts", title, columns=columns, rows=[list(row) for row in rows if row[1]], whole=True)


def table(title: str, *args: Any, beside: str = "", name: str, whole: bool = False, **more: Any) -> Json:
    """A table with the heading of a part."""
    return part("table", title, beside=beside, whole=whole, id=name) | {
        key: value for key, value in plain_table(title, *args, **more).items() if key not in ("title", "note")
    }


def items(name: str, title: str, rows: Sequence[Json], *, beside: str = "", side: float = 32) -> Json:
    """Somebody's words, or what happened, one after another; `side` are the millimetres of what stands beside."""
    return part("items", title, beside=beside, id=name, rows=list(rows), side=side)


def item(side: str, title: str, text: str = "", note: str = "", state: str | None = None) -> Json:
    """One of them."""
    return {"side": side, "title": title, "text": text, "note": note, "state": state}


def flowing(c: Context, words: Json, parts: Sequence[Json], pictures: dict[str, str]) -> Document:
    """A document of parts, with what must stand in it."""
    shown = [one for one in parts if one]
    expected = {name: value for one in shown for name, value in _expected(one).items()}
    columns = 2 if c.wish.paper is Paper.A3 else 1
    return Document(words | {"parts": shown, "columns": columns, "expected": expected}, pictures)


def flow_frame(c: Context, *, title: str, subtitle: str, scope: str, filters: Sequence[str] = ()) -> Json:
    """Everything around the parts; on A3 two columns stand on a page that lies."""
    words = frame(c, title=title, scope=scope, filters=filters, landscape=c.wish.paper is Paper.A3)
    return words | {"subtitle": subtitle}


def _expected(one: Json) -> dict[str, str]:
    """What a part leaves on the paper that can be asked for."""
    kind, rows = one["kind"], one.get("rows", [])
    if kind in ("chart", "map"):
        return {f"chart-{one['id']}": one["alt"]}
    if kind == "clocks":
        return {f"clock-{row['id']}": row["state"] for row in rows}
    if kind == "numbers":
        return {f"strip-{row['id']}": row["value"] for row in rows}
    if kind == "photos":
        return {"photos": str(len(rows))}
    return {f"{kind}-{one['id']}": str(len(rows))} if kind in ("items", "table", "bars") else {}
