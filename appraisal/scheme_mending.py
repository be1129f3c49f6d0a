"""What does not fit together in a scheme that has wrong values as well, as far as that can be known.

Harmless stand-ins take the place of wrong values until pydantic can read the whole; then the rules between parts
are asked. What a stand-in may have caused is not told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from appraisal.scheme import Scheme
from appraisal.scheme_reasons import RULES, TOGETHER, Broken, SchemeReason

_ROUNDS = 8  # a wrong value goes, its stand-in comes, and that may lack fields of its own
_ABSENT = object()
_KINDS = {"rating", "metric", "text", "choice", "number", "goals"}

# A broken rule of this kind is not told where one of these fields is wrong: its stand-in may have broken it.
_UNSURE: dict[SchemeReason, frozenset[str]] = {
    SchemeReason.KEY_TWICE: frozenset({"drop"}),
    SchemeReason.NO_SOURCE_COUNTS: frozenset({"weights", "relations"}),
    SchemeReason.NAME_TWICE: frozenset({"key"}),
    SchemeReason.NOBODY_ASKED: frozenset({"key", "kind", "items", "drop", "add"}),
    SchemeReason.OTHER_KIND: frozenset({"kind"}),
    SchemeReason.FOR_NOBODY: frozenset({"departments", "job_families"}),
    SchemeReason.NEVER_CHOSEN: frozenset({"departments", "job_families"}),
    SchemeReason.NO_SUCH_ITEM: frozenset({"key", "items", "add"}),
    SchemeReason.NO_SUCH_DIMENSION: frozenset({"key", "dimensions"}),
    SchemeReason.NOT_COUNTED: frozenset({"kind"}),
    SchemeReason.DIMENSION_EMPTY: frozenset({"key", "items", "add"}),
    SchemeReason.DIMENSION_UNCOUNTED: frozenset({"key", "items", "add", "kind"}),
    SchemeReason.TOO_MANY: frozenset({"drop"}),
}


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """What pydantic found, each with its way through the data.

    Left out are the kinds of items that pydantic puts into ways, and the lists that it only calls too short because
    elements with errors of their own were not counted.
    """
    return [{**e, "loc": _way(e["loc"])} for e in error.errors(include_url=False) if not _follows(e)]


def _way(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """("dimensions", 0, "items", 1, "rating", "weight") without "rating"; the same below "add"."""
    lists = {n + 1 for n, step in enumerate(loc) if step == "items"} | {n + 2 for n, s in enumerate(loc) if s == "add"}
    kinds = {n + 1 for n in lists if n < len(loc) and isinstance(loc[n], int)}
    return tuple(step for n, step in enumerate(loc) if not (n in kinds and step in _KINDS))


def _follows(error: ErrorDetails) -> bool:
    return error["type"] == "too_short" and len(error["input"]) >= error.get("ctx", {})["min_length"]


def broken_besides(data: object, errors: Sequence[ErrorDetails]) -> list[Broken]:
    """The broken rules between parts of `data`, of which pydantic could not read the parts that `errors` name."""
    data = _unshared(data)
    wrong: set[str] = set()
    numbers = itertools.count(1)
    for _ in range(_ROUNDS):
        if broken := _rules(errors):
            return [b for b in broken if not wrong & _UNSURE.get(b.reason, frozenset())]
        wrong |= {field for e in errors for field in _fields(e)}
        _mend(data, errors, numbers)
        try:
            Scheme.model_validate(data, context=TOGETHER)
        except ValidationError as error:
            errors = errors_of(error)
        else:
            return []
    return []


def _unshared(data: Any) -> Any:
    """Every place with a value of its own: YAML's aliases share one, which may be right in one place only."""
    if isinstance(data, dict):
        return {key: _unshared(value) for key, value in data.items()}
    return [_unshared(value) for value in data] if isinstance(data, list) else data


def _rules(errors: Sequence[ErrorDetails]) -> tuple[Broken, ...]:
    """Of the scheme as a whole; those of single parts are told by their own errors."""
    return next((e.get("ctx", {})["broken"] for e in errors if e["type"] == RULES and not e["loc"]), ())


def _fields(error: ErrorDetails) -> set[str]:
    """The field that is wrong, in which a value or key may be; nothing where a rule of a single part is broken."""
    if error["type"] == RULES:  # mended by not asking it again
        return set()
    way = list(error["loc"])
    while way and isinstance(way[-1], int):
        way.pop()
    names = {str(step) for step in itertools.takewhile(lambda step: isinstance(step, str), reversed(way))}
    return names | ({"kind"} if error["type"].startswith("union_tag") else set())


def _mend(data: Any, errors: Sequence[ErrorDetails], numbers: Iterator[int]) -> None:
    """Take every wrong value out, and put a stand-in where a value is needed: in the next round, after the first."""
    holders: list[Any] = []
    for error in errors:
        holder, step, here = _find(data, error["loc"])
        if error["type"] == RULES:
            continue
        if error["type"] == "missing":
            here[error["loc"][-1]] = _stand_in(str(error["loc"][-1]), next(numbers))
        elif error["type"].startswith("union_tag"):
            here["kind"] = "rating"
        elif holder is not None:
            holder[step] = _ABSENT  # still there, as others of these errors may be about it
            holders.append(holder)
    for holder in holders:
        if isinstance(holder, dict):
            for key in [k for k, v in holder.items() if v is _ABSENT]:
                del holder[key]
        else:
            holder[:] = [element for element in holder if element is not _ABSENT]


def _find(data: Any, way: Sequence[int | str]) -> tuple[Any, Any, Any]:
    """What holds the last step of a way that is in the data, that step, and what stands there."""
    holder, last, here = None, None, data
    for step in way:
        below = here.get(step, _ABSENT) if isinstance(here, dict) else _element(here, step)
        if below is not _ABSENT:
            holder, last, here = here, step, below
    return holder, last, here


def _element(here: Any, step: int | str) -> Any:
    return here[step] if isinstance(here, list) and isinstance(step, int) else _ABSENT


def _stand_in(field: str, n: int) -> Any:
    """Something right for a needed field, and like no other stand-in; what it lacks is added in the next round."""
    word = f"x{n}"
    text = {"en": word, "zh": word}
    known: dict[str, Any] = {
        "en": word,
        "zh": word,
        "key": word,
        "version": 1,
        "weight": 1,
        "unit": "",
        "low": 0,
        "high": 1,
        "point": 0,
        "least": 0,
        "anchors": [{"point": p, "label": {**text}, "behaviour": {**text}} for p in (0, 1)],
        "attainment": n,
        "score": n,
        "levels": [{**text} for _ in range(5)],
        "goals": [{}],
        "options": [{"key": key, "name": {**text}} for key in ("a", "b")],
        "items": [{"kind": "rating"}],
        "dimensions": [{}],
        "bands": [{}],
        "weights": {},
        "disclosure": {},
    }
    return known.get(field, text)
