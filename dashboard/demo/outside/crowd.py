"""The people of the demo district, from now on: they report as often as in the past, and now and then in crowds."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from dashboard.demo.outside.reports import Told
from dashboard.demo.people import Story, category_weights, channel_names, say, stories
from dashboard.demo.retelling import TELLERS
from dashboard.demo.sites import ONLY_COMMUNITY, Sites
from dashboard.demo.volumes import hourly_rate

INCIDENTS_A_DAY = 4.0
INCIDENT_KINDS = ("water/outage", "energy/power", "water/burst", "energy/heat", "road/flooding")
RETOLD, ECHO = 0.1, timedelta(minutes=90)
"""Share of reports that somebody tells again elsewhere, and how long what happened is told again."""
STRANGE = 0.012
"""Share of reports whose coordinates or category are not what they should be."""


@dataclass
class Incident:
    """Something that others notice as well. The hotline links what many call about; told elsewhere it is linked to
    nothing."""

    story: Story
    site: int
    until: datetime
    left: int
    channel: str = "hotline"
    first_id: str | None = None


@dataclass
class Crowd:
    """Draws who reports what, second by second."""

    sites: Sites
    rng: np.random.Generator
    pace: float = 1.0
    number: int = 0
    incidents: list[Incident] = field(default_factory=list)

    def speak(self, now: datetime, seconds: float) -> list[Told]:
        """What is reported during the last seconds."""
        expected = hourly_rate(now) / 3600 * seconds * self.pace
        told = [self._one(now) for _ in range(self.rng.poisson(expected))]
        if self.rng.random() < INCIDENTS_A_DAY / 86400 * seconds * self.pace:
            told.append(self._begin(now))
        return [*told, *self._echoes(now, seconds)]

    def _one(self, now: datetime) -> Told:
        channels, shares = channel_names()
        channel = str(self.rng.choice(channels, p=shares))
        month = (now + timedelta(hours=8)).month
        story = stories()[int(self.rng.choice(len(stories()), p=category_weights(month, channel)))]
        share = self.sites.home_share if story.at == "home" else self.sites.street_share
        site = int(self.rng.choice(len(share), p=share))
        if self.rng.random() < RETOLD:
            others = [name for name in TELLERS if name != channel]
            self.incidents.append(Incident(story, site, now + ECHO, 1, str(self.rng.choice(others))))
        return self._tell(now, channel, story, site)

    def _tell(self, now: datetime, channel: str, story: Story, site: int, parent: str | None = None) -> Told:
        self.number += 1
        name = str(
            self.sites.names[site] if story.at == "home" else self.sites.compounds[site] or self.sites.names[site]
        )
        draw = self.rng.integers(0, 1 << 30, 4).tolist()
        jitter = self.rng.normal(0, 0.00006, 2)
        longitude = float(self.sites.longitude[site] + jitter[0])
        latitude = float(self.sites.latitude[site] + jitter[1])
        if self.rng.random() < STRANGE:
            longitude, latitude = latitude, longitude
        vague = self.rng.random() < ONLY_COMMUNITY
        return Told(
            channel=channel,
            id=f"{channel[:2].upper()}{now:%y%m%d%H%M%S}{self.number % 1000:03d}",
            text=say(story, "小区里" if vague else name, channel, draw),
            category="外星来客" if self.rng.random() < STRANGE else story.category,
            address=None if vague else name,
            longitude=None if vague else longitude,
            latitude=None if vague else latitude,
            created_at=(now - timedelta(seconds=float(self.rng.uniform(0, 40)))).isoformat(timespec="seconds"),
            parent=parent,
        )

    def _begin(self, now: datetime) -> Told:
        """A crowd's first report."""
        kind = str(self.rng.choice(INCIDENT_KINDS))
        story = next(story for story in stories() if story.category == kind)
        site = int(self.rng.choice(len(self.sites.home_share), p=self.sites.home_share))
        told = self._tell(now, "hotline", story, site)
        size = int(min(3 + self.rng.pareto(1.0) * 6, 40))
        self.incidents.append(Incident(story, site, now + ECHO, size, first_id=told.id))
        return told

    def _echoes(self, now: datetime, seconds: float) -> Iterator[Told]:
        """Neighbours report the same."""
        self.incidents = [one for one in self.incidents if one.left > 0 and one.until > now]
        for incident in self.incidents:
            for _ in range(min(self.rng.poisson(incident.left / 2400 * seconds), math.ceil(incident.left))):
                incident.left -= 1
                yield self._tell(now, incident.channel, incident.story, incident.site, incident.first_id)
