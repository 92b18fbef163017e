"""What config.yaml may say about measures: which cases the district leaves out of them (剔除), and why."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from dashboard.config.parts import Strict, Text
from dashboard.domain.areas import AreaCodeError, is_within
from dashboard.domain.measures import Exclusion, Words

if TYPE_CHECKING:
    from dashboard.config.model import Config

CONDITIONS = ("areas", "categories", "channels", "cases", "first_day", "last_day")


class ExclusionConfig(Strict):
    """Cases of which everything that is given is true are left out of all measures."""

    reason: Text
    areas: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not any(getattr(self, name) for name in CONDITIONS):
            raise ValueError(f"would leave out every case; give one of {', '.join(CONDITIONS)}")
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise ValueError(f"first_day {self.first_day} lies after last_day {self.last_day}")
        return self


class MeasuresConfig(Strict):
    """The section `measures`."""

    exclusions: tuple[ExclusionConfig, ...] = ()


def exclusions_of(config: "Config") -> tuple[Exclusion, ...]:
    """The exclusions as the domain knows them."""
    return tuple(
        Exclusion(
            Words(rule.reason.zh, rule.reason.en),
            rule.areas,
            rule.categories,
            rule.channels,
            rule.cases,
            rule.first_day,
            rule.last_day,
        )
        for rule in config.measures.exclusions
    )


def measures_problems(config: "Config") -> Iterator[str]:
    """What the exclusions name that the configuration does not know, as `key: what and how to mend it`."""
    categories = {category.id for category in config.categories} | {group.id for group in config.groups}
    channels = {channel.id for channel in config.channels}
    for number, rule in enumerate(config.measures.exclusions):
        key = f"measures.exclusions.{number}"
        for name in sorted(set(rule.categories) - categories):
            yield f"{key}.categories: {name!r} is unknown; add it under categories, or correct it"
        for name in sorted(set(rule.channels) - channels):
            yield f"{key}.channels: {name!r} is unknown; add it under channels, or correct it"
        for code in rule.areas:
            yield from _area_problems(f"{key}.areas", code, config.district.code)


def _area_problems(key: str, code: str, district: str) -> Iterator[str]:
    try:
        if not is_within(code, district):
            yield f"{key}: {code!r} does not lie in the district {district}"
    except AreaCodeError as error:
        yield f"{key}: {error}"
