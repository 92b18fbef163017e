"""Sums that must hold before anything is drawn: numbers that contradict one another are refused, not printed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.measures import Unit
from dashboard.domain.snapshots import Kind
from dashboard.live.picture import Picture
from dashboard.snapshots.composing.sayings import instant
from dashboard.store.changes import changes_after

Json = dict[str, Any]
SLOWEST_TAIL = timedelta(seconds=5)


def problems(data: Json) -> list[str]:
    """What in the data contradicts something else in it."""
    if data["wish"]["kind"] in (Kind.SITUATION, Kind.AREA):
        return list(_situation(data))
    if data["wish"]["kind"] == Kind.CASE:
        return list(_case(data))
    return list(_bulletin(data))


def lags(session: Session, picture: Picture, now: datetime) -> bool:
    """Whether the picture has missed a change for longer than it may: what it shows is not what is known."""
    missed = next(iter(changes_after(session, picture.seen)), None)
    return missed is not None and now - missed.at > SLOWEST_TAIL


def _situation(data: Json) -> Iterator[str]:
    kpi, found = data["kpi"], data["map"]
    total = kpi["open"][0]
    yield from _equal("states of open cases", sum(kpi["faces"].values()), total)
    yield from _equal("length of the queue", data["queue"]["total"], total)
    yield from _equal("marks on the map", len(found["marks"]), kpi["pointed"])
    late = kpi["faces"]["breached"] + kpi["faces"]["very_late"]
    yield from _equal("late cases", kpi["breached"][0], late)
    if kpi["pointed"] + kpi["unlocated"] > total:
        yield f"more cases have a place ({kpi['pointed']}) or none ({kpi['unlocated']}) than are open ({total})"
    if data["wish"]["category"] is None:
        yield from _of_all(data)
    for name, (met, due, *_) in kpi["rates"].items():
        if met > due:
            yield f"{name}: {met} in time of {due} due"


def _of_all(data: Json) -> Iterator[str]:
    """What holds when no category is chosen."""
    kpi, rows, area = data["kpi"], data["ranking"]["rows"], data["wish"]["area"]
    if rows:
        below = sum(row[3] for row in rows) + kpi["only_here"] + kpi["unlocated"] + kpi["adjusted"]
        yield from _equal("open cases of the areas below", below, kpi["open"][0])
    if len(area) <= Level.COMMUNITY and _is_of_one_day(data):
        yield from _equal("cases by the hour", sum(data["trend"]["counts"]), kpi["received"][0])
    if data["channels"] is not None:
        yield from _equal("cases by channel", sum(row[0] for row in data["channels"].values()), kpi["received"][0])


def _case(data: Json) -> Iterator[str]:
    case = data["case"]
    if data["reports"]:
        yield from _equal("reports", len(data["reports"]) + data["hidden_reports"], case["report_count"])
        yield from _equal("reports by channel", sum(n for _, n, _ in data["channels"]), case["report_count"])
    for _, clocks in data["rounds"]:
        for clock in clocks:
            if clock["stopped"] is not None and (clock["state"] == "met") != (clock["stopped"] <= clock["due"]):
                yield f"{clock['name']}: {clock['state']}, stopped at {clock['stopped']}, due at {clock['due']}"


def _bulletin(data: Json) -> Iterator[str]:
    received = data["counts"]["received"][0]
    yield from _equal("cases by channel", sum(row[0] for row in data["channels"].values()), received)
    yield from _equal("cases by category", sum(row[0] for row in data["categories"].values()), received)
    days = data["trend"]["days"]
    parts = data["trend"]["hours"] if days is None else [value for _, value in days]
    yield from _equal("cases by hour or day", sum(parts), received)
    yield from _equal("cases on the map and off it", data["map"]["heat"]["total"], received)
    yield from _measures(data["measures"])


def _measures(found: Json) -> Iterator[str]:
    for name, cell in found["whole"].items():
        if cell["above"] > cell["below"] and found["words"][name]["unit"] == Unit.SHARE:
            yield f"{name}: {cell['above']} of {cell['below']}"
        rows = [row[name] for row in found["rows"] if name in row]
        if rows:
            yield from _equal(f"{name} of the areas below", sum(row["below"] for row in rows), cell["below"])


def _is_of_one_day(data: Json) -> bool:
    start, at = instant(data["trend"]["start"]), instant(data["at"])
    return start is not None and at is not None and shanghai_day(start) == shanghai_day(at)


def _equal(what: str, found: int, wanted: int) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found} instead of {wanted}"
