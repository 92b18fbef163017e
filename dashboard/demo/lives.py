"""How cases of the demo go: how long each step takes, and who is late. One model for the past and for the live show."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

MINUTE = 60_000_000  # microseconds


@dataclass(frozen=True)
class Steps:
    """Delays from the opening in microseconds, one per case; −1 where a step never happens."""

    respond: np.ndarray
    arrive: np.ndarray
    feed_back: np.ndarray
    close: np.ndarray


def draw_steps(rng: Generator, count: int, needs_arrival: np.ndarray, is_urgent: np.ndarray) -> Steps:
    """Delays of so many cases. Most keep the promise; about 1.5, 5 and 3.5 % of the three steps come late."""
    respond = np.minimum(rng.lognormal(np.log(9), 0.55, count), 400) * MINUTE
    late = rng.random(count) < 0.008
    respond = np.where(late, respond + rng.uniform(20, 120, count) * MINUTE, respond)
    pace = np.where(is_urgent, 0.75, 1.0)
    arrive = respond + rng.lognormal(np.log(38), 0.6, count) * pace * MINUTE
    feed_back = np.where(needs_arrival, arrive, respond) + rng.lognormal(np.log(380), 0.72, count) * pace * MINUTE
    overdue = rng.random(count) < 0.012
    feed_back = np.where(overdue, feed_back + rng.uniform(600, 2400, count) * MINUTE, feed_back)
    close = feed_back + rng.lognormal(np.log(120), 0.8, count) * MINUTE
    arrive = np.where(needs_arrival, arrive, -1)
    return Steps(*(_whole(values) for values in (respond, arrive, feed_back, close)))


def _whole(values: np.ndarray) -> np.ndarray:
    seconds: np.ndarray = (np.floor(values / 1_000_000) * 1_000_000).astype(np.int64)
    return np.where(values < 0, -1, seconds)


def draw_level(rng: Generator, count: int) -> list[str]:
    """At which level each case is closed: small things stay in the grid."""
    names = np.array(["grid", "community", "subdistrict", "district"], object)
    found: list[str] = rng.choice(names, count, p=[0.62, 0.28, 0.08, 0.02]).tolist()
    return found
