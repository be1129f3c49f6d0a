"""The schemes HR can choose from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from appraisal.errors import Code, NotFound
from appraisal.scheme import Scheme
from appraisal.scheme_text import parse_scheme


@cache
def builtin() -> tuple[Scheme, ...]:
    """The schemes that come with the product, by key."""
    texts = sorted(
        (f for f in (files("appraisal") / "schemes").iterdir() if f.name.endswith(".yml")), key=lambda f: f.name
    )
    return tuple(parse_scheme(f.read_text(encoding="utf-8")) for f in texts)


def find(key: str) -> Scheme:
    """Raises NotFound(NO_SUCH_SCHEME)."""
    for scheme in builtin():
        if scheme.key == key:
            return scheme
    raise NotFound(Code.NO_SUCH_SCHEME, field="scheme", key=key)
