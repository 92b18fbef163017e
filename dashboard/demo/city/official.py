"""Official codes and names of the district, its subdistricts and its communities."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

DISTRICT_CODE = "410303"
DISTRICT_NAME = "西工区"


@dataclass(frozen=True)
class Official:
    """An area with its official code and the name people use."""

    code: str
    name: str

    @property
    def short_name(self) -> str:
        """The name without 街道 or 社区: 王城路, 军民巷."""
        return self.name.removesuffix("街道").removesuffix("社区")


def _display_name(name: str) -> str:
    return name.removesuffix("居民委员会")


@cache
def _official_areas() -> tuple[Official, ...]:
    text = resources.files(__package__).joinpath("codes.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(Official(row["code"], _display_name(row["name"])) for row in csv.DictReader(lines))


def subdistricts() -> list[Official]:
    """The nine subdistricts (9 digits) in order of their codes."""
    return [area for area in _official_areas() if len(area.code) == 9]


def communities(subdistrict: str) -> list[Official]:
    """The communities (12 digits) of a subdistrict in order of their codes."""
    return [area for area in _official_areas() if len(area.code) == 12 and area.code.startswith(subdistrict)]
