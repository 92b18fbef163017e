"""What every snapshot says about itself: its area, its instant, what was chosen, how fresh each source was."""

from typing import Any

from sqlalchemy.orm import Session

from dashboard.config import Config
from dashboard.domain.areas import ancestors, is_within
from dashboard.live.health import SourceHealth
from dashboard.live.situation import Situation, as_raw
from dashboard.runtime import Runtime
from dashboard.snapshots.wishes import Wish
from dashboard.store.areas import area_by_code
from layouts.texts import Texts, texts

Json = dict[str, Any]
FORMAT = "yiwang-snapshot/1"


def head(runtime: Runtime, session: Session, situation: Situation, wish: Wish, code: str) -> Json:
    """The beginning of every snapshot's data. Names are written down in its language, as configuration may change."""
    config, t = runtime.config, texts(wish.language)
    return {
        "format": FORMAT,
        "code": code,
        "wish": wish.as_json(),
        "at": as_raw(situation.at),
        "is_demo": runtime.is_demo,
        "title": t.pick(config.district.title),
        "address": address(config, code),
        "area": _area(runtime, session, wish, t),
        "sources": [_source(source, config, t) for source in situation.sources],
        "is_polling": situation.is_polling,
        "names": {
            "categories": {group.id: t.pick(group.name) for group in config.groups}
            | {category.id: t.pick(category.name) for category in config.categories},
            "channels": {channel.id: t.pick(channel.name) for channel in config.channels},
            "areas": _names(runtime, wish),
        },
    }


def address(config: Config, code: str) -> str | None:
    """Where somebody who holds the paper can check it; None when the product has no address for the public."""
    base = config.web.public_url
    return f"{base.rstrip('/')}/verify/{code}" if base else None


def _area(runtime: Runtime, session: Session, wish: Wish, t: Texts) -> Json:
    district = runtime.config.district
    rows = {code: area_by_code(session, code, runtime.today) for code in ancestors(wish.area)}
    names = {code: row.name if row else code for code, row in rows.items()} | {district.code: t.pick(district.name)}
    last = rows[wish.area]
    address = (last.properties.get("address") if last else None) or names[wish.area]
    return {
        "code": wish.area,
        "name": address,
        "chain": [[code, name] for code, name in names.items()],
        "households": last.households if last else 0,
        "residents": last.residents if last else 0,
    }


def _source(source: SourceHealth, config: Config, t: Texts) -> Json:
    name = next((t.pick(one.name) for one in config.sources if one.id == source.id), source.id)
    return {
        "id": source.id,
        "name": name,
        "channel": source.channel,
        "condition": source.condition.value,
        "at": as_raw(source.last_success_at),
    }


def _names(runtime: Runtime, wish: Wish) -> dict[str, str]:
    """The areas that the snapshot may mention: those on the way to its area and those within it."""
    known = runtime.area_names()
    chain = set(ancestors(wish.area))
    return {code: name for code, name in known.items() if code in chain or is_within(code, wish.area)}
