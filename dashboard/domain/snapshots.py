"""Snapshots: what kinds of documents there are, and the codes by which they are recognised."""

import secrets
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread
LENGTH, GROUP = 16, 4  # 16 characters of 5 bits are 80 bits
MISREAD = str.maketrans("OIL", "011")


class Kind(StrEnum):
    """What a document is about: the situation of an area now, a day, a week, a month, one case, one area."""

    SITUATION = "situation"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CASE = "case"
    AREA = "area"

    @property
    def is_bulletin(self) -> bool:
        """Whether it reports on a span of days that is over."""
        return self in (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY)


class Paper(StrEnum):
    """The size of a page."""

    A3 = "a3"
    A4 = "a4"


class Edition(StrEnum):
    """How much is told: everything its reader may see, or nothing that leads to a person or a household."""

    FULL = "full"
    REDACTED = "redacted"


class CodeError(ValueError):
    """A text that is no verification code."""


def new_code() -> str:
    """A random verification code, as it is printed: 80 bits in readable groups."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def read_code(text: str) -> str:
    """The code that somebody has typed or scanned, as it is printed.

    Raises:
        CodeError: it is none.
    """
    bare = "".join(char for char in text.upper() if char.isalnum()).translate(MISREAD)
    if len(bare) != LENGTH or not set(bare) <= set(ALPHABET):
        raise CodeError(f"{text[:40]!r} is no verification code: it has 16 characters, such as 7KQM-2P9X-04TD-HW3C")
    return _grouped(bare)


def _grouped(bare: str) -> str:
    return "-".join(bare[start : start + GROUP] for start in range(0, LENGTH, GROUP))
