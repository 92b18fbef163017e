"""Natural lines: rough ridges, rounded corners and smooth random fields."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.city.arrays import Floats, Random


def roughen(points: Floats, random: Random, levels: int, share: float) -> Floats:
    """A rough line through the given points by midpoint displacement of up to `share` of each step."""
    for _ in range(levels):
        step = np.diff(points, axis=0)
        across = np.column_stack([-step[:, 1], step[:, 0]])
        middle = points[:-1] + step / 2 + across * random.uniform(-share, share, (len(step), 1))
        points = np.insert(points, np.arange(1, len(points)), middle, axis=0)
    return points


def rounded(ring: Floats, times: int = 2) -> Floats:
    """The open ring with its corners cut `times` over, so that it looks drawn by hand."""
    for _ in range(times):
        following = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * following, 0.25 * ring + 0.75 * following], axis=1).reshape(-1, 2)
    return ring


def rounded_line(points: Floats, times: int = 2) -> Floats:
    """The open line with its corners cut `times` over; its ends stay where they are."""
    for _ in range(times):
        before, after = points[:-1], points[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut, points[-1:]])
    return points


def smooth_step(value: Floats) -> Floats:
    """0 below 0, 1 above 1 and a soft ramp between."""
    inside: Floats = np.clip(value, 0, 1)
    return inside * inside * (3 - 2 * inside)


@dataclass(frozen=True)
class SmoothField:
    """A random value that changes slowly over the plane: mean 0, standard deviation 1."""

    waves: Floats
    phases: Floats

    def at(self, points: Floats) -> Floats:
        """Values at points (m)."""
        angles = points @ self.waves.T + self.phases
        values: Floats = np.sin(angles).sum(axis=1) * np.sqrt(2 / len(self.phases))
        return values


def smooth_field(random: Random, shortest: float, longest: float, count: int = 9) -> SmoothField:
    """A field of plane waves with wavelengths from `shortest` to `longest` metres."""
    heading = random.uniform(0, 2 * np.pi, count)
    number = 2 * np.pi / random.uniform(shortest, longest, count)
    waves = np.column_stack([np.cos(heading), np.sin(heading)]) * number[:, None]
    return SmoothField(waves, random.uniform(0, 2 * np.pi, count))
