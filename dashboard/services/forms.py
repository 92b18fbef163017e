"""The form of a service request as Open311 clients send it: what it must say, and what we make of it."""

import hashlib
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.connectors.mapping import MAX_TEXT

FIELDS = (
    "service_code", "description", "lat", "long", "address_string", "address_id", "media_url",
    "account_id", "device_id", "email", "phone", "first_name", "last_name",
)  # fmt: skip
ATTRIBUTE = "attribute["
NOTED = ("media_url", "address_id")
"""Fields that a report has no place for."""
LONGEST = {"description": MAX_TEXT, "address_string": 300, "media_url": 2000, "address_id": 100}
LONGEST_NOTE = 4000


class Why(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NO_NUMBER = "no_number"
    NO_PLACE = "no_place"
    TOO_LONG = "too_long"
    USED = "used"
    EMPTY = "empty"


@dataclass(frozen=True)
class Problem:
    """One thing that a client has to correct."""

    field: str
    why: Why

    def __str__(self) -> str:
        return f"{self.field}: {self.why}"


class RefusedError(Exception):
    """A form cannot be taken; `problems` are all the reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def number_of(filing_id: int) -> str:
    """The id by which others know a filed report. It tells nothing but how many were filed before."""
    return f"YW-{filing_id}"


def filing_of(number: str) -> int | None:
    """The filing of an id, None when it can be none."""
    found = re.fullmatch(r"YW-([1-9][0-9]{0,17})", number.strip().upper())
    return int(found[1]) if found else None


def read_form(sent: Mapping[str, str]) -> dict[str, str]:
    """What a client says about a report. An empty field is the same as none; fields of other kinds stay out."""
    found = {_clean(name): _clean(value) for name, value in sent.items()}
    return {name: value for name, value in found.items() if value and (name in FIELDS or name.startswith(ATTRIBUTE))}


def _clean(text: str) -> str:
    """NUL is no character to a database."""
    return text.replace("\0", "").strip()


def check_form(form: Mapping[str, str], categories: Collection[str]) -> list[Problem]:
    """Everything that is wrong with a form."""
    return [*_category(form, categories), *_place(form), *_lengths(form)]


def _category(form: Mapping[str, str], categories: Collection[str]) -> Iterator[Problem]:
    code = form.get("service_code")
    if code is None:
        yield Problem("service_code", Why.MISSING)
    elif code.casefold() not in categories:
        yield Problem("service_code", Why.UNKNOWN)


def _place(form: Mapping[str, str]) -> Iterator[Problem]:
    """A whole point, or an address. Where a point lies is looked at later: a report with a wrong one is a report."""
    for name, other in (("lat", "long"), ("long", "lat")):
        if name in form and not _is_number(form[name]):
            yield Problem(name, Why.NO_NUMBER)
        if name not in form and other in form:
            yield Problem(name, Why.MISSING)
    if not form.keys() & {"lat", "long", "address_string", "address_id"}:
        yield Problem("lat", Why.NO_PLACE)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _lengths(form: Mapping[str, str]) -> Iterator[Problem]:
    for name, longest in LONGEST.items():
        if len(form.get(name, "")) > longest:
            yield Problem(name, Why.TOO_LONG)
    if len(note(form)) > LONGEST_NOTE:
        yield Problem("attribute", Why.TOO_LONG)


def note(form: Mapping[str, str]) -> str:
    """What has no place of its own on a report: links, address ids, attributes."""
    names = [name for name in form if name in NOTED or name.startswith(ATTRIBUTE)]
    return "\n".join(f"{name}: {form[name]}" for name in names)


def contact(form: Mapping[str, str]) -> str:
    """Who the reporter is and how to reach them, as other channels tell it: on one line, of which the end is shown."""
    return " ".join(part for part in (_name(form), form.get("email"), form.get("phone")) if part)


def _name(form: Mapping[str, str]) -> str:
    """The name as it is written where it comes from."""
    first, last = form.get("first_name", ""), form.get("last_name", "")
    return f"{first} {last}".strip() if (first + last).isascii() else f"{last}{first}"


def sender(source: str, form: Mapping[str, str]) -> str | None:
    """A pseudonym of who speaks, the same for the same person; None when the form does not tell."""
    for name in ("account_id", "device_id", "phone", "email"):
        if name in form:
            return digest_of([source, name, form[name]])[:32]
    return None


def fingerprint(form: Mapping[str, str]) -> str:
    """The same for the same words of the same person about the same place."""
    said = {name: value for name, value in form.items() if name in FIELDS or name.startswith(ATTRIBUTE)}
    return digest_of(sorted(said.items()))


def digest_of(said: object) -> str:
    """A digest of plain values."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
