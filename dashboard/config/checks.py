"""What one key of the configuration says about another."""

from collections import Counter
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dashboard.config.calendar import calendars
from dashboard.config.durations import parse_target
from dashboard.config.handling_checks import handling_problems
from dashboard.config.measures import measures_problems
from dashboard.config.model import Config
from dashboard.config.snapshot_checks import snapshot_problems
from dashboard.config.sources import Translation
from dashboard.domain.areas import AreaCodeError, is_within
from geo.crs import UnknownCrs, check_crs, is_metric

UNCLASSIFIED = "other/unclassified"


def problems(config: Config) -> list[str]:
    """Every contradiction between keys, as `key: what and how to mend it`."""
    return [
        *_duplicates("channels", (channel.id for channel in config.channels)),
        *_duplicates("groups", (group.id for group in config.groups)),
        *_duplicates("categories", (category.id for category in config.categories)),
        *_duplicates("policies", (f"{policy.id}@{policy.version}" for policy in config.policies)),
        *_duplicates("sources", (source.id for source in config.sources)),
        *_district(config),
        *_categories(config),
        *_policies(config),
        *_sources(config),
        *_calendar(config),
        *handling_problems(config),
        *measures_problems(config),
        *snapshot_problems(config),
    ]


def _duplicates(section: str, names: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{section}: {name!r} stands {times} times; names must be unique"


def _district(config: Config) -> Iterator[str]:
    try:
        if not is_metric(config.district.cell_crs):
            yield f"district.cell_crs: {config.district.cell_crs!r} is not in metres; use one such as EPSG:4546"
    except UnknownCrs as error:
        yield f"district.cell_crs: {error}"
    for code in config.district.urban_part:
        try:
            inside = is_within(code, config.district.code)
        except AreaCodeError as error:
            yield f"district.urban_part: {error}"
            continue
        if not inside:
            yield f"district.urban_part: {code!r} does not lie in the district {config.district.code}"


def _categories(config: Config) -> Iterator[str]:
    groups = {group.id for group in config.groups}
    for category in config.categories:
        if category.id.split("/")[0] not in groups:
            yield f"categories: {category.id!r} names an unknown group; add it under groups"
    if UNCLASSIFIED not in {category.id for category in config.categories}:
        yield f"categories: {UNCLASSIFIED!r} is missing; reports of unknown category go there"


def _policies(config: Config) -> Iterator[str]:
    known = {category.id for category in config.categories} | {group.id for group in config.groups}
    day = config.calendar.hours.per_day
    for policy in config.policies:
        for name in sorted(policy.categories - known):
            yield f"policies.{policy.id}: category {name!r} is unknown"
        for text in (*policy.targets.values(), *(limit.within for limit in policy.limits)):
            try:
                parse_target("1h" if text is None else text, day)
            except ValueError as error:
                yield f"policies.{policy.id}: {error}"
    last = config.policies[-1] if config.policies else None
    if last is None or last.categories or last.severities:
        yield "policies: the last one must fit every case; remove its categories and severities"
    elif None in last.targets.values():
        yield f"policies.{last.id}: the last policy must give every clock a target; the others fall back on it"


def _sources(config: Config) -> Iterator[str]:
    for source in config.sources:
        for problem in translation_problems(source, config):
            yield f"sources.{source.id}.{problem}"
        if source.protocol == "sql" and bool(source.url) == bool(source.url_env):
            yield f"sources.{source.id}: give either url or url_env, the variable that holds the address"
        if source.start_from and source.start_from.tzinfo is None:
            yield f"sources.{source.id}.start_from: needs a time zone, such as 2026-07-01T00:00:00+08:00"


def translation_problems(source: Translation, config: Config) -> Iterator[str]:
    """What a source's words say about channels, categories and coordinates that the configuration does not know."""
    channels = {channel.id for channel in config.channels}
    categories = {category.id for category in config.categories}
    if source.channel not in channels:
        yield f"channel: {source.channel!r} is unknown; add it under channels"
    for raw, channel in source.channels.items():
        if channel not in channels:
            yield f"channels.{raw}: {channel!r} is unknown; add it under channels"
    for raw, category in source.categories.items():
        if category not in categories:
            yield f"categories.{raw}: {category!r} is unknown; add it under categories"
    try:
        check_crs(source.crs)
    except UnknownCrs as error:
        yield f"crs: {error}"
    if source.time_zone:
        try:
            ZoneInfo(source.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield f"time_zone: {source.time_zone!r} is no time zone; write one such as Asia/Shanghai"


def _calendar(config: Config) -> Iterator[str]:
    if config.calendar.version not in calendars():
        yield f"calendar.version: {config.calendar.version!r} is unknown; known: {', '.join(calendars())}"
