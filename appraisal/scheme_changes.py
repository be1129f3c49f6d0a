"""What a new version of a scheme changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appraisal.scheme import AnyItem, Scheme, Variant
from appraisal.scheme_parts import Keyed


@dataclass(frozen=True)
class Changes:
    """The new version against the one before it. Items are those of the common form, as in the new version.

    `fields`: which other parts differ, by their names in the scheme ("bands", "weights", …); "dimensions" where
    the dimensions themselves do, in name, weight or the order of what stays.
    """

    added: tuple[AnyItem, ...] = ()
    dropped: tuple[AnyItem, ...] = ()
    changed: tuple[AnyItem, ...] = ()
    variants_added: tuple[Variant, ...] = ()
    variants_dropped: tuple[Variant, ...] = ()
    variants_changed: tuple[Variant, ...] = ()
    fields: tuple[str, ...] = ()


def changes(old: Scheme, new: Scheme) -> Changes:
    """Version and key are not told."""
    before, after = _by_key(old.items()), _by_key(new.items())
    variants_before, variants_after = _by_key(old.variants), _by_key(new.variants)
    return Changes(
        added=tuple(i for key, i in after.items() if key not in before),
        dropped=tuple(i for key, i in before.items() if key not in after),
        changed=tuple(i for key, i in after.items() if key in before and before[key] != i),
        variants_added=tuple(v for key, v in variants_after.items() if key not in variants_before),
        variants_dropped=tuple(v for key, v in variants_before.items() if key not in variants_after),
        variants_changed=tuple(
            v for key, v in variants_after.items() if key in variants_before and variants_before[key] != v
        ),
        fields=tuple(_fields(old, new)),
    )


def _by_key(parts: Iterable[Keyed]) -> dict[str, Keyed]:
    return {p.key: p for p in parts}


def _fields(old: Scheme, new: Scheme) -> Iterable[str]:
    kept = {i.key for i in old.items()} & {i.key for i in new.items()}
    if _frames(old, kept) != _frames(new, kept):
        yield "dimensions"
    told = {"key", "version", "dimensions", "variants"}
    yield from (f for f in Scheme.model_fields if f not in told and getattr(old, f) != getattr(new, f))


def _frames(scheme: Scheme, kept: set[str]) -> list[tuple[object, ...]]:
    return [(d.key, d.name, d.about, d.weight, *(i.key for i in d.items if i.key in kept)) for d in scheme.dimensions]
