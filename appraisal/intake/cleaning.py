"""Cells to values: numbers, dates, e-mail addresses, yes and no. None means that a cell is none of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from unicodedata import normalize
from zoneinfo import ZoneInfo

_LONGEST = 60  # characters of a cell with a number or date in it
_FACTORS = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,2})?|[+-]?\.[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_GROUPED_BY_DOTS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+|[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GAP = re.compile(r"(?<=[0-9])[ '](?=[0-9]{3}(?![0-9]))")
_MINUS = str.maketrans({"−": "-", "–": "-", "’": "'", "،": ","})
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_MIDNIGHT = re.compile(r"[ t]+0{1,2}:00(:00(\.0+)?)?(z|\+00:00)?$")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_YES = frozenset({"yes", "y", "true", "1", "active", "employed", "是", "在职", "在岗", "试用", "试用期", "正式"})
_NO = frozenset({"no", "n", "false", "0", "inactive", "left", "terminated", "否", "离职", "已离职"})


def number(cell: str, *units: str) -> float | None:
    """The number in a cell, in a unit that may be written in any way of `units`.

    Understands full-width digits, thousands separators (comma, space, apostrophe; dots where a decimal comma
    follows), a currency sign or the unit around it, brackets for a negative number, and the suffixes %, ‰, 万, 亿:
    95% is 95 in the unit "%" and 0.95 in a unit without one. "1,234" is one thousand.
    """
    text = normalize("NFKC", cell[:_LONGEST]).translate(_MINUS).casefold().strip()
    is_negative = text.startswith("(") and text.endswith(")")
    text = (text[1:-1] if is_negative else text).strip().lstrip("¥$€£").strip()
    text, factor = _without_suffix(text, [normalize("NFKC", u).casefold().strip() for u in units])
    digits = _plain_digits(_GAP.sub("", text))
    if digits is None or len(cell) > _LONGEST or (is_negative and digits[0] in "+-"):
        return None
    value = float(Decimal(digits) * factor) * (-1 if is_negative else 1)
    return value if isfinite(value) else None


def _without_suffix(text: str, units: Sequence[str]) -> tuple[str, Decimal]:
    """The text before unit and suffix, and what to multiply by so that the value is in the unit."""
    unit = next((u for u in units if u and text.endswith(u)), "")
    text = text.removesuffix(unit).strip()
    text = re.sub("(美|欧)?元$", "", text)
    if text and text[-1] in _FACTORS:
        own = next((_FACTORS[u[0]] for u in units if u[:1] in _FACTORS), Decimal(1))
        return text[:-1].strip(), _FACTORS[text[-1]] / own
    return text.strip(), Decimal(1)


def _plain_digits(text: str) -> str | None:
    if _NUMBER.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    if _GROUPED_BY_DOTS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    return None


def day(cell: str) -> date | None:
    """The date in a cell: 2024-03-31, 2024/3/31, 2024.3.31, 2024年3月31日 or 31.03.2024, with or without midnight.

    03/31/2024 and 31/03/2024 are not understood: half of them could be read in two ways.
    """
    text = _MIDNIGHT.sub("", normalize("NFKC", cell[:_LONGEST]).casefold().strip())
    if match := _YEAR_FIRST.fullmatch(re.sub(r"\s", "", text)):
        year, month, day_of_month = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day_of_month, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:  # 30 February
        return None


def email(cell: str) -> str | None:
    """The address in lower case."""
    text = normalize("NFKC", cell).strip().lower().removeprefix("mailto:")
    return text if _EMAIL.fullmatch(text) else None


def yes_or_no(cell: str) -> bool | None:
    """Whether somebody is (still) employed, as spreadsheets put it."""
    text = normalize("NFKC", cell).strip().casefold()
    return True if text in _YES else False if text in _NO else None


def time_zone(cell: str) -> str | None:
    """The IANA name of a time zone that exists."""
    try:
        return str(ZoneInfo(cell))
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of the zone files
        return None


def name(cell: str) -> str:
    """A name to compare with others: without case, width and double spaces."""
    return " ".join(normalize("NFKC", cell).casefold().split())


def slack_id(cell: str) -> str:
    """A Slack id out of `U012AB3CD`, `@U012AB3CD` or `<@U012AB3CD|ann>`."""
    return cell.strip().strip("<@>").split("|")[0].upper()
