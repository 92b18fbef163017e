"""How long one report is searched for among five thousand open cases."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from sqlalchemy import func, select

from bench.rows import Row, at_most, ratio_at_most
from bench.setting import Setting, median, percentile, worked_and_waited
from dashboard.demo.build import demo_sites
from dashboard.demo.history import write_past
from dashboard.demo.people import say, stories
from dashboard.demo.sites import Sites, draw_sites
from dashboard.domain.calendars import shanghai_day
from dashboard.domain.reports import Incoming
from dashboard.services.desk import Desk
from dashboard.services.finding import SHOWN, Fresh, find_cases
from dashboard.services.openings import Origin, arrival_of, fresh_of
from dashboard.services.tellings import pairs_of, text_agreement
from dashboard.store.bulk import analyze
from dashboard.store.engine import writing
from dashboard.store.models import Case
from dashboard.store.types import to_micros

OPEN, WITHIN = 5_000, timedelta(hours=8)
MILLISECONDS, RATIO = 20.0, 4.0
SEARCHES, WARMING, SEED = 300, 60, 5
Pairs = tuple[frozenset[str]]


def searching(setting: Setting, desk: Desk, now: datetime) -> Iterator[Row]:
    """Milliseconds of the processor a search takes once some cases were read, beside comparing the bare text with those
    of all open cases."""
    setting.step(f"opening {OPEN:,} cases")
    sites = _open_cases(desk, now)
    with desk.sessions.read() as session:
        texts = [(pairs_of(text),) for text in session.scalars(select(Case.summary).where(Case.is_open.is_(True)))]
        reports = _reports(desk, sites, setting.times(SEARCHES), now)
        setting.step("searching")
        for report in _reports(desk, sites, WARMING, now):
            find_cases(session, desk, report, now)
        found = [worked_and_waited(partial(find_cases, session, desk, report, now)) for report in reports]
        bare = [worked_and_waited(partial(_bare, report.text, texts))[0] for report in reports]
    times = [worked for worked, _ in found]
    waited = median([passed for _, passed in found])
    note = (
        f"of the processor; 95 %: {percentile(times, 0.95):.1f} ms; by the clock {waited:.1f} ms; "
        "reference: the text beside the texts of all of them, nothing else"
    )
    what = f"candidates of one report among {len(texts):,} open cases"
    gates = [at_most(MILLISECONDS), ratio_at_most(RATIO)]
    yield Row("merging", what, median(times), "ms", reference=median(bare), gates=gates, note=note)


def _open_cases(desk: Desk, now: datetime) -> Sites:
    """Cases of the last hours, a few at a time until so many are open."""
    rng = np.random.default_rng(SEED)
    with writing(desk.sessions, now) as session:
        sites = demo_sites(session, desk, now)
        while (session.scalar(select(func.count()).where(Case.is_open.is_(True))) or 0) < OPEN:
            instants = np.sort(rng.integers(to_micros(now - WITHIN), to_micros(now), OPEN // 5))
            write_past(session, desk, sites, instants, now)
        analyze(session)
    return sites


def _reports(desk: Desk, sites: Sites, count: int, now: datetime) -> Sequence[Fresh]:
    """New reports, half of them with a point, the others with no more than their words."""
    rng = np.random.default_rng(SEED + 1)
    at_home = rng.random(count) < 0.6
    chosen = draw_sites(sites, rng, at_home)
    told = [stories()[number] for number in rng.integers(0, len(stories()), count)]
    draws = rng.integers(0, 1 << 20, (count, 4)).tolist()
    found = []
    for number, (story, site) in enumerate(zip(told, chosen, strict=True)):
        text = say(story, str(sites.names[site]), "hotline", draws[number])
        report = Incoming(f"S{number}", text, category=story.category)
        if number % 2:
            report = replace(report, x=float(sites.longitude[site]), y=float(sites.latitude[site]))
        found.append(report)
    with desk.sessions.read() as session:
        spots = desk.atlases.current(session, shanghai_day(now)).spots(found, "wgs84")
    origin = Origin("hotline", "hotline", "wgs84", now - timedelta(days=1), now)
    return [fresh_of(arrival_of(*pair, origin, now), origin) for pair in zip(found, spots, strict=True)]


def _bare(text: str, texts: Sequence[Pairs]) -> Sequence[Pairs]:
    own = (pairs_of(text),)
    return heapq.nlargest(SHOWN, texts, key=lambda other: text_agreement(own, other))
