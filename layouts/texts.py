"""Texts in both languages: Chinese in the code, English in en.po; dates and numbers by locale."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from dashboard.domain.calendars import SHANGHAI

Language = Literal["zh", "en"]
LOCALES = {"zh": "zh_CN", "en": "en"}
CONTEXT = re.compile(r"^[a-z]+\|")  # tells apart what English says differently: `column|超期`
CATALOGUES = ("en.po", "en_paper.po")  # what screens say, and what only paper says
TAGS = {"zh": "zh-CN", "en": "en"}


@cache
def english() -> dict[str, str]:
    """Chinese → English. A plural stands under its Chinese text with `|n` behind it."""
    found: dict[str, str] = {}
    for message in (message for name in CATALOGUES for message in _messages(name)):
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if ids[0]:
            found[str(ids[0])], found[f"{ids[0]}|n"] = str(strings[0]), str(strings[-1])
    return found


@cache
def locale(language: Language) -> Locale:
    """The locale of a language; to find it anew for every number would take longer than to write the number."""
    return Locale.parse(LOCALES[language])


def _messages(name: str) -> Any:
    with files("layouts").joinpath(name).open("rb") as file:
        return read_po(file)


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    language: Language

    def __call__(self, text: str, **values: Any) -> str:
        """A text with its values filled in, and in the plural where a value `n` is not one."""
        if self.language == "en":
            form = f"{text}|n" if str(values.get("n", 1)) != "1" else text
            text = english().get(form, text)
        text = CONTEXT.sub("", text)
        return text.format(**values) if values else text

    def n(self, text: str, n: int, **values: Any) -> str:
        """A text with a count `{n}` as the locale writes it."""
        return self(text, n=self.number(n), **values)

    def pick(self, both: Any) -> str:
        """The text of this language from configuration (`zh`, `en`)."""
        found: str = getattr(both, self.language)
        return found

    def number(self, value: float) -> str:
        """A number with the locale's separators."""
        return str(format_decimal(value, locale=locale(self.language)))

    def tenths(self, value: float) -> str:
        """A number with one digit behind the point, so that numbers below one another line up."""
        return str(format_decimal(value, format="#,##0.0", locale=locale(self.language)))

    def percent(self, share: float, digits: int = 1) -> str:
        """A share as per cent."""
        return str(format_percent(share, format=f"0.{'0' * digits}%", locale=locale(self.language)))

    def day(self, day: date) -> str:
        """A day with its year."""
        return str(format_date(day, "long", locale=locale(self.language)))

    def month(self, day: date) -> str:
        """A month with its year."""
        return str(format_skeleton("yMMMM", day, locale=LOCALES[self.language]))

    def time(self, instant: datetime | None) -> str:
        """An instant in Shanghai to the second; a dash for none."""
        if instant is None:
            return "—"
        local = instant.astimezone(SHANGHAI)
        return str(format_datetime(local, "yyyy-MM-dd HH:mm:ss", locale=locale(self.language)))


def texts(language: str | None) -> Texts:
    """The texts for a wish; Chinese unless English is wanted."""
    return Texts("en" if language == "en" else "zh")
