"""Names for the arrays that the city is made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]
Shapes = NDArray[np.object_]
"""Shapely geometries in metres of the local frame unless something else is said."""

Geometry = Any
"""One shapely geometry; shapely has no types of its own."""

Random = np.random.Generator


def shapes_of(geometries: list[Geometry]) -> Shapes:
    """A one-dimensional array of geometries, also of none."""
    found = np.empty(len(geometries), dtype=object)
    found[:] = geometries
    return found


def sums(group: Integers, values: Any, count: int = 0) -> Floats:
    """The sum of the values of each group, of `count` groups at least."""
    return np.bincount(group, values, count).astype(np.float64)
