"""What every document has: title, facts, freshness, foot of each page, tables of the appendix."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import segno

from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.snapshots import Edition
from dashboard.live.health import SourceCondition
from dashboard.snapshots.composing.sayings import clock_time, full_time, instant
from dashboard.snapshots.glyphs import face
from dashboard.snapshots.wishes import Wish, read_wish
from layouts.labels import EDITIONS, PERIODS, SNAPSHOT_KINDS
from layouts.texts import TAGS, Texts, texts

Json = dict[str, Any]
HEADLINE = {True: 24.0, False: 18.0}  # em of a title that there is room for, by whether the page lies
ORGANISATION = 30.0
FOOT = {True: 62.0, False: 44.0}
MOST_NAMED = 2  # silent sources that a notice of one line has room for


@dataclass(frozen=True)
class Context:
    """What composing needs at every step: the data, what was wished, the words, the instant."""

    data: Json
    wish: Wish
    t: Texts
    at: datetime

    def name(self, kind: str, code: str) -> str:
        """What something is called in the snapshot's language."""
        return str(self.data["names"][kind].get(code, code))


@dataclass
class Document:
    """A document before it is set: its words as plain data, and its pictures by name."""

    words: Json
    pictures: dict[str, str] = field(default_factory=dict)


def context(data: Json) -> Context:
    """The context of some data."""
    wish = read_wish(data["wish"])
    at = instant(data["at"])
    assert at is not None
    return Context(data, wish, texts(wish.language), at)


def frame(c: Context, *, title: str, scope: str, filters: Sequence[str], landscape: bool) -> Json:
    """Everything around the body of a document."""
    t, data = c.t, c.data
    local = c.at.astimezone(SHANGHAI)
    said = t("·").join([scope, *filters])
    foot_title = face().cut(title, FOOT[landscape] * 0.4)
    return {
        "language": t.language,
        "tag": TAGS[t.language],
        "kind": c.wish.kind.value,
        "paper": c.wish.paper.value,
        "landscape": landscape,
        "title": title,
        "author": data["title"],
        "keywords": [t(SNAPSHOT_KINDS[c.wish.kind]), data["area"]["name"], data["code"]],
        "date": [local.year, local.month, local.day, local.hour, local.minute, local.second],
        "organisation": face().cut(data["title"], ORGANISATION),
        "demo": t("演示数据") if data["is_demo"] else None,
        "edition": t(EDITIONS[c.wish.edition]) if c.wish.edition is Edition.REDACTED else None,
        "instant_label": t("时刻"),
        "instant": full_time(c.at, t),
        "filters": said,
        "headline": face(700).cut(title, HEADLINE[landscape]),
        "foot_title": foot_title,
        "foot_filters": face().cut(said, FOOT[landscape] - face().width(foot_title)),
        "as_of": as_of(c),
        "code_label": t("验证码"),
        "code": data["code"],
        "has_qr": data["address"] is not None,
        "qr_alt": t("二维码，打开查验本文件的网页 {address}", address=data["address"] or ""),
        "page": [t("第 "), t(" 页，共 "), t(" 页")],
        "notices": notices(c),
        "labels": {"appendix": t("附录"), "missing": t("以〓代替的字符：")},
        "watermark": None,
    }


def qr(address: str) -> str:
    """The QR code of an address as SVG."""
    body = io.BytesIO()
    segno.make(address, error="m").save(body, kind="svg", border=0, xmldecl=False, omitsize=True)
    return body.getvalue().decode()


def is_down(source: Json) -> bool:
    """Whether what a source has to say is missing."""
    return SourceCondition(source["condition"]).is_down


def as_of(c: Context) -> str:
    """How fresh the data are, in one line: the span of all fresh sources, and how many are not."""
    fresh = [at for one in c.data["sources"] if not is_down(one) and (at := instant(one["at"]))]
    down = sum(is_down(one) for one in c.data["sources"])
    if not c.data["sources"]:
        return c.t("没有配置数据源")
    parts = []
    if fresh:
        first, last = clock_time(min(fresh), c.at, c.t), clock_time(max(fresh), c.at, c.t)
        parts.append(c.t("数据截至 {at}", at=first if first == last else f"{first}–{last}"))
    if not c.data["is_polling"]:
        parts.append(c.t("line|采集已停止"))
    if down:
        parts.append(c.t.n("{n} 路无新数据", down))
    return c.t("，").join(parts) or c.t("尚无数据")


def notices(c: Context) -> list[Json]:
    """What a reader must know before believing the numbers: sources that are silent, a poll process that is gone."""
    found = []
    if not c.data["is_polling"] and c.data["sources"]:
        found.append({"state": "breached", "text": c.t("采集已停止：以下数字只反映此前收到的数据")})
    down = [one for one in c.data["sources"] if is_down(one)]
    found += [{"state": "stale", "text": _silent(c, one)} for one in down[:MOST_NAMED]]
    if len(down) > MOST_NAMED:
        found.append({"state": "stale", "text": c.t.n("另有 {n} 路无新数据", len(down) - MOST_NAMED)})
    return found


def _silent(c: Context, source: Json) -> str:
    at = instant(source["at"])
    if at is None:
        return c.t("{name} 尚无数据", name=source["name"])
    return c.t("{name} 自 {at} 起无新数据", name=source["name"], at=clock_time(at, c.at, c.t))


def period_words(c: Context) -> str:
    """The period that was chosen."""
    return c.t(PERIODS[c.wish.period])


def category_words(c: Context) -> str:
    """The category that was chosen, or that there was none."""
    return c.name("categories", c.wish.category) if c.wish.category else c.t("全部类别")
