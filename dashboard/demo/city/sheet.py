"""The sheet on which the main roads are planned, and how it is bent into the local frame.

On the sheet u runs east and v runs north from the middle of the river, both in metres. Bending turns roads parallel
to the river in the south, a few degrees askew in the town, and winding in the hills.
"""

import numpy as np
from shapely.geometry import LineString

from dashboard.demo.city.arrays import Floats, Random
from dashboard.demo.city.curves import smooth_step
from dashboard.demo.city.water import river_y


def bend(sheet: Floats) -> Floats:
    """Sheet coordinates (u, v) as local coordinates (x, y)."""
    u, v = sheet[:, 0], sheet[:, 1]
    away, wild = smooth_step(v / 2600), smooth_step((v - 4300) / 1800)
    y = (1 - away) * river_y(u) + away * (-5720 + 0.085 * u) + v
    y = y + (10 + 130 * wild) * np.sin(u / (900 - 250 * wild) + v / 1500) + 34 * wild * np.sin(u / 190 + v / 900)
    x = u - 0.075 * (v - 2000) + (12 + 120 * wild) * np.sin(v / 780 + u / 1900) + 30 * wild * np.sin(v / 230 + u / 700)
    return np.column_stack([x, y])


def _kinks(count: int, size: float, random: Random) -> Floats:
    kinks: Floats = np.convolve(random.normal(0, size, count + 4), np.ones(5) / 3, "valid")
    return kinks


def bent_line(sheet: Floats, random: Random, kink: float) -> LineString:
    """The bent line with small random kinks (m) across its heading, thinned to what the eye can see."""
    across = int(np.ptp(sheet[:, 0]) > np.ptp(sheet[:, 1]))
    crooked = sheet.copy()
    crooked[:, across] += _kinks(len(sheet), kink, random)
    return LineString(bend(crooked)).simplify(3)
