"""Texts in both languages: Chinese in the code, English in en.po; dates and numbers by locale."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from dashboard.domain.calendars import SHANGHAI

Language = Literal["zh", "en"]
LOCALES = {"zh": "zh_CN", "en": "en"}
TAGS = {"zh": "zh-CN", "en": "en"}


@cache
def english() -> dict[str, str]:
    """Chinese → English. A plural stands under its Chinese text with `|n` behind it."""
    with files("layouts").joinpath("en.po").open("rb") as file:
        catalog = read_po(file)
    found: dict[str, str] = {}
    for message in catalog:
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if ids[0]:
            found[str(ids[0])], found[f"{ids[0]}|n"] = str(strings[0]), str(strings[-1])
    return found


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    language: Language

    def __call__(self, text: str, **values: Any) -> str:
        """A text, with its values filled in."""
        if self.language == "en":
            text = english().get(text, text)
        return text.format(**values) if values else text

    def n(self, text: str, n: int, **values: Any) -> str:
        """A text with a count `{n}`, in the right number."""
        if self.language == "en" and n != 1:
            text = english().get(f"{text}|n") or english().get(text) or text
            return text.format(n=self.number(n), **values)
        return self(text, n=self.number(n), **values)

    def pick(self, both: Any) -> str:
        """The text of this language from configuration (`zh`, `en`)."""
        found: str = getattr(both, self.language)
        return found

    def number(self, value: float) -> str:
        """A number with the locale's separators."""
        return str(format_decimal(value, locale=LOCALES[self.language]))

    def percent(self, share: float, digits: int = 1) -> str:
        """A share as per cent."""
        return str(format_percent(share, format=f"0.{'0' * digits}%", locale=LOCALES[self.language]))

    def day(self, day: date) -> str:
        """A day with its year."""
        return str(format_date(day, "long", locale=LOCALES[self.language]))

    def time(self, instant: datetime | None) -> str:
        """An instant in Shanghai to the minute; a dash for none."""
        if instant is None:
            return "—"
        local = instant.astimezone(SHANGHAI)
        return str(format_datetime(local, "yyyy-MM-dd HH:mm:ss", locale=LOCALES[self.language]))


def texts(language: str | None) -> Texts:
    """The texts for a wish; Chinese unless English is wanted."""
    return Texts("en" if language == "en" else "zh")
