"""What the form promises is what happens: its numbers are read out of the text, and real cycles are run at them."""

from __future__ import annotations

import re

import pytest

from appraisal.cycle import Selection
from appraisal.review import Sheet
from appraisal.scheme import Relation, Source
from services import approvals, closing, cycles, results, reviews
from storage import people
from tests.world import World, person
from views.blocks import View
from views.promise import Rules
from views.review import page_modal
from views.scheme import scheme_modal
from views.text import Words

REPORTS = ("ann", "bo", "cai", "dee", "pia", "quin")
SETTINGS = [(3, 3), (4, 4), (3, 5), (5, 3)]
RELATIONS = (Relation.SELF, Relation.MANAGER, Relation.REPORT)
ONE = {
    "en": r"once at least (\d+) have answered\.",
    "zh": r"满 (\d+) 人作答才会显示",
}
TWO = {
    "en": r"averages, once at least (\d+) have answered; comments .*?once at least (\d+) have written",
    "zh": r"打分满 (\d+) 人才显示.*?评语满 (\d+) 人才显示",
}


def said(view: View) -> str:
    """All the text of a modal."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "text" and isinstance(value, str):
                    found.append(value)
                walk(value)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(view)
    return "\n".join(found)


def promised(text: str, locale: str) -> tuple[int, int]:
    """(fewest ratings, fewest comments) as the text says."""
    if apart := re.search(TWO[locale], text, re.DOTALL):
        return int(apart[1]), int(apart[2])
    together = re.search(ONE[locale], text)
    assert together, text
    return int(together[1]), int(together[1])


async def sheet_of(world: World, who: str) -> Sheet:
    return await reviews.open_review(world.deps, await world.who(who), await world.task(who, "max"))


async def told_before(world: World, cycle_id: str) -> set[tuple[int, int]]:
    """What the form and the scheme say, in both languages."""
    sheet = await sheet_of(world, "ann")
    cycle = await cycles.scheme_of(world.deps, await world.who("ann"), cycle_id)
    found: set[tuple[int, int]] = set()
    for locale in ("en", "zh"):
        w = Words(locale)
        found.add(promised(said(page_modal(sheet, 0, w, world.now)), locale))
        found.add(promised(said(scheme_modal(cycle.scheme, w, rules=Rules.of(cycle))), locale))
    return found


async def shown_at(world: World, n: int, *, threshold: int, comments: int) -> tuple[tuple[int, int], bool, bool]:
    """(what was promised, whether ratings are shown, whether comments are) where `n` of the reports answer."""
    async with world.deps.begin() as tx:
        await people.save(tx, [person(p, manager="max") for p in ("pia", "quin")])
    numbers = {"threshold": threshold, "comment_threshold": comments}
    cycle_id = await world.launched(selection=Selection(people=("max",)), relations=RELATIONS, **numbers)
    (promise,) = await told_before(world, cycle_id)
    for who in ("rosa", "max", *REPORTS[:n]):
        await world.write(who, "max")
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    await world.approved("rosa", "max", cycle_id)
    rosa = await world.who("rosa")
    card = await approvals.card_for(world.deps, rosa, cycle_id, "max")
    await approvals.release(world.deps, rosa, cycle_id, "max")
    result = await results.own_result(world.deps, await world.who("max"), cycle_id)
    assert card.score == result.score
    shown = {p.source for i in result.score.items() for p in i.parts if p.score is not None}
    counted = {p.source for i in result.score.items() for p in i.parts if p.share}
    read = {c.source for page in (card, result) for c in page.comments.comments}
    assert (Source.REPORT in counted) is (Source.REPORT in shown)  # what is not shown is not counted
    assert Source.OTHERS not in shown | read
    return promise, Source.REPORT in shown, Source.REPORT in read


@pytest.mark.parametrize(("threshold", "comments"), SETTINGS)
@pytest.mark.parametrize("short", [0, 1])
async def test_ratings_are_shown_from_the_number_in_the_text_on(
    world: World, threshold: int, comments: int, short: int
) -> None:
    promise, ratings, _ = await shown_at(world, threshold - short, threshold=threshold, comments=comments)
    assert promise == (threshold, comments)
    assert ratings is (threshold - short >= promise[0])


@pytest.mark.parametrize(("threshold", "comments"), SETTINGS)
@pytest.mark.parametrize("short", [0, 1])
async def test_comments_are_shown_from_the_number_in_the_text_on(
    world: World, threshold: int, comments: int, short: int
) -> None:
    promise, _, read = await shown_at(world, comments - short, threshold=threshold, comments=comments)
    assert promise == (threshold, comments)
    assert read is (comments - short >= promise[1])


@pytest.mark.parametrize(("reports", "peers", "together"), [(1, 2, True), (2, 2, True), (1, 1, False)])
async def test_a_small_group_is_put_together_with_others_or_not_used_as_the_text_says(
    world: World, reports: int, peers: int, together: bool
) -> None:
    async with world.deps.begin() as tx:
        await people.save(tx, [person(p, manager="rosa") for p in ("pia", "quin", "ron")])
    cycle_id = await world.launched(selection=Selection(people=("max", "tom", "pia", "quin", "ron")))
    sheet = await sheet_of(world, "ann")
    assert "put together with other groups" in said(page_modal(sheet, 0, Words("en"), world.now))
    assert "与其他组合并" in said(page_modal(sheet, 0, Words("zh"), world.now))
    asked = [p for p in ("tom", "pia", "quin", "ron") if await relation_to_max(world, p) is Relation.PEER]
    for who in ("rosa", "max", *REPORTS[:reports], *asked[:peers]):
        await world.write(who, "max")
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("rosa"), cycle_id, "max")
    shown = {p.source for i in card.score.items() for p in i.parts if p.score is not None}
    read = {c.source for c in card.comments.comments}
    assert not {Source.PEER, Source.REPORT} & (shown | read)
    assert (Source.OTHERS in shown) is (Source.OTHERS in read) is together


@pytest.mark.parametrize("reads_texts", [True, False])
async def test_comments_are_counted_and_quoted_where_the_form_says_so(world: World, reads_texts: bool) -> None:
    cycle_id = await world.launched(reads_texts=reads_texts)
    sheet = await sheet_of(world, "ann")
    pages = {locale: said(page_modal(sheet, 0, Words(locale), world.now)) for locale in ("en", "zh")}
    assert ("Themes and tone of comments are counted, and whole sentences may be quoted." in pages["en"]) is reads_texts
    assert ("评语会统计主题和语气，也可能整句摘录。" in pages["zh"]) is reads_texts
    for who in ("rosa", "max", "tom", "ann", "bo", "cai", "dee"):
        for todo in (await world.todo(who)).todos:
            await world.write(who, todo.reviewee.id, text="He helped us in the March handover, and nobody stayed late.")
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("rosa"), cycle_id, "max")
    found = card.comments.voices
    assert (found is not None and bool(found.themes and found.quotes)) is reads_texts
    own = {c.text for c in card.comments.comments if c.source in (Source.SELF, Source.MANAGER)}
    assert not own & set(found.quotes if found else ())


async def relation_to_max(world: World, who: str) -> Relation | None:
    found = await reviews.todo_lists(world.deps, await world.who(who))
    return next((t.task.relation for todo in found for t in todo.todos if t.reviewee.id == "max"), None)
