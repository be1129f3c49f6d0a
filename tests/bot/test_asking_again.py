"""Reviews that are asked for again, as those who are asked read it: the message, the form, and the end."""

from __future__ import annotations

from typing import Any

from appraisal.scheme import Relation
from bot.sandbox_client import buttons, texts
from services import approvals, closing, reviews
from services.settling import settle_returns
from tests.bot.conftest import Office
from views.ids import Action
from views.review import page_modal
from views.text import Words
from views.todo import headline

NOTE = "Please say more about delegation."


async def ask(office: Office, cycle_id: str, group: Relation | None, *, about: str = "max", by: str = "rosa") -> None:
    who = await office.world.who(by)
    await approvals.return_reviews(office.world.deps, who, cycle_id, about, group=group, note=NOTE)
    await office.deliver()


def asked(office: Office, key: str) -> dict[str, Any]:
    """The newest message, which asks again or says what became of that."""
    return office.messages(key)[-1]


def said(message: dict[str, Any]) -> str:
    return "\n".join(texts(message))


async def test_who_is_asked_reads_who_asks_until_when_and_what_about(office: Office) -> None:
    await ask(office, await office.world.collected(), Relation.REPORT)
    message = asked(office, "ann")
    assert message["text"] == (
        "Rosa would like to hear more from you about Max, by Thu, Oct 8. "
        "Your earlier answers count until then; new ones of a group are taken in together, once enough of it have sent "
        "theirs."
    )
    assert NOTE in said(message)
    assert asked(office, "bo")["text"] == (
        "关于 Max，Rosa 想听你再多说一些，10月8日周四截止。"
        "在那之前以原来的内容为准；同组有足够多的人重新提交后，新内容才一起采用。"
    )


async def test_the_review_opens_at_its_first_page_with_the_note_on_top_whatever_page_it_was_left_at(
    office: Office,
) -> None:
    world = office.world
    await ask(office, await world.collected(), Relation.REPORT)
    ann = await world.who("ann")
    sheet = await reviews.open_review(world.deps, ann, await world.task("ann", "max"))
    assert sheet.task.page == 0
    assert sheet.answers  # the earlier ones, to be changed
    first, second = (said(page_modal(sheet, n, Words("en"), world.now)) for n in (0, 1))
    dimension = sheet.pages[0].dimension.name.en
    assert first.index("Rosa would like to hear more from you about Max") < first.index(NOTE) < first.index(dimension)
    assert NOTE not in second


async def test_who_has_not_written_about_themselves_is_asked_for_just_that(office: Office) -> None:
    world = office.world
    cycle_id = await world.launched()
    await office.deliver()
    await world.everyone_writes(but=(("ann", "ann"), ("bo", "bo")))
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    for person in ("ann", "bo"):
        await ask(office, cycle_id, None, about=person, by="max")
    assert asked(office, "ann")["text"].startswith("Please write your self-review, by Thu, Oct 8.")
    assert asked(office, "bo")["text"].startswith("请写一下你的自评，10月8日周四截止。")
    assert "earlier answers" not in said(asked(office, "ann"))


async def test_the_message_leads_nowhere_once_the_review_is_sent(office: Office) -> None:
    world = office.world
    await ask(office, await world.collected(), Relation.REPORT)
    world.advance(hours=1)
    await world.write("ann", "max")
    await office.deliver()
    assert asked(office, "ann")["text"] == "Thank you, your review of Max is in. It can no longer be changed."
    assert list(buttons(asked(office, "ann"))) == []
    (open_,) = [b for b in buttons(asked(office, "dee")) if b.action_id == Action.OPEN_REVIEW]
    assert open_.value == await world.task("dee", "max")


async def test_whoever_did_not_send_again_in_time_reads_that_the_time_is_over(office: Office) -> None:
    world = office.world
    await ask(office, await world.collected(), Relation.REPORT)
    world.advance(days=5)
    assert await settle_returns(world.deps) == 1
    await office.deliver()
    assert asked(office, "ann")["text"] == (
        "The time to add to your review of Max is over. What you had sent before counts."
    )
    assert list(buttons(asked(office, "ann"))) == []


async def test_the_list_says_until_when_a_returned_review_can_be_written(office: Office) -> None:
    world = office.world
    cycle_id = await world.collected()
    world.advance(days=14)
    await ask(office, cycle_id, Relation.REPORT)
    assert headline(await world.todo("ann"), Words("en", "Europe/London"), world.now) == (
        "1 review to write, about 8 min, due Thu, Oct 22"
    )


async def test_the_manager_hears_that_the_reviews_are_in_and_how_the_score_moved(office: Office) -> None:
    world = office.world
    cycle_id, rosa = await world.collected(), await world.who("rosa")
    before = (await approvals.card_for(world.deps, rosa, cycle_id, "max")).score.total
    await ask(office, cycle_id, Relation.REPORT)
    world.advance(hours=1)
    for key in ("ann", "bo", "cai", "dee"):
        await world.write(key, "max", point=1)
    await office.deliver()
    after = (await approvals.card_for(world.deps, rosa, cycle_id, "max")).score.total
    w, message = Words("en"), office.messages("rosa")[-1]
    moved = f"The score was {w.score(before)} and is now {w.score(after)}."
    assert said(message).startswith(f"The reviews you asked for about Max are in. {moved}")
    card = next(m for m in office.messages("rosa") if m["text"].startswith("Max:"))
    assert f"More was asked for on Mon, Oct 5; that is closed now. {moved}" in said(card)
    assert [b.action_id for b in buttons(message)] == [Action.SHOW_APPROVAL]


async def test_the_manager_reads_that_no_figure_changed_and_that_the_time_is_over(office: Office) -> None:
    world = office.world
    await ask(office, await world.collected(), Relation.REPORT)
    world.advance(hours=1)
    await world.write("dee", "max", point=1)  # alone, and so not taken in
    world.advance(days=5)
    assert await settle_returns(world.deps) == 1
    await office.deliver()
    message = office.messages("rosa")[-1]
    assert message["text"] == "The time for the reviews you asked for about Max is over."
    assert "The score is still" in said(message)


async def test_asked_a_second_time_they_get_a_message_of_its_own(office: Office) -> None:
    world = office.world
    cycle_id = await world.collected()
    await ask(office, cycle_id, Relation.REPORT)
    world.advance(hours=1)
    for key in ("ann", "bo", "cai", "dee"):
        await world.write(key, "max")
    await office.deliver()
    before = len(office.messages("ann"))
    await ask(office, cycle_id, Relation.REPORT)  # the same day, until the same day
    assert len(office.messages("ann")) == before + 1
    assert "would like to hear more" in asked(office, "ann")["text"]
