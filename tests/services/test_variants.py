"""The form of a department or job family, from launch to the result."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from appraisal.approval import ManagerCard
from appraisal.cycle import Preview, Selection
from appraisal.errors import Code, InvalidInput
from appraisal.review import Answer
from appraisal.scheme import Relation
from appraisal.scoring.card import ScoreCard
from services import approvals, closing, cycles, results, reviews, schemes
from storage import cycles as store
from storage import people as people_store
from storage import scores, tallies
from tests.world import World

VARIANTS = """
variants:
  - key: support
    name: {en: Support, zh: 客服}
    departments: [SUPPORT]
    drop: [business_volume, ability_keep]
    weights: {goal_completion: 70, results: 40}
    add:
      ability:
        - key: calm
          kind: rating
          weight: 30
          name: {en: Calm, zh: 沉着}
          question: {en: "How does {name} answer an angry customer?", zh: "{name}怎样应对生气的客户？"}
          anchors: &scale
            - {point: 3, label: {en: Low, zh: 低}, behaviour: {en: Argues back, zh: 和客户争辩}}
            - {point: 4, label: {en: Middle, zh: 中}, behaviour: {en: Hears them out, zh: 听完客户的话}}
            - {point: 5, label: {en: High, zh: 高}, behaviour: {en: Names the way out, zh: 给出解决办法}}
        - key: calm_note
          kind: text
          name: {en: An example, zh: 举例}
          question: {en: "When was that?", zh: 什么时候？}
  - key: office
    name: {en: Head office, zh: 总部}
    departments: [Head office]
    drop: [results_context, professional_skill, teamwork, innovation, ability_keep, responsibility, initiative,
      discipline, attitude_grow, for_manager]
    add:
      ability:
        - key: direction
          kind: rating
          weight: 1
          relations: [self, manager]
          name: {en: Direction, zh: 方向}
          question: {en: "Where to?", zh: 去哪？}
          anchors: *scale
      attitude:
        - key: example
          kind: rating
          weight: 1
          relations: [self, manager]
          name: {en: Example, zh: 表率}
          question: {en: "What example?", zh: 怎样的表率？}
          anchors: *scale
"""
EVERYWHERE = Selection(departments=("Support", "People", "Head office"))


def text() -> str:
    shipped = (files("appraisal") / "schemes" / "operations.yml").read_text(encoding="utf-8")
    return shipped.replace("\nversion: 1\n", "\nversion: 2\n") + VARIANTS


async def draft(world: World) -> Preview:
    hana = await world.who("hana")
    await schemes.save_upload(world.deps, hana, text())
    return await cycles.draft_cycle(world.deps, hana, world.request(selection=EVERYWHERE))


async def launched(world: World) -> str:
    cycle_id = (await draft(world)).cycle.id
    await cycles.launch_cycle(world.deps, await world.who("hana"), cycle_id)
    return cycle_id


async def asked(world: World, reviewer: str, reviewee: str) -> list[str]:
    sheet = await reviews.open_review(world.deps, await world.who(reviewer), await world.task(reviewer, reviewee))
    return [i.key for page in sheet.pages for i in page.items]


async def moves(world: World, key: str, department: str) -> None:
    """In the directory, while the cycle runs."""
    async with world.deps.begin() as tx:
        await people_store.save(tx, [replace(await world.who(key), department=department)])


async def closed(world: World) -> str:
    """A cycle in which everybody wrote."""
    cycle_id = await launched(world)
    await world.everyone_writes()
    for todo in (await world.todo("hana")).open:
        await world.write("hana", todo.reviewee.id)
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    return cycle_id


async def card(world: World, cycle_id: str, person: str) -> ScoreCard:
    async with world.deps.read() as tx:
        found = await scores.get(tx, cycle_id, person)
    assert found
    return found


def counted(score: ScoreCard) -> set[str]:
    return {i.item for i in score.items()}


async def test_the_preview_says_how_many_get_which_form(world: World) -> None:
    preview = await draft(world)
    assert preview.by_form == (("", 1), ("support", 6), ("office", 1))  # Hana; Support; Rosa
    without = await cycles.draft_cycle(world.deps, await world.who("hana"), world.request(name="A", scheme="annual"))
    assert sum(n for _, n in without.by_form) == (without.people if without.cycle.scheme.variants else 0)


async def test_everybody_keeps_the_form_of_the_launch(world: World) -> None:
    cycle_id = await launched(world)
    async with world.deps.read() as tx:
        forms = {p.person_id: (p.variant, p.job_family) for p in await store.participants(tx, cycle_id)}
    assert forms["ann"] == ("support", "Agent")
    assert forms["hana"] == ("", "Agent")
    assert forms["rosa"] == ("office", "Agent")


async def test_the_reviewer_sees_the_form_of_the_reviewee(world: World) -> None:
    await launched(world)
    about_ann, about_hana = await asked(world, "max", "ann"), await asked(world, "rosa", "hana")
    assert {"calm", "calm_note"} <= set(about_ann)
    assert not {"business_volume", "ability_keep"} & set(about_ann)
    assert {"business_volume", "ability_keep"} <= set(about_hana)
    assert not {"calm", "calm_note"} & set(about_hana)


async def test_an_answer_to_an_item_of_another_form_is_refused(world: World) -> None:
    await launched(world)
    max_, task = await world.who("max"), await world.task("max", "ann")
    answers = {"business_volume": Answer("business_volume", number=3)}
    with pytest.raises(InvalidInput) as refused:
        await reviews.save_typing(world.deps, max_, task, answers, view="V", revision=0)
    assert refused.value.code is Code.ANSWER_INVALID


async def test_nobody_is_asked_whose_relation_has_no_question_in_the_form(world: World) -> None:
    cycle_id = await launched(world)
    async with world.deps.read() as tx:
        of_rosa = await tallies.group_sizes(tx, cycle_id, "rosa")
        of_max = await tallies.group_sizes(tx, cycle_id, "max")
    assert of_rosa == {Relation.SELF: 1}  # although three people report to her
    assert of_max[Relation.REPORT] == 4


async def test_each_score_counts_the_items_of_its_own_form(world: World) -> None:
    cycle_id = await closed(world)
    ann, hana = await card(world, cycle_id, "ann"), await card(world, cycle_id, "hana")
    assert "calm" in counted(ann)
    assert "business_volume" not in counted(ann)
    assert counted(hana) == {i.key for d in schemes.builtin()[0].dimensions for i in d.scored()}
    assert ann.missing_metrics == ("goal_completion", "customer_satisfaction")
    assert hana.missing_metrics == ("goal_completion", "business_volume", "customer_satisfaction")
    shares = {d.dimension: round(d.share, 3) for d in ann.dimensions}
    assert shares == {"results": round(40 / 90, 3), "ability": round(30 / 90, 3), "attitude": round(20 / 90, 3)}


async def test_manager_and_employee_read_the_same_form(world: World) -> None:
    cycle_id = await closed(world)
    manager = await world.who("max")
    shown: ManagerCard = await approvals.card_for(world.deps, manager, cycle_id, "ann")
    assert shown.cycle.scheme.name.en.endswith("· Support")
    assert "calm_note" in {c.item for c in shown.comments.comments}
    await world.approved("max", "ann", cycle_id)
    await approvals.release(world.deps, manager, cycle_id, "ann")
    result = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    assert result.cycle.scheme.item("calm")
    assert "calm_note" in {c.item for c in result.comments.comments}


async def test_a_change_of_department_in_mid_cycle_changes_nothing(world: World) -> None:
    cycle_id = await launched(world)
    before = await asked(world, "max", "ann")
    await moves(world, "ann", "People")
    assert await asked(world, "max", "ann") == before
    await world.everyone_writes()
    for todo in (await world.todo("hana")).open:
        await world.write("hana", todo.reviewee.id)
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    assert "calm" in counted(await card(world, cycle_id, "ann"))


async def test_a_score_worked_out_again_keeps_its_form(world: World) -> None:
    cycle_id = await launched(world)
    await world.everyone_writes(but=(("bo", "ann"), ("cai", "ann"), ("dee", "ann"), ("tom", "ann")))
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    first = await card(world, cycle_id, "ann")
    await moves(world, "ann", "People")
    await approvals.return_reviews(world.deps, await world.who("max"), cycle_id, "ann", group=None, note="")
    for reviewer in ("bo", "cai", "dee", "tom"):
        if any(t.reviewee.id == "ann" for t in (await world.todo(reviewer)).open):
            await world.write(reviewer, "ann", point=5)
    again = await card(world, cycle_id, "ann")
    assert again != first
    assert counted(again) == counted(first)
    assert "calm" in counted(again)


async def test_everybody_can_read_their_own_form_and_hr_all_of_them(world: World) -> None:
    cycle_id = await launched(world)

    async def form(key: str) -> tuple[str, int]:
        scheme = (await cycles.scheme_of(world.deps, await world.who(key), cycle_id)).scheme
        return scheme.name.en, len(scheme.variants)

    common = schemes.builtin()[0].name.en
    assert await form("ann") == (f"{common} · Support", 0)
    assert await form("rosa") == (f"{common} · Head office", 0)
    assert await form("hana") == (common, 2)
