"""The demo district's past: cases that were, and those that are being handled now."""

from datetime import datetime

import numpy as np
from numpy.random import Generator
from sqlalchemy.orm import Session

from dashboard.demo.lives import draw_level, draw_steps
from dashboard.demo.people import category_weights, channel_names, say, stories
from dashboard.demo.plans import QUIRKS, SEED, as_events, odd_quirk, plan
from dashboard.demo.sites import Sites, draw_sites, place_columns
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

PLANNED_FROM = (
    4 * 24 * 3_600_000_000
)  # younger cases follow their own plan, so that the live handlers can go on with it
MASS_SHARE, LARGEST_MASS = 0.004, 40


def write_past(session: Session, desk: Desk, sites: Sites, instants: np.ndarray, now: datetime) -> Written:
    """Write the cases opened at these instants (microseconds, in order) with all that has happened to them by `now`."""
    rng = np.random.default_rng((SEED, int(instants[0])))
    lives = _draw(desk, sites, instants, now, rng, next_id(session, CASES))
    return write_lives(session, desk, lives)


def _draw(desk: Desk, sites: Sites, opened: np.ndarray, now: datetime, rng: Generator, first_id: int) -> Lives:
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
    lives.specials = _specials(desk, lives, rng, now, first_id, needs_arrival, urgent)
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
    desk: Desk, lives: Lives, rng: Generator, now: datetime, first_id: int, needs: np.ndarray, urgent: np.ndarray
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
        quirk = None if young[index] else odd_quirk(rng)
        acts = plan(first_id + index, opened.at, bool(needs[index]), bool(urgent[index]), quirk)
        happened = as_events([act for act in acts if act.at <= now], opened.data["policy"], opened.data["calendar"])
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
