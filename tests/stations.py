"""Sources as a configuration describes them, and a desk that polls one of them by hand."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter
from sqlalchemy import select

from dashboard.config.load import read_yaml
from dashboard.config.sources import BaseSource, Source
from dashboard.polling.poller import poll
from dashboard.services.desk import Desk
from dashboard.services.rebuild import rebuild
from dashboard.serving import poll_tools
from dashboard.store.engine import writing
from dashboard.store.leases import Held
from dashboard.store.models import Case, Report
from dashboard.store.operations import Quarantined, Run, SourceState
from dashboard.store.sources import source_state
from tests.factories import DAY, NOON, ROOT, make_config, point_in
from tests.integration.test_recount import count_rows
from tests.outside import Answer, Outside, Reply, in_json


def source_entry(protocol: str = "rest", **more: Any) -> dict[str, Any]:
    """A source as config.yaml describes it; REST unless told otherwise."""
    return {
        "id": "board",
        "protocol": protocol,
        "name": {"zh": "百姓呼声", "en": "Citizens' board"},
        "channel": "board",
        "timeout": "5s",
        "start_from": NOON - 30 * DAY,
    } | more


def make_source(protocol: str = "rest", **more: Any) -> BaseSource:
    """A source as it is read from its description."""
    source: BaseSource = TypeAdapter(Source).validate_python(source_entry(protocol, **more))
    return source


def make_item(number: int | str = 1, **more: Any) -> dict[str, Any]:
    """A report as a REST service with our own names would give it."""
    longitude, latitude = point_in(0)
    said = {
        "id": f"B{number}",
        "text": "楼下路灯不亮",
        "category": "路灯不亮",
        "created_at": "2026-03-10T11:50:00+08:00",
        "longitude": longitude,
        "latitude": latitude,
        "address": "春林路",
        "status": "open",
    }
    return said | more


@dataclass
class Station:
    """A desk with one configured source, polled by hand while the clock stands where it is put."""

    desk: Desk
    source: BaseSource
    now: datetime = NOON

    def poll(self, *, force: bool = True, later: timedelta = timedelta(), lease: Held | None = None) -> Run | None:
        """One poll, perhaps some time later."""
        self.now += later
        return poll(self.source, replace(poll_tools(self.desk), now=lambda: self.now, lease=lease), force=force)

    def die_in_poll(self, after_pages: int) -> None:
        """A poll whose process dies while it stores a page."""
        tools, stored = poll_tools(self.desk), []

        def save(*arguments: Any) -> Any:
            taken = tools.save(*arguments)
            stored.append(taken)
            if len(stored) > after_pages:
                raise KeyboardInterrupt
            return taken

        with suppress(KeyboardInterrupt):
            poll(self.source, replace(tools, now=lambda: self.now, save=save), force=True)

    def accept_backlog(self) -> None:
        """What `yiwang poll --accept-backlog` notes."""
        with writing(self.desk.sessions, self.now) as session:
            source_state(session, self.source.id, self.source.start_from, self.now).backlog_accepted = True

    def reports(self) -> list[Report]:
        """All reports, oldest first."""
        return self._all(select(Report).order_by(Report.id))

    def report(self) -> Report:
        """The only report."""
        (found,) = self.reports()
        return found

    def ids(self) -> list[str]:
        """The external ids of all reports, in order."""
        return sorted(report.external_id for report in self.reports())

    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        return self._all(select(Case).order_by(Case.id))

    def case(self) -> Case:
        """The only case."""
        (found,) = self.cases()
        return found

    def runs(self) -> list[Run]:
        """The ledger, oldest first."""
        return self._all(select(Run).order_by(Run.id))

    def waiting(self) -> list[Quarantined]:
        """The quarantine."""
        return self._all(select(Quarantined).where(Quarantined.status == "waiting").order_by(Quarantined.id))

    def state(self) -> SourceState:
        """The source's cursor and health."""
        (found,) = self._all(select(SourceState).where(SourceState.id == self.source.id))
        return found

    def _all(self, query: Any) -> list[Any]:
        with self.desk.sessions.read() as session:
            return list(session.scalars(query))


def station(desk: Desk, source: BaseSource) -> Station:
    """A station whose desk knows the source as a configured one."""
    config = make_config(desk.config.database.url, sources=[source.model_dump()])
    return Station(replace(desk, config=config), source)


def rest_station(desk: Desk, outside: Outside, *answers: Answer, **more: Any) -> Station:
    """A station that polls a scripted REST service."""
    return station(desk, make_source(url=outside.answers("/reports", *answers), **more))


def one_page(*items: Any) -> Reply:
    """A REST answer with these items."""
    return in_json({"items": list(items)})


def numbered(count: int, first: int = 1, **more: Any) -> Sequence[dict[str, Any]]:
    """So many items with ids of their own."""
    return [make_item(number, **more) for number in range(first, first + count)]


def check_against_events(desk: Desk, now: datetime) -> None:
    """What is stored and counted is what the events say."""
    kept = count_rows(desk)
    assert rebuild(desk, now).mended == []
    assert count_rows(desk) == kept


def write_config(desk: Desk, folder: Path, *entries: dict[str, Any]) -> str:
    """A configuration file for commands, with this desk's database and these sources."""
    content = read_yaml(ROOT / "config.yaml") | {
        "database": {"url": desk.config.database.url},
        "sources": list(entries),
        "merging": {"automatic": False},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return str(path)
