"""Measures as a sheet: a line for every number, which says by itself what it is."""

from collections.abc import Iterator
from typing import Any

from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.measures import Unit
from dashboard.viewmodels.measures import Cell, MeasureTable, Row, RowKind
from layouts.labels import FAMILIES, GROUPINGS
from layouts.texts import Texts

COLUMNS = (
    "首日", "末日", "截止时间", "分组", "编号", "名称", "指标类", "指标", "数值", "单位", "分子", "分母",
    "环比", "环比单位", "名次", "并列", "剔除", "剔除原因", "公式",
)  # fmt: skip


def measure_rows(table: MeasureTable, t: Texts) -> Iterator[list[Any]]:
    """The heading, the whole, and every group with all its measures. What has no value stays empty: it is no zero."""
    yield [t(title) for title in COLUMNS]
    cut_off = table.cut_off.astimezone(SHANGHAI).replace(tzinfo=None)
    for row in (table.whole, *table.rows):
        for cell in row.cells.values():
            group = [t(GROUPINGS[table.asked.by]), _key(row, table), t.pick(row.name)]
            yield [table.span.first.isoformat(), table.span.last.isoformat(), cut_off, *group, *_number(cell, table, t)]


def _key(row: Row, table: MeasureTable) -> str:
    """The group's code; of the whole, that of the area."""
    return table.asked.area if row.kind is RowKind.WHOLE else row.key


def _number(cell: Cell, table: MeasureTable, t: Texts) -> list[Any]:
    measure, tally, rank = cell.measure, cell.tally, cell.rank
    is_share = measure.unit is Unit.SHARE
    scale = 100 if is_share else 1
    reasons = [f"{t.pick(table.reasons[reason])} {t.number(n)}" for reason, n in tally.left_out.items()]
    return [
        t(FAMILIES[measure.family]),
        t.pick(measure.name),
        _rounded(cell.value, scale),
        "%" if is_share else t("每万人"),
        tally.numerator,
        tally.denominator,
        _rounded(cell.change, 1 if is_share else 100),
        t("个百分点") if is_share else "%",
        rank.place if rank else None,
        t("是") if rank and rank.is_shared else None,
        sum(tally.left_out.values()),
        t("，").join(reasons),
        t.pick(measure.formula),
    ]


def _rounded(number: float | None, scale: int) -> float | None:
    return None if number is None else round(scale * number, 2)
