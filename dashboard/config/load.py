"""Read and check config.yaml; every complaint names the file, the key, the value and the cure."""

from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from dashboard.config.checks import problems, translation_problems
from dashboard.config.model import Config
from dashboard.config.sources import Translation


class ConfigError(Exception):
    """The configuration cannot be used; the message lists every complaint, one per line."""

    def __init__(self, path: Path, complaints: Iterable[str]) -> None:
        self.complaints = list(complaints)
        super().__init__("\n".join(f"{path}: {complaint}" for complaint in self.complaints))


class _StrictLoader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """YAML that refuses a key given twice instead of silently taking the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def read_yaml(path: Path) -> dict[str, Any]:
    """The file's content.

    Raises:
        ConfigError: it is missing, not YAML, or not a mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)
    except FileNotFoundError as error:
        raise ConfigError(path, ["there is no such file: give its path with --config"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(path, [f"is not readable YAML in UTF-8: {error}"]) from error
    if not isinstance(content, dict):
        raise ConfigError(path, ["must hold sections such as district, policies and sources"])
    return content


def load_config(path: Path, overlay: dict[str, Any] | None = None) -> Config:
    """The checked configuration. `overlay` replaces whole sections (the demo brings its own database and sources).

    Raises:
        ConfigError: with every complaint at once.
    """
    content = read_yaml(path) | (overlay or {})
    try:
        config = Config.model_validate(content)
    except ValidationError as error:
        raise ConfigError(path, [_complaint(found) for found in error.errors()]) from error
    if found := problems(config):
        raise ConfigError(path, found)
    return config


def load_translation(path: Path, config: Config) -> Translation:
    """How the records of a file of history read: the mapping file of `import-cases`.

    Raises:
        ConfigError: with every complaint at once.
    """
    try:
        found = Translation.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigError(path, [_complaint(problem) for problem in error.errors()]) from error
    complaints = list(translation_problems(found, config))
    if found.id in {source.id for source in config.sources}:
        complaints.append(f"id: {found.id!r} is a polled source; history needs an id of its own")
    if complaints:
        raise ConfigError(path, complaints)
    return found


def _complaint(error: Any) -> str:
    """One pydantic error as `key: what is wrong (value …)`."""
    key = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        return f"{key}: is not a known key; remove it, or look up its name in docs/config.md"
    if error["type"] == "missing":
        return f"{key}: is missing; docs/config.md shows what belongs here"
    return f"{key}: {message} (value {error['input']!r})"
