"""What a measurement says: a number, what it is held against in the same run, and the gate it has to pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rich.table import Table


class Of(StrEnum):
    """What a gate looks at."""

    VALUE = "value"
    RATIO = "ratio"


@dataclass(frozen=True)
class Gate:
    """A limit on the value or on its ratio to the reference."""

    limit: float
    of: Of = Of.VALUE
    at_least: bool = False

    def passes(self, value: float, ratio: float | None) -> bool:
        """Whether the limit is kept; a ratio that could not be made is not."""
        found = value if self.of is Of.VALUE else ratio
        if found is None:
            return False
        return found >= self.limit if self.at_least else found <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {number(self.limit)}{' ×' if self.of is Of.RATIO else ''}"


@dataclass(frozen=True)
class Row:
    """One claim, measured. Without a gate it only informs."""

    part: str
    what: str
    value: float
    unit: str = ""
    reference: float | None = None
    gates: Sequence[Gate] = ()
    note: str = ""
    failure: str = ""

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of its reference."""
        return self.value / self.reference if self.reference else None

    @property
    def passed(self) -> bool | None:
        """Whether all gates are kept; None without a gate."""
        if self.failure:
            return False
        return all(gate.passes(self.value, self.ratio) for gate in self.gates) if self.gates else None

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return {
            "part": self.part,
            "what": self.what,
            "measured": self.value,
            "unit": self.unit,
            "reference": self.reference,
            "ratio": self.ratio,
            "gates": [str(gate) for gate in self.gates],
            "passed": self.passed,
            "note": self.failure or self.note,
        }


def at_most(limit: float) -> Gate:
    """The value must not be more."""
    return Gate(limit)


def at_least(limit: float) -> Gate:
    """The value must not be less."""
    return Gate(limit, at_least=True)


def ratio_at_most(limit: float) -> Gate:
    """The value must not be more than so many times its reference."""
    return Gate(limit, Of.RATIO)


def ratio_at_least(limit: float) -> Gate:
    """The value must be so many times its reference."""
    return Gate(limit, Of.RATIO, at_least=True)


def number(value: float) -> str:
    """A number with three digits that matter."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


MARKS = {True: "[green]pass[/green]", False: "[bold red]FAIL[/bold red]", None: ""}


def as_table(rows: Iterable[Row], title: str) -> Table:
    """All rows as one table."""
    table = Table(title=title, title_justify="left")
    for name, side in (
        ("Part", "left"), ("What", "left"), ("Measured", "right"), ("Reference", "right"), ("Ratio", "right"),
        ("Gate", "right"), ("", "left"), ("Note", "left"),
    ):  # fmt: skip
        table.add_column(name, justify=side, overflow="fold")  # type: ignore[arg-type]
    part = None
    for row in rows:
        if part is not None and row.part != part:
            table.add_section()
        table.add_row(*_cells(row, row.part if row.part != part else ""))
        part = row.part
    return table


def _cells(row: Row, part: str) -> tuple[str, ...]:
    measured = "" if row.failure else f"{number(row.value)} {row.unit}".strip()
    return (
        part,
        row.what,
        measured,
        f"{number(row.reference)} {row.unit}".strip() if row.reference is not None else "",
        f"{number(row.ratio)} ×" if row.ratio is not None else "",
        ", ".join(map(str, row.gates)),
        MARKS[row.passed],
        row.failure or row.note,
    )
