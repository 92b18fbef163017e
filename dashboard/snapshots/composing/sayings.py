"""How numbers are said on paper: counts, rates, changes, times left."""

from datetime import UTC, datetime, timedelta
from typing import Any

from babel.dates import format_datetime

from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.indicators import MINIMUM_N, Rate
from layouts.texts import Texts, locale

MINUS, NOTHING = "−", "—"
Parts = list[list[str]]
"""A text in pieces: `["b", "1"], ["", " h "]`, strong ones and plain ones."""


def instant(milliseconds: int | None) -> datetime | None:
    """The instant of epoch milliseconds."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def full_time(at: datetime, t: Texts) -> str:
    """Day and time to the second, with the zone."""
    return t("{at}（北京时间）", at=t.time(at))


def clock_time(at: datetime | None, today: datetime, t: Texts) -> str:
    """The time of an instant of today, else its day as well."""
    if at is None:
        return NOTHING
    local = at.astimezone(SHANGHAI)
    form = "HH:mm:ss" if local.date() == today.astimezone(SHANGHAI).date() else "MM-dd HH:mm"
    return str(format_datetime(local, form, locale=locale(t.language)))


def count(number: int | None, t: Texts) -> str:
    """A number, or a dash where it is not known."""
    return NOTHING if number is None else t.number(number)


def rate(met: int | None, due: int | None) -> tuple[str, str]:
    """A rate and its unit: per cent, its fraction where there are too few, a dash without any."""
    if met is None or due is None or not due:
        return NOTHING, ""
    if due < MINIMUM_N:
        return f"{met}/{due}", ""
    return f"{100 * met / due:.1f}", "%"


def rate_text(met: int | None, due: int | None) -> str:
    """A rate with its unit."""
    return "".join(rate(met, due))


def change(now: int, before: int | None, t: Texts, *, in_percent: bool) -> str:
    """↑ 4, ↓ 3 or 持平; in per cent where the base is large enough."""
    if before is None:
        return ""
    if now == before:
        return t("持平")
    arrow = "↑" if now > before else "↓"
    if not in_percent or before < MINIMUM_N:
        return f"{arrow} {t.number(abs(now - before))}"
    return f"{arrow} {100 * abs(now - before) / before:.1f}%"


def signed_percent(now: int, before: int) -> str:
    """A change in per cent with its sign; a dash where the base says nothing."""
    if before < MINIMUM_N:
        return NOTHING
    moved = round(100 * (now - before) / before, 1)
    return f"+{moved}" if moved > 0 else f"{MINUS}{-moved}" if moved < 0 else "0"


def time_left(due: datetime, now: datetime, t: Texts) -> Parts:
    """`27:14` under an hour, `1时52分` above, 超期 before it after the deadline; as on the screen."""
    span = due - now
    late = span < timedelta()
    seconds = int(-span.total_seconds()) if late else -int(-span.total_seconds() // 1)
    days, hours, minutes = seconds // 86400, seconds // 3600, seconds // 60 % 60
    if days >= 2:
        found = [["b", str(days)], ["", t("countdown|天")], ["b", str(hours % 24)], ["", t("countdown|时")]]
    elif hours:
        found = [["b", str(hours)], ["", t("countdown|时")], ["b", f"{minutes:02d}"], ["", t("countdown|分")]]
    else:
        found = [["b", f"{minutes:02d}:{seconds % 60:02d}"]]
    return [["", t("countdown|超期")], *found] if late else found


def minutes_text(minutes: int, t: Texts) -> str:
    """Minutes as people say them."""
    if minutes < 60:
        return t("{n} 分", n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return t("{d} 天 {h} 时", d=hours // 24, h=hours % 24)
    return t("{h} 时 {m} 分", h=hours, m=rest) if rest else t("{h} 时", h=hours)


def plain(parts: Parts) -> str:
    """The pieces as one text."""
    return "".join(text for _, text in parts)


def ranked(rows: list[list[Any]]) -> list[tuple[int | None, list[Any]]]:
    """Rows `[code, met, due, …]` by their rate, the best first; equal rates share a rank, too few have none."""

    def place(row: list[Any]) -> float:
        found = Rate(row[1], row[2])
        return -1.0 if found.is_small or found.value is None else found.value

    ordered = sorted(rows, key=lambda row: (-place(row), -row[2]))
    ranks: list[int] = []
    for index, row in enumerate(ordered):
        ranks.append(ranks[-1] if index and place(row) == place(ordered[index - 1]) else index + 1)
    return [(rank if row[2] >= MINIMUM_N else None, row) for rank, row in zip(ranks, ordered, strict=True)]
