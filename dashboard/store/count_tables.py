"""Counts kept beside the facts, so that a screen never scans cases. All key columns are prefixes of an area's code."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from dashboard.domain.areas import Level
from dashboard.domain.counting import MEASURES
from dashboard.store.models import Base
from dashboard.store.types import UtcDateTime

CHANNEL_MEASURES = ("reports", "received", "closed")


def _table(name: str, keys: dict[str, TypeEngine[Any]], measures: tuple[str, ...], metadata: MetaData) -> Table:
    return Table(
        name,
        metadata,
        *(Column(key, type_, primary_key=True, autoincrement=False) for key, type_ in keys.items()),
        *(Column(measure, BigInteger(), nullable=False, server_default="0") for measure in measures),
        sqlite_with_rowid=False,
    )


_AREA = {"area_code": String(18)}
HOURS = _table("counts_hour", _AREA | {"hour": UtcDateTime()}, MEASURES, Base.metadata)
DAYS = _table("counts_day", _AREA | {"day": Date()}, MEASURES, Base.metadata)
MONTHS = _table("counts_month", _AREA | {"month": Date()}, MEASURES, Base.metadata)
CATEGORIES = _table("counts_category", _AREA | {"day": Date(), "category": String(60)}, MEASURES, Base.metadata)
CHANNELS = _table("counts_channel", _AREA | {"day": Date(), "channel": String(30)}, CHANNEL_MEASURES, Base.metadata)
CELLS = _table("counts_cell", {"day": Date(), "east": Integer(), "north": Integer()}, ("received",), Base.metadata)

TABLES = (HOURS, DAYS, MONTHS, CATEGORIES, CHANNELS, CELLS)
DEEPEST = {
    HOURS: Level.COMMUNITY,
    DAYS: Level.GRID,
    MONTHS: Level.GRID,
    CATEGORIES: Level.COMMUNITY,
    CHANNELS: Level.COMMUNITY,
}
"""How deep each table counts by area."""

Key = tuple[str | date | datetime | int, ...]
