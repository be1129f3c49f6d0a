"""Whatever HR uploads, reading a scheme ends with a scheme or with problems that name a line."""

from __future__ import annotations

from importlib.resources import files

from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.errors import InvalidInput
from appraisal.scheme import Scheme
from appraisal.scheme_reasons import SchemeProblem
from appraisal.scheme_text import parse_scheme

from .test_scheme import EXTRAS, SMALL

ANNUAL = (files("appraisal") / "schemes" / "annual.yml").read_text(encoding="utf-8")
TEXTS = [text.splitlines() for text in (ANNUAL, SMALL + EXTRAS)]  # the second has points and goals
WORDS = st.sampled_from(
    ["", "no", "-1", "1e9", "[]", "{}", "null", "*far_below", "&x 1", "- a", ".nan", "2026-01-01", "!!x y"]
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from(["drop", "twice", "value", "deeper"]), WORDS),
    min_size=1,
    max_size=5,
)


def changed(lines: list[str], changes: list[tuple[int, str, str]]) -> str:
    lines = list(lines)
    for place, how, word in changes:
        n = place % len(lines)
        match how:
            case "drop":
                lines[n] = ""
            case "twice":
                lines[n] = f"{lines[n]}\n{lines[n]}"
            case "value":
                lines[n] = f"{lines[n].partition(': ')[0]}: {word}"
            case _:
                lines[n] = f"  {lines[n]}"
    return "\n".join(lines)


def outcome(text: str) -> Scheme | list[SchemeProblem]:
    try:
        return parse_scheme(text)
    except InvalidInput as refused:
        found = refused.values["problems"]
        assert isinstance(found, list)
        return found


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(TEXTS), CHANGES)
def test_a_damaged_scheme_is_read_or_its_problems_are_told(
    lines: list[str], changes: list[tuple[int, str, str]]
) -> None:
    text = changed(lines, changes)
    found = outcome(text)
    if isinstance(found, list):
        assert found
        assert all(1 <= p.line <= len(text.splitlines()) + 1 for p in found)
        assert found == sorted(set(found), key=lambda p: (p.line, p.path, p.reason))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_refused_with_problems(text: str) -> None:
    found = outcome(text)
    assert isinstance(found, list)
    assert found
