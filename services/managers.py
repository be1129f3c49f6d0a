"""What HR sees of managers as reviewers, by name: how lenient they are, and reviews that look clicked through."""

from __future__ import annotations

from collections.abc import Collection

from appraisal.cycle import Cycle
from appraisal.figures import Leniency, NamedFlag
from appraisal.scheme import Disclosure, RatedItem, Relation, Scheme
from appraisal.scoring.flags import of_managers
from appraisal.scoring.measuring import Rating, review
from storage import cycles, people, ratings, scores
from storage.engine import Tx


async def leniency(tx: Tx, cycle: Cycle, managers: Collection[str]) -> tuple[tuple[Leniency, ...], int]:
    """Of those who reviewed as managers, by name, where it is estimated; and how many of them are left out.

    An estimate rests on all reviews that somebody wrote. With what HR knows of the signed ones it would tell about
    the others, so it is shown of those alone who wrote no anonymous review.
    """
    managers = await ratings.reviewed_as_managers(tx, cycle.id, managers)
    points = await scores.severities_of(tx, cycle.id, managers)
    signed = [r for r in Relation if cycle.scheme.disclosure[r] is Disclosure.NAMED]
    open_ones = await ratings.only_signed(tx, cycle.id, points.keys(), signed)
    names = {p.id: p.name for p in await people.some(tx, open_ones)}
    found = [Leniency(names[m], points[m]) for m in open_ones]
    return tuple(sorted(found, key=lambda x: x.name)), len(points) - len(open_ones)


async def flags(tx: Tx, cycle: Cycle, hidden: Collection[str]) -> tuple[NamedFlag, ...]:
    """From managers' own ratings, which are signed. `hidden`: people whose results the reader may not see yet."""
    forms = {key: _rated(form) for key, form in cycle.scheme.forms().items()}
    members = {p.person_id: p.variant for p in await cycles.participants(tx, cycle.id) if p.person_id not in hidden}
    ids, reviews = sorted(members), []
    for n in range(0, len(ids), ratings.AT_ONCE):
        given = await ratings.ratings(tx, cycle.id, ids[n : n + ratings.AT_ONCE], relation=Relation.MANAGER)
        by: dict[str, list[Rating]] = {}
        for rating in given:
            if rating.item in forms[members[rating.reviewee_id]]:
                by.setdefault(rating.review, []).append(rating)
        for of in by.values():
            points = {r.item: r.point for r in of}
            reviews.append(review(of[0].reviewer_id, forms[members[of[0].reviewee_id]], points))
    found = of_managers(reviews)
    names = {p.id: p.name for p in await people.some(tx, (f.reviewer_id for f in found))}
    return tuple(sorted((NamedFlag(names[f.reviewer_id], f) for f in found), key=lambda f: f.name))


def _rated(form: Scheme) -> dict[str, RatedItem]:
    return {i.key: i for i in form.items() if isinstance(i, RatedItem)}
