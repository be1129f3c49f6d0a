"""What a number in a spreadsheet looks like: percents, dates and padded numbers are only known from its format."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite

Show = Callable[[float], str]

_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001  spreadsheets know no time zones
_LAST_DAY = {False: 2_958_466, True: 2_957_004}  # after 31 December 9999
_BUILTIN = {9: "0%", 10: "0.00%", 17: "mmm-yy", 55: "yyyy年m月", 57: "yyyy年m月"}
_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"|\\.|!.|_.|\*.')
_BRACKETS = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]", re.IGNORECASE)  # colours, currencies, conditions


def plain_number(value: float) -> str:
    """A number as one would type it: 12 and not 12.0, 0.3 and not 0.30000000000000004."""
    if not isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def builtin(number: int) -> str:
    """The code of a format that files only name by its number."""
    return _BUILTIN.get(number, "yyyy-mm-dd" if number in _BUILTIN_DATES else "General")


@lru_cache(maxsize=1024)
def shown(code: str, *, is_1904: bool = False) -> Show:
    """How numbers in the format `code` come out: "95%", an ISO date, "2026-09" where there is no day, "00123".

    A unit that the format only shows behind the number ("0.0万", "0\\%") stands behind it here, too.
    """
    section = code.split(";")[0][:200]
    bare = _BRACKETS.sub("", _LITERAL.sub("", section)).casefold()
    if "general" not in bare and re.search(r"[ymdhs]", bare):
        return _date_shower(bare, is_1904)
    if "%" in bare:
        return lambda value: plain_number(float(Decimal(format(value, ".15g")) * 100)) + "%"
    if re.fullmatch(r"0{2,}", bare) and bare == section:
        return lambda value: plain_number(value).zfill(len(bare))
    is_scaled = "!." in section or re.search(r"[0#],+(?![0#])", bare)  # shown divided by ten thousand, or thousands
    unit = "" if is_scaled else _unit_behind(section)
    return lambda value: plain_number(value) + unit


def _unit_behind(section: str) -> str:
    literals = "".join(re.findall(r'"([^"]*)"|\\(.)', section)[-1]) if re.search(r'("|\\.)[^0#?]*$', section) else ""
    return next((u for u in ("%", "‰", "万", "亿") if literals.strip().startswith(u)), "")


def _date_shower(bare: str, is_1904: bool) -> Show:
    has_date, has_day = re.search(r"y|d|mmm", bare), "d" in bare
    if not has_date and "m" in bare and not re.search(r"[hs]", bare):
        has_date = has_day = True

    def show(value: float) -> str:
        if not 0 <= value < _LAST_DAY[is_1904]:
            return plain_number(value)
        early = 1 if not is_1904 and value < 60 else 0  # Excel has a 29 February 1900
        at = _EPOCHS[is_1904] + timedelta(days=int(value) + early, seconds=round((value % 1) * 86_400))
        if not has_date:
            return at.strftime("%H:%M:%S") if value < 1 else plain_number(value)
        if not has_day:
            return f"{at.year:04}-{at.month:02}" if "m" in bare else f"{at.year:04}"
        return at.isoformat(sep=" ").removesuffix(" 00:00:00")

    return show
