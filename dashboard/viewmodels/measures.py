"""The measures of an area side by side: rows for screen, paper and files. One set of numbers for all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.config.measures import exclusions_of
from dashboard.domain.areas import Level
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.measure_catalogue import CATALOGUE, REASONS
from dashboard.domain.measures import Grouping, Measure, Part, Rank, Reason, Tally, Unit, Words, ranking, total
from dashboard.domain.periods import Period
from dashboard.services.desk import Desk
from dashboard.services.measuring import Asked, Measured
from dashboard.services.parties import register_of
from dashboard.store.areas import child_names, names_ever
from dashboard.store.measured.question import NO_PARTY
from dashboard.store.measured.tallies import Behind, Tallies

RANKED = (Grouping.AREA, Grouping.PARTY)
"""Only those are ranked who can do something about it."""
WHOLE = Words("合计", "Total")
NOBODY = Words("未派遣", "Not dispatched")
HERE = Words("只定位到本级", "Located no deeper")
HERE_OR_NOWHERE = Words("只定位到本级或未定位", "Located no deeper, or not at all")


class RowKind(StrEnum):
    """What a row stands for: the whole area, a group, cases located no deeper than the area, an area that is no longer
    valid (划分已调整), what nobody leads."""

    WHOLE = "whole"
    GROUP = "group"
    HERE = "here"
    ADJUSTED = "adjusted"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Cell:
    """One number: what was counted, its value (None below the minimum), its change against the period before, its place
    in the ranking, and the address of the list of the cases behind it."""

    measure: Measure
    tally: Tally
    value: float | None
    change: float | None
    rank: Rank | None
    cases: str


@dataclass(frozen=True)
class Row:
    """One group with all its numbers."""

    kind: RowKind
    key: str
    name: Words
    cells: Mapping[str, Cell]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was counted, residents apart."""
        return all(cell.tally.is_empty for cell in self.cells.values() if cell.measure.unit is Unit.SHARE)


@dataclass(frozen=True)
class MeasureTable:
    """All measures of an area: the whole, and the groups in their usual order. `silent` groups had nothing to count."""

    asked: Asked
    group: str | None
    group_name: Words | None
    span: Period
    before: Period
    at: datetime
    cut_off: datetime
    whole: Row
    rows: tuple[Row, ...]
    silent: int
    reasons: Mapping[str, Words]

    @property
    def is_running(self) -> bool:
        """Whether the period is not over yet."""
        return self.at < self.span.end


def measure_table(
    session: Session, desk: Desk, asked: Asked, found: Measured, group: str | None = None
) -> MeasureTable:
    """The table of what was measured.

    Args:
        group: A group of categories whose kinds are to be shown, beside categories only.
    """
    sides = _Sides(
        _by_row(found.tallies, asked.by, group), _by_row(found.before, asked.by, group), _residents(asked, found)
    )
    known = _names(session, desk, asked, found, group)
    named = _rows(session, asked, known, {key for tallies in sides.now.values() for key in tallies})
    columns = {measure.id: _column(measure, asked, group, sides, named) for measure in CATALOGUE}

    def row(kind: RowKind, key: str | None, name: Words) -> Row:
        return Row(kind, key or "", name, {measure: cells[key] for measure, cells in columns.items()})

    rows = [row(*one) for one in named]
    shown = rows if asked.by is Grouping.AREA else [one for one in rows if not one.is_empty]
    return MeasureTable(
        asked=asked,
        group=group,
        group_name=_both(desk.config.groups).get(group or ""),
        span=found.span,
        before=found.span.previous(),
        at=found.at,
        cut_off=found.cut_off,
        whole=row(RowKind.WHOLE, None, WHOLE),
        rows=tuple(shown),
        silent=len(rows) - len(shown),
        reasons=reason_words(desk.config),
    )


def reason_words(config: Config) -> dict[str, Words]:
    """Every reason for leaving something out, in words: those of the measures, and those that the district gives."""
    own = {f"rule:{number}": rule.reason for number, rule in enumerate(exclusions_of(config))}
    return {reason.value: REASONS[reason] for reason in Reason} | own


def _by_row(tallies: Tallies, by: Grouping, group: str | None) -> Tallies:
    """Categories by their groups, or those of one group by themselves; other groups as they are."""
    if by is not Grouping.CATEGORY:
        return tallies
    if group is not None:
        return {name: {k: t for k, t in found.items() if k.split("/")[0] == group} for name, found in tallies.items()}
    return {name: _joined(found) for name, found in tallies.items()}


def _joined(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    names = dict.fromkeys(key.split("/")[0] for key in tallies)
    return {name: total(tally for key, tally in tallies.items() if key.split("/")[0] == name) for name in names}


def _names(session: Session, desk: Desk, asked: Asked, found: Measured, group: str | None) -> dict[str, Words]:
    """Every group that there is, in the usual order."""
    config = desk.config
    if asked.by is Grouping.AREA:
        below, day = Level(len(asked.area)).below, min(found.span.last, shanghai_day(found.at))
        names = child_names(session, asked.area, below, day) if below else {}
        return {code: Words(name, name) for code, name in names.items()}
    if asked.by is Grouping.PARTY:
        parties = register_of(session, desk, found.at).parties
        return {key: Words(party.name.zh, party.name.en) for key, party in parties.items()}
    if asked.by is Grouping.CHANNEL:
        return _both(config.channels)
    if group is None:
        return _both(config.groups)
    return _both(category for category in config.categories if category.id.split("/")[0] == group)


def group_words(session: Session, desk: Desk, behind: Behind, now: datetime) -> Words | None:
    """What the group of a number is called; None when it is about the whole area."""
    key, question = behind.group, behind.question
    if key is None:
        return None
    if question.by is Grouping.AREA:
        if key == question.area and len(key) < Level.BUILDING:
            return HERE_OR_NOWHERE if len(key) == Level.DISTRICT else HERE
        name = names_ever(session, [key]).get(key, key)
        return Words(name, name)
    if question.by is Grouping.PARTY:
        party = register_of(session, desk, now).parties.get(key)
        return NOBODY if key == NO_PARTY else Words(party.name.zh, party.name.en) if party else Words(key, key)
    config = desk.config
    known = _both(config.channels) if question.by is Grouping.CHANNEL else _both((*config.groups, *config.categories))
    return known.get(key, Words(key, key))


def _both(entries: Iterable[object]) -> dict[str, Words]:
    return {one.id: Words(one.name.zh, one.name.en) for one in entries}  # type: ignore[attr-defined]


Named = list[tuple[RowKind, str, Words]]


def _rows(session: Session, asked: Asked, known: Mapping[str, Words], keys: set[str]) -> Named:
    """Which rows there are: the known groups, others that something was counted for, and what belongs to none."""
    found: Named = [(RowKind.GROUP, key, name) for key, name in known.items()]
    others = sorted(keys - known.keys() - {asked.area, NO_PARTY})
    old = names_ever(session, others) if asked.by is Grouping.AREA else {}
    kind = RowKind.ADJUSTED if asked.by is Grouping.AREA else RowKind.GROUP
    found += [(kind, key, Words(old.get(key, key), old.get(key, key))) for key in others]
    if asked.by is Grouping.AREA and asked.area in keys and len(asked.area) < Level.BUILDING:
        found.append((RowKind.HERE, asked.area, HERE_OR_NOWHERE if len(asked.area) == Level.DISTRICT else HERE))
    if asked.by is Grouping.PARTY and NO_PARTY in keys:
        found.append((RowKind.NOBODY, NO_PARTY, NOBODY))
    return found


@dataclass(frozen=True)
class _Sides:
    """What is compared: tallies of now and of before by row, and how many people live in a row's area."""

    now: Tallies
    before: Tallies
    residents: Callable[[str | None], int]

    def of(self, measure: Measure, key: str | None) -> tuple[Tally, Tally]:
        """Now and before, of one row or (None) of the whole."""
        now, before = (_tally(tallies[measure.id], key) for tallies in (self.now, self.before))
        if measure.unit is Unit.SHARE:
            return now, before
        people = self.residents(key)
        return Tally(now.numerator, people, now.left_out), Tally(before.numerator, people, before.left_out)


def _tally(tallies: Mapping[str, Tally], key: str | None) -> Tally:
    return total(tallies.values()) if key is None else tallies.get(key, Tally())


def _residents(asked: Asked, found: Measured) -> Callable[[str | None], int]:
    """Those of a row's own area; beside other groups those of the whole area."""
    if asked.by is not Grouping.AREA:
        return lambda _key: found.residents_here
    return lambda key: found.residents_here if key is None else found.residents.get(key, 0)


def _column(measure: Measure, asked: Asked, group: str | None, sides: _Sides, rows: Named) -> dict[str | None, Cell]:
    """The cells of one measure by row, that of the whole under None."""
    ranks: Mapping[str, Rank] = {}
    if asked.by in RANKED:
        ranks = ranking(measure, {key: sides.of(measure, key)[0] for kind, key, _ in rows if kind is RowKind.GROUP})
    cells: dict[str | None, Cell] = {}
    for key in (None, *(key for _, key, _ in rows)):
        now, before = sides.of(measure, key)
        cells[key] = Cell(
            measure=measure,
            tally=now,
            value=measure.value(now),
            change=measure.change(now, before),
            rank=None if key is None else ranks.get(key),
            cases=_address(asked, measure, group if key is None else key),
        )
    return cells


def _address(asked: Asked, measure: Measure, group: str | None) -> str:
    """The query of the list of cases behind a number."""
    said = {"area": asked.area, "measure": measure.id, "period": asked.period, "by": asked.by.value}
    return "?" + urlencode(said | ({} if group is None else {"group": group}) | {"part": Part.ALL.value})


def sorted_rows(rows: Sequence[Row], measure: str | None) -> list[Row]:
    """Rows with the best of a measure first; those without a value, and those that are no group, come last."""
    if measure is None:
        return list(rows)

    def place(row: Row) -> tuple[bool, bool, float]:
        cell = row.cells[measure]
        return row.kind is not RowKind.GROUP, cell.value is None, _better(cell)

    return sorted(rows, key=place)


def _better(cell: Cell) -> float:
    value = cell.value or 0.0
    return value if cell.measure.direction == "lower" else -value
