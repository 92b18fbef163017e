"""What every measurement is given: how large, how thorough, and whom to tell how far it is."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import databases
from dashboard.config import Config

SMALL = 10_000
"""The small past that a large one is compared with (§7.2)."""


@dataclass
class Setting:
    """One run of the bench."""

    cases: int
    is_quick: bool = False
    ten_million: bool = False
    real: Path | None = None
    step: Callable[[str], None] = lambda _what: None
    _ready: dict[int, Config] = field(default_factory=dict)

    def database(self, cases: int | None = None) -> Config:
        """Settings of a database with so many cases; those of the run unless told otherwise."""
        wanted = cases or self.cases
        if wanted not in self._ready:
            self._ready[wanted] = databases.ready(wanted, lambda what: self.step(f"{wanted:,} cases: {what}"))
        return self._ready[wanted]

    def times(self, often: int) -> int:
        """How often to repeat something; a quick run does with a fifth."""
        return max(often // 5, 3) if self.is_quick else often


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share lies; infinite when there is none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("inf")


def median(values: Sequence[float]) -> float:
    """The middle value; infinite when there is none."""
    return statistics.median(values) if values else float("inf")


def worked_and_waited(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the processor that an act takes, and those that pass: more where others work too."""
    began = time.process_time()
    waited = milliseconds(act)
    return (time.process_time() - began) * 1000, waited


def milliseconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
