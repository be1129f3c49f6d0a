"""Who reviews whom: manager and reports from the directory, peers assigned so that the load is even."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from appraisal.cycle import Cycle, Notice, Selection, Warning
from appraisal.peers import Assignment, assign_peers
from appraisal.people import Directory, Person
from appraisal.review import relations_asked
from appraisal.scheme import Disclosure, Relation

__all__ = ["Assignment", "PlannedReview", "assign_peers", "notices", "plan_reviews"]


@dataclass(frozen=True)
class PlannedReview:
    """One review that launching would create."""

    reviewee_id: str
    reviewer_id: str
    relation: Relation


def plan_reviews(cycle: Cycle, participants: Sequence[Person], directory: Directory) -> list[PlannedReview]:
    """Every review of a cycle, by reviewee and relation; nobody is asked twice about the same person.

    Managers and reports are asked wherever they are active, even if they are not reviewed themselves; peers are
    chosen among the participants. What managers and reports have to write counts towards the cap of peers. Nobody
    is asked whose relation has no question in the reviewee's form.
    """
    known = {p.id for p in participants if p.active}
    reviewees = [p for p in directory if p.id in known]
    asked = _asked(cycle, reviewees)
    planned = {p.id: _from_directory(asked[p.id], p, directory) for p in reviewees}
    if any(Relation.PEER in relations for relations in asked.values()):
        others = (r for reviews in planned.values() for r in reviews if r.relation is not Relation.SELF)
        load = Counter(r.reviewer_id for r in others)
        peers = assign_peers(reviewees, wanted=cycle.peers_wanted, seed=cycle.seed, existing=load)
        for reviewer, reviewee in peers.pairs:
            if Relation.PEER in asked[reviewee]:
                planned[reviewee].append(PlannedReview(reviewee, reviewer, Relation.PEER))
    return [review for reviews in planned.values() for review in reviews]


def _asked(cycle: Cycle, reviewees: Sequence[Person]) -> dict[str, frozenset[Relation]]:
    """By person: the cycle's relations that their form has a question for."""
    forms = {p.id: cycle.scheme.variant_for(p.department, p.job_family) for p in reviewees}
    asked = {form: relations_asked(cycle.scheme.as_variant(form)) for form in set(forms.values())}
    return {person_id: asked[form].intersection(cycle.relations) for person_id, form in forms.items()}


def _from_directory(asked: Collection[Relation], person: Person, directory: Directory) -> list[PlannedReview]:
    """Self, manager, reports. The first relation counts where two people manage each other."""
    reviewers: dict[str, Relation] = {}
    for reviewer, relation in _around(person, directory):
        if relation in asked and reviewer.active:
            reviewers.setdefault(reviewer.id, relation)
    return [PlannedReview(person.id, reviewer, relation) for reviewer, relation in reviewers.items()]


def _around(person: Person, directory: Directory) -> Iterator[tuple[Person, Relation]]:
    yield person, Relation.SELF
    if manager := directory.manager_of(person):
        yield manager, Relation.MANAGER
    for report in directory.reports_of(person.id):
        yield report, Relation.REPORT


def notices(
    cycle: Cycle,
    participants: Sequence[Person],
    directory: Directory,
    reviews: Sequence[PlannedReview],
    selection: Selection | None = None,
) -> tuple[Notice, ...]:
    """What HR should know before launch, as far as people and reviews tell it; names in the directory's order.

    Not found here: IN_OTHER_CYCLE and NO_METRICS, which need what is stored.
    """
    known = {p.id for p in participants}
    reviewees = [p for p in directory if p.id in known]
    involved = known | {r.reviewer_id for r in reviews}
    sizes = Counter((r.reviewee_id, r.relation) for r in reviews)
    asked = _asked(cycle, reviewees)

    def awaits_peers(person: Person) -> bool:
        return Relation.PEER in asked[person.id] and cycle.peers_wanted > 0

    def is_small(person: Person, relation: Relation) -> bool:
        named = cycle.scheme.disclosure[relation] is Disclosure.NAMED
        return not named and sizes[person.id, relation] < cycle.threshold

    found = {
        Warning.NO_MANAGER: [p.name for p in reviewees if not directory.manager_of(p)],
        Warning.FEW_PEERS: [p.name for p in reviewees if awaits_peers(p) and is_small(p, Relation.PEER)],
        Warning.FEW_REPORTS: [
            p.name for p in reviewees if sizes[p.id, Relation.REPORT] and is_small(p, Relation.REPORT)
        ],
        Warning.NOT_IN_SLACK: [p.name for p in directory if p.id in involved and not p.slack_id],
        Warning.EMPTY_DEPARTMENT: _empty_departments(selection, reviewees),
    }
    return tuple(Notice(warning, tuple(names)) for warning, names in found.items() if names)


def _empty_departments(selection: Selection | None, reviewees: Sequence[Person]) -> list[str]:
    inhabited = {p.department for p in reviewees if p.active}
    return [d for d in selection.departments if d not in inhabited] if selection else []
