"""Rates and comparisons, with the rule that says when a number must not be shown."""

from dataclasses import dataclass

MINIMUM_N = 30
"""Below this many a rate is shown as its fraction, and nobody is ranked or compared by it."""


@dataclass(frozen=True)
class Rate:
    """A share of cases or clocks; the numerator counts a subset of the denominator."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None without a denominator: no data is not zero."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def is_small(self) -> bool:
        """Too few for a percentage."""
        return self.denominator < MINIMUM_N


def change(now: int, base: int) -> float | None:
    """Relative change of a count, 0.1 for ten per cent more; None when the base is 0 or less."""
    return (now - base) / base if base > 0 else None


def points(now: Rate, base: Rate) -> float | None:
    """Change of a rate in percentage points (个百分点); None when either has too few."""
    if now.value is None or base.value is None or now.is_small or base.is_small:
        return None
    return 100 * (now.value - base.value)


def per_ten_thousand(cases: int, residents: int) -> float | None:
    """万人诉求比: cases per 10,000 residents; None where nobody lives."""
    return 10_000 * cases / residents if residents > 0 else None


@dataclass(frozen=True)
class Band:
    """The usual range of a count: the quartiles of the same hour on the same weekday."""

    low: float
    middle: float
    high: float


def quartiles(values: list[int]) -> Band:
    """The 25th, 50th and 75th percentile, interpolated linearly between ranks."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    return Band(at(0.25), at(0.5), at(0.75))
