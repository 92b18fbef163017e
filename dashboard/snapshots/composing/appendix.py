"""The end of a document: tables behind every chart, and what the numbers count and leave out."""

from typing import Any

from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.periods import period
from dashboard.live.health import SourceCondition
from dashboard.snapshots.composing.frame import Context
from dashboard.snapshots.composing.sayings import NOTHING, instant
from dashboard.snapshots.composing.strip import strip
from dashboard.snapshots.composing.tables import table
from layouts.labels import CONDITIONS

Json = dict[str, Any]


def appendix(c: Context, tables: list[Json], formulas: list[list[str]]) -> Json:
    """Tables, then the sources, then formulas."""
    return {
        "title": c.t("附录：数字、公式与口径"),
        "tables": [*tables, source_table(c)],
        "formulas_title": c.t("公式与剔除"),
        "formulas": formulas,
    }


def source_table(c: Context) -> Json:
    """Every source with its condition and its last success."""
    t = c.t
    return table(
        t("数据源"),
        [(t("数据源"), "l"), (t("渠道"), "l"), (t("状态"), "l"), (t("最近成功"), "r")],
        [
            [
                one["name"],
                c.name("channels", one["channel"]),
                t(CONDITIONS[SourceCondition(one["condition"])]),
                t.time(at) if (at := instant(one["at"])) else NOTHING,
            ]
            for one in c.data["sources"]
        ],
        widths=["1", "1", "auto", "auto"],
    )


def strip_table(c: Context) -> Json:
    """The strip of numbers as a table."""
    rows = [[one["name"], one["value"] + one["unit"], one["before"], one["change"]] for one in strip(c)]
    t = c.t
    return table(t("指标"), [(t("指标"), "l"), (t("数值"), "r"), (t("比较"), "l"), (t("变化"), "r")], rows,
                 widths=["1", "auto", "1", "auto"])  # fmt: skip


def span_words(c: Context) -> str:
    """The exact span of the period, up to the snapshot's instant."""
    span = period(c.wish.period, c.at)
    first, last = span.start.astimezone(SHANGHAI), span.cut_off(c.at).astimezone(SHANGHAI)
    return c.t("{first} 至 {last} ", first=f"{first:%Y-%m-%d %H:%M}", last=f"{last:%Y-%m-%d %H:%M:%S}")


def reading_rules(c: Context) -> list[list[str]]:
    """How lists, maps and signs are to be read."""
    t = c.t
    return [
        [t("下级排名"), t("近 7 天到期的反馈时钟中按期停表的比例；n 为到期数，n < 30 不排名，相同比例同一名次")],
        [t("常态"), t("近 8 周同一时段的四分位：下四分位、中位数、上四分位")],
        [t("热力"), t("100 m × 100 m 单元格内受理的案件数，未平滑；分级断点每日零时更新，全区统一")],
        [t("位置"), t("图上 + 无坐标 + 未定位 = 在办；未定位的不上图，不剔除")],
        [t("变化"), t("件数的变化以 % 表示，基数小于 30 时为件数；率的 n 小于 30 时写作分数")],
        [t("无数据"), t("“—”表示没有数据或不足以计算，不等于 0")],
    ]
