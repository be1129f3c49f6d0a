"""What an employee reads in the result: parsed from the message itself, as a person would take it in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from appraisal.scheme import Scheme, TextItem
from bot.sandbox_client import Json, texts


@dataclass(frozen=True)
class Outcome:
    """`total` and `dimensions` (by key) 0 to 100, None where there is none; `comments` by item key."""

    total: int | None
    band: str | None
    dimensions: dict[str, int | None]
    comments: dict[str, int]
    text: str


def read_result(message: Json, scheme: Scheme, everything: Json | None = None) -> Outcome:
    """`everything`: the modal with all comments, where the message shows only some."""
    lines = [line for text in texts(message) for line in text.splitlines()]
    total, band = _total(lines, scheme)
    return Outcome(
        total=total,
        band=band,
        dimensions=_dimensions(lines, scheme),
        comments=dict(sorted(_comments(everything or message, scheme).items())),
        text="\n".join(lines),
    )


def _total(lines: list[str], scheme: Scheme) -> tuple[int | None, str | None]:
    bands = {name: b.key for b in scheme.bands for name in (b.name.en, b.name.zh)}
    for line in lines:
        number = re.search(r"\*(\d+)\*", line)
        for name, key in bands.items():
            if number and f"{key} · {name}" in line:
                return int(number[1]), key
    return None, None


def _dimensions(lines: list[str], scheme: Scheme) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for line in lines:
        for d in scheme.dimensions:
            for name in (d.name.en, d.name.zh):
                if number := re.match(rf"{re.escape(name)}\s*[:：]\s*\*(\d+|\D+?)\*", line):
                    found[d.key] = int(number[1]) if number[1].isdigit() else None
    return found


def _comments(place: Json, scheme: Scheme) -> Counter[str]:
    """Quotations under a heading that names a question; others (as the reason of an adjustment) are no comments."""
    names = {n: i.key for i in scheme.items() if isinstance(i, TextItem) for n in (i.name.en, i.name.zh)}
    count: Counter[str] = Counter()
    key: str | None = None
    for element in _elements(place):
        text = element["elements"][0]["text"]
        if element["type"] == "rich_text_section":
            key = next((k for name, k in names.items() if text.startswith(name)), None)
        elif element["type"] == "rich_text_quote" and key:
            count[key] += 1
    return count


def _elements(place: Json) -> Iterator[Json]:
    for block in place["blocks"]:
        if block["type"] == "rich_text":
            yield from block["elements"]
