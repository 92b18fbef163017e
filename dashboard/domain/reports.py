"""A report as a source tells it, and what is odd about it. Nothing that a citizen said is thrown out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Flag(StrEnum):
    """What is odd about an accepted report."""

    NO_TIME = "no_time"
    NO_ZONE = "no_zone"
    UNREADABLE_TIME = "unreadable_time"
    FUTURE_TIME = "future_time"
    CLOSED_EARLY = "closed_early"
    UNKNOWN_CATEGORY = "unknown_category"
    NO_TEXT = "no_text"
    PLACE_FROM_TEXT = "place_from_text"
    BAD_COORDINATES = "bad_coordinates"
    AMBIGUOUS_PLACE = "ambiguous_place"


class Reason(StrEnum):
    """Why a record cannot be a report and waits in the quarantine."""

    UNPARSEABLE = "unparseable"
    NO_ID = "no_id"
    NO_CONTENT = "no_content"
    NO_TIME = "no_time"
    REFUSED = "refused"


class Unlocated(StrEnum):
    """Why a report has no place in the district."""

    NO_PLACE = "no_place"
    ZERO = "zero"
    SWAPPED = "swapped"
    METRES = "metres"
    INVALID = "invalid"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Incoming:
    """A report as it came. `x` and `y` are longitude and latitude, or easting and northing, in the source's system.

    `source_at` is empty when the source's time is missing, unreadable, without a zone or in the future; the text of
    it is kept in `source_time_raw`.
    """

    external_id: str
    text: str = ""
    category_raw: str | None = None
    category: str | None = None
    source_at: datetime | None = None
    source_time_raw: str | None = None
    x: float | None = None
    y: float | None = None
    address: str | None = None
    status: str | None = None
    is_closed: bool = False
    closed_at: datetime | None = None
    parent: str | None = None
    channel: str | None = None
    reporter: str | None = None
    contact: str | None = None
    flags: Sequence[Flag] = ()

    @property
    def digest(self) -> str:
        """Changes when the source edits what was said; not when only the status moves."""
        said = (self.text, self.category_raw, self.address, self.x, self.y, self.parent)
        return hashlib.md5(repr(said).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Rejected:
    """A record that cannot be a report."""

    reason: Reason
    detail: str
    raw: str

    @property
    def digest(self) -> str:
        """The same for the same record, so that a record fetched a thousand times waits once."""
        return hashlib.sha256(self.raw.encode()).hexdigest()
