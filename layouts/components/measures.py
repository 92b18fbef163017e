"""A measure as people read it: the value with its unit small beside it, its fraction, its change, its place."""

from dash import html
from dash.development.base_component import Component

from dashboard.domain.measures import Rank, Tally, Unit
from dashboard.viewmodels.measures import Cell
from layouts.texts import Texts


def value(cell: Cell, t: Texts) -> list[Component]:
    """The number; a dash where there are too few to say, or none."""
    if cell.value is None:
        return [html.B("—", className="m")]
    if cell.measure.unit is Unit.SHARE:
        return [html.B(_shown(100 * cell.value, 100, t)), html.Small("%")]
    return [html.B(_shown(cell.value, None, t))]


def _shown(number: float, most: int | None, t: Texts) -> str:
    """To a tenth; but nearly all is not all, and hardly any is not none."""
    if 0 < number < 0.05:
        return "<0.1"
    if most and most - 0.05 <= number < most:
        return f">{t.tenths(most - 0.1)}"
    return t.tenths(number)


def fraction(tally: Tally, t: Texts) -> str:
    """What stands above and below the line; a dash below it where nobody lives."""
    below = t.number(tally.denominator) if tally.denominator or not tally.numerator else "—"
    return f"{t.number(tally.numerator)}/{below}"


def change(cell: Cell, t: Texts) -> str:
    """Against the period before, in percentage points (个百分点) or per cent; a dash where there is no base."""
    if cell.change is None:
        return "—"
    if cell.measure.unit is Unit.SHARE:
        return t("{n} 个百分点", n=_signed(cell.change, t))
    return f"{_signed(100 * cell.change, t)}%"


def _signed(number: float, t: Texts) -> str:
    rounded = round(number, 1)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else '±'}{t.tenths(abs(rounded))}"


def place(rank: Rank | None, t: Texts) -> Component | None:
    """The place in the ranking; equal ones share it."""
    if rank is None:
        return None
    return html.Span(t("并列第 {k}" if rank.is_shared else "第 {k}", k=rank.place), className="place")
