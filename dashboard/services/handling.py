"""What handlers do to a case. Each act is checked against the stage table and written as an event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dashboard.domain.access import Actor
from dashboard.domain.events import Event, EventKind
from dashboard.domain.policies import Rules, Severity
from dashboard.domain.replay import STAGE_MOVES, CaseState, replay
from dashboard.domain.sla import Clock, ClockName
from dashboard.domain.stages import CaseError, Move, allow
from dashboard.services.desk import Desk
from dashboard.services.recording import record
from dashboard.store.cases import cases_by_id
from dashboard.store.engine import writing
from dashboard.store.logs import logs_of
from dashboard.store.models import Case

PAUSE_REASONS = ("awaiting_parts", "weather", "court_or_law", "reporter_unreachable", "budget", "construction_permit")
CLOSE_LEVELS = ("grid", "community", "subdistrict", "district")


@dataclass(frozen=True)
class Act:
    """What somebody wants to do to a case at an instant; `expected_version` refuses if somebody was quicker."""

    case_id: int
    kind: EventKind
    actor: Actor
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


def perform(desk: Desk, acts: Sequence[Act], now: datetime) -> dict[int, CaseState]:
    """Do acts in one transaction: all or none.

    Raises:
        CaseError: an act is refused; the message says why.
    """
    with writing(desk.sessions, now) as session:
        return perform_in(session, desk.rules, acts, now)


def perform_in(session: Session, rules: Rules, acts: Sequence[Act], now: datetime) -> dict[int, CaseState]:
    """The same inside the caller's transaction; several acts on one case happen in their order."""
    ids = sorted({act.case_id for act in acts})
    cases = cases_by_id(session, ids, lock=True)
    logs = logs_of(session, ids)
    added: dict[int, list[Event]] = {case_id: [] for case_id in ids}
    for act in acts:
        case = cases.get(act.case_id)
        if case is None or not act.actor.scope.covers(case.area_code):
            raise CaseError("没有编号为 {case} 的案件", case=act.case_id)
        _check_version(case, act, bool(added[act.case_id]))
        log = [*logs[act.case_id], *added[act.case_id]]
        added[act.case_id].append(_event(act, log, rules, now))
    return record(session, rules, cases, logs, added, now)


def _check_version(case: Case, act: Act, is_later: bool) -> None:
    if act.expected_version is not None and not is_later and act.expected_version != case.version:
        raise CaseError("案件 {number} 刚被他人更新，请查看后再操作", number=case.number)


def _event(act: Act, log: Sequence[Event], rules: Rules, now: datetime) -> Event:
    state = replay(log, rules)
    if act.at > now:
        raise CaseError("时间不能晚于现在")
    if act.at < state.round.started_at:
        raise CaseError("时间不能早于本轮受理时间")
    if act.kind in STAGE_MOVES:
        _check_move(state, STAGE_MOVES[act.kind])
    event = Event(act.kind, act.at, act.actor.id, dict(act.data))
    if check := CHECKS.get(act.kind):
        return replace(event, data={**event.data, **(check(event, log, rules) or {})})
    return event


def _check_move(state: CaseState, move: Move) -> None:
    if state.round.policy is None and move is not Move.REOPEN:
        raise CaseError("历史案件不能办理")
    allow(state.stage, move)


Check = Callable[[Event, Sequence[Event], Rules], Mapping[str, Any] | None]
"""Refuses an event with a CaseError, or says what else belongs into its data."""


def _check_arrival(event: Event, _log: Sequence[Event], _rules: Rules) -> None:
    if not event.data.get("who") or not event.data.get("where"):
        raise CaseError("到场记录须写明何人、何处")


def _check_answer(event: Event, _log: Sequence[Event], _rules: Rules) -> None:
    if not str(event.data.get("answer", "")).strip():
        raise CaseError("答复内容不能为空")


def _check_closing(event: Event, log: Sequence[Event], _rules: Rules) -> None:
    if event.data.get("level") not in CLOSE_LEVELS:
        raise CaseError("办结须注明在哪一级办结")
    handlers = {earlier.actor for earlier in log if earlier.kind in (EventKind.ARRIVED, EventKind.FED_BACK)}
    if event.actor in handlers:
        raise CaseError("核查人不能是处置人")


def _check_pause(event: Event, log: Sequence[Event], rules: Rules) -> None:
    if event.data.get("reason") not in PAUSE_REASONS or not event.data.get("approver"):
        raise CaseError("挂起须有列明的理由和批准人")
    if datetime.fromisoformat(str(event.data["planned_end"])) <= event.at:
        raise CaseError("计划恢复时间须晚于挂起时间")
    found = replay([*log, event], rules).round
    cap = rules.policy(str(found.policy)).pause_cap
    if sum((pause.end - pause.start for pause in found.clocks[ClockName.CLOSE].pauses), timedelta()) > cap:
        raise CaseError("挂起总时长不能超过 {days} 天", days=cap.days)


def _check_reason(event: Event, _log: Sequence[Event], _rules: Rules) -> None:
    if not str(event.data.get("reason", "")).strip():
        raise CaseError("请写明理由")


def _new_round(event: Event, log: Sequence[Event], rules: Rules) -> Mapping[str, Any]:
    if event.data.get("asked_by") not in ("reporter", "return_visit"):
        raise CaseError("只有原诉求人或回访可以重新办理")
    state = replay(log, rules)
    policy = rules.choose(state.category, state.severity, event.at)
    return {"policy": policy.key, "calendar": rules.calendar_version}


def _reclassified(event: Event, log: Sequence[Event], rules: Rules) -> Mapping[str, Any]:
    """Recompute from the same start; any deadline that moves back needs an approver. Both results are kept."""
    before = replay(log, rules)
    policy = rules.choose(str(event.data["category"]), Severity(event.data["severity"]), before.round.started_at)
    data = dict(event.data) | {"policy": policy.key}
    after = replay([*log, replace(event, data=data)], rules)
    if any(_is_longer(clock, after.round.clocks[name]) for name, clock in before.round.clocks.items()):
        if not event.data.get("approver"):
            raise CaseError("改类会延长时限，须有批准人")
    results = {name: clock.state(event.at) for name, clock in before.round.clocks.items()}
    return data | {"from": before.category, "from_severity": before.severity, "results_before": results}


def _is_longer(old: Clock, new: Clock) -> bool:
    return old.required and (not new.required or new.due_at > old.due_at)


CHECKS: dict[EventKind, Check] = {
    EventKind.ARRIVED: _check_arrival,
    EventKind.FED_BACK: _check_answer,
    EventKind.CLOSED: _check_closing,
    EventKind.SUSPENDED: _check_pause,
    EventKind.REJECTED: _check_reason,
    EventKind.WITHDRAWN: _check_reason,
    EventKind.SENT_BACK: _check_reason,
    EventKind.REOPENED: _new_round,
    EventKind.RECLASSIFIED: _reclassified,
}


def respond(desk: Desk, case_id: int, actor: Actor, now: datetime, note: str = "") -> CaseState:
    """Sign for a case by name and contact the reporter (or note why not); stops the respond clock."""
    return _one(desk, Act(case_id, EventKind.RESPONDED, actor, now, {"note": note}), now)


def arrive(desk: Desk, case_id: int, actor: Actor, at: datetime, where: str, now: datetime) -> CaseState:
    """Record who was on site, when and where; a phone call cannot stop the arrive clock."""
    return _one(desk, Act(case_id, EventKind.ARRIVED, actor, at, {"who": actor.name, "where": where}), now)


def feed_back(desk: Desk, case_id: int, actor: Actor, answer: str, now: datetime) -> CaseState:
    """Release the answer to the reporters; stops the feedback clock."""
    return _one(desk, Act(case_id, EventKind.FED_BACK, actor, now, {"answer": answer}), now)


def close(desk: Desk, case_id: int, actor: Actor, level: str, now: datetime) -> CaseState:
    """Close a case after the check, which nobody who handled it can make; `level` is where it was solved."""
    return _one(desk, Act(case_id, EventKind.CLOSED, actor, now, {"level": level}), now)


def send_back(desk: Desk, case_id: int, actor: Actor, reason: str, now: datetime) -> CaseState:
    """The check found it not done: back to the site (返工)."""
    return _one(desk, Act(case_id, EventKind.SENT_BACK, actor, now, {"reason": reason}), now)


def reopen(desk: Desk, case_id: int, actor: Actor, asked_by: str, now: datetime) -> CaseState:
    """Open a new round because the reporter or a return visit asks for it."""
    return _one(desk, Act(case_id, EventKind.REOPENED, actor, now, {"asked_by": asked_by}), now)


def suspend(
    desk: Desk, case_id: int, actor: Actor, reason: str, approver: str, planned_end: datetime, now: datetime
) -> CaseState:
    """Pause arrive, feedback and close from now until the planned end; the respond clock runs on."""
    data = {"reason": reason, "approver": approver, "planned_end": planned_end.isoformat()}
    return _one(desk, Act(case_id, EventKind.SUSPENDED, actor, now, data), now)


def resume(desk: Desk, case_id: int, actor: Actor, now: datetime) -> CaseState:
    """End a suspension, early or after its planned end; the case returns to the stage before."""
    return _one(desk, Act(case_id, EventKind.RESUMED, actor, now), now)


def reject(desk: Desk, case_id: int, actor: Actor, reason: str, now: datetime) -> CaseState:
    """Refuse a case (不予受理); its reporters are still owed a contact and an answer."""
    return _one(desk, Act(case_id, EventKind.REJECTED, actor, now, {"reason": reason}), now)


def withdraw(desk: Desk, case_id: int, actor: Actor, reason: str, now: datetime) -> CaseState:
    """The reporter takes it back; clocks already breached stay breached."""
    return _one(desk, Act(case_id, EventKind.WITHDRAWN, actor, now, {"reason": reason}), now)


def reclassify(
    desk: Desk, case_id: int, actor: Actor, category: str, severity: Severity, now: datetime, approver: str = ""
) -> CaseState:
    """Give a case another category or severity; deadlines are worked out again from the same start."""
    data = {"category": category, "severity": severity, "approver": approver}
    return _one(desk, Act(case_id, EventKind.RECLASSIFIED, actor, now, data), now)


def _one(desk: Desk, act: Act, now: datetime) -> CaseState:
    return perform(desk, [act], now)[act.case_id]
