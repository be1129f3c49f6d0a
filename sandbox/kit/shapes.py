"""Checks of JSON values, composed from small pieces, with Slack's wording of what is wrong.

A check is called with a value, its JSON pointer and a `Faults` to report to; it never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Faults:
    """What is wrong with a payload, in the form of Slack's `response_metadata.messages`."""

    messages: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Report `what` is wrong at the JSON pointer `where`."""
        self.messages.append(f"[ERROR] {what} [json-pointer:{where}]")


Check = Callable[[Any, str, Faults], None]
Fields = Mapping[str, Check]


def string(longest: int, *, shortest: int = 1) -> Check:
    """A string of `shortest` to `longest` characters."""

    def check(value: Any, where: str, faults: Faults) -> None:
        if not isinstance(value, str):
            faults.add(where, "must provide a string")
        elif len(value) > longest:
            faults.add(where, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            faults.add(where, f"must be more than {shortest - 1} characters")

    return check


def boolean(value: Any, where: str, faults: Faults) -> None:
    """True or false."""
    if not isinstance(value, bool):
        faults.add(where, "must provide a boolean")


def integer(low: int, high: int) -> Check:
    """A whole number from `low` to `high`."""

    def check(value: Any, where: str, faults: Faults) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            faults.add(where, "must provide an integer")
        elif not low <= value <= high:
            faults.add(where, f"must be between {low} and {high}")

    return check


def choice(*values: str) -> Check:
    """One of the given strings."""

    def check(value: Any, where: str, faults: Faults) -> None:
        if value not in values:
            faults.add(where, f"value must be one of: {', '.join(values)}")

    return check


def pattern(expression: Callable[[str], Any], what: str) -> Check:
    """A string which `expression` finds truthy and does not choke on (ValueError)."""

    def check(value: Any, where: str, faults: Faults) -> None:
        try:
            good = isinstance(value, str) and expression(value)
        except ValueError:
            good = False
        if not good:
            faults.add(where, f"must be a valid {what}")

    return check


def array(item: Check, *, least: int = 1, most: int) -> Check:
    """A list of `least` to `most` values, each of which passes `item`."""

    def check(value: Any, where: str, faults: Faults) -> None:
        if not isinstance(value, list):
            faults.add(where, "must provide an array")
            return
        if len(value) > most:
            faults.add(where, f"no more than {most} items allowed")
        if len(value) < least:
            faults.add(where, f"no less than {least} items allowed")
        for index, each in enumerate(value[:most]):
            item(each, f"{where}/{index}", faults)

    return check


Rule = Callable[[dict[str, Any], str, Faults], None]


def shape(need: Fields, may: Fields | None = None, *, rule: Rule | None = None) -> Check:
    """An object with all fields of `need`, any of `may` and no others; `rule` sees it once its fields are right."""
    fields = {**need, **(may or {})}

    def check(value: Any, where: str, faults: Faults) -> None:
        if not isinstance(value, dict):
            faults.add(where, "must provide an object")
            return
        before = len(faults.messages)
        for name in need:
            if name not in value:
                faults.add(where, f"missing required field: {name}")
        for name, each in value.items():
            if name not in fields:
                faults.add(where, f"invalid additional property: {name}")
            else:
                fields[name](each, f"{where}/{name}", faults)
        if rule and len(faults.messages) == before:
            rule(value, where, faults)

    return check


def either(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` is a key of `kinds` and which passes that key's check."""

    def check(value: Any, where: str, faults: Faults) -> None:
        if not isinstance(value, dict):
            faults.add(where, "must provide an object")
            return
        kind = value.get("type")
        if kind is None:
            faults.add(where, "missing required field: type")
        elif not isinstance(kind, str) or kind not in kinds:
            faults.add(f"{where}/type", f"unsupported type: {kind}")
        else:
            kinds[kind](value, where, faults)

    return check


def anything(_value: Any, _where: str, _faults: Faults) -> None:
    """Any value."""
