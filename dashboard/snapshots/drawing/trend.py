"""Intake by the hour or by the day as bars, with the usual band behind them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from dashboard.snapshots.drawing.sheet import MM, POINT, svg
from dashboard.snapshots.glyphs import FAMILY, face
from layouts.theme import LIGHT

SIZE = 7 * POINT
LEFT, RIGHT, TOP, BOTTOM = 7 * MM, 1.5 * MM, 3.6 * MM, 4.2 * MM


@dataclass(frozen=True)
class Trend:
    """What is drawn: a value per bar, the usual range of each slot, texts below, and where now is (in slots)."""

    bars: Sequence[int]
    slots: int
    band: Sequence[Sequence[float]]
    ticks: Sequence[tuple[float, str]]
    now: float | None = None
    now_label: str = ""
    is_running: bool = True


def steps(most: float) -> tuple[int, int]:
    """A round step, and the top of the scale: about three steps up to the highest value."""
    wished = max(most, 4) / 3
    power = 10 ** math.floor(math.log10(wished))
    step = int(next(n * power for n in (1, 2, 5, 10) if n * power >= wished and n * power >= 1))
    return step, step * math.ceil(max(most, 4) / step)


def trend_drawing(trend: Trend, width: float, height: float) -> str:
    """The chart in a frame of so many millimetres."""
    frame = _Frame(round(width * MM), round(height * MM), trend)
    return svg(frame.width, frame.height, [*frame.rules(), *frame.band(), *frame.columns(), *frame.texts()])


class _Frame:
    """The chart's own scales."""

    def __init__(self, width: int, height: int, trend: Trend) -> None:
        self.width, self.height, self.trend = width, height, trend
        self.step, self.ceiling = steps(max([*trend.bars, *(one[2] for one in trend.band), 0]))

    def x(self, slot: float) -> float:
        """Where a slot begins."""
        return LEFT + (self.width - LEFT - RIGHT) * slot / max(self.trend.slots, 1)

    def y(self, value: float) -> float:
        """How high a value lies."""
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * value / self.ceiling

    def rules(self) -> Iterable[str]:
        """Horizontal lines with their values."""
        for value in range(0, self.ceiling + 1, self.step):
            y, colour = self.y(value), LIGHT.line if value else LIGHT.axis
            yield f'<path d="M{LEFT:.0f} {y:.0f}H{self.width - RIGHT:.0f}" stroke="{colour}" stroke-width="10"/>'
            yield _text(LEFT - 120, y + 0.35 * SIZE, f"{value:,}", "end")

    def band(self) -> Iterable[str]:
        """The usual range, and its middle as a dashed line."""
        found = self.trend.band
        if not found:
            return
        upper = [f"{self.x(slot + 0.5):.0f} {self.y(one[2]):.0f}" for slot, one in enumerate(found)]
        lower = [f"{self.x(slot + 0.5):.0f} {self.y(one[0]):.0f}" for slot, one in enumerate(found)]
        middle = [f"{self.x(slot + 0.5):.0f} {self.y(one[1]):.0f}" for slot, one in enumerate(found)]
        yield f'<path d="M{"L".join([*upper, *reversed(lower)])}z" fill="{LIGHT.raised}"/>'
        yield (
            f'<path d="M{"L".join(middle)}" fill="none" stroke="{LIGHT.axis}" stroke-width="16"'
            ' stroke-dasharray="60 50"/>'
        )

    def columns(self) -> Iterable[str]:
        """The bars; the last one is not over yet."""
        wide = max((self.x(1) - self.x(0)) * 0.72, 1)
        for slot, value in enumerate(self.trend.bars):
            if not value:
                continue
            running = self.trend.is_running and slot == len(self.trend.bars) - 1
            x, y = self.x(slot + 0.5) - wide / 2, self.y(value)
            veil = ' fill-opacity="0.5"' if running else ""
            yield (
                f'<rect x="{x:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{self.y(0) - y:.0f}"'
                f' fill="{LIGHT.accent}"{veil}/>'
            )

    def texts(self) -> Iterable[str]:
        """The texts below, and the line of now."""
        for slot, text in self.trend.ticks:
            half = face().width(text) * SIZE / 2
            yield _text(min(self.x(slot), self.width - half), self.height - 0.9 * MM, text, "middle")
        if self.trend.now is not None:
            x = self.x(self.trend.now)
            yield f'<path d="M{x:.0f} {TOP - 60:.0f}V{self.y(0):.0f}" stroke="{LIGHT.text}" stroke-width="14"/>'
            late = self.trend.now > 0.7 * self.trend.slots
            yield _text(
                x - 70 if late else x + 70, TOP - 60, self.trend.now_label, "end" if late else "start", LIGHT.text
            )


def _text(x: float, y: float, text: str, anchor: str, colour: str = LIGHT.muted) -> str:
    """A text whose place is worked out here, as renderers measure differently."""
    wide = face().width(text) * SIZE
    left = x - (wide if anchor == "end" else wide / 2 if anchor == "middle" else 0)
    return (
        f'<text x="{left:.0f}" y="{y:.0f}" font-size="{SIZE:.0f}" font-family="{FAMILY}" fill="{colour}">'
        f"{escape(text)}</text>"
    )
