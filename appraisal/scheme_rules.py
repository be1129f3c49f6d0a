"""Rules between the parts of a scheme. What concerns one part alone is checked where that part is defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from appraisal.intake.cleaning import name as folded
from appraisal.scheme_items import MOST_ITEMS, AnyItem, Dimension, RatedItem
from appraisal.scheme_measures import Goal, GoalsItem, MetricItem
from appraisal.scheme_parts import Source
from appraisal.scheme_reasons import Broken, SchemeReason, Way
from appraisal.scheme_variants import Variant

if TYPE_CHECKING:
    from appraisal.scheme import Scheme


def broken_rules(scheme: Scheme) -> Iterator[Broken]:
    """Everything that does not fit together, in the common form and in every variant."""
    yield from _keys(scheme)
    yield from _sources(scheme)
    yield from _names_in_files(scheme)
    yield from _kinds(scheme)
    for number, variant in enumerate(scheme.variants):
        yield from _people(scheme, number, variant)
        yield from _references(scheme, number, variant)
        yield from _added_keys(scheme, number, variant)
        yield from _dimensions(scheme, number, variant)
    yield from _nobody_asked(scheme)


def _placed(scheme: Scheme) -> Iterator[tuple[Way, AnyItem]]:
    """Every item, of the common form and of the variants, and where it stands."""
    for d, dimension in enumerate(scheme.dimensions):
        for i, item in enumerate(dimension.items):
            yield ("dimensions", d, "items", i), item
    for number, variant in enumerate(scheme.variants):
        yield from _added(number, variant)


def _added(number: int, variant: Variant) -> Iterator[tuple[Way, AnyItem]]:
    for dimension, items in variant.add.items():
        for i, item in enumerate(items):
            yield ("variants", number, "add", dimension, i), item


def _with_goals(placed: Iterable[tuple[Way, AnyItem]]) -> Iterator[tuple[Way, AnyItem | Goal]]:
    """Items, each with the goals in it: all that has a key by which answers and figures are found."""
    for way, item in placed:
        yield way, item
        for n, goal in enumerate(item.goals if isinstance(item, GoalsItem) else ()):
            yield (*way, "goals", n), goal


def _keys(scheme: Scheme) -> Iterator[Broken]:
    """Items, goals and dimensions share their keys: answers, weights and figures are found by them."""
    seen: set[str] = set()
    for d, dimension in enumerate(scheme.dimensions):
        ways: list[tuple[Way, str]] = [(("dimensions", d, "key"), dimension.key)]
        items = ((("dimensions", d, "items", i), item) for i, item in enumerate(dimension.items))
        ways += [((*way, "key"), part.key) for way, part in _with_goals(items)]
        for way, key in ways:
            if key in seen:
                yield Broken(SchemeReason.KEY_TWICE, way, key)
            seen.add(key)


def _sources(scheme: Scheme) -> Iterator[Broken]:
    """Of those who are asked, somebody's answer must count."""
    for way, item in _placed(scheme):
        if not isinstance(item, RatedItem):
            continue
        sources = [Source(r.value) for r in item.relations]
        sources += [Source.METRIC] if isinstance(item, MetricItem) else []
        if not any(scheme.weights_of(item).get(s, 0.0) for s in sources):
            yield Broken(SchemeReason.NO_SOURCE_COUNTS, way)


def _names_in_files(scheme: Scheme) -> Iterator[Broken]:
    """A name in a file must mean one metric or goal."""
    owner: dict[str, str] = {}
    for way, part in _with_goals(_placed(scheme)):
        names = {folded(n): n for n in part.names()} if isinstance(part, MetricItem | Goal) else {}
        for name, written in names.items():
            if owner.setdefault(name, part.key) != part.key:
                yield Broken(SchemeReason.NAME_TWICE, way, written)


def _kinds(scheme: Scheme) -> Iterator[Broken]:
    """A key that several variants use means the same kind of answer everywhere."""
    kinds: dict[str, str] = {}
    for way, part in _with_goals(_placed(scheme)):
        own = "goal" if isinstance(part, Goal) else part.kind
        if (kind := kinds.setdefault(part.key, own)) != own:
            yield Broken(SchemeReason.OTHER_KIND, (*way, "key" if isinstance(part, Goal) else "kind"), kind)


def _people(scheme: Scheme, number: int, variant: Variant) -> Iterator[Broken]:
    if not (variant.departments or variant.job_families):
        yield Broken(SchemeReason.FOR_NOBODY, ("variants", number))
        return
    before = (v for v in scheme.variants[:number] if v.departments or v.job_families)
    if taken := next((v for v in before if v.covers(variant)), None):
        yield Broken(SchemeReason.NEVER_CHOSEN, ("variants", number), taken.key)


def _references(scheme: Scheme, number: int, variant: Variant) -> Iterator[Broken]:
    common = {i.key for d in scheme.dimensions for i in d.items}
    for n, key in enumerate(variant.drop):
        if key not in common:
            yield Broken(SchemeReason.NO_SUCH_ITEM, ("variants", number, "drop", n), key)
    dimensions = {d.key for d in scheme.dimensions}
    for key in variant.add:
        if key not in dimensions:
            yield Broken(SchemeReason.NO_SUCH_DIMENSION, ("variants", number, "add", key), key)
    form = _form(scheme, variant)
    asked, counted = {i.key for d in form for i in d.items}, {i.key for d in form for i in d.scored()}
    for key in variant.weights:
        if key not in counted | dimensions:
            reason = SchemeReason.NOT_COUNTED if key in asked else SchemeReason.NO_SUCH_ITEM
            yield Broken(reason, ("variants", number, "weights", key), key)


def _added_keys(scheme: Scheme, number: int, variant: Variant) -> Iterator[Broken]:
    kept = (i for d in scheme.dimensions for i in d.items if i.key not in variant.drop)
    seen = {part.key for _, part in _with_goals(((), i) for i in kept)} | {d.key for d in scheme.dimensions}
    for way, part in _with_goals(_added(number, variant)):
        if part.key in seen:
            yield Broken(SchemeReason.KEY_TWICE, (*way, "key"), part.key)
        seen.add(part.key)


def _dimensions(scheme: Scheme, number: int, variant: Variant) -> Iterator[Broken]:
    """Every dimension stays, and counts where it counts in the common form: so results can be compared."""
    for common, own in zip(scheme.dimensions, _form(scheme, variant), strict=True):
        if not own.items:
            yield Broken(SchemeReason.DIMENSION_EMPTY, ("variants", number, "drop"), own.key)
        elif common.scored() and not own.scored():
            yield Broken(SchemeReason.DIMENSION_UNCOUNTED, ("variants", number, "drop"), own.key)
        if len(own.items) > MOST_ITEMS:
            yield Broken(SchemeReason.TOO_MANY, ("variants", number, "add", own.key), str(MOST_ITEMS))


def _nobody_asked(scheme: Scheme) -> Iterator[Broken]:
    """Goals and their levels come from files: a form of goals alone would be a review without a question."""
    if not any(d.questions() for d in scheme.dimensions):
        yield Broken(SchemeReason.NOBODY_ASKED, ("dimensions",))
    for number, variant in enumerate(scheme.variants):
        if not any(d.questions() for d in _form(scheme, variant)):
            yield Broken(SchemeReason.NOBODY_ASKED, ("variants", number, "drop"))


def _form(scheme: Scheme, variant: Variant) -> tuple[Dimension, ...]:
    return tuple(variant.adapted(d) for d in scheme.dimensions)
