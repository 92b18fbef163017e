"""The plan of the main roads on the sheet (metres, see sheet.py)."""

from typing import NamedTuple

FAR = 4600.0
"""Further east and west than the district reaches."""

NORTH_END = 13500.0


class WestEast(NamedTuple):
    """A road that runs along v from one u to another."""

    name: str
    kind: str
    v: float
    start: float = -FAR
    stop: float = FAR


class SouthNorth(NamedTuple):
    """A road that runs along u from one v to another; it may cross the river on a bridge."""

    name: str
    kind: str
    u: float
    start: float
    stop: float = NORTH_END
    bridge: bool = False


class Diagonal(NamedTuple):
    """A road through points (u, v)."""

    name: str
    kind: str
    points: tuple[tuple[float, float], ...]


WEST_EAST = (
    WestEast("洛浦路", "secondary", 330),
    WestEast("九都路", "primary", 770),
    WestEast("凯旋路", "secondary", 1190, -1500),
    WestEast("中州中路", "primary", 1620),
    WestEast("唐宫路", "primary", 2090),
    WestEast("健康路", "secondary", 2480, -2060, 2230),
    WestEast("纱厂路", "secondary", 2850),
    WestEast("陇海铁路", "rail", 3130),
    WestEast("道北路", "primary", 3360),
    WestEast("春都路", "secondary", 3830, -FAR, 2230),
    WestEast("北环路", "primary", 4400),
    WestEast("红山路", "secondary", 5450),
    WestEast("连霍高速", "expressway", 6500),
    WestEast("邙山大道", "secondary", 7700),
    WestEast("樱桃沟路", "secondary", 9300),
)

SOUTH_NORTH = (
    SouthNorth("下池路", "secondary", -2940, 330, 4400),
    SouthNorth("上阳路", "secondary", -2060, 0, 4400),
    SouthNorth("芳林路", "secondary", -1500, 0, 4400),
    SouthNorth("行署路", "secondary", -1080, 330, 2090),
    SouthNorth("王城大道", "primary", -690, 0, bridge=True),
    SouthNorth("金谷园路", "primary", -140, 0, 3000),
    SouthNorth("体育场路", "secondary", 330, 330, 2090),
    SouthNorth("解放路", "primary", 760, 0, 5450, bridge=True),
    SouthNorth("玻璃厂路", "secondary", 1280, 330, 3830),
    SouthNorth("光华路", "secondary", 1730, 0, 2850),
    SouthNorth("定鼎路", "primary", 2230, 0, 7700, bridge=True),
    SouthNorth("红山大道", "secondary", -2350, 4400),
    SouthNorth("史家湾路", "secondary", 900, 5450),
)

DIAGONALS = (
    Diagonal("纱厂南路", "secondary", ((-690, 2850), (-1250, 2090), (-2060, 1620))),
    Diagonal("定鼎斜街", "secondary", ((760, 2090), (1730, 1190), (2230, 770))),
    Diagonal("机场路", "primary", ((-140, 3360), (-690, 4400), (-1500, 5450), (-1900, 7000), (-3000, 9000))),
)
