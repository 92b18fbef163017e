"""A sheet to draw on: a window of the ground fitted into a frame, in hundredths of a millimetre."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MM = 100
POINT = 25.4 / 72 * MM  # a typographic point
Rings = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Sheet:
    """A frame of `width` × `height`; `scale` turns units of the ground into units of the sheet."""

    width: int
    height: int
    scale: float
    left: float
    top: float

    def at(self, place: Sequence[int]) -> tuple[float, float]:
        """Where a place of the ground lies on the sheet."""
        return (place[0] - self.left) * self.scale, (place[1] - self.top) * self.scale

    def points(self, flat: Sequence[int]) -> NDArray[np.float64]:
        """The points of a flat list `x, y, x, y …`, shape (n, 2)."""
        xy = np.asarray(flat, float).reshape(-1, 2)
        return (xy - (self.left, self.top)) * self.scale

    def path(self, rings: Rings, *, closed: bool = True) -> str:
        """The `d` of a path: whole numbers, relative, without steps too small to be seen."""
        return "".join(_subpath(self._whole(ring), closed) for ring in rings)

    def _whole(self, flat: Sequence[int]) -> list[tuple[int, int]]:
        scale, left, top = self.scale, self.left, self.top
        return [
            (round((x - left) * scale), round((y - top) * scale)) for x, y in zip(flat[::2], flat[1::2], strict=True)
        ]

    def is_seen(self, rings: Rings) -> bool:
        """Whether any of it may lie in the frame."""
        right, bottom = self.left + self.width / self.scale, self.top + self.height / self.scale
        return any(
            max(ring[::2]) >= self.left
            and min(ring[::2]) <= right
            and max(ring[1::2]) >= self.top
            and min(ring[1::2]) <= bottom
            for ring in rings
        )


def _subpath(points: Sequence[tuple[int, int]], closed: bool) -> str:
    steps = [(x - x0, y - y0) for (x0, y0), (x, y) in pairwise(points) if (x, y) != (x0, y0)]
    if len(steps) < 1 + closed:
        return ""
    moves = " ".join(f"{x} {y}" for x, y in steps)
    return f"M{points[0][0]} {points[0][1]}l{moves}{'z' if closed else ''}"


def fitted(window: Sequence[int], width: int, height: int, margin: int) -> Sheet:
    """A sheet that shows a window (left, top, right, bottom) as large as it fits, in the middle."""
    left, top, right, bottom = window
    wide, high = max(right - left, 1), max(bottom - top, 1)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    return Sheet(width, height, scale, left - (width / scale - wide) / 2, top - (height / scale - high) / 2)


def svg(width: int, height: int, parts: Iterable[str]) -> str:
    """A picture of parts."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
