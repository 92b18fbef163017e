"""Quarters: the smallest units of subdistricts and communities.

A quarter is a block. A village is one quarter, roads through it or not; the river and its bank belong to the block
across the road, so that no community is water alone.
"""

import numpy as np

from dashboard.demo.city.arrays import Integers
from dashboard.demo.city.fabric import neighbours
from dashboard.demo.city.site import Site


def quarters(site: Site) -> Integers:
    """Quarter number of each cell."""
    quarter = site.fabric.block + len(site.villages)
    quarter = np.where(site.village >= 0, site.village, quarter)
    _join_river(site, quarter)
    return np.asarray(np.unique(quarter, return_inverse=True)[1])


def _join_river(site: Site, quarter: Integers) -> None:
    """Give the bank the quarter across the road, and the water that of the bank."""
    edges = site.fabric.edges
    beside = neighbours(edges, edges.length, np.arange(len(quarter)))
    on_bank = site.by_river & ~site.in_water
    for cells, host in ((on_bank, ~site.by_river), (site.in_water, on_bank)):
        for cell in np.flatnonzero(cells).tolist():
            across = [other for other in sorted(beside[cell]) if host[other]]
            if across:
                quarter[cell] = quarter[max(across, key=beside[cell].__getitem__)]
