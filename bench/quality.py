"""How well the matcher finds what belongs together: reports with labels, and what it made of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.domain.merging import Judgement
from dashboard.domain.reports import Incoming


@dataclass(frozen=True)
class Appeal:
    """One report and the events it tells of: mostly one. `style` says how it is told."""

    events: frozenset[str]
    report: Incoming
    channel: str
    at: datetime
    style: str = ""


@dataclass(frozen=True)
class Miss:
    """Something that went wrong: the report and what the matcher said, best first."""

    appeal: Appeal
    said: Sequence[tuple[str, str]]

    def __str__(self) -> str:
        said = "; ".join(f"{name} {why}" for name, why in self.said) or "nothing"
        return f"{'+'.join(sorted(self.appeal.events))}: {self.appeal.report.text} → {said}"


@dataclass
class Quality:
    """What the matcher did. `joinable` reports tell of something that was told before, the others are `fresh`."""

    joinable: int = 0
    found: int = 0
    joined: int = 0
    fresh: int = 0
    asked: int = 0
    wrong: list[Miss] = field(default_factory=list)
    missed: list[Miss] = field(default_factory=list)
    styles: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """The share of joins by itself that were right; 1 when there were none."""
        return 1 - len(self.wrong) / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """The share of joinable reports that were joined rightly, or had their event among the suggestions."""
        return self.found / self.joinable if self.joinable else 1.0

    @property
    def coverage(self) -> float:
        """The share of joinable reports that were joined rightly without a person."""
        return (self.joined - len(self.wrong)) / self.joinable if self.joinable else 0.0

    def note(
        self,
        appeal: Appeal,
        joined: frozenset[str] | None,
        suggested: Sequence[frozenset[str]],
        is_joinable: bool,
        said: Sequence[tuple[str, str]],
    ) -> None:
        """Count one report: what it joined by itself, or what was suggested, each by the events told there.

        A report that tells of several events must not vanish in one of them.
        """
        if joined is not None:
            self.joined += 1
            if len(appeal.events) > 1 or not appeal.events <= joined:
                self.wrong.append(Miss(appeal, said))
        if not is_joinable:
            self.fresh += 1
            self.asked += bool(suggested)
            return
        self.joinable += 1
        found = any(appeal.events & events for events in ([joined] if joined is not None else suggested))
        self.found += found
        self.styles[appeal.style, found] += 1
        if not found:
            self.missed.append(Miss(appeal, said))

    def by_style(self) -> str:
        """How many of each style were found."""
        names = sorted({name for name, _ in self.styles if name})
        totals = {name: self.styles[name, True] + self.styles[name, False] for name in names}
        return ", ".join(f"{name} {self.styles[name, True]}/{totals[name]}" for name in names)


def why(judgement: Judgement) -> str:
    """A judgement in one line."""
    reasons = ", ".join(f"{reason.name} {reason.weight:+.1f}" for reason in judgement.reasons)
    doubts = f"; doubts: {', '.join(judgement.doubts)}" if judgement.doubts else ""
    return f"({judgement.certainty:.2f}: {reasons}{doubts})"
