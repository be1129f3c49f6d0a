"""Header cells of spreadsheets: what people call our columns, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from unicodedata import normalize

from appraisal.intake import header_names

ACTUAL, TARGET = "actual:", "target:"  # before a metric's key: its column in a file with one column per metric
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # "Target (k€)" means the target
_MEASURED = ("target", "actual")
_LONGEST = 200  # characters of a cell that are looked at
_PEOPLE = frozenset({"employee", "person", "user", "staff", "member", "worker", "员工", "人员"})
_PARTS = frozenset({"name", "value", "title", "label", "text", "key", "code", "id", "amount", "名称", "值"})


@dataclass(frozen=True)
class Columns:
    """One kind of file: canonical column -> names in use; of each group in `required` one column must be there.

    `metrics`: plain name -> key, for files with one column or one sheet per metric.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]
    metrics: Mapping[str, str] = field(default_factory=dict[str, str])

    def with_metrics(self, metrics: Mapping[str, str]) -> Columns:
        """The same columns, and those of these metrics: name in use -> key."""
        return replace(self, metrics={plain(name): key for name, key in metrics.items()})

    @cached_property
    def _meaning(self) -> dict[str, str]:
        return {plain(alias): name for name, aliases in self.names.items() for alias in (name, *aliases)}

    def recognise(self, header: Sequence[str]) -> dict[int, str]:
        """Place -> canonical name of the header cells we know. Of two cells for one column the first counts."""
        return self.of_parts((cell,) for cell in header)

    def of_parts(self, header: Iterable[tuple[str, ...]], given: Mapping[str, str] | None = None) -> dict[int, str]:
        """`recognise` for header cells in one part or in two, group over column; `given` says what a cell means.

        A file has either a column for the name of the metric or one column per metric: the former wins. Beside the
        columns of metrics a target or actual value of none of them is unknown, unless it is given; beside those of one
        metric only where it stands below something that we do not know.
        """
        given = given or {}
        parts = [(place, joined_parts(cells), cells) for place, cells in enumerate(header)]
        found = {place: given[joined] for place, joined, _ in parts if given.get(joined)}
        for place, joined, cells in parts:
            if joined not in given and (name := self._meant(cells)) and name not in found.values():
                found[place] = name
        found = dict(sorted(found.items()))
        if {"metric", "actual"} <= set(found.values()):
            return {place: name for place, name in found.items() if ":" not in name}
        figures = figure_places(found)
        for place, joined, cells in parts if figures else ():
            is_strange = len(figures) > 1 or (len(cells) > 1 and all(cells) and not self._known(cells[0]))
            if is_strange and found.get(place) in _MEASURED and not given.get(joined):
                del found[place]
        return found

    def _meant(self, parts: tuple[str, ...]) -> str | None:
        if len(parts) == 1 or not parts[0] or parts[0] == parts[1]:
            return self._known(parts[-1]) or self._of_metric(parts[-1])
        group, cell = parts
        if not cell:
            return self._known(group) or self._of_metric(group)
        metric, word = self.metric(group), self._known(cell)
        if metric and word in _MEASURED:
            return f"{word}:{metric}"
        return word or self._known(f"{group} {cell}") or self._of_metric(f"{group} {cell}") or self._of_metric(cell)

    def _known(self, cell: str) -> str | None:
        """The column that a cell means by itself, or as a dotted name like `employee.email`, `department.name`."""
        if known := self._meaning.get(plain(cell)):
            return known
        owner, dot, part = cell.rpartition(".")
        if not dot or not owner:
            return None
        if plain(owner.rpartition(".")[2]) in _PEOPLE:
            return self._meaning.get(plain(part))
        return self._known(owner) if plain(part) in _PARTS else self._known(part) if owner.count(".") else None

    def metric(self, cell: str) -> str | None:
        """The key of the metric that a cell names."""
        return self.metrics.get(plain(cell, with_asides=True)) or self.metrics.get(plain(cell))

    def _of_metric(self, cell: str) -> str | None:
        """`actual:KEY` or `target:KEY` for "Volume", "Volume target", "目标（业务量）" and the like."""
        if not self.metrics or not cell:
            return None
        for text in (plain(cell, with_asides=True), plain(cell)):
            if key := self.metrics.get(text):
                return ACTUAL + key
            for word, kind in self._words:
                rest = text.removesuffix(word) if text.endswith(word) else text.removeprefix(word)
                if rest != text and (key := self.metrics.get(rest)):
                    return kind + key
        return None

    @cached_property
    def _words(self) -> list[tuple[str, str]]:
        """Words for target and actual, the longest first."""
        words = [(w, n + ":") for w, n in self._meaning.items() if n in ("target", "actual")]
        return sorted(words, key=lambda pair: -len(pair[0]))

    def missing(self, found: Mapping[int, str], given: Collection[str] = ()) -> str | None:
        """The first required column that is neither among `found` nor `given` in another way.

        Columns per metric stand for the metric and its actual value.
        """
        have = {*found.values(), *given}
        if any(name.startswith(ACTUAL) for name in have):
            have |= {"metric", "actual"}
        return next((group[0] for group in self.required if not have & set(group)), None)

    def is_ours(self, name: str) -> bool:
        """Whether a mapping may name this column."""
        return name in self.names or name.partition(":")[2] in self.metrics.values()


def joined_parts(parts: tuple[str, ...]) -> str:
    """A header cell in two parts as one: "Volume / target"."""
    return " / ".join(dict.fromkeys(p for p in parts if p))[:_LONGEST]


def figure_places(places: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """Metric key -> "target" and "actual" -> place."""
    figures: dict[str, dict[str, int]] = {}
    for place, name in places.items():
        kind, colon, key = name.partition(":")
        if colon:
            figures.setdefault(key, {})[kind] = place
    return figures


@lru_cache(maxsize=8192)
def plain(cell: str, *, with_asides: bool = False) -> str:
    """A name without case, width, spaces, punctuation and remarks in brackets, to compare."""
    text = normalize("NFKC", cell[:_LONGEST]).casefold()
    return "".join(c for c in (text if with_asides else _ASIDE.sub("", text)) if c.isalnum())


PEOPLE_COLUMNS = Columns(header_names.PEOPLE, required=(("email", "employee_number", "slack_id", "name"),))

METRIC_COLUMNS = Columns(
    header_names.METRICS,
    required=(("person", "email", "employee_number", "slack_id", "name"), ("metric",), ("actual",)),
)
