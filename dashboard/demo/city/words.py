"""Words for invented names of streets, estates, houses of trade and works."""

import tomllib
from functools import cache
from importlib import resources


@cache
def words(group: str) -> tuple[str, ...]:
    """The words of one group of names.toml."""
    text = resources.files(__package__).joinpath("names.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[group].split())
