"""The page of a party without an account: one task, by an expiring link, on a phone. Opening and acting are logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, get_flashed_messages, redirect, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from sqlalchemy.orm import Session

from dashboard.api.public_pages import public_page, visitor_texts
from dashboard.auth.accounts import note
from dashboard.config.handling import Plan
from dashboard.domain.dispatch import OPEN, TASK_MOVES, Task, TaskState
from dashboard.domain.masking import citizens_words
from dashboard.domain.stages import CaseError
from dashboard.runtime import Runtime
from dashboard.services.errands import STEPS, take_step
from dashboard.services.links import Errand, errand_of
from dashboard.services.parties import register_of
from dashboard.store.engine import writing
from dashboard.store.reports import reports_of
from dashboard.viewmodels.case_handling import plan_for
from layouts.case_columns import words
from layouts.labels import TASK_STATES
from layouts.refusals import refusal
from layouts.texts import Texts

OPENED_AT_MOST = "60 per minute"
SHOWN_REPORTS = 5


@dataclass(frozen=True)
class TaskPage:
    """What a party sees of its task; as long as it has work, citizens' words without what names or reaches them."""

    party: str
    category: str
    areas: str
    said: Sequence[str]
    plan: Plan | None
    steps: Sequence[str]


def party_blueprint(runtime: Runtime, limiter: Limiter, version: str) -> Blueprint:
    """The routes /task/<token>."""
    blueprint = Blueprint("party", __name__, template_folder="templates")

    @blueprint.get("/task/<token>")
    @limiter.limit(OPENED_AT_MOST)
    def show(token: str) -> ResponseReturnValue:
        now = runtime.now()
        with writing(runtime.sessions, now) as session:
            errand = errand_of(session, token, now)
            if errand is None:
                return _page(runtime, version, status=410)
            case, task = errand.case, errand.task
            note(session, errand.actor.id, "party_link_opened", now, case=case.number, task=task.number)
            page = _task_page(session, runtime, errand, now)
        return _page(runtime, version, errand=errand, page=page, now=now)

    @blueprint.post("/task/<token>")
    @limiter.limit(OPENED_AT_MOST)
    def act(token: str) -> ResponseReturnValue:
        now = runtime.now()
        with runtime.sessions.read() as session:
            errand = errand_of(session, token, now)
        if errand is None:
            return _page(runtime, version, status=410)
        try:
            _do(runtime, errand, now)
        except CaseError as error:
            flash(refusal(error, visitor_texts()))
        return redirect(f"/task/{token}")

    return blueprint


def _do(runtime: Runtime, errand: Errand, now: datetime) -> None:
    photo = request.files.get("photo")
    data = photo.stream.read(runtime.config.attachments.max_bytes + 1) if photo and photo.filename else b""
    take_step(runtime.desk, errand, request.form.get("act", ""), request.form, data, now)


def _task_page(session: Session, runtime: Runtime, errand: Errand, now: datetime) -> TaskPage:
    t, case = visitor_texts(), errand.case
    names = runtime.area_names()
    reports = reports_of(session, [case.id])[:SHOWN_REPORTS]
    codes = [case.area_code[:length] for length in (9, 12, 15) if len(case.area_code) >= length]
    return TaskPage(
        party=register_of(session, runtime.desk, now).name(errand.task.party, t.language),
        category=words("category", case.category, runtime.config, t),
        areas=" › ".join(names[code] for code in codes if code in names),
        said=[citizens_words(report.text, report.contact or "") for report in reports] if errand.task.is_open else [],
        plan=plan_for(runtime.config, case.category),
        steps=[name for kind, name in STEPS.items() if kind in TASK_MOVES[errand.task.state]],
    )


def _page(
    runtime: Runtime,
    version: str,
    *,
    status: int = 200,
    errand: Errand | None = None,
    page: TaskPage | None = None,
    now: datetime | None = None,
) -> ResponseReturnValue:
    state = _state(errand.task, visitor_texts(), now) if errand and now else ""
    refusals = get_flashed_messages()
    return public_page(
        runtime, version, "task.html", status=status, errand=errand, page=page, state=state, refusals=refusals
    )


def _state(task: Task, t: Texts, now: datetime) -> str:
    """Where the task stands, and by when what has to be done."""
    name = t(TASK_STATES[task.state])
    if task.state not in OPEN or task.next_due_at is None:
        return name
    what = "请在 {at} 前签收" if task.state is TaskState.ASSIGNED else "请在 {at} 前办结"
    late = t("，已超期") if task.is_late(now) else ""
    return f"{name} · {t(what, at=t.time(task.next_due_at))}{late}"
