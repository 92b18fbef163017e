"""A small history of closed cases in three categories, each told in many ways."""

from collections.abc import Mapping, Sequence
from itertools import product

from dashboard.config.handling import Categorising

HISTORY: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "water/outage": (
        ("家里停水了", "自来水停了", "整栋楼没有水", "水龙头没水", "水管里一滴水都没有", "早上起来就断水"),
        ("，没法做饭", "，何时来水", "，没有通知", "，老人孩子等着用水", ""),
    ),
    "road/lamp": (
        ("路灯不亮", "路灯全灭了", "几盏路灯坏了", "路灯一闪一闪", "晚上没有路灯", "路灯杆上的灯灭了"),
        ("，天黑看不见路", "，走路害怕", "，摔了一跤", "，孩子放学不安全", ""),
    ),
    "property/lift": (
        ("电梯坏了", "电梯停运", "电梯困人", "电梯门关不上", "电梯突然往下掉", "电梯一直在修"),
        ("，老人下不了楼", "，爬楼梯太累", "，物业不管", "，维保的人不来", ""),
    ),
}
SMALL = Categorising(least=40, least_of_a_category=10)
"""Settings under which this history is enough."""


def told(history: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> list[tuple[str, str]]:
    """Every category with each of its texts."""
    return [(category, what + more) for category, parts in history.items() for what, more in product(*parts)]
