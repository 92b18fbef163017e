"""One case with everything about it: its reports, clocks, events and place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.access import Scope
from dashboard.domain.events import EventKind
from dashboard.domain.masking import citizens_words
from dashboard.domain.policies import Policy, Rules
from dashboard.domain.sla import Clock, ClockName, ClockState
from dashboard.store.cases import case_by_number, cases_by_id
from dashboard.store.logs import clocks_of, logs_of
from dashboard.store.models import Case, Report
from dashboard.store.reports import reports_of, versions_of

SHOWN_REPORTS = 40


@dataclass(frozen=True)
class ClockRow:
    """One clock with what it shows now."""

    clock: Clock
    state: ClockState
    is_paused: bool


@dataclass(frozen=True)
class ReportRow:
    """One report as its channel told it. Whatever reaches a person is masked, in its words as in its contact."""

    report: Report
    text: str
    earlier: list[dict[str, Any]]
    contact: str

    @property
    def hides(self) -> bool:
        """Whether there is more to be seen for a stated purpose."""
        return bool(self.contact) or self.text != self.report.text


@dataclass(frozen=True)
class ChannelShare:
    """How many reports came through a channel, and how many of them are answered."""

    channel: str
    reports: int
    answered: int


@dataclass(frozen=True)
class EventRow:
    """One line of what happened."""

    kind: EventKind
    at: datetime
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True)
class CaseDetail:
    """A case as its page shows it. `rounds` are the clocks round by round, the current one last."""

    case: Case
    rounds: list[tuple[int, list[ClockRow]]]
    reports: list[ReportRow]
    channels: list[ChannelShare]
    events: list[EventRow]
    policy: Policy | None
    chain: list[tuple[str, str]]
    names: dict[str, str]
    repeat_of: str | None = None
    merged_into: str | None = None
    hidden_reports: int = 0
    flags: list[str] = field(default_factory=list)


def case_detail(
    session: Session, scope: Scope, rules: Rules, names: dict[str, str], number: str, now: datetime
) -> CaseDetail | None:
    """The case with this number, None when there is none within the scope."""
    case = case_by_number(session, scope, number)
    if case is None:
        return None
    reports = reports_of(session, [case.id])
    kept = clocks_of(session, [case.id]).get(case.id, {})
    others = cases_by_id(session, [other for other in (case.repeat_of, case.merged_into) if other])
    codes = [case.area_code[:length] for length in range(6, len(case.area_code) + 1, 3)]
    return CaseDetail(
        case=case,
        rounds=[(number_, _clocks(clocks, now)) for number_, clocks in sorted(kept.items())],
        reports=_reports(session, reports[:SHOWN_REPORTS]),
        channels=_channels(reports),
        events=_events(session, case.id),
        policy=rules.policy(case.policy) if case.policy else None,
        chain=[(code, names[code]) for code in codes if code in names],
        names=names,
        repeat_of=others[case.repeat_of].number if case.repeat_of in others else None,
        merged_into=others[case.merged_into].number if case.merged_into in others else None,
        hidden_reports=max(len(reports) - SHOWN_REPORTS, 0),
        flags=sorted({flag for report in reports for flag in report.flags}),
    )


def _clocks(clocks: dict[ClockName, Clock], now: datetime) -> list[ClockRow]:
    return [
        ClockRow(clocks[name], clocks[name].state(now), clocks[name].is_paused(now))
        for name in ClockName
        if name in clocks
    ]


def _reports(session: Session, reports: Sequence[Report]) -> list[ReportRow]:
    earlier: dict[int, list[dict[str, Any]]] = {}
    for version in versions_of(session, [report.id for report in reports]):
        text = citizens_words(str(version.content.get("text") or ""), str(version.content.get("contact") or ""))
        earlier.setdefault(version.report_id, []).append({"version": version.version, "text": text})
    return [_row(report, earlier.get(report.id, [])) for report in reports]


def _row(report: Report, earlier: list[dict[str, Any]]) -> ReportRow:
    return ReportRow(report, citizens_words(report.text, report.contact or ""), earlier, masked(report.contact))


def masked(contact: str | None) -> str:
    """A contact with all but its last two characters hidden; the screen never has the rest."""
    return "" if not contact else "•" * max(len(contact) - 2, 3) + contact[-2:]


def _channels(reports: Sequence[Report]) -> list[ChannelShare]:
    found: dict[str, list[Report]] = {}
    for report in reports:
        found.setdefault(report.channel, []).append(report)
    shares = [ChannelShare(name, len(own), sum(r.answered_at is not None for r in own)) for name, own in found.items()]
    return sorted(shares, key=lambda share: -share.reports)


def _events(session: Session, case_id: int) -> list[EventRow]:
    """Newest first; reports that joined within one stretch are told as one line with their number."""
    rows: list[EventRow] = []
    for event in reversed(logs_of(session, [case_id])[case_id]):
        if event.kind is EventKind.REPORT_JOINED and rows and rows[-1].kind is event.kind:
            rows[-1].data["count"] = rows[-1].data.get("count", 1) + 1
            continue
        rows.append(EventRow(event.kind, event.at, event.actor, dict(event.data)))
    return rows
