"""Cells to values: numbers, dates, periods, e-mail addresses, yes and no. None means that a cell is none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from unicodedata import normalize
from zoneinfo import ZoneInfo

_LONGEST = 60  # characters of a cell with a number or date in it
_FACTORS = {
    "%": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "k": Decimal(1000),
    "千": Decimal(1000),
    "万": Decimal(10_000),
    "十万": Decimal(100_000),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "万亿": Decimal(1_000_000_000_000),
}
_CURRENCY = re.compile(
    r"^(rmb|cny|usd|eur|gbp|hkd|us\$|hk\$|[¥$€£])|(rmb|cny|usd|eur|gbp|hkd|人民币|(美|欧|港)?元|[¥$€£])$"
)
_USUAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")  # nearly all cells: worth a way of their own
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,2})?|[+-]?\.[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_GROUPED_BY_DOTS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+|[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GAP = re.compile(r"(?<=[0-9])[ '](?=[0-9]{3}(?![0-9]))")
_MINUS = str.maketrans({"−": "-", "–": "-", "’": "'", "،": ","})
_NOTHING = frozenset(
    {
        *"-—–―−/\\",
        "--",
        "---",
        "——",
        "n/a",
        "na",
        "#n/a",
        "n.a.",
        "nil",
        "null",
        "none",
        "nan",
        "nat",
        "(null)",
        "(blank)",
    }
    | {"无", "暂无", "空", "无数据", "未填", "不适用", "\\n"}
)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4}|[0-9]{2})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_DAY_IN_WORDS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]*([a-z]{3,9})\.?,?[ -]*([0-9]{4}|[0-9]{2})")
_MONTH_IN_WORDS = re.compile(r"([a-z]{3,9})\.? *([0-9]{1,2})(?:st|nd|rd|th)?(?:,? *([0-9]{4})|, *([0-9]{2}))")
_SERIAL = re.compile(r"[1-9][0-9]{4}(\.[0-9]+)?")
_YEARS = range(1900, 2101)  # of periods: "46266" would be June of 4626
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar, from March 1900 on
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +|[ (]*(星期|周|礼拜)[一二三四五六日天]\)?$")
_TIME = re.compile(
    r"(?:t| +|(?<=日))(上午|下午)?[0-9]{1,2}[:时][0-9]{2}(?:[:分][0-9]{2}(?:\.[0-9]+)?)?[秒分]?"
    r"( ?[ap]m)?(z|[+-][0-9]{2}:?[0-9]{2})?$"
)
_MONTHS = {m: 1 + n // 3 for n, m in ((n, "janfebmaraprmayjunjulaugsepoctnovdec"[n : n + 3]) for n in range(0, 36, 3))}
_CHINESE = str.maketrans("一二三四", "1234")
_QUARTER = re.compile(r"([0-9]{4})年?第?(?:q([1-4])|([1-4])季度?|([1-4])q)|q([1-4])([0-9]{4})")
_HALF = re.compile(r"([0-9]{4})年?(?:h([12])|(上|下)半年)|h([12])([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})(?:年|(?:[-/.]|m))?(0?[1-9]|1[0-2])月?份?")
_MONTH_WORD = re.compile(r"(?:([a-z]{3,9})[ -]*([0-9]{4})|([0-9]{4})[ -]*([a-z]{3,9}))")
_YEAR = re.compile(r"(?:fy)?([0-9]{4})(?:年度?|全年)?")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_YES = frozenset(
    {"yes", "y", "true", "1", "active", "employed", "是", "√", "✓", "在职", "在岗", "试用", "试用期", "正式"}
)
_NO = frozenset({"no", "n", "false", "0", "inactive", "left", "terminated", "否", "离职", "已离职"})


def number(cell: str, *units: str) -> float | None:
    """The number in a cell, in a unit that may be written in any way of `units`.

    Understands full-width digits, thousands separators (comma, space, apostrophe; dots where a decimal comma
    follows), a currency or the unit around it, brackets or a minus sign at the end (SAP) for a negative number, and
    the suffixes %, ‰, k, 千, 万, 百万, 亿 …: 95% is 95 in the unit "%" and 0.95 in a unit without one. "1,234" is one
    thousand.
    """
    if _USUAL.fullmatch(cell):
        return float(cell)
    text = normalize("NFKC", cell[:_LONGEST]).translate(_MINUS).casefold().strip().removeprefix("'")
    text, is_negative = _unsigned(text)
    text, factor = _without_suffix(text, [normalize("NFKC", u).casefold().strip() for u in units])
    digits = _plain_digits(_GAP.sub("", text))
    if digits is None or len(cell) > _LONGEST or (is_negative and digits[0] in "+-"):
        return None
    value = float(Decimal(digits) * factor) * (-1 if is_negative else 1)
    return value if isfinite(value) else None


def _unsigned(text: str) -> tuple[str, bool]:
    """The text without a currency before it, and whether brackets or a minus sign at its end make it negative."""
    in_brackets = text.startswith("(") and text.endswith(")")
    text = (text[1:-1] if in_brackets else text).strip()
    sign = "-" if text[:1] == "-" else ""
    bare = text.removeprefix("-").lstrip()
    text = sign + _CURRENCY.sub("", bare, count=1).strip() if bare[:1].isalpha() or bare[:1] in "¥$€£" else text
    is_last = text.endswith("-") and len(text) > 1
    return (text[:-1].strip() if is_last else text), in_brackets or is_last


def _without_suffix(text: str, units: Sequence[str]) -> tuple[str, Decimal]:
    """The text before unit and suffix, and what to multiply by so that the value is in the unit."""
    unit = next((u for u in units if u and text.endswith(u)), "")
    text = text.removesuffix(unit).strip()
    text = _CURRENCY.sub("", text).strip() if not text[:1].isalpha() else text
    suffix = next((f for f in sorted(_FACTORS, key=len, reverse=True) if text.endswith(f)), "")
    if suffix:
        own = next((_FACTORS[u[0]] for u in units if u[:1] in _FACTORS), Decimal(1))
        return text.removesuffix(suffix).strip(), _FACTORS[suffix] / own
    return text, Decimal(1)


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
    """The date in a cell, without its time: 2024-03-31, 2024/3/31, 20240331, 2024年3月31日, 31.03.2024, 31 Mar 2024,
    31-Mar-24, March 31, 2024, or the number by which Excel counts days from 1900 on (45382).

    Of 03/31/2024 and 31/03/2024 only the order of the numbers can tell: `slashed` and `in_order` are for those.
    """
    text = _date_text(cell)
    if match := _YEAR_FIRST.fullmatch(re.sub(r"\s", "", text)) or _COMPACT.fullmatch(text):
        return _date(*match.groups())
    if match := _DAY_FIRST.fullmatch(text):
        return _date(*reversed(match.groups()))
    if match := _DAY_IN_WORDS.fullmatch(text):
        return _date(_year(match[3]), _MONTHS.get(match[2][:3], 0), match[1])
    if match := _MONTH_IN_WORDS.fullmatch(text):
        return _date(_year(match[3] or match[4]), _MONTHS.get(match[1][:3], 0), match[2])
    return _EPOCH + timedelta(days=int(float(text))) if _SERIAL.fullmatch(text) else None


def _date_text(cell: str) -> str:
    text = normalize("NFKC", cell[:_LONGEST]).casefold().strip() if len(cell) <= _LONGEST else ""
    return _WEEKDAY.sub("", _TIME.sub("", _WEEKDAY.sub("", text))).strip()


def _year(text: str) -> int:
    """Two digits are a year from 1970 to 2069."""
    return int(text) + (0 if len(text) > 2 else 2000 if int(text) < 70 else 1900)


def _date(year: str | int, month: str | int, day_of_month: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:  # 30 February
        return None


def slashed(cell: str) -> tuple[int, int, int, date | None] | None:
    """The numbers of a date like 03/31/2024, 31-03-2024 or 3/31/24: two that are month and day in either order, the
    year; and the date that it is where two digits of the year come first (24-3-31), if it is one."""
    if cell[:3].isdigit():  # most dates have the year first: this is looked at in every row
        return None
    match = _YEAR_LAST.fullmatch(_date_text(cell))
    if not match:
        return None
    year_first = _date(_year(match[1].zfill(2)), match[2], match[3]) if len(match[3]) == 2 else None
    return int(match[1]), int(match[2]), _year(match[3]), year_first


def in_order(cells: Iterable[str]) -> bool | None:
    """Whether the dates of a column have the day first; None where they do not say, or contradict each other."""
    found = [s for cell in cells if (s := slashed(cell))]
    day_first = any(a > 12 and not year_first for a, _, _, year_first in found)
    month_first = any(b > 12 for _, b, _, _ in found)
    return None if day_first == month_first else day_first


def settled(cell: str, *, day_first: bool | None) -> str | None:
    """A date of two such numbers and a year as an ISO date, other cells as they are; None where it is unclear.

    What is no date either way (31/02/2026) stays as it is, to be shown.
    """
    numbers = slashed(cell)
    if numbers is None:
        return cell
    first, second, year, year_first = numbers
    ways = [(second, first)] if day_first else [(first, second)]
    if day_first is None:
        ways = [(second, first), (first, second)]
    dates = {d for month, day_of_month in ways if (d := _date(year, month, day_of_month))}
    if day_first is None and year_first:
        dates.add(year_first)
    return None if len(dates) > 1 else dates.pop().isoformat() if dates else cell


def period(cell: str) -> tuple[date, date] | None:
    """The first and the last day of a month, quarter, half-year or year: 2026Q3, Q3 2026, 2026年第三季度, 2026-09,
    2026年9月, Sep 2026, 2026 H1, 2026年上半年, 2026, 2026年度.

    The first of a month means that month: Excel makes a date of "2026-09". Any other day is no period.
    """
    text = normalize("NFKC", cell[:_LONGEST]).casefold().strip().translate(_CHINESE)
    dense = re.sub(r"[\s_]", "", text)
    close = re.sub(r"(?<=[0-9年])-(?=[qh])|(?<=q[1-4])-|(?<=h[12])-", "", dense)
    if match := _QUARTER.fullmatch(close):
        year, quarter = match[1] or match[6], int(match[2] or match[3] or match[4] or match[5])
        return _months(int(year), 3 * quarter - 2, 3)
    if match := _HALF.fullmatch(close):
        year, half = match[1] or match[5], match[2] or match[4] or ("1" if match[3] == "上" else "2")
        return _months(int(year), 6 * int(half) - 5, 6)
    if match := _MONTH.fullmatch(dense):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _MONTH_WORD.fullmatch(text):
        month = _MONTHS.get((match[1] or match[4])[:3])
        return _months(int(match[2] or match[3]), month, 1) if month else None
    if match := _YEAR.fullmatch(dense):
        return _months(int(match[1]), 1, 12)
    first = day(cell) if not text.isdigit() else None
    return _months(first.year, first.month, 1) if first and first.day == 1 else None


def _months(year: int, first: int, count: int) -> tuple[date, date] | None:
    """The days from the first of a month on; None outside of the years of _YEARS, as of Excel's number of a day."""
    if year not in _YEARS:
        return None
    after = first + count
    following = date(year + (after > 12), (after - 1) % 12 + 1, 1)
    return date(year, first, 1), following - timedelta(days=1)


def says_nothing(cell: str) -> bool:
    """Whether a cell says that it is empty: "-", "N/A", "null", 无. Zero is a value."""
    return len(cell) < 10 and normalize("NFKC", cell).strip().casefold() in _NOTHING


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
