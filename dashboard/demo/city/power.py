"""Spread centres over weighted points, and give each centre its share of the weight by a power diagram."""

import numpy as np

from dashboard.demo.city.arrays import Floats, Integers


def _squares(points: Floats, centres: Floats) -> Floats:
    """Squared distance from each point to each centre."""
    gap = points[:, None] - centres
    squares: Floats = np.einsum("ijk,ijk->ij", gap, gap)
    return squares


def _farthest(points: Floats, weights: Floats, count: int) -> Integers:
    """Numbers of `count` points that lie far from each other, the first nearest to the middle."""
    chosen = [int(_squares(points, np.average(points, axis=0, weights=weights)[None]).argmin())]
    reach = _squares(points, points[chosen[:1]])[:, 0]
    while len(chosen) < count:
        chosen.append(int(reach.argmax()))
        reach = np.minimum(reach, _squares(points, points[chosen[-1:]])[:, 0])
    return np.array(chosen)


def spread_out(points: Floats, weights: Floats, count: int) -> Floats:
    """`count` centres: points of some weight far from each other, then a few rounds of weighted k-means."""
    heavy = weights >= min(0.3 * weights.mean(), np.sort(weights)[-count])
    centres = points[heavy][_farthest(points[heavy], weights[heavy], count)].astype(float)
    for _ in range(12):
        nearest = _squares(points, centres).argmin(axis=1)
        total = np.bincount(nearest, weights, count)
        held = total > 0
        for axis in (0, 1):
            moment = np.bincount(nearest, weights * points[:, axis], count)
            centres[held, axis] = moment[held] / total[held]
    return np.asarray(centres, dtype=np.float64)


def power_labels(points: Floats, weights: Floats, centres: Floats, targets: Floats, rounds: int = 300) -> Integers:
    """The centre of each point in a power diagram whose offsets are tuned until the weights meet the targets."""
    squares = _squares(points, centres)
    offset = np.zeros(len(centres))
    scale = 0.6 * (float(np.median(squares.min(axis=1))) + 1e-9)
    label = squares.argmin(axis=1)
    for turn in range(rounds):
        label = (squares - offset).argmin(axis=1)
        held = np.bincount(label, weights, len(centres))
        offset += scale * (1 - turn / rounds) * (targets - held) / targets
    return np.asarray(label, dtype=np.int64)
