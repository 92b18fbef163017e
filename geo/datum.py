"""Whether a source's coordinates are in the system it claims: one record cannot tell, many can."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.crs import from_wgs84

LEAST_PAIRS, SUSPICIOUS = 50, 150.0  # pairs; metres


@dataclass(frozen=True)
class Offset:
    """How far a source's points lie from the places its texts name: the median vector in metres, over n pairs."""

    east: float
    north: float
    pairs: int

    @property
    def metres(self) -> float:
        """The length of the vector."""
        return float(np.hypot(self.east, self.north))

    @property
    def is_suspicious(self) -> bool:
        """Far, and all in one direction: scatter around the right place has a short median vector."""
        return self.pairs >= LEAST_PAIRS and self.metres > SUSPICIOUS


def median_offset(points: NDArray[np.float64], places: NDArray[np.float64], metric_crs: str) -> Offset:
    """The median vector from named places to points, both shape (n, 2) in WGS 84 degrees."""
    if not len(points):
        return Offset(0.0, 0.0, 0)
    from_places = np.column_stack(from_wgs84(places[:, 0], places[:, 1], metric_crs))
    to_points = np.column_stack(from_wgs84(points[:, 0], points[:, 1], metric_crs))
    east, north = np.median(to_points - from_places, axis=0)
    return Offset(float(east), float(north), len(points))
