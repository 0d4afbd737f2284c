"""Other digits and calendars than the Gregorian ones of Europe: Thai and Persian years, Japanese and Taiwanese eras."""

from __future__ import annotations

import re
from datetime import date, timedelta

_ZEROS = "\u0660\u06f0\u0966\u09e6\u0e50\u1040\u17e0\uff10"  # Arabic, Persian, Hindi, Bengali, Thai, Burmese, Khmer, wide
_DIGITS = str.maketrans({ord(zero) + place: str(place) for zero in _ZEROS for place in range(10)})
_OTHER_DIGIT = re.compile("[" + "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in _ZEROS) + "]")
_FIRST_YEARS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019, "民國": 1912, "民国": 1912}
_VALUES = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1}
_TENS = {"十": 10, "廿": 20, "卅": 30}
_BUDDHA = 543  # years before the common era that the Thai count begins


def arabic_digits(text: str) -> str:
    """``text`` with the digits of other scripts as 0 to 9; its length stays the same.

    >>> arabic_digits("๕ มีนาคม ๒๕๖๗")
    '5 มีนาคม 2567'
    """
    return text.translate(_DIGITS) if _OTHER_DIGIT.search(text) else text


def numeral(text: str) -> int:
    """The number that Chinese signs or digits write: 二〇二四, 十五, 廿三, 元 (the first year of an era).

    >>> numeral("二〇二四"), numeral("十五"), numeral("二十三"), numeral("31")
    (2024, 15, 23, 31)
    """
    if text.isdecimal():
        return int(text)
    value = 0
    for sign in text:
        if sign in _TENS:
            value = (value or 1) * 10 if sign == "十" else _TENS[sign]
        elif value % 10 == 0 and value and len(text) < 4:
            value += _VALUES[sign]
        else:
            value = value * 10 + _VALUES[sign]
    return value


def year_of_era(era: str, count: int) -> int:
    """The year of the common era that an era's ``count``-th year is: 令和6年 is 2024."""
    return _FIRST_YEARS[era] + count - 1


def from_buddhist(year: int) -> int:
    """The year of the common era of a Thai year: 2567 is 2024."""
    return year - _BUDDHA


def from_persian(year: int, month: int, day: int) -> date | None:
    """The day of the Persian solar calendar: 15 Esfand (12) 1402 is 5 March 2024; None for a day that is none.

    Leap years by the 33-year rule, which is right from 1244 to 1472 (1865 to 2093).
    """
    length = 31 if month <= 6 else 30 if month <= 11 or year % 33 in (1, 5, 9, 13, 17, 22, 26, 30) else 29
    if not (1244 <= year <= 1472 and 1 <= month <= 12 and 1 <= day <= length):
        return None
    leaps = sum(1 for passed in range(1244, year) if passed % 33 in (1, 5, 9, 13, 17, 22, 26, 30))
    days = (year - 1244) * 365 + leaps + (month - 1) * 31 - max(0, month - 7) + day - 1
    return date(1865, 3, 21) + timedelta(days=days)
