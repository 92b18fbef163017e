"""Numbers in Chinese characters."""

_DIGITS = "一二三四五六七八九"


def numeral(number: int) -> str:
    """1 to 99 in Chinese: 三, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    start = ("" if tens == 1 else _DIGITS[tens - 1]) + "十" if tens else ""
    return start + (_DIGITS[ones - 1] if ones else "")
