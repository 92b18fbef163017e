"""Making the demo: the synthetic district and sixteen months of its cases, in a database of its own."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from dashboard.demo.city import build_city
from dashboard.demo.district import write_district
from dashboard.demo.history import write_past
from dashboard.demo.plans import SEED
from dashboard.demo.sites import Sites, make_sites
from dashboard.demo.volumes import TOTAL, opening_instants
from dashboard.domain.calendars import shanghai_day
from dashboard.services.desk import Desk
from dashboard.services.training import TooFewCasesError, teach
from dashboard.store.areas import area_frame
from dashboard.store.bulk import analyze, drop_indexes, restore_indexes, without_collector
from dashboard.store.changes import Announcement, ChangeKind, announce
from dashboard.store.classifying import keep_learned
from dashboard.store.engine import writing
from dashboard.store.models import Case, CaseEvent, ClockRow, Report, table_of
from dashboard.store.recount import add_counts
from dashboard.store.schema import DEMO_MARK, read_mark, upgrade, write_mark
from dashboard.store.types import to_micros

CITY_SEED, LEARNED_FROM = 7, 8_000
LIVED_UNTIL = "demo_lived_until"
Step = Callable[[str], None]


def is_built(desk: Desk) -> bool:
    """Whether the database holds a finished demo."""
    with desk.sessions.read() as session:
        return read_mark(session, LIVED_UNTIL) is not None


def build(desk: Desk, now: datetime, step: Step, total: int = TOTAL) -> None:
    """Make the demo in an empty database, in one transaction: it is there whole or not at all."""
    upgrade(desk.sessions)
    with without_collector(), writing(desk.sessions, now) as session:
        write_mark(session, DEMO_MARK, "synthetic")
        step("city")
        write_district(session, build_city(CITY_SEED), CITY_SEED)
        tables = [table_of(model) for model in (Case, Report, CaseEvent, ClockRow)]
        drop_indexes(session, tables)
        step("history")
        instants = opening_instants(np.random.default_rng(SEED), now, total)
        written = write_past(session, desk, demo_sites(session, desk, now), instants, now)
        step("counts")
        add_counts(session, written.cases, written.marks, written.reports, is_fresh=True)
        step("indexes")
        restore_indexes(session)
        analyze(session)
        step("learning")
        _learn(session, desk, now)
        write_mark(session, LIVED_UNTIL, str(to_micros(now)))
        announce(session, Announcement(ChangeKind.IMPORT))


def _learn(session: Session, desk: Desk, now: datetime) -> None:
    """The categories of texts, from some of the past; a demo too small to learn from does without."""
    with suppress(TooFewCasesError):
        taught = teach(session, desk, now, lambda _step: None, LEARNED_FROM)
        keep_learned(session, taught.content, taught.report, now)


def demo_sites(session: Session, desk: Desk, now: datetime) -> Sites:
    """Where the demo's complaints come from."""
    areas = area_frame(session, shanghai_day(now))
    return make_sites(areas, desk.config.district.code, desk.config.district.cell_crs, SEED)
