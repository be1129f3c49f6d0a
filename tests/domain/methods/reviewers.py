"""Agreement, reliability and severity of reviewers: what docs/methods.md says of them, worked out by the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations_with_replacement
from math import ceil, fsum
from statistics import fmean, stdev

import numpy as np

from appraisal.scheme import Source
from appraisal.scoring import flags
from appraisal.scoring.agreement import (
    FEWEST_FOR_A_LABEL,
    FEWEST_FOR_ALPHA,
    FEWEST_TO_SHOW,
    SINGLE_RATER,
    SLIGHT_SKEW,
    Level,
    average_deviation,
    cronbach_alpha,
    icc_one_way,
    in_words,
    krippendorff_alpha,
    r_wg,
    r_wg_j,
    raters_for,
    spearman_brown,
    uniform_variance,
)
from appraisal.scoring.basis import CLEAR, FEWEST_FOR_GAPS, FEWEST_FOR_SPREAD, Basis, Evened, UsualGap
from appraisal.scoring.card import CONFIDENCE, Gap, ItemStats
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import STEP, Evidence, evened
from appraisal.scoring.mixed_model import MOST_EXACT, Ratings, exact
from appraisal.scoring.reliability import FEWEST_GROUPS, FEWEST_LARGE
from appraisal.scoring.severity import FEWEST_HIDDEN, FEWEST_REVIEWEES_EACH, FEWEST_REVIEWERS, SIGNIFICANT
from tests.domain.cast import cycle
from tests.domain.methods.ann import FORM
from tests.domain.methods.page import Check, Rows, Section, all_as_in, as_in, number, numbers
from tests.domain.test_agreement import ATTITUDE
from tests.simulator import compare, simulate


def agreement(page: Section) -> Section:
    one, several, told = page.tables
    chance = uniform_variance(5)
    found: Rows = []
    for row in one:
        ratings = numbers(row[0])
        agreed, apart = r_wg(ratings, chance), average_deviation(ratings)
        assert agreed is not None
        assert apart is not None
        word = in_words(agreed, len(ratings))
        found.append([row[0], as_in(row[1], agreed), as_in(row[2], apart), word.value if word else "none"])
    ratings = numbers(one[1][0])
    agreed, skewed, apart = r_wg(ratings, chance), r_wg(ratings, SLIGHT_SKEW[5]), average_deviation(ratings)
    table = [[float(c) for c in row[1:]] for row in several]
    together = r_wg_j(table, chance)
    assert None not in (agreed, skewed, apart, together)
    values = [(1 - (agreed or 0)) * chance, chance, agreed or 0, skewed or 0, apart or 0]
    spread = fsum(1 - (r_wg(item, chance) or 0) for item in zip(*table, strict=True)) / len(table[0])
    shown_by = [[row[0], *all_as_in(row[1:], given_away(int(row[0])))] for row in told]
    bold = [FEWEST_FOR_A_LABEL, FEWEST_TO_SHOW, FEWEST_TO_SHOW, FEWEST_LARGE]
    return Section(
        (found, several, shown_by),
        all_as_in(page.sums, [*values, spread, together or 0]),
        all_as_in(page.bold, bold),
    )


def given_away(n: int) -> list[float]:
    """How many of 100 groups of `n` answers of 1 to 5 share with no other group what is said of them: mean and standard
    deviation to two decimals, mean and a word as of many ratings, mean and a word as of few, the mean."""

    def agreed(group: tuple[int, ...]) -> float:
        return r_wg(group, uniform_variance(5)) or 0.0

    said: tuple[Callable[[tuple[int, ...]], object], ...] = (
        lambda g: round(stdev(g), 2),
        lambda g: in_words(agreed(g), FEWEST_TO_SHOW),
        lambda g: in_words(agreed(g), FEWEST_FOR_A_LABEL),
        lambda g: None,
    )
    groups = list(combinations_with_replacement(range(1, 6), n))
    seen = [Counter((round(fmean(g), 2), of(g)) for g in groups) for of in said]
    return [100 * sum(count == 1 for count in counted.values()) / len(groups) for counted in seen]


def reliability(page: Section) -> Section:
    people, raters, units = page.tables
    icc = icc_one_way([numbers(row[1]) for row in people])
    assert icc
    known = (SINGLE_RATER["report"], SINGLE_RATER["peer"], SINGLE_RATER["supervisor"])
    reliable = [
        [row[0], *all_as_in(row[1:5], [spearman_brown(r, k) for k in (1, 3, 5, 8)]), str(ceil(raters_for(r, 0.7)))]
        for row, r in zip(raters, known, strict=True)
    ]
    table = [[float(c) for c in row[1:]] for row in units]
    alpha, cronbach = krippendorff_alpha(table, Level.INTERVAL), cronbach_alpha(ATTITUDE)
    assert alpha is not None
    assert cronbach is not None
    within = 2 * fsum((a - b) ** 2 for a, b in zip(*table, strict=True))
    sums = [icc.between, icc.within, icc.single, icc.mean]
    sums += [spearman_brown(known[0], 5), raters_for(known[1], 0.7), within, within / (1 - alpha), alpha, cronbach]
    assert cronbach_alpha(ATTITUDE[: FEWEST_FOR_ALPHA - 1]) is None
    return Section(
        (people, reliable, units),
        all_as_in(page.sums, sums),
        all_as_in(page.bold, [FEWEST_GROUPS, FEWEST_FOR_SPREAD, FEWEST_FOR_ALPHA]),
    )


def severity(page: Section) -> Section:
    ratings, simulated = page.tables
    table = np.array([[float(c) for c in row[1:]] for row in ratings[:-1]])
    people, reviewers = table.shape
    of_person, of_reviewer = np.repeat(np.arange(people), reviewers), np.tile(np.arange(reviewers), people)
    fit = exact(Ratings(table.ravel(), of_person, of_reviewer, np.zeros(people, dtype=np.int64)))
    mean, chance = float(table[:, 2].mean()), fit.var_error
    between = people * fit.var_reviewer + chance
    last = ["severity", *all_as_in(ratings[-1][1:], [float(s) for s in fit.reviewer])]
    stats = ItemStats("ann", "skill", Source.PEER, 4, 3.5, shift=2)
    basis = Basis(evened=Evened(True, None, 24, (24,)))
    counted = 62.5 - stats.shift
    total = score(cycle(FORM), "ann", Evidence((stats,), sizes={Source.PEER: 4}), basis).total
    assert total == evened(62.5, stats.shift) == STEP * round(counted / STEP)
    nearer = [compare(simulate(cross=number(row[0]) / 100, department=0.2, seed=1, people=200)) for row in simulated]
    rows = [
        [row[0], *all_as_in(row[1:], [q.raw_rmse, q.adjusted_rmse])] for row, q in zip(simulated, nearer, strict=True)
    ]
    believed = fit.var_reviewer / (fit.var_reviewer + chance / people)
    sums = [mean, between, chance, believed, float(fit.reviewer[2]), stats.shift, counted]
    bold = [STEP, FEWEST_REVIEWERS, FEWEST_REVIEWEES_EACH, SIGNIFICANT, MOST_EXACT, FEWEST_HIDDEN]
    return Section(([*ratings[:-1], last], rows), all_as_in(page.sums, sums), all_as_in(page.bold, bold))


def clicked_through(page: Section) -> Section:
    bold = [flags.FEWEST_ITEMS, flags.FEWEST_REVIEWS, flags.LITTLE, flags.FEWEST_TO_COUNT]
    return Section(bold=all_as_in(page.bold, bold))


def own_view(page: Section) -> Section:
    (rows,) = page.tables
    words = {Gap.BLIND_SPOT: "blind spot", Gap.HIDDEN_STRENGTH: "hidden strength", Gap.NONE: "no clear gap"}
    found: Rows = []
    for row in rows:
        own, others, se, usual, sd = map(float, row[:5])
        basis = Basis(gaps=(UsualGap("skill", usual, sd, FEWEST_FOR_GAPS),))
        found.append([*row[:5], words[basis.gap("skill", own - others, se)]])
    own, others, se, usual, _ = map(float, rows[0][:5])
    few = Basis(gaps=(UsualGap("skill", 0, 100, FEWEST_FOR_GAPS - 1),))
    assert few.gap("skill", CLEAR, 1) is Gap.BLIND_SPOT
    assert few.gap("skill", CLEAR - 0.1, 1) is Gap.NONE
    sums = [own - others - usual, CONFIDENCE * se]
    return Section((found,), all_as_in(page.sums, sums), all_as_in(page.bold, [FEWEST_FOR_GAPS, CLEAR]))


CHECKS: dict[str, Check] = {
    "How far reviewers agree": agreement,
    "How reliable a form and its reviewers are": reliability,
    "Strict and lenient reviewers": severity,
    "Reviews that look clicked through": clicked_through,
    "Own view and that of others": own_view,
}
