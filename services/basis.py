"""What all scores of a cycle rest on: worked out once, before the first card, from the answers of everybody."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import fsum, sqrt

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.basis import Basis, Evened, Spread, UsualGap, spread, usual_gap
from appraisal.scoring.composite import Evidence, differences
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.protection import anonymous, grouping
from appraisal.scoring.severity import Correction, Review, correct
from services.deps import Deps
from storage import scores, tallies
from storage.tallies import ReviewMean


async def lay_basis(deps: Deps, cycle: Cycle) -> None:
    """Errors of each group and severity of the reviewers; all but the usual gaps, which need what this evens out.

    Of two bots the first one's is kept: on another machine the last bits may differ.
    """
    async with deps.read() as tx:
        means = await tallies.review_means(tx, cycle)
    basis, points = await asyncio.to_thread(estimated, cycle, means)
    async with deps.begin() as tx:
        await scores.set_basis(tx, cycle.id, basis, points)


def estimated(cycle: Cycle, means: Sequence[ReviewMean]) -> tuple[Basis, Mapping[str, float]]:
    """The basis without gaps, and what is taken off each reviewer's ratings: nothing where it is not applied."""
    groups = _shown(cycle, means)
    of_others = (m for source, group in groups if source is not Source.SELF for m in group)
    found = correct([Review(m.reviewee_id, m.reviewer_id, m.department, m.value) for m in of_others])
    wanted = cycle.correct_severity and FORMULAS[cycle.formula].evens_out
    evened = _evened(found, applied=wanted and found.reason is None)
    # In whole points: from exact ones, an answer could be worked out that the reviewer gave elsewhere.
    points = {reviewer: float(round(value)) for reviewer, value in found.severity.items()}
    return Basis(_spreads(groups), (), evened), points if evened.applied else {}


def _evened(found: Correction, *, applied: bool) -> Evened:
    sizes = [len(part) for part in found.parts]
    points = list(found.severity.values())
    middle = fsum(points) / len(points) if points else 0.0
    return Evened(
        applied=applied,
        reason=found.reason,
        reviewers=len(points),
        parts=tuple(sizes),
        share_of_reviewer=found.share_of_reviewer,
        p_value=found.p_value,
        is_exact=found.is_exact,
        sd=sqrt(fsum((p - middle) ** 2 for p in points) / (len(points) - 1)) if len(points) > 1 else None,
    )


def _shown(cycle: Cycle, means: Sequence[ReviewMean]) -> list[tuple[Source, list[ReviewMean]]]:
    """The groups that cards show, each about one person: nothing may rest on answers that nobody may see."""
    by_person: dict[str, dict[Source, list[ReviewMean]]] = defaultdict(lambda: defaultdict(list))
    for mean in means:
        by_person[mean.reviewee_id][mean.source].append(mean)
    merges, hiding = FORMULAS[cycle.formula].merges, anonymous(cycle.scheme) | {Source.OTHERS}
    found: list[tuple[Source, list[ReviewMean]]] = []
    for apart in by_person.values():
        together = grouping(cycle, {s: len(group) for s, group in apart.items()}) if merges else {}
        shown: dict[Source, list[ReviewMean]] = defaultdict(list)
        for source, group in apart.items():
            shown[together.get(source, source)] += group
        found += [(s, group) for s, group in shown.items() if s not in hiding or len(group) >= cycle.threshold]
    return found


def _spreads(groups: Sequence[tuple[Source, list[ReviewMean]]]) -> tuple[Spread, ...]:
    """How far one reviewer of each kind is off, by source."""
    values: dict[Source, list[list[float]]] = {s: [] for s in Source if s is not Source.METRIC}
    for source, group in groups:
        values[source].append([m.value for m in group])
    return tuple(spread(source, each) for source, each in values.items())


async def usual_gaps(
    forms: Mapping[str, Cycle], evidence: Mapping[str, Evidence], found: dict[str, list[float]]
) -> None:
    """Add to `found`, by item, how these people's own views differ from the others' that their cards show."""

    def compare() -> None:
        for person_id, each in evidence.items():
            for item, difference in differences(forms[person_id], person_id, each).items():
                found[item].append(difference)

    await asyncio.to_thread(compare)


def gaps_of(cycle: Cycle, found: Mapping[str, Sequence[float]]) -> list[UsualGap]:
    """Of every item that anybody is scored by, also where nobody's views could be compared."""
    items = (i.key for form in cycle.scheme.forms().values() for d in form.dimensions for i in d.scored())
    return [usual_gap(key, found.get(key, ())) for key in dict.fromkeys(items)]
