"""Commands for snapshots: make one, verify a file."""

import time
from dataclasses import replace
from datetime import datetime
from enum import Enum
from pathlib import Path

import typer

from dashboard.commands.console import DEFAULT, ConfigPath, console, errors, fail, read_config, ready_desk
from dashboard.domain.access import Scope, system_actor
from dashboard.domain.areas import AreaCodeError, is_within, level_of
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.periods import PeriodName
from dashboard.domain.snapshots import Edition, Kind, Paper
from dashboard.domain.stages import CaseError
from dashboard.live.measures import Measure
from dashboard.runtime import Runtime, build_runtime
from dashboard.services.desk import Desk
from dashboard.snapshots.asking import ask
from dashboard.snapshots.render import Renderer
from dashboard.snapshots.verifying import verdict
from dashboard.snapshots.wishes import Wish, of_case, of_view
from dashboard.snapshots.working import Worker, work_once
from dashboard.store.schema import DEMO_MARK, read_mark
from dashboard.store.snapshot_jobs import JobState, job_by_id
from dashboard.store.snapshots import Snapshot, SnapshotJob
from dashboard.viewmodels.map import default_level
from dashboard.viewmodels.view import PageView

LanguageName = Enum("LanguageName", {"zh": "zh", "en": "en"})
PATIENCE = 1.0  # seconds in which a running worker takes a job, else it is rendered here


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (snapshot, verify):
        app.command()(command)


def snapshot(
    config: ConfigPath = DEFAULT,
    area: str = typer.Option("", help="Code of the area; the whole district unless given."),
    kind: Kind = typer.Option(Kind.SITUATION, help="What the document is about."),
    paper: Paper = typer.Option(Paper.A4, help="Size of its pages."),
    language: LanguageName = typer.Option("zh", help="Its language."),
    edition: Edition = typer.Option(Edition.FULL, help="Everything, or nothing that leads to a person."),
    period: PeriodName = typer.Option(PeriodName.TODAY, help="The span that its numbers are about."),
    category: str = typer.Option(None, help="Only cases of this category or group."),
    case: str = typer.Option(None, help="Number of the case, for a case sheet."),
    day: datetime = typer.Option(None, formats=["%Y-%m-%d"], help="A day of the span a bulletin is about."),
    purpose: str = typer.Option("", help="Why the full sheet of a case is needed; noted in the audit trail."),
    out: Path = typer.Option(None, help="Where to write the file; <code>.pdf here unless given."),
) -> None:
    """Make a snapshot of what the pages show now, archive it and write it to a file."""
    settings = read_config(config)
    desk = ready_desk(settings)
    code = area or settings.district.code
    _check_area(code, settings.district.code)
    view = PageView(code, default_level(code), Measure.OPEN, period=period, category=category)
    wish = of_view(view, kind, day=day.date() if day else None) if kind is not Kind.CASE else _of_case(desk, case)
    wish = replace(wish, language=language.value, paper=paper, edition=edition)
    job = _made(_runtime(desk), wish, purpose)
    if job.state != JobState.DONE or job.snapshot_id is None:
        fail(f"the snapshot was refused: {job.reason}")
    with desk.sessions.read() as session:
        found = session.get_one(Snapshot, job.snapshot_id)
        path = out or Path(f"{found.code}.pdf")
        path.write_bytes(found.pdf or b"")
        for notice in found.notices:
            errors.print(notice, style="yellow", markup=False)
        console.print(
            f"{path}: {found.title}, {found.pages} pages, code {found.code}, sha256 {found.sha256}", soft_wrap=True
        )


def _of_case(desk: Desk, number: str | None) -> Wish:
    if not number:
        fail("a case sheet needs --case and the number of the case")
    try:
        with desk.sessions.read() as session:
            return of_case(session, Scope(desk.config.district.code), number)
    except CaseError as error:
        fail(str(error))


def _runtime(desk: Desk) -> Runtime:
    with desk.sessions.read() as session:
        is_demo = read_mark(session, DEMO_MARK) is not None
    return build_runtime(desk.config, desk, is_demo)


def _made(runtime: Runtime, wish: Wish, purpose: str) -> SnapshotJob:
    """The finished job; a worker that runs elsewhere may do it, else it is done here."""
    actor = system_actor(runtime.config.district.code, "command line")
    try:
        job_id = ask(runtime, actor, wish, origin="command", purpose=purpose)
    except CaseError as error:
        fail(str(error))
    began, worker = time.monotonic(), None
    while (job := _job(runtime, job_id)).state in (JobState.WAITING, JobState.RUNNING):
        if job.state == JobState.WAITING and time.monotonic() - began > PATIENCE:
            worker = worker or Worker(runtime.sessions, Renderer())
            work_once(worker)
        else:
            time.sleep(0.05)
    return job


def _job(runtime: Runtime, job_id: int) -> SnapshotJob:
    with runtime.sessions.read() as session:
        found = job_by_id(session, job_id)
        assert found, "a job that was asked for exists"
        return found


def _check_area(area: str, district: str) -> None:
    try:
        is_known = bool(level_of(area)) and is_within(area, district)
    except AreaCodeError as error:
        fail(str(error))
    if not is_known:
        fail(f"{area} does not lie in the district {district}")


def verify(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="The PDF to be verified."),
    config: ConfigPath = DEFAULT,
) -> None:
    """Say whether a file is a snapshot of the archive, byte for byte; needs no web server."""
    desk = ready_desk(read_config(config))
    with desk.sessions.read() as session:
        found = verdict(session, file.read_bytes())
        if found.found is not None:
            console.print(f"{file}: match\n{_told(found.found)}", markup=False, soft_wrap=True)
            return
        claim = f"\nit names {found.named.code}, but its bytes are not those archived" if found.named else ""
    console.print(f"{file}: no match{claim}", markup=False, soft_wrap=True)
    raise typer.Exit(1)


def _told(found: Snapshot) -> str:
    at = found.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return f"{found.title}\n{at} (Asia/Shanghai)\n{found.scope}\n{found.code}"
