"""What the keys about handling say about others."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dashboard.domain.areas import AreaCodeError, is_within

if TYPE_CHECKING:
    from dashboard.config.model import Config

ANYTHING = "*"


def handling_problems(config: "Config") -> Iterator[str]:
    """Every contradiction, as `key: what and how to mend it`."""
    yield from _duplicates("parties", (party.id for party in config.parties))
    yield from _duplicates("escalation.ladders", (ladder.id for ladder in config.escalation.ladders))
    yield from _duplicates("replies", (reply.id for reply in config.replies))
    yield from _duplicates("notices.routes", (route.id for route in config.notices.routes))
    yield from _names(config)
    yield from _parties(config)
    yield from _places(config)
    if config.merging.suggest > config.merging.join:
        yield "merging.suggest: must not be above merging.join; what joins would not be suggested"
    if config.open311.channel not in {channel.id for channel in config.channels}:
        yield f"open311.channel: {config.open311.channel!r} is unknown; add it under channels"


def _duplicates(section: str, names: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{section}: {name!r} stands {times} times; names must be unique"


def _names(config: "Config") -> Iterator[str]:
    """Categories and groups that something is said about."""
    known = {category.id for category in config.categories} | {group.id for group in config.groups} | {ANYTHING}
    said: list[tuple[str, frozenset[str]]] = []
    said += [(f"parties.{party.id}", party.categories | party.supports) for party in config.parties]
    said += [(f"escalation.ladders.{ladder.id}", ladder.categories) for ladder in config.escalation.ladders]
    said += [(f"plans.{number}", plan.categories) for number, plan in enumerate(config.plans)]
    said += [(f"replies.{reply.id}", reply.categories) for reply in config.replies]
    for key, names in said:
        for name in sorted(names - known):
            yield f"{key}: category {name!r} is unknown; add it under categories, or correct it"


def _parties(config: "Config") -> Iterator[str]:
    routes = {route.id for route in config.notices.routes}
    for party in config.parties:
        if party.route is not None and party.route not in routes:
            yield f"parties.{party.id}.route: {party.route!r} is unknown; add it under notices.routes"
        if party.each and party.areas:
            yield f"parties.{party.id}: give either areas or each, not both"


def _places(config: "Config") -> Iterator[str]:
    said = [(f"parties.{party.id}.areas", party.areas) for party in config.parties]
    said += [(f"notices.routes.{route.id}.areas", route.areas) for route in config.notices.routes]
    for key, codes in said:
        for code in codes:
            try:
                inside = is_within(code, config.district.code)
            except AreaCodeError as error:
                yield f"{key}: {error}"
                continue
            if not inside:
                yield f"{key}: {code!r} does not lie in the district {config.district.code}"
