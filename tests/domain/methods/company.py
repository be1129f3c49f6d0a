"""Results side by side, over the year and over time: what docs/methods.md says of them, worked out by the product."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt
from statistics import pvariance, variance

from appraisal.scheme import Source
from appraisal.scoring.agreement import Level, cronbach_alpha, icc_from_squares, icc_one_way, krippendorff_alpha
from appraisal.scoring.annual import LEAST_COVERAGE, CycleResult, Member, YearCycle, annual
from appraisal.scoring.comparison import (
    FEWEST_FOR_CHANGE,
    FEWEST_FOR_PERCENTILE,
    FEWEST_IN_DEPARTMENT,
    FEWEST_TO_STANDARDISE,
    Standing,
    departments,
    percentiles,
    standardised,
    withheld,
)
from appraisal.scoring.disclosure import Sum, exposed
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.goals import t_score
from appraisal.scoring.mixed_model import exact
from appraisal.scoring.weights import DOMINATES, FEWEST_FOR_WEIGHTS, Shares, by_dimension
from tests.domain.methods.ann import OPERATIONS
from tests.domain.methods.page import Check, Rows, Section, all_as_in, as_in, numbers
from tests.domain.test_agreement import ATTITUDE, KRIPPENDORFF, SHROUT_FLEISS
from tests.domain.test_renewal import answered, reissue
from tests.domain.test_severity import penicillin


def side_by_side(page: Section) -> Section:
    (family,), rows, small = page.tables
    at = percentiles(standings("", numbers(family[0])))["6"]  # a 76
    apart = sqrt((29 * 12**2 - 2 * 6**2) / 28)
    thirty = standings("", [76, 64, *[70 - apart] * 14, *[70 + apart] * 14])  # mean 70, standard deviation 12
    assert not standardised(thirty[:-1])
    found = departments([s for row in rows for s in standings(row[0], numbers(row[1]))])
    assert (found.above, found.below, found.withheld) == ((), (), ())
    compared = [
        [*row[:2], *all_as_in(row[2:], [d.mean, d.weight, d.estimate.mean, d.estimate.low, d.estimate.high])]
        for row, d in zip(rows, found.rows, strict=True)
    ]
    within, w = variance(numbers(rows[0][1])), found.rows[0].weight
    between = w / (1 - w) * within / len(numbers(rows[0][1]))
    sums = [at, standardised(thirty)["0"], within, between, w, found.rows[1].estimate.mean]
    bold = [FEWEST_FOR_PERCENTILE, FEWEST_TO_STANDARDISE, FEWEST_IN_DEPARTMENT, FEWEST_FOR_CHANGE]
    families = [[family[0], as_in(family[1], at)]]
    hidden = [[row[0], not_shown(row[0])] for row in small]
    return Section((families, compared, hidden), all_as_in(page.sums, sums), all_as_in(page.bold, bold))


def not_shown(sizes: str) -> str:
    people = {f"{n}": int(size) for n, size in enumerate(numbers(sizes))}
    return ", ".join(str(people[name]) for name in sorted(withheld(people))) or "none"


def standings(department: str, totals: Sequence[float]) -> list[Standing]:
    return [Standing(f"{department}{n}", department, "", "", total) for n, total in enumerate(totals)]


def effective_weights(page: Section) -> Section:
    (rows,) = page.tables
    parts = [(figure, ratings) for figure in (40, 80) for ratings in (70, 80)] * 3
    people = [Shares((f + r) / 2, {"figure": (0.5, f), "ratings": (0.5, r)}, {}) for f, r in parts]
    found = by_dimension(people)
    assert found
    assert by_dimension(people[: FEWEST_FOR_WEIGHTS - 1]) is None
    decides = [
        [e.part, *all_as_in(row[1:], [100 * e.nominal, 100 * e.effective])] for row, e in zip(rows, found, strict=True)
    ]
    sums = [pvariance([p.total for p in people]), found[0].effective]
    return Section((decides,), all_as_in(page.sums, sums), all_as_in(page.bold, [FEWEST_FOR_WEIGHTS, DOMINATES]))


def year(page: Section) -> Section:
    (rows,) = page.tables
    found = [[*row[:2], as_in(row[2], of_the_year(numbers(row[0]), numbers(row[1])))] for row in rows]
    return Section((found,), (as_in(page.sums[0], float(found[0][2])),), (as_in(page.bold[0], 100 * LEAST_COVERAGE),))


def of_the_year(totals: Sequence[float], days: Sequence[float]) -> float:
    """From cycles that follow each other from the first of January on, by the policy of the built-in quarterly form."""
    starts = [date(2026, 1, 1) + timedelta(sum(days[:n])) for n in range(len(days))]
    cycles = [
        YearCycle(str(n), str(n), start, start + timedelta(length - 1), OPERATIONS)
        for n, (start, length) in enumerate(zip(starts, days, strict=True))
    ]
    took_part = Member("ann", None, None, frozenset(c.cycle_id for c in cycles))
    results = [CycleResult(c, total) for c, total in zip(cycles, totals, strict=True)]
    year = annual(2026, date(2026, 12, 31), cycles, took_part, results)
    assert year.score is not None
    return year.score


def exposure(page: Section) -> Section:
    together, again = page.tables
    found: Rows = []
    for row in together:
        shown_before, _, knows = row[0].partition(", and ")
        sums: list[Sum] = [{(name, "skill"): 1.0 for name in part.split()} for part in shown_before.split(" · ")]
        who = exposed(sums, known=set(knows[:1]))
        said = [*sorted(who.alone), *sorted(f"{' and '.join(sorted(pair))} together" for pair in who.pairs)]
        found.append([row[0], ", ".join(said) or "nobody"])
    decided = [[*row[:3], "are taken in" if takes_in(*row[:3]) else "stay out"] for row in again]
    return Section((found, decided))


def takes_in(before: str, again: str, late: str) -> bool:
    """Whether what a group of these peers sent anew counts."""
    old, fresh = before.replace(" ", ""), (before + late).replace(" ", "")
    return (
        Source.PEER
        in reissue([answered(Source.PEER, old)], [answered(Source.PEER, fresh, again + late)]).decide().ratings
    )


def versions(page: Section) -> Section:
    yes = {True: "yes", False: "no"}
    return Section(
        (
            [
                [str(f.version), yes[f.merges], yes[f.states_error], yes[f.evens_out], yes[f.audits]]
                for f in FORMULAS.values()
            ],
        )
    )


def published(page: Section) -> Section:
    (rows,) = page.tables
    soldiers, few = icc_from_squares(34.402512, 2.752583, 5400 / 99), icc_one_way(SHROUT_FLEISS)
    fit, alpha = exact(penicillin()), cronbach_alpha(ATTITUDE)
    krippendorff = [krippendorff_alpha(KRIPPENDORFF, level) for level in Level]
    assert soldiers
    assert few
    assert fit.deviance
    computed = [
        [few.single, few.mean],
        [soldiers.single, soldiers.mean],
        krippendorff,
        [alpha],
        [fit.deviance, sqrt(fit.var_person), sqrt(fit.var_reviewer), sqrt(fit.var_error)],
        [t_score([(1, 1)] * 3)],
    ]
    said = [row[2].split(", ") for row in rows]
    found = [all_as_in(cells, [v or 0.0 for v in values]) for cells, values in zip(said, computed, strict=True)]
    return Section(([[*row[:2], ", ".join(values)] for row, values in zip(rows, found, strict=True)],))


CHECKS: dict[str, Check] = {
    "Side by side": side_by_side,
    "What really decides": effective_weights,
    "The year": year,
    "What was shown before": exposure,
    "Versions of the formula": versions,
    "Held against published numbers": published,
}
