"""A sheet to draw on: a window of the ground fitted into a frame, in hundredths of a millimetre."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
        return "".join(_subpath(np.rint(self.points(ring)).astype(int), closed) for ring in rings)

    def is_seen(self, rings: Rings) -> bool:
        """Whether any of it may lie in the frame."""
        for ring in rings:
            xy = self.points(ring)
            low, high = xy.min(axis=0), xy.max(axis=0)
            if high[0] >= 0 and high[1] >= 0 and low[0] <= self.width and low[1] <= self.height:
                return True
        return False


def _subpath(points: NDArray[np.int_], closed: bool) -> str:
    steps = np.diff(points, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if closed and len(steps) < 2:
        return ""
    moves = " ".join(f"{x} {y}" for x, y in steps.tolist())
    return f"M{points[0][0]} {points[0][1]}l{moves}" + ("z" if closed else "") if moves else ""


def fitted(window: Sequence[int], width: int, height: int, margin: int) -> Sheet:
    """A sheet that shows a window (left, top, right, bottom) as large as it fits, in the middle."""
    left, top, right, bottom = window
    wide, high = max(right - left, 1), max(bottom - top, 1)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    return Sheet(width, height, scale, left - (width / scale - wide) / 2, top - (height / scale - high) / 2)


def svg(width: int, height: int, parts: Iterable[str]) -> str:
    """A picture of parts."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
