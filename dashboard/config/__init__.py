"""config.yaml: read once, checked strictly, handed on."""

from dashboard.config.load import ConfigError, load_config
from dashboard.config.model import Config

__all__ = ["Config", "ConfigError", "load_config"]
