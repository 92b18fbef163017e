"""Service counters that drop a file of their visitors now and then: CSV in GB18030, as office software writes it."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dashboard.demo.outside.reports import Told
from geo.crs import from_wgs84

HEADER = ("受理编号", "来访事项", "事项类别", "地点", "东坐标", "北坐标", "登记时间")


def drop_file(folder: Path, told: Sequence[Told], name: str, categories: dict[str, str]) -> Path:
    """Write a file so that it appears whole: under a hidden name first. Coordinates are metres in EPSG:4546."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for one in told:
        east, north = _metres(one)
        writer.writerow(
            [one.id, one.text, categories.get(one.category or "", ""), one.address or "", east, north, one.shanghai]
        )
    hidden, shown = folder / f".{name}", folder / name
    hidden.write_bytes(text.getvalue().encode("gb18030"))
    os.replace(hidden, shown)
    return shown


def _metres(told: Told) -> tuple[str, str]:
    if told.longitude is None or told.latitude is None or told.longitude < told.latitude:
        return "", ""
    east, north = from_wgs84(np.array([told.longitude]), np.array([told.latitude]), "EPSG:4546")
    return f"{east[0]:.2f}", f"{north[0]:.2f}"
