"""What names or reaches a person is taken out of a text before it leaves."""

import re

HIDDEN = "•••"
SUMMARY = 200  # characters

_MAIL = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_PLATE = rf"[{_PROVINCES}][A-Za-z][·.\s]?[A-Za-z\d]{{5,6}}(?![A-Za-z\d])"
_ACCOUNT = r"(?<=微信|[Qq][Qq])(?:号码?|群)?\s*[:：是]?\s*[A-Za-z\d][A-Za-z\d_-]{4,}"
_IDENTITY = r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)"
_MOBILE = r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?[1１][3-9３-９]\d(?:[-\s]?\d{4}){2}(?!\d)"
_NUMBER = r"(?:\+\s?)?\d(?:[-\s()（）]{0,2}\d){6,}[Xx]?"

_OF_CITIZENS = re.compile("|".join((_MAIL, _PLATE, _ACCOUNT, _NUMBER)))
_OF_OFFICES = re.compile("|".join((_MAIL, _IDENTITY, _MOBILE)))


def citizens_words(text: str, known: str = "") -> str:
    """What a citizen wrote, without numbers of seven digits and more (telephones, identity and bank cards, whatever
    parts them), mail addresses, accounts, number plates, and the words of `known`, a contact that was given with it."""
    for word in sorted(set(known.split()), key=len, reverse=True):
        if len(word) > 1:
            text = text.replace(word, HIDDEN)
    return _OF_CITIZENS.sub(HIDDEN, text)


def summary(text: str, known: str = "") -> str:
    """The beginning of a report as lists show it: they are read by many, so it reaches nobody."""
    return citizens_words(text, known)[:SUMMARY]


def offices_words(text: str) -> str:
    """What an office wrote, without mobile numbers, identity numbers and mail addresses. Case numbers and fixed lines
    stay: they are what the reader needs."""
    return _OF_OFFICES.sub(HIDDEN, text)
