"""docs/methods.md, worked out again: every table, sum and number in bold is what the product computes."""

from __future__ import annotations

import re

import pytest

from tests.domain.methods import company, person, reviewers, words
from tests.domain.methods.page import DOC, NUMBER, Section, as_in, calculated, decimals, equations, read, sections

CHECKS = person.CHECKS | reviewers.CHECKS | company.CHECKS | words.CHECKS
IN_WORDS = {"Who sees what"}  # its table has no numbers
WITH_NUMBERS = [h for h, part in sections().items() if read(part) != Section() and h not in IN_WORDS]


@pytest.mark.parametrize("heading", WITH_NUMBERS)
def test_the_page_says_what_the_product_computes(heading: str) -> None:
    assert heading in CHECKS, "nothing works out what this section says"
    page = read(sections()[heading])
    assert CHECKS[heading](page) == page


def test_every_check_has_its_section() -> None:
    assert set(CHECKS) == set(WITH_NUMBERS)


@pytest.mark.parametrize("line", [e for part in sections().values() for e in equations(part)])
def test_a_pocket_calculator_comes_to_the_same(line: str) -> None:
    left, _, right = line.partition(" = ")
    said = NUMBER.match(right)
    assert said, line
    assert calculated(left) == pytest.approx(float(said[0]), abs=0.5 * 10 ** -decimals(said[0]) + 1e-9)


@pytest.mark.parametrize("place", range(5))
def test_a_wrong_result_on_the_page_is_found(place: int) -> None:
    heading = "From answers to the total"
    page = read(sections()[heading])
    wrong = list(page.sums)
    wrong[place] = as_in(wrong[place], float(wrong[place]) + 1)
    assert CHECKS[heading](Section(page.tables, tuple(wrong), page.bold)) == page
    with pytest.raises(AssertionError):
        test_a_pocket_calculator_comes_to_the_same(equations(sections()[heading])[place].replace(" = ", " = 1"))


def test_every_link_within_the_page_leads_somewhere() -> None:
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in sections()}
    assert set(re.findall(r"\]\(#([^)]+)\)", DOC)) <= anchors
