"""Fixed places with well-known names."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.city.arrays import Floats, Texts
from dashboard.demo.city.sheet import bend
from dashboard.demo.city.site import Site
from dashboard.demo.city.water import RIVER_NAME

LAKE_PARK = "王城公园"
BANK_PARK = "洛浦公园"


@dataclass(frozen=True)
class Landmark:
    """A place on the sheet (u, v in metres, see sheet.py) and its use; it may take a whole block."""

    name: str
    use: str
    u: float
    v: float
    whole_block: bool = False

    @property
    def point(self) -> Floats:
        """The place in the local frame (m)."""
        return np.asarray(bend(np.array([[self.u, self.v]], dtype=float))[0])


LANDMARKS = (
    Landmark(LAKE_PARK, "park", -1780, 1380, whole_block=True),
    Landmark("周王城广场", "park", -400, 1450),
    Landmark("洛阳站", "station", -140, 2990),
    Landmark("西工体育场", "stadium", 540, 1400),
    Landmark("洛北游园", "park", -2500, 3600, whole_block=True),
    Landmark("邙岭公园", "park", 1750, 3950, whole_block=True),
    Landmark("西工区人民政府", "office", 580, 900),
)


def place_river(site: Site, use: Texts, named: dict[int, str]) -> None:
    """Give the cells by the river their use and name."""
    for cell in np.flatnonzero(site.by_river).tolist():
        use[cell], named[cell] = ("water", RIVER_NAME) if site.in_water[cell] else ("park", BANK_PARK)


def place_landmarks(site: Site, use: Texts, named: dict[int, str]) -> None:
    """Give each landmark the roomiest cell near its place, or that cell's whole block."""
    for landmark in LANDMARKS:
        away = site.distance_to(*landmark.point.tolist())
        open_cells = (away < 300) & site.in_town & (use == "")
        cell = int(np.where(open_cells, (site.space * site.roundness) ** 1.5 / (120 + away), 0).argmax())
        for mate in site.block_mates(cell).tolist() if landmark.whole_block else [cell]:
            use[mate], named[mate] = landmark.use, landmark.name
