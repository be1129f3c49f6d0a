"""What can be wrong with a scheme: reasons, and how a check tells where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

Way = tuple[int | str, ...]  # from a part down to the place: field names, keys, numbers of list elements from 0


class SchemeReason(StrEnum):
    """What is wrong with a place of a scheme. Each has a text `scheme-problem-<value>`; `detail` is filled in."""

    TOO_LARGE = "too-large"  # detail = the limit in characters
    NOT_YAML = "not-yaml"  # detail = what the YAML reader says
    TOO_MANY_ALIASES = "too-many-aliases"
    NOT_A_MAPPING = "not-a-mapping"  # the file is empty, or holds something else than `key: value` lines
    DOUBLED = "doubled"  # the same key twice in one mapping
    MISSING = "missing"
    UNKNOWN_KEY = "unknown-key"  # detail = a key that looks like it, or empty
    NOT_TEXT = "not-text"  # often yes, no, on, off or a number without quotes
    NOT_A_NUMBER = "not-a-number"
    NOT_A_LIST = "not-a-list"
    NOT_FIELDS = "not-fields"  # a single value where `key: value` lines belong
    NOT_ONE_OF = "not-one-of"  # detail = the values there are
    BAD_KEY = "bad-key"  # detail = the pattern
    EMPTY = "empty"
    TOO_LONG = "too-long"  # detail = the limit in characters
    TOO_FEW = "too-few"  # detail = the limit
    TOO_MANY = "too-many"  # detail = the limit
    OUT_OF_RANGE = "out-of-range"  # detail = the bound, like "> 0"
    OTHER = "other"  # detail = what the checker says

    # Rules between parts
    KEY_TWICE = "key-twice"  # detail = the key
    DISCLOSURE_MISSING = "disclosure-missing"  # detail = the relation
    MANAGER_NOT_NAMED = "manager-not-named"
    BANDS_NOT_FALLING = "bands-not-falling"
    LAST_BAND_ABOVE_ZERO = "last-band-above-zero"
    POINTS_NOT_RISING = "points-not-rising"
    SCORES_NOT_RISING = "scores-not-rising"  # of the points of a metric or of goals
    POINT_OUT_OF_REACH = "point-out-of-reach"  # detail = the most that can be attained
    TOLERANCE_MISSING = "tolerance-missing"
    LOW_NOT_BELOW_HIGH = "low-not-below-high"
    NO_SOURCE_COUNTS = "no-source-counts"  # nobody who is asked has a weight
    NOBODY_ASKED = "nobody-asked"  # a form without a question
    NAME_TWICE = "name-twice"  # detail = the name by which two metrics would be found in a file
    FOR_NOBODY = "for-nobody"  # a variant without department and job family
    NEVER_CHOSEN = "never-chosen"  # detail = the variant before it that takes all its people
    NO_SUCH_ITEM = "no-such-item"  # detail = the key
    NO_SUCH_DIMENSION = "no-such-dimension"  # detail = the key
    NOT_COUNTED = "not-counted"  # a weight for an item that has none; detail = the key
    OTHER_KIND = "other-kind"  # the same key for another kind of item; detail = the kind it has elsewhere
    DIMENSION_EMPTY = "dimension-empty"  # detail = the dimension that a variant leaves without items
    DIMENSION_UNCOUNTED = "dimension-uncounted"  # detail = the dimension in which nothing would count
    TOO_MANY_NEEDED = "too-many-needed"  # detail = the cycles that the year has


@dataclass(frozen=True)
class SchemeProblem:
    """One thing to correct. `line` counts from 1; `path` like `dimensions[ability].items[teamwork].weight`."""

    line: int
    path: str
    reason: SchemeReason
    detail: str = ""


@dataclass(frozen=True)
class Broken:
    """A rule that is broken, with the way to the place from the part that was checked."""

    reason: SchemeReason
    way: Way = ()
    detail: str = ""


RULES: Final = "rules"  # the type of the error that `refuse` raises
TOGETHER: Final = object()  # context of pydantic: single parts were checked before, only how they fit is asked


def refuse(broken: Iterable[Broken], info: ValidationInfo) -> None:
    """End a validator of a part with everything that it found; nothing happens where it found nothing."""
    if info.context is not TOGETHER:
        refuse_all(broken)


def refuse_all(broken: Iterable[Broken]) -> None:
    """The same for the whole, whatever the context."""
    if found := tuple(broken):
        said = "; ".join(f"{'.'.join(map(str, b.way))}: {b.reason.value} {b.detail}".strip(": ") for b in found)
        raise PydanticCustomError(RULES, "{said}", {"said": said, "broken": found})
