"""Measures of the tiny district, and what must hold of them whatever has happened."""

from datetime import datetime

from dashboard.domain.access import Scope
from dashboard.domain.measure_catalogue import BY_ID
from dashboard.domain.measures import Grouping, Tally, Unit, total
from dashboard.services.desk import Desk
from dashboard.services.measuring import Asked, measure
from dashboard.store.counted import counted
from dashboard.viewmodels.measures import MeasureTable, measure_table
from tests.factories import DISTRICT

CLOCKS = ("respond", "arrive", "feedback")


def measured(
    desk: Desk, by: Grouping, now: datetime, *, area: str = DISTRICT, period: str = "30d", group: str | None = None
) -> MeasureTable:
    """The table that a screen would show."""
    asked = Asked(area, period, by)
    with desk.sessions.read() as session:
        return measure_table(session, desk, asked, measure(session, desk, Scope(DISTRICT), asked, now), group)


def check_measures(desk: Desk, now: datetime, period: str = "30d", area: str = DISTRICT) -> None:
    """What is counted is part of what it is counted of; no group is lost; other screens say the same."""
    tables = {by: measured(desk, by, now, period=period, area=area) for by in Grouping}
    whole = tallies(tables[Grouping.AREA].whole)
    for by, table in tables.items():
        assert tallies(table.whole) == whole, by
        for name in whole:
            found = [row.cells[name].tally for row in table.rows]
            assert all(0 <= one.numerator <= one.denominator for one in found), (by, name)
            assert total(found) == whole[name], (by, name)
            assert set(whole[name].left_out) <= {reason.value for reason in BY_ID[name].left_out}, name
    for clock in (*CLOCKS, "close"):
        late = whole[f"{clock}_overdue"]
        met = whole["closed_on_time" if clock == "close" else f"{clock}_on_time"]
        assert late.numerator + met.numerator + met.left_out.get("deferred", 0) >= late.denominator
        assert clock == "close" or late.numerator + met.numerator == late.denominator == met.denominator
    _agree_with_other_screens(desk, tables[Grouping.AREA], whole)


def tallies(row) -> dict[str, Tally]:
    """The shares of a row."""
    return {name: cell.tally for name, cell in row.cells.items() if cell.measure.unit is Unit.SHARE}


def _agree_with_other_screens(desk: Desk, table: MeasureTable, whole: dict[str, Tally]) -> None:
    area = table.asked.area
    with desk.sessions.read() as session:
        counts = counted(session, [area], table.span.start, table.cut_off)[area]
    for clock in CLOCKS:
        found = whole[f"{clock}_on_time"]
        assert (found.numerator, found.denominator) == (counts[f"{clock}_met"], counts[f"{clock}_due"]), clock
    assert whole["close_overdue"].denominator == counts["close_due"]
    levels = {name: counts[f"closed_at_{name}"] for name in ("grid", "community", "subdistrict", "district")}
    assert whole["closed_in_grid"] == Tally(levels["grid"], sum(levels.values()), whole["closed_in_grid"].left_out)
    assert whole["closed_in_community"].numerator == levels["grid"] + levels["community"]
    assert table.whole.cells["per_ten_thousand"].tally.numerator == counts["received"]
