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
    LIST = "sink-list"
    MEASURES = "sink-measures"


class Where(StrEnum):
    """The address, once for each page that listens to it: its callbacks exist only while the page does."""

    WALL = "wall-where"
    LEADER = "leader-where"
    CASES = "cases-where"
    CASE = "case-where"
    CONSOLE = "console-where"
    SOURCES = "sources-where"
    MEASURES = "measures-where"
    SNAPSHOTS = "snapshots-where"


class Size(StrEnum):
    """The map's size in pixels, once for each page with a map."""

    WALL = "wall-size"
    LEADER = "leader-size"
    CASE = "case-size"


class Map(StrEnum):
    """The map and what lies on it."""

    GRAPH = "map"
    FIGURE = "map-figure"
    INSET = "map-inset"
    INSET_LABELS = "map-inset-labels"
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
    ORDERS = "orders"
    STATUS = "status"


class Leader(StrEnum):
    """The leader's page."""

    BREADCRUMB = "breadcrumb"
    PERIODS = "periods"
    FIGURES = "figures"
    CARD = "card"
    LEVELS = "levels"
    LEVELS_NOTE = "levels-note"
    TREND_NOTE = "trend-note"
    ORDERS_COUNT = "orders-count"
    INSTRUCT = "instruct"
    TICK = "leader-tick"


class Cases(StrEnum):
    """The list of cases."""

    GRID = "cases-grid"
    COUNT = "cases-count"
    HEAD = "cases-head"
    SEARCH = "cases-search"
    EXPORTS = "cases-exports"


class Console(StrEnum):
    """The operators' queue."""

    PAGE = "console"
    TITLE = "console-title"
    TOTAL = "console-total"
    FRESH = "console-fresh"
    BULK = "console-bulk"
    CHOSEN = "console-chosen"
    SEARCH = "console-search"
    ROWS = "console-rows"
    NOTICES = "console-notices"
    KNOW = "console-know"
    INSTRUCTIONS = "console-instructions"
    KEYS = "console-keys"


class CasePage(StrEnum):
    """The parts of a case's page that are drawn anew after an act; the map is not among them."""

    NUMBER = "case-number"
    TURN = "case-turn"
    HEAD = "case-head"
    LEFT = "case-left"
    MIDDLE = "case-middle"
    RIGHT = "case-right"


class Measures(StrEnum):
    """The page of measures."""

    HEAD = "measures-head"
    BODY = "measures-body"
    TREE = "measures-tree"
    TICK = "measures-tick"


class Sources(StrEnum):
    """The page of sources."""

    BODY = "sources-body"
    TICK = "sources-tick"


class Export(StrEnum):
    """The menu by which a page becomes a snapshot, and what becomes of it."""

    KIND = "export-kind"
    PAPER = "export-paper"
    LANGUAGE = "export-language"
    EDITION = "export-edition"
    PURPOSE = "export-purpose"
    GO = "export-go"
    JOB = "export-job"
    TICK = "export-tick"
    STATUS = "export-status"
    PUT_AWAY = "export-put-away"


class Snapshots(StrEnum):
    """The archive of snapshots."""

    HEAD = "snapshots-head"
    LIST = "snapshots-list"
    DETAIL = "snapshots-detail"
    SEARCH = "snapshots-search"
    CHECK = "snapshots-check"
    CHECKED = "snapshots-checked"
