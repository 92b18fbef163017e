"""Every component id, in one place."""

from enum import StrEnum


class Shell(StrEnum):
    """The frame of every page."""

    URL = "url"
    PAGE = "page"
    VIEW = "view"
    TOAST = "toast"


class Sink(StrEnum):
    """Where callbacks of the browser that only draw leave nothing."""

    VIEW = "sink-view"
    FIGURES = "sink-figures"
    DRAWN = "sink-drawn"
    INSET = "sink-inset"


class Map(StrEnum):
    """The map and what lies on it."""

    GRAPH = "map"
    INSET = "map-inset"
    SIZE = "map-size"
    LEGEND = "map-legend"
    LEGEND_HEAD = "map-legend-head"
    LABELS = "map-labels"
    SCALE = "map-scale"
    COUNT = "map-count"
    SWITCH = "map-switch"


class Wall(StrEnum):
    """The main wall."""

    CLOCK = "wall-clock"
    DATE = "wall-date"
    LIGHTS = "wall-lights"


class Tile(StrEnum):
    """Tiles whose content the browser draws from the live frames."""

    KPIS = "kpis"
    CHANNELS = "channels"
    QUEUE = "queue"
    TREND = "trend"
    RANKING = "ranking"
    EVENTS = "events"
    STATUS = "status"


class Leader(StrEnum):
    """The leader's page."""

    BREADCRUMB = "breadcrumb"
    PERIODS = "periods"
    MEASURES = "measures"
    CATEGORIES = "categories"
    FIGURES = "figures"
    CARD = "card"
    LEVELS = "levels"


class Cases(StrEnum):
    """The list of cases."""

    GRID = "cases-grid"
    COUNT = "cases-count"
    HEAD = "cases-head"


class Case(StrEnum):
    """One case."""

    BODY = "case-body"


class Sources(StrEnum):
    """The page of sources."""

    BODY = "sources-body"
    TICK = "sources-tick"
