"""One person's score: what docs/methods.md says of it, worked out by the product."""

from __future__ import annotations

import re
from math import sqrt
from typing import Any

from appraisal.approval import LEAST_REASON
from appraisal.review import Figure
from appraisal.scheme import RatingItem, Source
from appraisal.scheme_measures import MOST_ATTAINMENT
from appraisal.scoring.basis import FEWEST_FOR_SPREAD, SINGLE, TYPICAL_SD, Spread
from appraisal.scoring.card import ItemStats, MetricResult, ScoreCard
from appraisal.scoring.composite import NO_BASIS, score, shown
from appraisal.scoring.evidence import Evidence, pomp
from appraisal.scoring.explain import COARSE, reach, stated
from appraisal.scoring.highlights import CLEARLY, LOW, MOST, highlights
from appraisal.scoring.metrics import MISSED_BY_DISTANCE, results
from appraisal.scoring.protection import grouping
from tests.domain.cast import cycle, metric, rating, scheme, text
from tests.domain.methods.ann import FORM, GROUPS, OPERATIONS, card_from, her_card
from tests.domain.methods.page import Check, Rows, Section, all_as_in, as_in, number, numbers


def percent_of_the_possible(page: Section) -> Section:
    (rows,) = page.tables
    found = [[scale, mean, as_in(said, percent(scale, float(mean)))] for scale, mean, said in rows]
    return Section((found,), (as_in(page.sums[0], percent("1 to 5", 4)),))


def percent(scale: str, mean: float) -> float:
    low, high = map(int, numbers(scale))
    anchors = [{"point": p, "label": text(str(p)), "behaviour": text(str(p))} for p in range(low, high + 1)]
    item = scheme((1, [rating("skill", anchors=anchors)])).item("skill")
    assert isinstance(item, RatingItem)
    return pomp(item, mean)


def total(page: Section) -> Section:
    (rows,) = page.tables
    card = card_from(rows)
    found: Rows = []
    for row, (dimension, item) in zip(rows, [(d, i) for d in card.dimensions for i in d.items], strict=True):
        share = 100 * dimension.share * item.share
        found.append([*row[:-2], as_in(row[-2], item.score or 0), as_in(row[-1], share)])
    values = [*(i.score or 0 for i in card.items()), 100 * (card.total or 0)]
    return Section((found,), all_as_in(page.sums, values), (as_in(page.bold[0], LEAST_REASON),))


def small_groups(page: Section) -> Section:
    (rows,) = page.tables
    found = [[*row[:3], counted(*map(int, row[:3]))] for row in rows]
    stats = (
        ItemStats("ann", "initiative", Source.MANAGER, 1, 4),
        ItemStats("ann", "initiative", Source.PEER, 2, 3.5),
        ItemStats("ann", "initiative", Source.REPORT, 2, 3.5),
    )
    card = score(cycle(FORM), "ann", Evidence(stats, sizes={Source.MANAGER: 1, Source.PEER: 2, Source.REPORT: 2}))
    more = fewest_peers(frozenset({Source.PEER})) - fewest_peers(frozenset())
    return Section((found,), (as_in(page.sums[0], card.total or 0),), (as_in(page.bold[0], more),))


def fewest_peers(insiders: frozenset[Source]) -> int:
    """With how many answers a group is counted."""

    def total(n: int) -> float | None:
        stats = (ItemStats("ann", "skill", Source.PEER, n, 4),)
        return score(cycle(FORM), "ann", Evidence(stats, sizes={Source.PEER: n}, insiders=insiders)).total

    return next(n for n in range(1, 10) if total(n) is not None)


def counted(peers: int, reports: int, threshold: int) -> str:
    """What the card says of groups of these sizes who all rated an item."""
    sizes = {Source.PEER: peers, Source.REPORT: reports}
    stats = tuple(ItemStats("ann", "skill", source, n, 4) for source, n in sizes.items())
    card = score(cycle(FORM, threshold=threshold), "ann", Evidence(stats, sizes=sizes))
    seen = [p for i in card.items() if i.item == "skill" for p in i.parts if p.score is not None]
    assert bool(card.merged) == bool(grouping(cycle(FORM, threshold=threshold), sizes))
    if not seen:
        return "nobody"
    return f"together, {seen[0].n} answers" if card.merged else "each group by itself"


def errors(page: Section) -> Section:
    errors, interval = page.tables
    card = her_card()
    whole: dict[Source, float] = {}
    for dimension in card.dimensions:
        for column in dimension.by_source:
            whole[column.source] = whole.get(column.source, 0) + dimension.share * column.share
    assert card.se is not None
    assert card.interval is not None
    found: Rows = []
    adds: dict[Source, float] = {}
    for row, source in zip(errors, GROUPS, strict=True):
        n = int(row[3])
        assert n == max(p.n for i in card.items() for p in i.parts if p.source is source)
        one, mean = NO_BASIS.se(source, 1), NO_BASIS.se(source, n)
        adds[source] = whole[source] * mean
        values = [SINGLE[source], one, n, mean, 100 * whole[source], adds[source]]
        found.append([row[0], *all_as_in(row[1:], values)])
    known = Spread(Source.PEER, 12, 0.4, people=60, items=6).of_items(18**2)
    common = known.error([(1, 1)]) ** 2 - known.item_sd**2
    apart = [known.item_sd**2, sqrt(common), known.error([(1, 4)]), known.error([(1 / 6, 4)] * 6)]
    sums = [NO_BASIS.se(Source.PEER, 1), NO_BASIS.se(Source.PEER, 4), card.se, *card.interval, *apart]
    bold = [SINGLE[Source.REPORT], SINGLE[Source.PEER], SINGLE[Source.MANAGER], TYPICAL_SD, COARSE, FEWEST_FOR_SPREAD]
    across = [[*all_as_in(interval[0][:4], [card.total or 0, card.se, *card.interval]), read_as(card)]]
    return Section((found, across), all_as_in(page.sums, sums), all_as_in(page.bold, bold))


def read_as(card: ScoreCard) -> str:
    bounds = stated(card)
    assert bounds
    return f"{bounds[0]} to {bounds[1]}"


def bands(page: Section) -> Section:
    reached, _ = page.tables
    points = [shown(float(total)) for total, *_ in reached]
    by_points = [[row[0], str(p), OPERATIONS.band(p).key] for row, p in zip(reached, points, strict=True)]
    card = her_card()
    return Section((by_points, [[read_as(card), card.band or "", ", ".join(reach(FORM, card))]]))


def business_figures(page: Section) -> Section:
    figures, points = page.tables
    found: Rows = []
    for row in figures:
        done = measured(row[0], float(row[3]), target=float(row[1]), actual=float(row[2]))
        assert done
        found.append([*row[:4], as_in(row[4], done.attainment), as_in(row[5], done.score)])
    line = [{"attainment": a, "score": s} for a, s in ((0.8, 40), (1.0, 80), (1.2, 100))]
    along: Rows = []
    for reached, said in points:
        done = measured("higher", 1.2, target=100, actual=100 * float(reached), points=line)
        assert done
        along.append([reached, as_in(said, done.score)])
    sums = [float(found[i][k]) for i, k in ((0, 4), (3, 4), (6, 4), (0, 5))]
    sums.append(float(dict(along)["0.90"]))
    assert measured("higher", 1.2, target=0, actual=50) is None
    return Section(
        (found, along), all_as_in(page.sums, sums), all_as_in(page.bold, [MOST_ATTAINMENT, MISSED_BY_DISTANCE])
    )


def measured(better: str, cap: float, *, target: float, actual: float, **fields: Any) -> MetricResult | None:
    direction = re.sub(r"[ ,].*", "", better.replace("on target", "on-target"))
    if direction == "on-target":
        fields["tolerance"] = number(better)
    form = scheme((1, [metric("m", direction=direction, cap=cap, **fields)]))
    return next(iter(results(form, {"m": Figure("ann", "m", target, actual)})), None)


def goals(page: Section) -> Section:
    (rows,) = page.tables
    found: Rows = []
    for row in rows:
        levels, weights = numbers(row[0]), numbers(row[1])
        goals = [
            {"key": f"g{n}", "name": text(f"goal {n}"), "weight": w, "levels": [text("level")] * 5}
            for n, w in enumerate(weights)
        ]
        item = {"kind": "goals", "key": "goals", "name": text("goals"), "weight": 1, "goals": goals}
        form = scheme((1, [item, rating("skill")]))
        (done,) = results(form, {f"g{n}": Figure("ann", f"g{n}", 0, x) for n, x in enumerate(levels)})
        found.append([*row[:2], *all_as_in(row[2:], [done.actual, done.attainment, done.score])])
    return Section((found,), (as_in(page.sums[0], float(found[2][2])),))


def strengths(page: Section) -> Section:
    (rows,) = page.tables
    found: Rows = []
    for row in rows:
        said = dict(zip(re.findall("[a-z]+", row[0]), numbers(row[0]), strict=True))
        stats = tuple(ItemStats("ann", item, Source.PEER, 5, 1 + 4 * points / 100) for item, points in said.items())
        named = highlights(FORM, score(cycle(FORM), "ann", Evidence(stats, sizes={Source.PEER: 5})))
        both = ([h.item for h in part] for part in (named.strengths, named.growth))
        found.append([row[0], *(", ".join(part) or "none" for part in both)])
    return Section((found,), bold=all_as_in(page.bold, [MOST, CLEARLY, LOW]))


CHECKS: dict[str, Check] = {
    "One measure: percent of the possible": percent_of_the_possible,
    "From answers to the total": total,
    "Small groups count together": small_groups,
    "How sure a score is": errors,
    "Bands": bands,
    "Business figures": business_figures,
    "Goals that are no numbers": goals,
    "Strengths and growth areas": strengths,
}
