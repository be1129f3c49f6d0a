"""What all scores of a cycle rest on: worked out once, before the first card, from the answers of everybody."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum, sqrt

from appraisal.cycle import Cycle
from appraisal.scheme import RatedItem, Relation, Source
from appraisal.scoring.basis import FEWEST_FOR_SPREAD, Basis, Evened, Spread, spread, usual_gap
from appraisal.scoring.composite import differences
from appraisal.scoring.evidence import Evidence, shown_of
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.protection import anonymous, fewest, grouping
from appraisal.scoring.severity import Correction, Review, correct
from services.deps import Deps
from storage import answerers, cycles, scores, tallies
from storage.engine import Tx
from storage.tallies import ReviewSum, Thin

AT_ONCE = 1000  # people in one query


@dataclass(frozen=True)
class Reviewed:
    """The ratings of a whole cycle. `thin`: single answers of small groups, which may be hidden. By person: `sizes`,
    how many of each group sent a review, and `inside`, the groups in which whoever decides on the score answered."""

    sums: list[ReviewSum]
    thin: list[Thin]
    sizes: dict[str, Mapping[Source, int]]
    inside: dict[str, Collection[Source]]


async def lay_basis(
    deps: Deps, cycle: Cycle, members: Collection[str], approvers: Mapping[str, str], revision: int
) -> None:
    """Errors of each group and severity of the reviewers; all but the usual gaps, which need what this evens out.

    `members`: who gets a card; `approvers`: who will decide, by person. Both are as they were at `revision`: the basis
    is dropped if that has changed. Of two bots the first one's is kept: on another machine the last bits may differ.
    """
    async with deps.read() as tx:
        reviewed = await _reviewed(tx, cycle, frozenset(members), approvers)
    basis, points = await asyncio.to_thread(estimated, cycle, reviewed)
    async with deps.begin() as tx:
        await scores.set_basis(tx, cycle.id, basis, points, revision)


async def _reviewed(tx: Tx, cycle: Cycle, members: Collection[str], approvers: Mapping[str, str]) -> Reviewed:
    found = Reviewed([r for r in await tallies.review_sums(tx, cycle) if r.reviewee_id in members], [], {}, {})
    of: dict[str, list[ReviewSum]] = defaultdict(list)
    for each in found.sums:
        of[each.reviewee_id].append(each)
    people, hiding = list(of), anonymous(cycle.scheme)
    relations = [r for r in Relation if Source(r.value) in hiding]
    for some in (people[n : n + AT_ONCE] for n in range(0, len(people), AT_ONCE)):
        found.sizes.update(await tallies.sizes(tx, cycle.id, some))
        theirs = {p: approvers[p] for p in some if p in approvers}
        there = await answerers.answered_by(tx, cycle.id, theirs)
        found.inside.update({p: groups for p, answered in there.items() if (groups := hiding & answered)})
        forms = await cycles.forms_of(tx, cycle, some)
        unsure = [p for p in some if _may_hide(forms[p], of[p], found.sizes.get(p, {}), inside=p in found.inside)]
        if unsure:
            found.thin.extend(await tallies.thin(tx, cycle, unsure, relations, cycle.threshold + 1))
    return found


def _may_hide(form: Cycle, reviews: Sequence[ReviewSum], sizes: Mapping[Source, int], *, inside: bool) -> bool:
    """Whether a group's answers to some item may be too few to be shown: there are as many at least as it has reviews,
    less all that was left out in them."""
    rated = [i for i in form.scheme.items() if isinstance(i, RatedItem)]
    for source in anonymous(form.scheme) & sizes.keys():
        asked = sum(Relation(source.value) in i.relations for i in rated)
        left_out = sizes[source] * asked - sum(r.n for r in reviews if r.source is source)
        if sizes[source] - left_out < form.threshold + inside:
            return True
    return False


def estimated(cycle: Cycle, reviewed: Reviewed) -> tuple[Basis, Mapping[str, float]]:
    """The basis without gaps, and what is taken off each reviewer's ratings: nothing where it is not applied."""
    groups = _shown(cycle, reviewed)
    of_others = [(source, r) for source, group in groups if source is not Source.SELF for r in group]
    found = correct([Review(r.reviewee_id, r.reviewer_id, r.department, r.value) for _, r in of_others])
    wanted = cycle.correct_severity and FORMULAS[cycle.formula].evens_out
    evened = _evened(found, applied=wanted and found.reason is None)
    hiding = anonymous(cycle.scheme) | {Source.OTHERS}
    hidden = Counter(r.reviewer_id for source, r in of_others if source in hiding)
    return Basis(_spreads(groups), (), evened), found.points(hidden) if evened.applied else {}


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


def _shown(cycle: Cycle, reviewed: Reviewed) -> list[tuple[Source, list[ReviewSum]]]:
    """The groups that cards show, each about one person, without answers to items of which too few are there: nothing
    may rest on answers that nobody may see."""
    merges = FORMULAS[cycle.formula].merges
    together = {p: grouping(cycle, sizes) for p, sizes in reviewed.sizes.items()} if merges else {}
    hidden = _hidden(cycle, reviewed, together)
    found: dict[tuple[str, Source], list[ReviewSum]] = defaultdict(list)
    for each in reviewed.sums:
        left = each.without(hidden.get(each.task_id, ()))
        if left.n:
            found[each.reviewee_id, together.get(each.reviewee_id, {}).get(each.source, each.source)].append(left)
    return [(source, group) for (_, source), group in found.items()]


def _hidden(cycle: Cycle, reviewed: Reviewed, together: Mapping[str, Mapping[Source, Source]]) -> dict[str, list[Thin]]:
    """The answers that no card shows, by review."""
    groups: dict[tuple[str, str, Source], list[Thin]] = defaultdict(list)
    for answer in reviewed.thin:
        source = together.get(answer.reviewee_id, {}).get(answer.source, answer.source)
        groups[answer.reviewee_id, answer.item, source].append(answer)
    hidden: dict[str, list[Thin]] = defaultdict(list)
    for (person, _, source), group in groups.items():
        inside = reviewed.inside.get(person, ())
        if len(group) < fewest(cycle.threshold, source, together.get(person, {}), inside):
            for answer in group:
                hidden[answer.task_id].append(answer)
    return hidden


def _spreads(groups: Sequence[tuple[Source, list[ReviewSum]]]) -> tuple[Spread, ...]:
    """How far one reviewer of each kind is off, by source."""
    reviews: dict[Source, list[list[ReviewSum]]] = {s: [] for s in Source if s is not Source.METRIC}
    for source, group in groups:
        reviews[source].append(group)
    return tuple(
        spread(source, ([r.value for r in group] for group in each), _items([r for group in each for r in group]))
        for source, each in reviews.items()
    )


def _items(reviews: Sequence[ReviewSum]) -> float:
    """How many ratings the mean of a review is made of: the harmonic mean, as the errors of means go by 1 / n."""
    return len(reviews) / fsum(1 / r.n for r in reviews) if reviews else 1.0


@dataclass(frozen=True)
class Found:
    """What the evidence of everybody says, taken in some people at a time. `basis`: as far as it is laid.

    `differences`: by item, how people's own views differ from the others' that their cards show. Over all groups of
    a source and all items they are shown for: `freedom`, Σ (n - 1), and `squares`, Σ (n - 1) variance.
    """

    basis: Basis
    differences: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    freedom: Counter[Source] = field(default_factory=Counter)
    squares: dict[Source, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, form: Cycle, person_id: str, evidence: Evidence) -> None:
        """One person; `form`: the cycle with theirs."""
        of = shown_of(form, person_id, evidence, self.basis, states_error=False)
        for item, difference in differences(of).items():
            self.differences[item].append(difference)
        for source, freedom, variance in of.variances():
            self.freedom[source] += freedom
            self.squares[source] += freedom * variance

    def complete(self, cycle: Cycle) -> Basis:
        """The basis with the errors of single items, and the usual gaps, also where nobody could be compared."""
        items = (i.key for form in cycle.scheme.forms().values() for d in form.dimensions for i in d.scored())
        gaps = tuple(usual_gap(key, self.differences.get(key, ())) for key in dict.fromkeys(items))
        return replace(self.basis, spreads=tuple(self._of_items(s) for s in self.basis.spreads), gaps=gaps)

    def _of_items(self, known: Spread) -> Spread:
        freedom = self.freedom[known.source]
        return known.of_items(self.squares[known.source] / freedom) if freedom >= FEWEST_FOR_SPREAD else known
