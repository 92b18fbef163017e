"""The data of a 案件单: what the page of a case shows. What happened is written down in words, in its language."""

import base64
import io
from datetime import datetime
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from dashboard.domain.access import Scope
from dashboard.domain.areas import Level
from dashboard.domain.dispatch import Task
from dashboard.domain.events import Event
from dashboard.domain.snapshots import Edition
from dashboard.domain.stages import CaseError
from dashboard.live.situation import Situation, as_raw
from dashboard.runtime import Runtime
from dashboard.services.parties import Register
from dashboard.snapshots.ground import ground_of, map_data, place_on
from dashboard.snapshots.wishes import Wish
from dashboard.store.handling import Attachment, Instruction
from dashboard.store.models import Case
from dashboard.viewmodels.case_detail import CaseDetail, ClockRow, ReportRow, case_detail
from dashboard.viewmodels.case_handling import CaseHandling, case_handling
from dashboard.viewmodels.view import PageView
from layouts.case.clocks import target_text
from layouts.case.history import Teller
from layouts.texts import Texts, texts

Json = dict[str, Any]
MOST_PHOTOS, LONGEST_SIDE, QUALITY = 12, 800, 80
CLOSED_MARK, LARGEST = "checked", "major"  # the only mark on its map


def case_data(runtime: Runtime, session: Session, situation: Situation, wish: Wish) -> Json:
    """Everything the sheet shows besides its head. A redacted one has no words of anybody, no address and no photo.

    Raises:
        CaseError: there is no such case.
    """
    now, rules = situation.at, runtime.desk.rules
    detail = case_detail(session, Scope(wish.area), rules, runtime.area_names(), wish.case or "", now)
    if detail is None:
        raise CaseError("没有编号为 {case} 的案件", case=wish.case or "")
    events = [Event(row.kind, row.at, row.actor, row.data) for row in detail.events]
    handling = case_handling(session, runtime.desk, Scope(wish.area), detail.case, events, now)
    t, full = texts(wish.language), wish.edition is Edition.FULL
    return {
        "case": _case(detail, situation, full),
        "rounds": [[number, [_clock(row, runtime, t) for row in rows]] for number, rows in detail.rounds],
        "channels": [[share.channel, share.reports, share.answered] for share in detail.channels],
        "reports": [_report(row, full) for row in detail.reports],
        "hidden_reports": detail.hidden_reports,
        "tasks": [_task(task, handling.register, t, full) for task in handling.tasks],
        "instructions": [_instruction(one, full) for one in handling.instructions],
        "events": _events(detail, handling, runtime, t, full),
        "photos": [_photo(one) for one in handling.photos[:MOST_PHOTOS]] if full else [],
        "all_photos": len(handling.photos),
        "policy": [detail.policy.id, detail.policy.version] if detail.policy else None,
        "map": _map(runtime, session, situation, detail.case, full),
    }


def _case(detail: CaseDetail, situation: Situation, full: bool) -> Json:
    case = detail.case
    face = situation.faces.get(case.id)
    return {
        "number": case.number,
        "category": case.category,
        "severity": case.severity,
        "stage": case.stage,
        "state": face.state.value if face else None,
        "is_open": case.is_open,
        "round": case.round,
        "channel": case.channel,
        "place": case.place if full else None,
        "chain": [name for _, name in (detail.chain if full else detail.chain[:3])],
        "unlocated": case.unlocated,
        "has_point": case.longitude is not None,
        "opened_at": as_raw(case.opened_at),
        "closed_at": as_raw(case.closed_at),
        "close_level": case.close_level,
        "handled_level": case.handled_level,
        "handled_area": detail.names.get(case.handled_area or "", ""),
        "assignee": case.assignee if full else None,
        "report_count": case.report_count,
        "is_mass": case.is_mass,
        "is_history": case.is_history,
        "returns": case.returns,
        "instructions": case.instructions,
        "repeat_of": detail.repeat_of,
        "merged_into": detail.merged_into,
        "flags": detail.flags,
    }


def _clock(row: ClockRow, runtime: Runtime, t: Texts) -> Json:
    clock = row.clock
    return {
        "name": clock.name.value,
        "state": row.state.value,
        "is_paused": row.is_paused,
        "target": target_text(clock.target, runtime.config.calendar.hours.per_day, t),
        "start": as_raw(clock.started_at),
        "due": as_raw(clock.due_at),
        "raw_due": as_raw(clock.raw_due_at),
        "stopped": as_raw(clock.stopped_at),
        "provisional": clock.provisional,
        "pauses": [[as_raw(pause.start), as_raw(pause.end)] for pause in clock.pauses],
    }


def _report(row: ReportRow, full: bool) -> Json:
    report = row.report
    return {
        "channel": report.channel,
        "number": report.external_id if full else None,
        "accepted_at": as_raw(report.accepted_at),
        "source_at": as_raw(report.source_at),
        "answered_at": as_raw(report.answered_at),
        "source_closed_at": as_raw(report.source_closed_at),
        "version": report.version,
        "text": report.text if full else None,
        "contact": row.contact if full else "",
        "flags": report.flags,
    }


def _task(task: Task, register: Register, t: Texts, full: bool) -> Json:
    ended = task.done_at or task.returned_at or task.cancelled_at
    return {
        "party": register.name(task.party, t.language),
        "is_lead": task.is_lead,
        "round": task.round,
        "state": task.state.value,
        "assigned_at": as_raw(task.assigned_at),
        "accepted_at": as_raw(task.accepted_at),
        "on_site_at": as_raw(task.on_site_at),
        "ended_at": as_raw(ended),
        "due_at": as_raw(task.due_at),
        "said": (task.result or task.reason) if full else "",
    }


def _instruction(one: Instruction, full: bool) -> Json:
    return {
        "kind": one.kind,
        "text": one.text if full else "",
        "by": one.created_by,
        "at": as_raw(one.created_at),
        "due": as_raw(one.due_at),
        "answer": one.answer if full else "",
        "answered_at": as_raw(one.answered_at),
    }


def _events(detail: CaseDetail, handling: CaseHandling, runtime: Runtime, t: Texts, full: bool) -> list[Json]:
    """Oldest first, as paper is read."""
    teller = Teller(runtime.config, handling, t)
    return [
        {
            "kind": row.kind.value,
            "at": as_raw(row.at),
            "title": teller.name(row),
            "text": teller.text(row) if full else "",
            "answer": row.data.get("answer") if full else None,
        }
        for row in reversed(detail.events)
    ]


def _photo(one: Attachment) -> Json:
    image = Image.open(io.BytesIO(one.content)).convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    body = io.BytesIO()
    image.save(body, "JPEG", quality=QUALITY)
    return {
        "kind": one.kind,
        "at": as_raw(_taken(one)),
        "distance": one.distance,
        "width": image.width,
        "height": image.height,
        "sha256": one.sha256,
        "jpeg": base64.b64encode(body.getvalue()).decode(),
    }


def _taken(one: Attachment) -> datetime:
    return one.taken_at or one.added_at


def _map(runtime: Runtime, session: Session, situation: Situation, case: Case, full: bool) -> Json | None:
    """The place among its buildings; redacted no nearer than the community, and the mark in the middle of its cell."""
    area = case.area_code if full else case.area_code[: Level.COMMUNITY]
    if case.unlocated or len(area) < Level.COMMUNITY:
        return None
    level = Level.BUILDING if len(area) >= Level.GRID else Level.GRID
    found = map_data(runtime, session, situation, PageView(area, level))
    face = situation.faces.get(case.id)
    found["marks"] = []
    if case.longitude is not None and case.latitude is not None:
        place = place_on(ground_of(runtime, found["area"]), case.longitude, case.latitude, redacted=not full)
        found["marks"] = [{"at": place, "state": face.state.value if face else CLOSED_MARK, "severity": LARGEST}]
    for one in found["areas"]:
        one["value"] = None if level is Level.GRID else 0
    return found
