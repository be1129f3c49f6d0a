"""The versions of the score formula. A cycle keeps the one it was drafted with, and every one stays executable.

What a version changed is a switch here, so that the code of the older ones is run by every test of the newer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """`merges`: anonymous groups that are too small alone count together as "others". `states_error`: scores have a
    standard error, agreement in words and a verdict on own against others' view. `evens_out`: strict and lenient
    reviewers can be evened out in anonymous groups. `audits`: after a return, renewed answers are taken in only where
    all that was ever shown, taken together, still gives nobody away."""

    version: int
    merges: bool = False
    states_error: bool = False
    evens_out: bool = False
    audits: bool = False


FORMULAS = {
    1: Formula(1),
    2: Formula(2, merges=True, states_error=True, evens_out=True, audits=True),
}
