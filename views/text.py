"""Wording for one reader: catalogue texts, dates, numbers, lists, in their language and time zone."""

from __future__ import annotations

from datetime import date, datetime

from appraisal.scheme import Text


class Mrkdwn(str):
    """Text that may stand in a mrkdwn object as it is: what users wrote in it is escaped."""


def escape(text: str) -> Mrkdwn:
    """User-written text for mrkdwn; a Mrkdwn is returned unchanged."""
    raise NotImplementedError


class Words:
    def __init__(self, locale: str, time_zone: str = "UTC") -> None:
        raise NotImplementedError

    def __call__(self, key: str, **values: object) -> str:
        raise NotImplementedError

    def md(self, key: str, **values: object) -> Mrkdwn:
        raise NotImplementedError

    def date(self, day: date) -> str:
        raise NotImplementedError

    def day(self, moment: date | datetime) -> str:
        raise NotImplementedError

    def time(self, moment: datetime) -> str:
        raise NotImplementedError

    def number(self, value: float) -> str:
        raise NotImplementedError

    def percent(self, value: float) -> str:
        raise NotImplementedError

    def list(self, names: list[str] | tuple[str, ...]) -> str:
        raise NotImplementedError

    def text(self, text: Text, **values: str) -> str:
        raise NotImplementedError
