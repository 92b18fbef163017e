"""What the poll process does regularly besides polling."""

from datetime import datetime, timedelta

from dashboard.polling.scheduler import Chore
from dashboard.runtime import utc_now
from dashboard.services.delivering import deliver, settle_abandoned
from dashboard.services.desk import Desk
from dashboard.services.escalating import escalate
from dashboard.services.housekeeping import (
    forget_old_records,
    recalculate_provisional_clocks,
    resume_ended_pauses,
)
from dashboard.services.notifying import send_notices
from dashboard.services.source_checks import check_datums
from dashboard.snapshots.delivery import KIND as SNAPSHOT
from dashboard.snapshots.delivery import send_snapshot
from dashboard.snapshots.scheduling import run_schedules


def chores(desk: Desk) -> tuple[Chore, ...]:
    """All chores of a district's desk. Each may be done twice, or late, without harm."""
    return (
        Chore("send what waits", timedelta(seconds=2), lambda now: _send(desk, now)),
        Chore("put up notices", timedelta(seconds=10), lambda now: send_notices(desk, now)),
        Chore("climb ladders", timedelta(seconds=15), lambda now: escalate(desk, now)),
        Chore("resume ended pauses", timedelta(seconds=20), lambda now: resume_ended_pauses(desk, now)),
        Chore("check datums", timedelta(minutes=30), lambda now: check_datums(desk, now)),
        Chore("recalculate clocks", timedelta(hours=6), lambda now: recalculate_provisional_clocks(desk, now)),
        Chore("make scheduled snapshots", timedelta(seconds=30), lambda now: run_schedules(desk, now)),
        Chore("forget old records", timedelta(hours=1), lambda now: forget_old_records(desk, now)),
    )


def _send(desk: Desk, now: datetime) -> None:
    settle_abandoned(desk, now)
    deliver(desk, utc_now, {SNAPSHOT: lambda user, payload: send_snapshot(desk, user, payload, utc_now())})
