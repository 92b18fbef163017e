"""Ways: lines that cut the district into cells, from the expressway down to a compound's wall."""

from typing import NamedTuple

from dashboard.demo.city.arrays import Geometry

HALF_WIDTH = {
    "expressway": 24.0,
    "primary": 21.0,
    "secondary": 14.0,
    "local": 8.0,
    "country": 5.0,
    "rail": 26.0,
    "stream": 26.0,
    "reach": 0.0,
    "wall": 1.5,
}
"""Half the width (m) that a way keeps free; walls and cuts across the river (reaches) carry no traffic."""

BORDER_COST = {
    "outline": 0.0,
    "expressway": 0.3,
    "primary": 0.3,
    "rail": 0.3,
    "stream": 0.4,
    "secondary": 0.6,
    "country": 0.9,
    "local": 1.0,
    "reach": 1.0,
    "wall": 2.2,
}
"""What a metre of border costs: along a main road little, along a compound's wall much."""

RANK = ("outline", "expressway", "primary", "rail", "secondary", "stream", "local", "country", "reach", "wall")
"""Which kind an edge takes when several ways share it, first come first."""

ROAD_KINDS = ("expressway", "primary", "secondary", "local", "country", "rail")


class Way(NamedTuple):
    """A line (m) with its kind and, for well-known ones, its name."""

    line: Geometry
    kind: str
    name: str = ""
