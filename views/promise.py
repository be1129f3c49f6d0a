"""Who will see what, in words: to the reviewer before answering, and in the scheme for everybody.

What is said here is what the gate does (`appraisal/scoring/protection.py`): a test runs real cycles against the
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from appraisal.cycle import FEWEST_FOR_A_GROUP, Cycle
from appraisal.scheme import Disclosure, Relation, TextItem
from appraisal.scoring.formulas import FORMULAS
from views.text import Words


@dataclass(frozen=True)
class Rules:
    """What a cycle lays down about showing answers; as a new cycle has it where nothing is said."""

    threshold: int = FEWEST_FOR_A_GROUP
    comments: int = FEWEST_FOR_A_GROUP
    merges: bool = True  # small groups are put together
    evens_out: bool = False
    reads_texts: bool = True  # themes and tone of comments are counted
    quotes: bool = True  # sentences of them may stand alone

    @classmethod
    def of(cls, cycle: Cycle) -> Self:
        formula = FORMULAS[cycle.formula]
        evens_out = formula.evens_out and cycle.correct_severity
        quotes = any(i.quotable for i in cycle.scheme.items() if isinstance(i, TextItem))
        return cls(cycle.threshold, cycle.comment_threshold, formula.merges, evens_out, cycle.reads_texts, quotes)


def promise(relation: Relation, disclosure: Disclosure, asked: int, rules: Rules, w: Words) -> str:
    """Who will see an answer: by name, or in a group of so many who are asked."""
    if relation is Relation.SELF:
        return w("promise-self")
    if disclosure is Disclosure.NAMED:
        if relation is Relation.MANAGER:  # whose comments are no crowd's: they are read, and nothing is counted
            return w("promise-manager")
        return _said([w("promise-named"), *_counted(rules, w)], w)
    evened = [w("promise-evened-out")] if rules.evens_out else []
    style = [w("promise-style")] if disclosure is Disclosure.ANONYMOUS else []
    group = [w(f"promise-{disclosure.value}", n=asked), *shown_from(rules, w)]
    return _said([*group, *evened, *_counted(rules, w), *style], w)


def _counted(rules: Rules, w: Words) -> list[str]:
    """What becomes of the comments of a group besides being read."""
    if not rules.reads_texts:
        return []
    return [w("promise-counted-and-quoted" if rules.quotes else "promise-counted")]


def _said(sentences: list[str], w: Words) -> str:
    return w("sentence-gap").join(sentences)


def shown_from(rules: Rules, w: Words) -> list[str]:
    """From how many on the answers of a group are shown, and what happens where there are fewer."""
    apart = rules.comments != rules.threshold
    shown = w("shown-from-apart" if apart else "shown-from", threshold=rules.threshold, comments=rules.comments)
    return [shown, w("fewer-merged" if rules.merges else "fewer-left-out")]


def settings(rules: Rules, w: Words) -> list[str]:
    """What else was set for a cycle, for everybody to read."""
    return [
        w("rule-evened-out" if rules.evens_out else "rule-not-evened-out"),
        w("rule-texts-read" if rules.reads_texts else "rule-texts-not-read"),
    ]
