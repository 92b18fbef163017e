"""What the section on snapshots says about other sections."""

from collections.abc import Iterator

from dashboard.config.model import Config
from dashboard.config.snapshots import Schedule
from dashboard.domain.areas import AreaCodeError, is_within
from dashboard.domain.snapshots import Kind


def snapshot_problems(config: Config) -> Iterator[str]:
    """Contradictions, as `key: what and how to mend it`."""
    found = config.snapshots
    ids = [one.id for one in found.schedules]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"snapshots.schedules: {name!r} stands twice; names must be unique"
    users = [one.user for one in found.subscribers]
    for name in sorted({name for name in users if users.count(name) > 1}):
        yield f"snapshots.subscribers: {name!r} stands twice; give each account one address"
    for schedule in found.schedules:
        yield from _schedule(schedule, config)
    if any(schedule.to for schedule in found.schedules) and found.mail is None:
        yield "snapshots.mail: is missing, and schedules send to people; name the mail server"


def _schedule(schedule: Schedule, config: Config) -> Iterator[str]:
    key = f"snapshots.schedules.{schedule.id}"
    if schedule.kind is Kind.CASE:
        yield f"{key}.kind: a case sheet is made for one case, not by a schedule"
    for area in schedule.areas:
        try:
            inside = is_within(area, config.district.code)
        except AreaCodeError as error:
            yield f"{key}.areas: {error}"
            continue
        if not inside:
            yield f"{key}.areas: {area!r} does not lie in the district {config.district.code}"
    known = {one.user for one in config.snapshots.subscribers}
    for name in sorted(set(schedule.to) - known):
        yield f"{key}.to: {name!r} is unknown; add it under snapshots.subscribers"
    routes = {route.id for route in config.notices.routes}
    for name in sorted(set(schedule.routes) - routes):
        yield f"{key}.routes: {name!r} is unknown; add it under notices.routes"
