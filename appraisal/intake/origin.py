"""Where a file comes from: files of one report have one name, whatever day they were made."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath, PureWindowsPath
from unicodedata import normalize

_DAY = r"[0-9]{4}[-_./年]?[0-9]{1,2}([-_./月]?[0-9]{1,2})?[日月]?(t[0-9]{4,6}z?)?"
_PART_OF_YEAR = r"([0-9]{4}\s*年?\s*)?(q[1-4]|h[12]|第?[一二三四1-4]季度|[上下]半年)"
_VERSION = r"v[0-9]+([.][0-9]+)*|版本?[0-9]+|第?[0-9]+版|(final|copy|最终版?|终稿|副本|修订版?)(?![a-z])"
_CHANGES = re.compile(rf"(?<![a-z0-9])({_VERSION})|{_PART_OF_YEAR}|{_DAY}|[0-9]+[年月日]?", re.IGNORECASE)
_GAPS = re.compile(r"[\s\-_.,+()\[\]【】]+")


def source_of(file_name: str) -> str:
    """The name of a file without dates, numbers and versions: "客服KPI 2026年9月(2).xlsx" is of "客服KPI".

    A name of nothing else is its own source, without the ending.
    """
    name = PurePosixPath(PureWindowsPath(file_name).name)
    stem = normalize("NFKC", name.stem)
    kept = _GAPS.sub(" ", _CHANGES.sub(" ", stem)).strip()
    return kept or stem.strip() or "file"


def by_hand(source: str, declared: Collection[str]) -> str:
    """The source of a file given by hand: never one that is declared, which would lend it its mapping and its rank.

    No declaration can have this name: a key has neither spaces nor brackets.
    """
    return f"{source} (file)" if source in declared else source
