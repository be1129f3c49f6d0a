"""Wording for one reader: catalogue texts, dates, numbers and lists in their language and time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from appraisal.people import zone
from appraisal.scheme import Text
from appraisal.scoring.composite import shown

LOCALES = {"en": "en", "zh": "zh_CN"}
FOLDER = Path(__file__).parent / "locales"
NOTHING = "–"
HAN, LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z0-9\u00c0-\u024f]")
NAME_LIMIT = 60  # characters of a name: enough for any real one, and forty of them still fit a message


class Mrkdwn(str):
    """Text that may stand in a mrkdwn object as it is: what people wrote in it is escaped."""


def escape(text: str) -> Mrkdwn:
    """User-written text for mrkdwn, so that it can neither mention nor link; a Mrkdwn is returned unchanged."""
    if isinstance(text, Mrkdwn):
        return text
    return Mrkdwn(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def size(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which Slack's clients count: most emoji are two."""
    return len(text) + sum(c > "\uffff" for c in text)


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, with … where something was cut. Half an `&amp;` is never left over."""
    if size(text) <= limit:
        return text
    head = text[: limit - 1]
    while size(head) > limit - 1:
        head = head[: -max(1, (size(head) - limit + 1) // 2)]
    if isinstance(text, Mrkdwn):
        return Mrkdwn(re.sub(r"&[a-z]{0,3}$", "", head) + "…")
    return head + "…"


def short(text: str, limit: int = NAME_LIMIT) -> str:
    """One line of user-written text: a name, a title, the beginning of a comment."""
    return cut(" ".join(text.split()), limit) or NOTHING


@cache
def catalogue(locale: str) -> dict[str, str | dict[str, str]]:
    """The texts of "en" or "zh": key to text, or to {"one", "other"} where it depends on `n` or `count`."""
    texts: dict[str, str | dict[str, str]] = {}
    for file in sorted((FOLDER / locale).glob("*.yml")):
        texts |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return texts


@cache
def _babel(locale: str) -> Locale:
    """How dates and numbers are written: as in the reader's own English, or as in China.

    Kept, because Babel looks through all its locales to parse a name: half a millisecond for each date.
    """
    language, _, region = locale.partition("-")
    if language != "en" or not region:
        return Locale.parse(LOCALES[language])
    try:
        return Locale.parse(f"en_{region}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


class Words:
    """Calls give the text of a key: `w("peers-each", n=3)`. Values are worded too: numbers, dates, lists of names.

    `locale` is one of Slack's ("en-GB", "zh-CN"; any other language reads English), `time_zone` an IANA name
    (anything else is UTC).
    A key or a value that is missing raises KeyError: tests find it, people never see it.
    """

    def __init__(self, locale: str, time_zone: str = "UTC") -> None:
        self.locale = locale.partition("-")[0].lower()
        if self.locale not in LOCALES:
            locale = self.locale = "en"
        self._babel = _babel(locale if self.locale == "en" else self.locale)
        self._plural = self._babel.plural_form
        self._texts = catalogue(self.locale)
        self._zone = zone(time_zone)

    def __call__(self, key: str, **values: object) -> str:
        """For plain_text: nothing is escaped."""
        return self._fill(self._template(key, values), {k: self._say(v) for k, v in values.items()})

    def md(self, key: str, **values: object) -> Mrkdwn:
        """For mrkdwn: values that are not Mrkdwn are escaped."""
        said = {k: escape(self._say(v)) for k, v in values.items()}
        return Mrkdwn(self._fill(self._template(key, values), said))

    def has(self, key: str) -> bool:
        return key in self._texts

    def blank(self, key: str) -> dict[str, str]:
        """A stand-in for every value the text of `key` takes, for texts whose values come from elsewhere."""
        template = self._texts[key]
        variants = template.values() if isinstance(template, dict) else [template]
        return {name: NOTHING for text in variants for name in re.findall(r"{(\w+)}", text)}

    def text(self, text: Text, **values: str) -> str:
        """A text of the scheme; a placeholder that `values` does not have stays as it is."""
        pieces = re.split(r"{(\w+)}", text.to(self.locale))
        return self._spaced(values.get(p, f"{{{p}}}") if n % 2 else p for n, p in enumerate(pieces))

    def date(self, day: date) -> str:
        """Day and year."""
        return format_date(day, "medium", locale=self._babel)

    def day(self, moment: date | datetime) -> str:
        """Weekday and day without the year; of a moment, the day in the reader's zone."""
        return format_skeleton("MMMEd", self.local_day(moment), locale=self._babel)

    def local_day(self, moment: date | datetime) -> date:
        """The day of a moment in the reader's zone; a day is itself."""
        return self._local(moment).date() if isinstance(moment, datetime) else moment

    def days_since(self, moment: date | datetime, now: datetime) -> int:
        """Midnights that have passed in the reader's zone; negative for a day to come."""
        return (self.local_day(now) - self.local_day(moment)).days

    def time(self, moment: datetime) -> str:
        return format_time(self._local(moment), "short", locale=self._babel)

    def deadline(self, moment: datetime, *, year: bool = False) -> str:
        """The day, and the time where the deadline is not the end of that day for the reader."""
        local = self._local(moment)
        last = local - timedelta(seconds=1)
        at_midnight = (last.hour, last.minute) >= (23, 58)
        day = (last if at_midnight else local).date()
        said = format_skeleton("yMMMEd", day, locale=self._babel) if year else self.day(day)
        return said if at_midnight else self("day-and-time", day=said, time=self.time(moment))

    def period(self, start: date, end: date) -> str:
        return format_interval(start, end, "yMMMd", locale=self._babel)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._babel)

    def percent(self, value: float) -> str:
        """Of a share: 1.02 reads 102%."""
        return format_percent(value, locale=self._babel)

    def quantity(self, value: float, unit: Text | str) -> str:
        """A number with its unit."""
        unit = unit.to(self.locale) if isinstance(unit, Text) else unit
        if not unit:
            return self.number(value)
        return f"{self.number(value)}{'' if unit in '%‰°' else ' '}{unit}"

    def score(self, value: float | None) -> str:
        """Points of 0 to 100 as people see them: whole, half up; a dash where there is none."""
        return NOTHING if value is None else str(shown(value))

    def list(self, names: Iterable[str]) -> str:
        if self.locale == "zh":
            return "、".join(names)  # Babel's 和 sits badly beside Latin names
        return format_list(list(names), locale=self._babel)

    def sentences(self, texts: Iterable[str]) -> str:
        """Several statements in one line, such as the text of a notification."""
        return ("；" if self.locale == "zh" else "; ").join(texts)

    def _fill(self, template: str, values: Mapping[str, str]) -> str:
        """Values in their places."""
        parts = Formatter().parse(template)
        return self._spaced(p for literal, name, _, _ in parts for p in (literal, values[name] if name else ""))

    def _spaced(self, pieces: Iterable[str]) -> str:
        """Pieces in a row; in Chinese with the space that stands between Han and Latin characters."""
        text = ""
        for piece in pieces:
            text += (" " if self.locale == "zh" and _clash(text[-1:], piece[:1]) else "") + piece
        return text

    def _template(self, key: str, values: Mapping[str, object]) -> str:
        template = self._texts[key]
        if isinstance(template, str):
            return template
        n = values.get("n", values.get("count"))
        return template.get(self._plural(n) if isinstance(n, int | float) else "other", template["other"])

    def _say(self, value: Any) -> str:
        match value:
            case str():
                return value
            case int() | float():
                return self.number(value)
            case datetime():
                return self.deadline(value)
            case date():
                return self.date(value)
            case list() | tuple():
                return self.list(value)
        return str(value)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)


def _clash(before: str, after: str) -> bool:
    """Whether a Han and a Latin character or digit would touch."""
    return bool((HAN.match(before) and LATIN.match(after)) or (LATIN.match(before) and HAN.match(after)))
