"""The moves of the stage table: what each needs to be told, and by whom it may be made."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.domain.access import Right
from dashboard.domain.dispatch import TaskState, lead_of, of_round
from dashboard.domain.events import Event, EventKind
from dashboard.domain.policies import Severity
from dashboard.domain.replay import replay
from dashboard.domain.sla import Clock, ClockName
from dashboard.domain.stages import CaseError, Stage
from dashboard.services.acts import Context, Kind
from dashboard.services.answers import release_answer
from dashboard.services.categories import note_category
from dashboard.services.tasks import end_tasks

PAUSE_REASONS = ("awaiting_parts", "weather", "court_or_law", "reporter_unreachable", "budget", "construction_permit")
UNFILLED = "【办理结果】"
"""What a template of an answer holds where somebody has to write."""

CONTACTS = ("reached", "not_reached")
CLOSE_LEVELS = ("grid", "community", "subdistrict", "district")


def _check_response(event: Event, _context: Context) -> None:
    """Who signs for a case has reached the reporter, or writes why not."""
    if event.data.get("contact", "reached") not in CONTACTS:
        raise CaseError("请选择是否联系上诉求人")
    if event.data.get("contact") == "not_reached" and not str(event.data.get("note", "")).strip():
        raise CaseError("未联系上诉求人的，请写明情况")


def _check_arrival(event: Event, _context: Context) -> None:
    if not event.data.get("who") or not event.data.get("where"):
        raise CaseError("到场记录须写明何人、何处")


def _check_answer(event: Event, context: Context) -> None:
    answer = str(event.data.get("answer", ""))
    if not answer.strip():
        raise CaseError("答复内容不能为空")
    if UNFILLED in answer:
        raise CaseError("答复模板还没有填完")
    state = context.state
    tasks = [task for task in of_round(state.tasks, state.round.number) if task.state is not TaskState.CANCELLED]
    if state.stage is Stage.REJECTED or not tasks:  # what was sent by mistake and called back binds nobody
        return
    lead = lead_of(tasks, state.round.number)
    if lead is None or lead.state is not TaskState.DONE:
        raise CaseError("牵头单位尚未办结，不能答复")


def _check_closing(event: Event, context: Context) -> None:
    if event.data.get("level") not in CLOSE_LEVELS:
        raise CaseError("办结须注明在哪一级办结")
    _check_checker(event, context)


def _check_checker(event: Event, context: Context) -> None:
    """The check (核查) is made by somebody else than the handling."""
    handled = (EventKind.ARRIVED, EventKind.FED_BACK, EventKind.TASK_ON_SITE, EventKind.TASK_DONE)
    if event.actor in {earlier.actor for earlier in context.log if earlier.kind in handled}:
        raise CaseError("核查人不能是处置人")


def _check_sent_back(event: Event, context: Context) -> None:
    _check_reason(event, context)
    _check_checker(event, context)


def _check_pause(event: Event, context: Context) -> None:
    if event.data.get("reason") not in PAUSE_REASONS or not event.data.get("approver"):
        raise CaseError("挂起须有列明的理由和批准人")
    if not event.data.get("planned_end") or datetime.fromisoformat(str(event.data["planned_end"])) <= event.at:
        raise CaseError("计划恢复时间须晚于挂起时间")
    rules = context.desk.rules
    found = replay([*context.log, event], rules).round
    cap = rules.policy(str(found.policy)).pause_cap
    if sum((pause.end - pause.start for pause in found.clocks[ClockName.CLOSE].pauses), timedelta()) > cap:
        raise CaseError("挂起总时长不能超过 {days} 天", days=cap.days)


def _check_reason(event: Event, _context: Context) -> None:
    if not str(event.data.get("reason", "")).strip():
        raise CaseError("请写明理由")


def _check_note(event: Event, _context: Context) -> None:
    if not str(event.data.get("note", "")).strip():
        raise CaseError("请写明内容")


def _new_round(event: Event, context: Context) -> Mapping[str, Any]:
    if event.data.get("asked_by") not in ("reporter", "return_visit"):
        raise CaseError("只有原诉求人或回访可以重新办理")
    state, rules = context.state, context.desk.rules
    policy = rules.choose(state.category, state.severity, event.at)
    return {"policy": policy.key, "calendar": rules.calendar_version}


def _reclassified(event: Event, context: Context) -> Mapping[str, Any]:
    """Recompute from the same start; any deadline that moves back needs an approver. Both results are kept."""
    rules, before = context.desk.rules, context.state
    if event.data.get("category") not in context.desk.severities:
        raise CaseError("没有这个类别")
    severity = Severity(event.data.get("severity") or context.desk.severities[str(event.data["category"])])
    policy = rules.choose(str(event.data["category"]), severity, before.round.started_at)
    data = dict(event.data) | {"policy": policy.key, "severity": severity.value}
    after = replay([*context.log, replace(event, data=data)], rules)
    if any(_is_longer(clock, after.round.clocks[name]) for name, clock in before.round.clocks.items()):
        if not event.data.get("approver"):
            raise CaseError("改类会延长时限，须有批准人")
    results = {name: clock.state(event.at) for name, clock in before.round.clocks.items()}
    return data | {"from": before.category, "from_severity": before.severity, "results_before": results}


def _is_longer(old: Clock, new: Clock) -> bool:
    return old.required and (not new.required or new.due_at > old.due_at)


KINDS = {
    EventKind.RESPONDED: Kind(_check_response),
    EventKind.ARRIVED: Kind(_check_arrival, right=Right.WORK),
    EventKind.FED_BACK: Kind(_check_answer, release_answer),
    EventKind.CLOSED: Kind(_check_closing, end_tasks),
    EventKind.SENT_BACK: Kind(_check_sent_back),
    EventKind.REOPENED: Kind(_new_round),
    EventKind.SUSPENDED: Kind(_check_pause),
    EventKind.RESUMED: Kind(),
    EventKind.REJECTED: Kind(_check_reason),
    EventKind.WITHDRAWN: Kind(_check_reason, end_tasks),
    EventKind.RECLASSIFIED: Kind(_reclassified, note_category),
    EventKind.NOTED: Kind(_check_note),
}
