"""The columns of the list of cases, for screen and export alike."""

from datetime import datetime
from typing import Any

from dashboard.config import Config
from dashboard.domain.calendars import SHANGHAI
from layouts.labels import SEVERITIES, STAGES, UNLOCATED
from layouts.texts import Texts

COLUMNS = (
    ("number", "案件编号"),
    ("opened_at", "受理时间"),
    ("category", "类别"),
    ("severity", "严重程度"),
    ("stage", "阶段"),
    ("area", "区域"),
    ("place", "地点"),
    ("channel", "首报渠道"),
    ("report_count", "诉求数"),
    ("closed_at", "办结时间"),
    ("unlocated", "未定位原因"),
    ("summary", "内容"),
)


def cell_text(name: str, row: Any, config: Config, names: dict[str, str], t: Texts) -> Any:
    """The cell of one column in words; instants in Shanghai without a zone, as spreadsheets want them."""
    value = getattr(row, name, None)
    if name == "area":
        chain = [names.get(row.area_code[:length], "") for length in (9, 12, 15) if len(row.area_code) >= length]
        return " ".join(part for part in chain if part)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None)
    if value is None:
        return None
    return words(name, str(value), config, t) if not isinstance(value, int) else value


def words(name: str, value: str, config: Config, t: Texts) -> str:
    """What a code of a column is called."""
    if name == "category":
        return next((t.pick(found.name) for found in config.categories if found.id == value), value)
    if name == "channel":
        return next((t.pick(found.name) for found in config.channels if found.id == value), value)
    known: dict[str, dict[Any, str]] = {
        "severity": {severity.value: text for severity, text in SEVERITIES.items()},
        "stage": {stage.value: text for stage, text in STAGES.items()},
        "unlocated": {reason.value: text for reason, text in UNLOCATED.items()},
    }
    return t(known[name][value]) if value in known.get(name, {}) else value
