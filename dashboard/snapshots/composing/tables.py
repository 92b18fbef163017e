"""Tables of the appendix, and those that many documents have."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def table(
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[Any]],
    *,
    total: Sequence[Any] | None = None,
    note: str = "",
    widths: Sequence[str] | None = None,
) -> Json:
    """A table of the appendix. Columns are their heading and `l` or `r`; a width is `auto` or a share such as `2`."""
    return {
        "title": title,
        "note": note,
        "heads": [head for head, _ in columns],
        "aligns": [align for _, align in columns],
        "widths": list(widths or ["auto"] * (len(columns) - 1) + ["1"]),
        "rows": [[str(cell) for cell in row] for row in rows],
        "total": [str(cell) for cell in total] if total else None,
    }


def side_by_side(cells: list[list[str]], columns: int) -> list[list[str]]:
    """A long list of short rows in several columns, read column by column."""
    height = -(-len(cells) // columns)
    padded = [*cells, *[[""] * len(cells[0])] * (height * columns - len(cells))]
    return [[cell for row in padded[at::height] for cell in row] for at in range(height)]
