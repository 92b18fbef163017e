"""Which centre and zoom show an area in a frame of given pixels (Web Mercator, 512-pixel tiles)."""

import math
from dataclasses import dataclass

Bounds = tuple[float, float, float, float]
TILE = 512


@dataclass(frozen=True)
class Frame:
    """A map's size in pixels, and how much of each side is covered by something else."""

    width: float
    height: float
    left: float = 16
    top: float = 16
    right: float = 16
    bottom: float = 16


@dataclass(frozen=True)
class Camera:
    """Where a map looks (degrees) and how close."""

    longitude: float
    latitude: float
    zoom: float


def fit(bounds: Bounds, frame: Frame) -> Camera:
    """The camera that shows bounds (west, south, east, north) as large as the uncovered part of the frame allows."""
    west, south, east, north = bounds
    x0, x1 = _x(west), _x(east)
    y0, y1 = _y(north), _y(south)
    wide = max(frame.width - frame.left - frame.right, 1)
    high = max(frame.height - frame.top - frame.bottom, 1)
    zoom = math.log2(min(wide / max(x1 - x0, 1e-9), high / max(y1 - y0, 1e-9)) / TILE)
    zoom = min(max(zoom, 1), 19)
    pixel = 1 / (TILE * 2**zoom)
    x = (x0 + x1) / 2 - (frame.left - frame.right) / 2 * pixel
    y = (y0 + y1) / 2 - (frame.top - frame.bottom) / 2 * pixel
    return Camera(360 * x - 180, _latitude(y), zoom)


def _x(longitude: float) -> float:
    return (longitude + 180) / 360


def _y(latitude: float) -> float:
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
