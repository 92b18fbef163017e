"""Texts that the browser writes itself. A test finds every one that the scripts use and this list lacks."""

from typing import Any

from dashboard.config import Config
from layouts.labels import CLOCKS, EVENTS, FACES, STAGES
from layouts.texts import Texts, english

WORDS = (
    "{n} 秒前",
    "{n} 分前",
    "countdown|天",
    "countdown|时",
    "countdown|分",
    "countdown|超期",
    "持平",
    "件",
    "昨日同期 {n}",
    "昨日此时 {n}",
    "昨日同期 {r}",
    "近 7 天 {r}",
    "今年 {n}",
    "去年 {n}",
    "图上 {n}",
    "无坐标 {n}",
    "未定位 {n}",
    "只定位到本级 {n}",
    "划分已调整 {n}",
    "，",
    "，其中",
    "在办 {n}",
    "缺 {n} 路",
    "暂停中",
    "{n} 条诉求",
    "另有 {n} 件",
    "无数据",
    "采集已停止",
    "{n} 路渠道正常",
    "{name} 无数据",
    "{name} 待确认",
    "{name} {n} 分未更新",
    "隔离 {n}",
    "导入未完成，{n} 行尚未计入",
    "最早 {at}",
    "现在 {at}",
    "{from} 时至 {to} 时 {n} 件",
    "{day} {n} 件",
    "今日",
    "，{clock}超时",
    "，用时 {n} 分",
    "正在连接",
    "截至 {at}",
    "已暂停",
    "连接不上，正在重试",
    "{at} 起断开，数据为 {n} 秒前，正在重连",
    "登录已失效，请重新登录",
    "实时通道已满，改为每 5 秒查询一次",
    "n = {n} 个，共 {all} 个",
    "偏低",
    "较低",
    "中等",
    "较高",
    "偏高",
    "无住户",
    "不计率",
    "{n} 件中 {k} 件有坐标",
    "低",
    "中",
    "高",
    "很高",
    "前一期",
    "全部",
    "上月同期",
)


def dictionary(config: Config, areas: dict[str, str], t: Texts) -> dict[str, Any]:
    """Everything the browser needs to speak a language: texts, and names of what the frames tell by code."""
    return {
        "texts": {} if t.language == "zh" else _forms(),
        "groups": {group.id: t.pick(group.name) for group in config.groups},
        "categories": {category.id: t.pick(category.name) for category in config.categories},
        "channels": {channel.id: t.pick(channel.name) for channel in config.channels},
        "sources": {source.id: t.pick(source.name) for source in config.sources},
        "stages": {name.value: t(text) for name, text in STAGES.items()},
        "clocks": {name.value: t(text) for name, text in CLOCKS.items()},
        "faces": {name.value: t(text) for name, text in FACES.items()},
        "events": {name.value: t(text) for name, text in EVENTS.items()},
        "areas": areas,
    }


def _forms() -> dict[str, str]:
    """The English of every text, and its plural where it has one."""
    found = {}
    for word in WORDS:
        found[word] = english()[word]
        if english()[f"{word}|n"] != english()[word]:
            found[f"{word}|n"] = english()[f"{word}|n"]
    return found
