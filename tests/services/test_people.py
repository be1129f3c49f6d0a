from dataclasses import replace

from appraisal.cycle import Selection
from appraisal.errors import Code
from appraisal.intake.tables import ImportKind, MetricsPlan, PeoplePlan, Reason
from appraisal.review import Answer
from appraisal.scheme import Relation
from services import approvals, closing, imports, people, reviews, tidying
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


async def test_a_file_with_one_wrong_row_changes_nobody(world: World) -> None:
    hana = await world.who("hana")
    content = "email,department,manager\nann@example.com,Sales,max@example.com\nbo@example.com,Sales,nobody@x.org\n"
    run = await imports.dry_run(world.deps, hana, ImportKind.PEOPLE, file_name="people.csv", content=content.encode())
    assert isinstance(run.plan, PeoplePlan)
    assert [(p.row, p.reason) for p in run.plan.problems] == [(3, Reason.UNKNOWN_MANAGER)]
    await refused(Code.ROWS_IN_ERROR, imports.apply_import(world.deps, hana, run.file.id))
    assert (await world.who("ann")).department == "Support"


async def test_a_chinese_file_in_gb18030_is_read(world: World) -> None:
    content = "姓名,邮箱,部门,直属上级\n王芳,wang@example.com,客服部,max@example.com\n".encode("gb18030")
    await _apply(world, ImportKind.PEOPLE, content)
    everyone = await people.everyone(world.deps)
    wang = next(p for p in everyone if p.email == "wang@example.com")
    assert (wang.name, wang.department, wang.manager_id) == ("王芳", "客服部", "max")


async def test_the_good_rows_of_a_metrics_file_are_kept_and_score_the_results(world: World) -> None:
    cycle_id = await world.launched()
    content = (
        "person,metric,target,actual\nann@example.com,goal_completion,100,96\nzoe@example.com,goal_completion,1,1\n"
    )
    run = await _apply(world, ImportKind.METRICS, content.encode())
    assert isinstance(run.plan, MetricsPlan)
    assert [(p.row, p.reason) for p in run.plan.problems] == [(3, Reason.UNKNOWN_PERSON)]
    await world.everyone_writes()
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    (metric,) = card.score.metrics
    assert (metric.metric, metric.attainment) == ("goal_completion", 0.96)


async def test_figures_that_come_after_collecting_still_reach_a_score_that_is_not_approved(world: World) -> None:
    cycle_id = await world.collected()
    await world.outgoing()
    before = (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).score
    await _apply(world, ImportKind.METRICS, b"person,metric,target,actual\nann@example.com,goal_completion,100,50\n")
    after = (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).score
    assert (after.total or 0) < (before.total or 0)
    assert [(to, m.person_id) for to, m in await world.outgoing("approval-card")] == [("max", "ann")]  # type: ignore[union-attr]


async def test_an_import_is_applied_once(world: World) -> None:
    await world.launched()
    run = await _apply(
        world, ImportKind.METRICS, b"person,metric,target,actual\nann@example.com,goal_completion,100,96\n"
    )
    await refused(Code.IMPORT_APPLIED, imports.apply_import(world.deps, await world.who("hana"), run.file.id))


async def test_a_file_that_was_forgotten_is_asked_for_again(world: World) -> None:
    hana = await world.who("hana")
    content = b"email,department\nann@example.com,Sales\n"
    waits, applied = [
        await imports.dry_run(world.deps, hana, ImportKind.PEOPLE, file_name="people.csv", content=content)
        for _ in range(2)
    ]
    await imports.apply_import(world.deps, hana, applied.file.id)
    world.advance(days=91)
    assert await tidying.tidy(world.deps) == 2
    await refused(Code.NO_SUCH_IMPORT, imports.apply_import(world.deps, hana, waits.file.id))
    await refused(Code.IMPORT_APPLIED, imports.apply_import(world.deps, hana, applied.file.id))


async def test_only_hr_imports(world: World) -> None:
    tom = await world.who("tom")
    run = imports.dry_run(world.deps, tom, ImportKind.PEOPLE, file_name="x.csv", content=b"name,email\n")
    await refused(Code.NOT_HR, run)


async def test_metrics_need_to_know_their_period(world: World) -> None:
    run = imports.dry_run(
        world.deps,
        await world.who("hana"),
        ImportKind.METRICS,
        file_name="m.csv",
        content=b"person,metric,target,actual\nann@example.com,goal_completion,100,96\n",
    )
    await refused(Code.NO_OPEN_CYCLE, run)


async def test_people_without_a_review_have_an_empty_list(world: World) -> None:
    await world.launched()
    assert await reviews.todo_lists(world.deps, await world.who("hana")) == []


async def _apply(world: World, kind: ImportKind, content: bytes) -> imports.DryRun:
    hana = await world.who("hana")
    run = await imports.dry_run(world.deps, hana, kind, file_name="file.csv", content=content)
    return await imports.apply_import(world.deps, hana, run.file.id)
