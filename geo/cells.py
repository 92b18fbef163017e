"""The 100 m × 100 m cells of urban management (万米单元网格): numbers of cells, their squares, smoothing in metres."""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.crs import from_wgs84, shapes_from_wgs84, shapes_to_wgs84, to_wgs84

SIDE = 100.0  # metres
Cell = tuple[int, int]


def cells_of(longitude: NDArray[np.float64], latitude: NDArray[np.float64], crs: str) -> NDArray[np.int64]:
    """Cell numbers, shape (n, 2): floor(easting / 100), floor(northing / 100) in `crs` (metres)."""
    east, north = from_wgs84(longitude, latitude, crs)
    return np.floor(np.column_stack([east, north]) / SIDE).astype(np.int64)


def centres(longitude: NDArray[np.float64], latitude: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """The middles of the cells that points lie in, shape (n, 2), in WGS 84 degrees."""
    metric = np.asarray((cells_of(longitude, latitude, crs) + 0.5) * SIDE, np.float64)
    return np.column_stack(to_wgs84(metric[:, 0], metric[:, 1], crs))


def cells_within(outline: Polygon, crs: str) -> NDArray[np.int64]:
    """All cells whose centre lies in a WGS 84 outline, shape (n, 2), from south-west, row by row."""
    metric = shapes_from_wgs84(outline, crs)
    west, south, east, north = np.floor(np.array(metric.bounds) / SIDE).astype(int)
    columns, rows = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    cells = np.column_stack([columns.ravel(), rows.ravel()])
    inside = shapely.contains_xy(metric, (cells + 0.5) * SIDE)
    found: NDArray[np.int64] = cells[inside]
    return found


def squares(cells: NDArray[np.int64], crs: str) -> NDArray[np.object_]:
    """The squares of cells as WGS 84 polygons."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    metric = (cells[:, None, :] + corners) * SIDE
    found: NDArray[np.object_] = shapes_to_wgs84(shapely.polygons(metric), crs)
    return found


def smooth(counts: Mapping[Cell, int], bandwidth: float) -> dict[Cell, float]:
    """Cases per cell, spread by a Gaussian of `bandwidth` metres cut at two bandwidths; the total is kept."""
    reach = int(np.ceil(2 * bandwidth / SIDE))
    steps = np.arange(-reach, reach + 1)
    squared = (steps[:, None] ** 2 + steps[None, :] ** 2) * SIDE**2
    kernel = np.where(squared <= (2 * bandwidth) ** 2, np.exp(-squared / (2 * bandwidth**2)), 0.0)
    kernel /= kernel.sum()
    spread: dict[Cell, float] = {}
    for (east, north), count in counts.items():
        for row, column in zip(*np.nonzero(kernel), strict=True):
            cell = (east + int(steps[row]), north + int(steps[column]))
            spread[cell] = spread.get(cell, 0.0) + count * float(kernel[row, column])
    return spread
