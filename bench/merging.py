"""Merging: what joins by itself and what is suggested, on labelled appeals, and how long a search takes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bench.appeals import quality_of
from bench.databases import FOLDER, ROOT, forget, settings
from bench.labelled import DAYS, labelled
from bench.quality import Appeal, Quality
from bench.real import san_francisco
from bench.rows import Row, at_least
from bench.searching import searching
from bench.setting import Setting
from dashboard.config import Config
from dashboard.demo.build import CITY_SEED
from dashboard.demo.city import City, build_city
from dashboard.demo.district import write_district
from dashboard.domain.access import Actor, Role, Scope
from dashboard.runtime import utc_now
from dashboard.services.desk import Desk, build_desk
from dashboard.services.finding import SHOWN
from dashboard.services.intake import take_in
from dashboard.services.merging import merge
from dashboard.services.openings import Origin
from dashboard.store.engine import writing
from dashboard.store.handling import Suggestion
from dashboard.store.reports import reports_by_external_id
from dashboard.store.schema import upgrade
from dashboard.store.suggestions import suggestions_of

PRECISION, RECALL = 0.98, 0.85
OFTEN = 5
DATABASE = FOLDER / "merging.db"
OFFICER = Actor("officer", "officer", Role.OPERATOR, Scope("410303"))
HAND_WRITTEN = ("appeals.yaml", "appeals_unseen.yaml", "appeals_fresh.yaml")


def merging(setting: Setting) -> Iterator[Row]:
    """Precision and recall, by hand, from the demo and on real records; and the time of one search."""
    shipped = settings(DATABASE)
    for name in HAND_WRITTEN:
        setting.step(name)
        yield from rows_of(f"{name}, by hand", quality_of(ROOT / "tests" / "data" / name, shipped))
    yield from san_francisco(setting, shipped)
    setting.step("making the district")
    city, now = build_city(CITY_SEED), utc_now()
    desk = with_district(shipped, city, now)
    yield from searching(setting, desk, now)
    desk.sessions.engine.dispose()
    desk = with_district(shipped, city, now)
    appeals = labelled(city.areas, shipped, now - timedelta(days=DAYS + 20), 1 if setting.is_quick else OFTEN)
    yield from rows_of("the demo's labelled set", quality_at_intake(desk, appeals, setting))
    desk.sessions.engine.dispose()
    forget(DATABASE)


def rows_of(what: str, quality: Quality) -> Iterator[Row]:
    """The two numbers that are promised, and what else one should know."""
    note = f"{len(quality.wrong)} of {quality.joined} wrong; {quality.coverage:.0%} of the joinable join by themselves"
    yield Row("merging", f"{what}: joins that are right", quality.precision, gates=[at_least(PRECISION)], note=note)
    note = f"{quality.found} of {quality.joinable}; {quality.asked} of {quality.fresh} new matters have suggestions too"
    styles = quality.by_style()
    note = f"{note}; {styles}" if styles else note
    yield Row("merging", f"{what}: among the first three", quality.recall, gates=[at_least(RECALL)], note=note)


def with_district(config: Config, city: City, now: datetime) -> Desk:
    """A database with areas and no case."""
    forget(DATABASE)
    desk = build_desk(config)
    upgrade(desk.sessions)
    with writing(desk.sessions, now) as session:
        write_district(session, city, CITY_SEED)
    return desk


def quality_at_intake(desk: Desk, appeals: list[Appeal], setting: Setting) -> Quality:
    """Take them in one by one. A person accepts right suggestions; what was missed stays a case of its own."""
    quality, told = Quality(), dict[int, frozenset[str]]()
    for number, appeal in enumerate(appeals):
        setting.step(f"labelled reports, {number:,} of {len(appeals):,}")
        _one(desk, quality, told, appeal)
    return quality


def _one(desk: Desk, quality: Quality, told: dict[int, frozenset[str]], appeal: Appeal) -> None:
    case_id, suggestions = _take_in(desk, appeal)
    joined = told.get(case_id)
    shown = [] if joined is not None else [(one.other_id, told[one.other_id], _why(one)) for one in suggestions]
    is_joinable = any(appeal.events & events for events in told.values())
    said = [("+".join(sorted(events)), reasons) for _, events, reasons in shown]
    quality.note(appeal, joined, [events for _, events, _ in shown], is_joinable, said)
    told.setdefault(case_id, appeal.events)
    right = next((other for other, events, _ in shown if len(appeal.events) == 1 and appeal.events == events), None)
    if right is not None:
        merge(desk, case_id, right, OFFICER, appeal.at)


def _take_in(desk: Desk, appeal: Appeal) -> tuple[int, Sequence[Suggestion]]:
    """The case that the report is in now, and what was suggested for it."""
    origin = Origin(appeal.channel, appeal.channel, "wgs84", appeal.at - timedelta(days=1), appeal.at)
    with writing(desk.sessions, appeal.at) as session:
        take_in(session, desk, origin, [appeal.report], [], appeal.at)
    with desk.sessions.read() as session:
        key = appeal.report.external_id
        case_id = reports_by_external_id(session, appeal.channel, [key])[key].case_id
        return case_id, suggestions_of(session, case_id)[:SHOWN]


def _why(suggestion: Suggestion) -> str:
    return f"({suggestion.certainty:.2f}: {suggestion.reasons}; {suggestion.doubts})"
