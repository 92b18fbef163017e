"""What every service needs besides the facts: the database, the rules, the configuration, the places."""

from dataclasses import dataclass, field

from dashboard.config import Config
from dashboard.config.rules import build_rules
from dashboard.domain.policies import Rules
from dashboard.services.atlas import Atlases
from dashboard.services.classifying import Newest
from dashboard.store.engine import Sessions, open_database


@dataclass(frozen=True)
class Desk:
    """The wired things services work with."""

    config: Config
    sessions: Sessions
    rules: Rules
    atlases: Atlases
    severities: dict[str, str] = field(default_factory=dict)
    learned: Newest = field(default_factory=Newest)


def build_desk(config: Config) -> Desk:
    """A desk for a configuration. Policy versions that only old cases know are added by `services.policies`."""
    return Desk(
        config=config,
        sessions=open_database(config.database.url, config.database.busy_timeout),
        rules=build_rules(config),
        atlases=Atlases(config.district.code, config.district.cell_crs),
        severities={category.id: category.severity for category in config.categories},
    )
