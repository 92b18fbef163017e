"""Many cases at once, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dashboard.domain.events import Event
from dashboard.domain.sla import ClockName
from dashboard.store.marks import NEVER, Ints

DAY = 86_400_000_000
SHANGHAI = 8 * 3_600_000_000
STEPS = ("opened", "responded", "arrived", "fed_back", "closed")
STOPPED_BY = {
    ClockName.RESPOND: "responded",
    ClockName.ARRIVE: "arrived",
    ClockName.FEEDBACK: "fed_back",
    ClockName.CLOSE: "closed",
}
STAGES = np.array(["received", "responded", "on_site", "fed_back", "closed"], object)


@dataclass
class Lives:
    """Cases with their opening report, one entry each, in the order of `opened`.

    Instants are microseconds since 1970 (UTC), −1 for never. `policies` holds the policy's key, None for a case of
    history without clocks. `frame` columns: source, external_id, channel, category, severity, text, area_code, place,
    building_id, longitude, latitude, cell_east, cell_north, unlocated, flags, category_raw, source_status, source_at,
    handler. `specials` gives the whole log of cases whose life is not plain. `joined` are further reports: (case,
    channel, text, instant). `further` are events of plain lives, in order, that move neither their stage nor a clock:
    of tasks, of visits.
    """

    opened: Ints
    responded: Ints
    arrived: Ints
    fed_back: Ints
    closed: Ints
    close_level: Sequence[str | None]
    policies: Sequence[str | None]
    frame: Mapping[str, Sequence[Any]]
    specials: Mapping[int, Sequence[Event]] = field(default_factory=dict)
    joined: Sequence[tuple[int, str, str, int]] = ()
    further: Mapping[int, Sequence[Event]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.opened)


def nullable(values: Ints) -> list[int | None]:
    """Instants as the database keeps them: none instead of NEVER."""
    return [None if value == NEVER else value for value in values.tolist()]
