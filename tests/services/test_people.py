from dataclasses import replace

from appraisal.cycle import Selection
from appraisal.errors import Code
from appraisal.intake.tables import ImportKind
from appraisal.review import Answer
from appraisal.scheme import Relation
from services import approvals, closing, imports, people, reviews
from services.people import SlackUser
from services.progress import open_cycles
from tests.services.test_cycles import refused
from tests.world import World


async def test_slack_brings_people_and_leaves_bots_and_guests_out(world: World) -> None:
    users = [
        SlackUser("UNEW", "Nia New", "Nia@Example.com", "Asia/Shanghai", "zh-CN"),
        SlackUser("UBOT", "A bot", is_bot=True),
        SlackUser("UGUEST", "A guest", is_guest=True),
        SlackUser("USLACKBOT", "Slackbot"),
        SlackUser("UGONE", "Never met", deleted=True),
    ]
    assert await people.sync_from_slack(world.deps, users) == 1
    nia = await people.identify(world.deps, "UNEW")
    assert nia is not None
    assert (nia.email, nia.locale, nia.time_zone) == ("nia@example.com", "zh-CN", "Asia/Shanghai")
    assert await people.sync_from_slack(world.deps, users) == 0


async def test_slack_finds_by_email_whom_a_file_brought(world: World) -> None:
    await _apply(world, ImportKind.PEOPLE, b"name,email,department\nNia New,nia@example.com,Support\n")
    await people.sync_from_slack(world.deps, [SlackUser("UNIA", "nia", "nia@example.com")])
    nia = await people.identify(world.deps, "UNIA")
    assert nia is not None
    assert (nia.name, nia.department) == ("Nia New", "Support")


async def test_somebody_who_joins_slack_during_a_cycle_gets_the_card(world: World) -> None:
    await _apply(
        world, ImportKind.PEOPLE, b"name,email,department,manager\nNia,nia@example.com,Support,max@example.com\n"
    )
    await world.launched()
    await world.outgoing()
    await people.sync_from_slack(world.deps, [SlackUser("UNIA", "Nia", "nia@example.com")])
    ((to, _),) = await world.outgoing("todo-card")
    assert to == (await world.who("nia")).id


async def test_when_the_manager_changes_open_work_moves_and_answers_stay(world: World) -> None:
    cycle_id = await world.launched()
    await world.write("max", "ann")
    await world.outgoing()
    content = "email,manager\n" + "".join(f"{k}@example.com,tom@example.com\n" for k in ("ann", "bo", "cai", "dee"))
    await _apply(world, ImportKind.PEOPLE, content.encode())
    as_manager = {t.reviewee.id for t in (await world.todo("tom")).open if t.task.relation is Relation.MANAGER}
    assert as_manager == {"bo", "cai", "dee"}  # Ann's is written by Max, and it stays
    assert {"max", "tom"} <= {to for to, _ in await world.outgoing("todo-card")}
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("tom"), cycle_id, "bo")
    assert card.person.id == "bo"


async def test_when_the_manager_leaves_the_next_one_writes_afresh(world: World) -> None:
    await world.launched()
    task_id = await world.task("max", "bo")
    typed = {"ability_keep": Answer("ability_keep", text="Only Max may say this.")}
    await reviews.save_typing(world.deps, await world.who("max"), task_id, typed, view="V", revision=0)
    await people.sync_from_slack(world.deps, [SlackUser("UMAX", "Max", "max@example.com", deleted=True)])
    await _apply(world, ImportKind.PEOPLE, b"email,manager\nbo@example.com,tom@example.com\n")
    sheet = await reviews.open_review(world.deps, await world.who("tom"), task_id)
    assert sheet.task.relation is Relation.MANAGER
    assert sheet.answers == {}


async def test_an_approval_moves_when_an_approver_who_is_not_the_manager_leaves(world: World) -> None:
    cycle_id = await world.collected(selection=Selection(everyone=True))
    assert (await approvals.card_for(world.deps, await world.who("hana"), cycle_id, "rosa")).approval
    object.__setattr__(world.deps, "hr_admins", frozenset({"UHANA", "UTOM"}))
    await people.sync_from_slack(world.deps, [SlackUser("UHANA", "Hana", "hana@example.com", deleted=True)])
    assert (await approvals.card_for(world.deps, await world.who("tom"), cycle_id, "rosa")).approval


async def test_who_left_by_hrs_file_does_not_come_back_with_the_next_sync(world: World) -> None:
    await _apply(world, ImportKind.PEOPLE, b"email,active\ndee@example.com,no\n")
    await people.sync_from_slack(world.deps, [SlackUser("UDEE", "Dee", "dee@example.com")])
    assert not (await world.who("dee")).active


async def test_an_old_account_with_the_same_address_takes_nobody_away(world: World) -> None:
    await people.sync_from_slack(world.deps, [SlackUser("UOLDDEE", "Dee", "dee@example.com", deleted=True)])
    assert (await world.who("dee")).active


async def test_an_approval_moves_when_the_manager_leaves(world: World) -> None:
    cycle_id = await world.collected()
    await people.sync_from_slack(world.deps, [SlackUser("UMAX", "Max", "max@example.com", deleted=True)])
    await refused(Code.INACTIVE_PERSON, approvals.approve(world.deps, await world.who("max"), cycle_id, "ann"))
    card = await approvals.card_for(world.deps, await world.who("hana"), cycle_id, "ann")
    assert card.approval.approver_id == "hana"


async def test_somebody_who_leaves_is_no_longer_waited_for(world: World) -> None:
    await world.launched()
    await people.sync_from_slack(world.deps, [SlackUser("UDEE", "Dee", "dee@example.com", deleted=True)])
    (progress,) = await open_cycles(world.deps, await world.who("hana"))
    assert "Dee" not in dict(progress.waiting_on)
    assert not [t for t in (await world.todo("ann")).open if t.reviewee.id == "dee"]


async def test_an_employee_without_a_manager_is_decided_on_by_hr(world: World) -> None:
    async with world.deps.begin() as tx:
        before = await people.store.all_people(tx)
        await people.save_people(tx, world.deps, [replace(before["tom"], manager_id=None)], before, world.now)
    cycle_id = await world.collected()
    assert (await approvals.card_for(world.deps, await world.who("hana"), cycle_id, "tom")).person.id == "tom"


async def test_people_without_a_review_have_an_empty_list(world: World) -> None:
    await world.launched()
    assert await reviews.todo_lists(world.deps, await world.who("hana")) == []


async def _apply(world: World, kind: ImportKind, content: bytes) -> None:
    hana = await world.who("hana")
    run = await imports.dry_run(world.deps, hana, kind, file_name="file.csv", content=content)
    await imports.apply_import(world.deps, hana, run.file.id)
