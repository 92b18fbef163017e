"""What the demo's people say, where, when and through which channel. Drawn from one seeded generator."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

OPENERS = {
    "hotline": ("市民来电反映：", "来电人称", "市民反映", ""),
    "board": ("", "求助：", "有人管吗？", "再次反映："),
    "leaders": ("尊敬的领导，您好！", "书记您好，", ""),
    "opinion": ("", "曝光一下，", "拍到的，"),
    "grid": ("巡查发现：", "走访时居民反映，", "网格巡查："),
    "counter": ("群众到窗口反映，", "来访人反映"),
    "business": ("我单位反映：", "企业反映，"),
    "agents": ("座席代录：", "代老人录入："),
    "sensors": ("设备告警：",),
}
CLOSERS = ("，请尽快处理。", "，希望有关部门解决。", "。", "，麻烦派人看看。", "，已经好几天了。", "，谢谢。")
MIX = {
    "hotline": 0.62,
    "grid": 0.16,
    "board": 0.06,
    "sensors": 0.05,
    "opinion": 0.035,
    "counter": 0.03,
    "business": 0.02,
    "agents": 0.015,
    "leaders": 0.01,
}
SENSED = ("road/flooding", "road/manhole", "water/pressure", "energy/gas", "city/garbage", "safety/fire_lane")
BUSINESS = ("business/policy", "business/licence", "city/occupation", "traffic/parking", "energy/power")
SEASONS = {"heating": (11, 12, 1, 2, 3), "rain": (6, 7, 8, 9), "heat": (6, 7, 8)}


@dataclass(frozen=True)
class Story:
    """One kind of complaint."""

    category: str
    weight: float
    at: str
    season: str | None
    texts: tuple[str, ...]


@cache
def stories() -> tuple[Story, ...]:
    """All kinds of complaints."""
    content: dict[str, Any] = yaml.safe_load(files("dashboard").joinpath("demo/stories.yaml").read_text("utf-8"))
    return tuple(
        Story(category, one["weight"], one["at"], one.get("season"), tuple(one["texts"]))
        for category, one in content.items()
    )


def category_weights(month: int, channel: str) -> np.ndarray:
    """How likely each story is in a month through a channel; sums to 1."""
    weights = np.array([story.weight * _season_factor(story, month) for story in stories()], float)
    for only, chosen in (("sensors", SENSED), ("business", BUSINESS)):
        if channel == only:
            weights *= [story.category in chosen for story in stories()]
    weights /= weights.sum()
    return weights


def _season_factor(story: Story, month: int) -> float:
    if story.season is None:
        return 1.0
    return 2.0 if month in SEASONS[story.season] else 0.15


def say(story: Story, place: str, channel: str, draw: Sequence[int]) -> str:
    """A report in the words of its channel; four drawn numbers choose them."""
    opener = _pick(OPENERS[channel], draw[0])
    where = _pick(("{}", "在{}，", "{}这里"), draw[1]).format(place)
    closer = f"，读数 {60 + draw[2] % 39}。" if channel == "sensors" else _pick(CLOSERS, draw[2])
    return f"{opener}{where}{_pick(story.texts, draw[3])}{closer}"


def _pick(options: Sequence[str], number: int) -> str:
    return options[number % len(options)]


def channel_names() -> tuple[list[str], np.ndarray]:
    """Channels and how likely each is."""
    shares = np.array(list(MIX.values()))
    return list(MIX), shares / shares.sum()


HOURS = np.array(
    [
        0.5,
        0.35,
        0.25,
        0.25,
        0.35,
        0.8,
        1.8,
        3.2,
        5.6,
        7.0,
        7.2,
        6.2,
        4.4,
        4.0,
        5.2,
        6.4,
        6.2,
        5.4,
        5.0,
        5.0,
        4.6,
        3.4,
        2.0,
        1.0,
    ]
)
"""How busy each hour of a Shanghai day is."""
WEEKDAYS = np.array([1.12, 1.06, 1.04, 1.02, 1.0, 0.88, 0.84])
