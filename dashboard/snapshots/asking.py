"""Asking for a snapshot: rights are checked, data frozen, and a job put into the queue; nothing is rendered here."""

from collections.abc import Mapping
from typing import Any

from dashboard.auth.accounts import note
from dashboard.domain.access import Actor, Right
from dashboard.domain.areas import Level
from dashboard.domain.calendars import SHANGHAI
from dashboard.domain.snapshots import Edition, Kind, new_code
from dashboard.domain.stages import CaseError
from dashboard.runtime import Runtime
from dashboard.snapshots.contents import ContentsError, contents
from dashboard.snapshots.frozen import packed
from dashboard.snapshots.wishes import Wish
from dashboard.store.archive import snapshot_by_code
from dashboard.store.areas import area_by_code
from dashboard.store.engine import writing
from dashboard.store.snapshot_jobs import add_job, unfinished_of
from dashboard.viewmodels.archive import may_read

MOST_WAITING = 20
"""Jobs that one person may have in the queue."""


def ask(
    runtime: Runtime,
    actor: Actor,
    wish: Wish,
    *,
    origin: str = "page",
    purpose: str = "",
    key: str | None = None,
    deliver: Mapping[str, Any] | None = None,
) -> int:
    """Freeze what is shown and queue it to be rendered. Returns the job's number.

    Args:
        purpose: Why somebody needs a case with what citizens said; required for the full edition of a case sheet.
        key: Lets a job exist once, such as one of the schedule; a random one unless given.
        deliver: To whom the document is sent when it is done.

    Raises:
        CaseError: the actor may not have it, or it cannot be made now.
    """
    _check(runtime, actor, wish, purpose)
    now, code = runtime.now(), new_code()
    try:
        data = packed(contents(runtime, wish, code))
    except ContentsError as error:
        if key is None:  # what is asked for again and again is not noted every time
            _refused(runtime, actor, wish, str(error))
        raise CaseError("数字前后不一致，没有生成快照；请稍后再试（{reason}）", reason=str(error)) from error
    with writing(runtime.sessions, now) as session:
        if key is None and unfinished_of(session, actor.name) >= MOST_WAITING:
            raise CaseError("您已有 {n} 份快照在排队，请等它们完成", n=MOST_WAITING)
        job = add_job(
            session, key=key or code, code=code, origin=origin, asked_by=actor.name, now=now, data=data, deliver=deliver
        )
        said = wish.as_json() | ({"purpose": purpose} if purpose else {})
        note(session, actor.name, "snapshot_asked", now, code=job.code, origin=origin, wish=said)
        return job.id


def _check(runtime: Runtime, actor: Actor, wish: Wish, purpose: str) -> None:
    if not actor.may(Right.EXPORT):
        raise CaseError("您没有权限导出快照")
    if not actor.scope.covers(wish.area):
        raise CaseError("这个区域不在您的权限内")
    with runtime.sessions.read() as session:
        if area_by_code(session, wish.area, runtime.today) is None:
            raise CaseError("没有代码为 {code} 的区域", code=wish.area)
    if wish.kind.is_bulletin and len(wish.area) > Level.COMMUNITY:
        raise CaseError("日报、周报和月通报只做到社区一级")
    if wish.kind is Kind.CASE and wish.edition is Edition.FULL:
        if not actor.may(Right.HANDLE):
            raise CaseError("完整版案件单含有诉求人所述，您只能导出脱敏版")
        if not purpose.strip():
            raise CaseError("请写明导出完整版案件单的用途")


def _refused(runtime: Runtime, actor: Actor, wish: Wish, reason: str) -> None:
    now = runtime.now()
    with writing(runtime.sessions, now) as session:
        note(session, actor.name, "snapshot_refused", now, wish=wish.as_json(), reason=reason)


def ask_for_copy(runtime: Runtime, actor: Actor, code: str) -> int:
    """Queue a copy of an archived snapshot with the name of its reader and the time on it. Returns the job's number.

    Raises:
        CaseError: there is none that the actor may have, or only its fingerprint is left.
    """
    now = runtime.now()
    with writing(runtime.sessions, now) as session:
        found = snapshot_by_code(session, code, actor.scope)
        if found is None or not may_read(actor, found):
            raise CaseError("没有这份快照")
        if found.data is None:
            raise CaseError("这份快照已过保存期限，只留有指纹")
        mark = f"{actor.name} {now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        key = f"copy:{code}:{actor.id}:{now.timestamp():.6f}"
        job = add_job(
            session, key=key, code=code, origin="download", asked_by=actor.name, now=now, snapshot_id=found.id,
            watermark=mark,
        )  # fmt: skip
        note(session, actor.name, "snapshot_downloaded", now, code=code)
        return job.id
