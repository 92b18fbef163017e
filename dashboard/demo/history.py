"""The demo district's past: cases that were, and those that are being handled now."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.random import Generator
from sqlalchemy.orm import Session

from dashboard.demo.crews import Crews, crews_of
from dashboard.demo.lives import draw_level, draw_steps
from dashboard.demo.people import category_weights, channel_names, say, stories
from dashboard.demo.plans import QUIRKS, SEED, as_events, further_acts, odd_quirk, plan
from dashboard.demo.sites import Sites, draw_sites, place_columns
from dashboard.demo.tasking import Planned
from dashboard.domain.events import Event, EventKind
from dashboard.domain.policies import Severity
from dashboard.domain.sla import ClockName
from dashboard.services.desk import Desk
from dashboard.services.history import write_lives
from dashboard.services.lives import Lives
from dashboard.services.lives_counts import Written
from dashboard.store.bulk import next_id
from dashboard.store.cases import CASES
from dashboard.store.marks import NEVER
from dashboard.store.types import from_micros, to_micros

DAY = 24 * 3_600_000_000
PLANNED_FROM, TASKED_FROM = 4 * DAY, 62 * DAY
"""Younger cases follow their own plan, so that the live handlers can go on with it; of these tasks are known."""
STEP_KINDS = (EventKind.RESPONDED, EventKind.ARRIVED, EventKind.FED_BACK, EventKind.CLOSED)
MASS_SHARE, LARGEST_MASS = 0.004, 40


def write_past(session: Session, desk: Desk, sites: Sites, instants: np.ndarray, now: datetime) -> Written:
    """Write the cases opened at these instants (microseconds, in order) with all that has happened to them by `now`."""
    rng = np.random.default_rng((SEED, int(instants[0])))
    crews = crews_of(session, desk, now)
    lives = _draw(desk, sites, instants, now, rng, next_id(session, CASES), crews)
    return write_lives(session, desk, lives)


def _draw(
    desk: Desk, sites: Sites, opened: np.ndarray, now: datetime, rng: Generator, first_id: int, crews: Crews
) -> Lives:
    count = len(opened)
    channels, shares = channel_names()
    channel = np.array(channels, object)[rng.choice(len(channels), count, p=shares)]
    story = _draw_stories(opened, channel, rng)
    told = [stories()[number] for number in story]
    at_home = np.array([one.at == "home" for one in told])
    place = place_columns(sites, rng, draw_sites(sites, rng, at_home), at_home)
    category = [one.category for one in told]
    severity = [desk.severities[one] for one in category]
    policies = _policies(desk, category, severity, from_micros(int(opened[0])))
    needs_arrival = np.array([desk.rules.policy(key).targets[ClockName.ARRIVE] is not None for key in policies])
    urgent = np.array([one != Severity.NORMAL for one in severity])
    steps = draw_steps(rng, count, needs_arrival, urgent)
    until = to_micros(now)
    draws = rng.integers(0, 1 << 30, (count, 4)).tolist()

    def happened(delay: np.ndarray) -> np.ndarray:
        at = opened + delay
        return np.where((delay >= 0) & (at <= until), at, NEVER)

    lives = Lives(
        opened=opened,
        responded=happened(steps.respond),
        arrived=happened(steps.arrive),
        fed_back=happened(steps.feed_back),
        closed=happened(steps.close),
        close_level=draw_level(rng, count),
        policies=policies,
        frame=place
        | {
            "source": list(channel),
            "external_id": [f"H{first_id + n}" for n in range(count)],
            "channel": list(channel),
            "category": category,
            "severity": severity,
            "text": [say(*words) for words in zip(told, place["place"], channel, draws, strict=True)],
            "category_raw": category,
            "source_status": [None] * count,
            "flags": ["[]"] * count,
            "source_at": (opened - _intake_lag(rng, count)).tolist(),
            "handler": [f"handler{n}" for n in rng.integers(1, 60, count)],
        },
        joined=_joined(rng, opened, story, place["place"], until),
    )
    lives.close_level = [
        level if at != NEVER else None for level, at in zip(lives.close_level, lives.closed, strict=True)
    ]
    lives.specials = _specials(desk, lives, rng, now, first_id, needs_arrival, urgent, crews)
    lives.further = _further(desk, lives, rng, now, crews)
    return lives


def _intake_lag(rng: Generator, count: int) -> np.ndarray:
    """Microseconds between a report's time at its source and its acceptance: mostly half a minute, seldom more."""
    return (np.minimum(rng.lognormal(3.4, 0.5, count), 900) * 1_000_000).astype(np.int64)


def _draw_stories(opened: np.ndarray, channel: np.ndarray, rng: Generator) -> np.ndarray:
    month = (opened // 1_000_000 + 8 * 3600).astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12 + 1
    story = np.empty(len(opened), np.int64)
    for name in set(channel):
        for number in np.unique(month):
            mine = (channel == name) & (month == number)
            story[mine] = rng.choice(len(stories()), int(mine.sum()), p=category_weights(int(number), name))
    return story


def _policies(desk: Desk, category: list[str], severity: list[str], opened_at: datetime) -> list[str]:
    known = {
        (c, s): desk.rules.choose(c, Severity(s), opened_at).key for c, s in set(zip(category, severity, strict=True))
    }
    return [known[pair] for pair in zip(category, severity, strict=True)]


def _joined(
    rng: Generator, opened: np.ndarray, story: np.ndarray, place: list[str], until: int
) -> list[tuple[int, str, str, int]]:
    """Further reports of some incidents, mostly few, sometimes many."""
    chosen = np.flatnonzero(rng.random(len(opened)) < MASS_SHARE)
    found = []
    for case in chosen.tolist():
        for _ in range(min(int(rng.pareto(1.1)) + 1, LARGEST_MASS)):
            at = int(opened[case]) + int(rng.exponential(50 * 60)) * 1_000_000
            if at < until:
                channel = str(rng.choice(["hotline", "board", "grid"], p=[0.8, 0.15, 0.05]))
                draw = rng.integers(0, 1 << 30, 4).tolist()
                found.append((case, channel, say(stories()[story[case]], place[case], channel, draw), at))
    return found


def _specials(
    desk: Desk,
    lives: Lives,
    rng: Generator,
    now: datetime,
    first_id: int,
    needs: np.ndarray,
    urgent: np.ndarray,
    crews: Crews,
) -> dict[int, list[Event]]:
    """Whole logs of the young cases, which follow their plan, and of a share of the old ones that took another way."""
    young = lives.opened > to_micros(now) - PLANNED_FROM
    odd = rng.random(len(lives)) < 1 - QUIRKS["plain"]
    joined: dict[int, list[Event]] = {}
    for case, channel, _, at in lives.joined:
        event = Event(EventKind.REPORT_JOINED, from_micros(at), data={"channel": channel})
        joined.setdefault(case, []).append(event)
    logs = {}
    for index in np.flatnonzero(young | odd).tolist():
        opened = _opened(desk, lives, index)
        crew, quirk = (crews.of(*_matter(lives, index)), None) if young[index] else (None, odd_quirk(rng))
        acts = plan(first_id + index, opened.at, bool(needs[index]), bool(urgent[index]), crew, quirk)
        done = [act for act in acts if act.at <= now]
        happened = as_events(done, opened.data["policy"], opened.data["calendar"], desk.config.dispatch)
        logs[index] = [opened, *sorted([*joined.get(index, ()), *happened], key=lambda event: event.at)]
    return logs


def _opened(desk: Desk, lives: Lives, index: int) -> Event:
    data = {
        "category": lives.frame["category"][index],
        "severity": lives.frame["severity"][index],
        "policy": lives.policies[index],
        "calendar": desk.rules.calendar_version,
    }
    return Event(EventKind.OPENED, from_micros(int(lives.opened[index])), data=data)


def _further(desk: Desk, lives: Lives, rng: Generator, now: datetime, crews: Crews) -> dict[int, Sequence[Event]]:
    """Tasks and visits of the plain lives of the last two months."""
    found: dict[int, Sequence[Event]] = {}
    for index in np.flatnonzero(lives.opened > to_micros(now) - TASKED_FROM).tolist():
        if index not in lives.specials:
            acts = further_acts(_steps(lives, index), crews.of(*_matter(lives, index)), rng)
            found[index] = as_events([act for act in acts if act.at <= now], "", "", desk.config.dispatch)
    return found


def _matter(lives: Lives, index: int) -> tuple[str, str]:
    """The category and the place of a case."""
    return lives.frame["category"][index], lives.frame["area_code"][index]


def _steps(lives: Lives, index: int) -> list[Planned]:
    """The steps of a plain life that have happened."""
    handler = lives.frame["handler"][index]
    instants = [int(column[index]) for column in (lives.responded, lives.arrived, lives.fed_back, lives.closed)]
    data = {"level": lives.close_level[index]}
    return [
        Planned(kind, from_micros(at), handler, data if kind is EventKind.CLOSED else {})
        for kind, at in zip(STEP_KINDS, instants, strict=True)
        if at != NEVER
    ]
