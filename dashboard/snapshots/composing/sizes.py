"""How the page of a 态势快照 is divided: millimetres of its parts, and rows of its lists."""

from dataclasses import dataclass, replace

from dashboard.domain.snapshots import Paper

POINT = 25.4 / 72  # millimetres


@dataclass(frozen=True)
class Sizes:
    """Millimetres of the page's parts, and rows of its lists. `text` is the size of small text."""

    width: float
    gap: float
    map: tuple[float, float]
    side: float
    inset: float
    trend: tuple[float, float]
    clocks: float
    ranking: float
    queue_rows: int
    queue_bar: float
    list_rows: int
    first: float
    second: float
    text: float

    @property
    def channels(self) -> float:
        """What trend and ranking leave of the second row."""
        return self.width - 2 * self.gap - self.trend[0] - self.ranking


SIZES = {
    Paper.A4: Sizes(275, 6, (99, 89), 37, 39, (83, 38), 130, 98, 17, 11, 9, 97, 46, 7.8 * POINT),
    Paper.A3: Sizes(392, 8, (158, 141), 50, 58, (128, 52), 172, 124, 25, 16, 10, 150, 62, 8.6 * POINT),
}
LETTERING = {Paper.A4: 1.0, Paper.A3: 1.25}  # names and marks of the map
LONGER_LEGEND = 7.0  # millimetres by which the legend of areas is longer than that of heat
NOTICE = 6.0  # millimetres that a notice takes from the map and the queue


def sizes_of(paper: Paper, with_notice: bool) -> Sizes:
    """The sizes of a page; a notice on top takes its room from the first row of tiles."""
    found = SIZES[paper]
    if not with_notice:
        return found
    wide, high = found.map
    return replace(
        found,
        map=(wide, high - NOTICE),
        inset=found.inset - NOTICE,
        first=found.first - NOTICE,
        queue_rows=found.queue_rows - 1,
    )
