"""Goals in a whole cycle: uploaded with a scheme, filled by a file, scored, explained by a cause, told."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from appraisal.approval import CauseNamed
from appraisal.errors import Code
from appraisal.intake.tables import ImportKind, Reason
from appraisal.scheme import Source
from services import approvals, closing, explaining, results, schemes, sources
from tests.domain.cast import goals
from tests.services.test_cycles import refused
from tests.services.test_imports import look, take
from tests.world import World

LEVELS = """\
person,metric,target,actual
ann@example.com,goal_completion,100,100
ann@example.com,Goal shop,,-1
ann@example.com,audit,,0
bo@example.com,shop,,2
bo@example.com,audit,,2.5
cai@example.com,shop,,+1
cai@example.com,AUDIT,0,+1
cai@example.com,move,,+1
"""


def with_goals() -> str:
    """The built-in quarterly form with an item of three goals, under a key of its own."""
    form: dict[str, Any] = yaml.safe_load((files("appraisal") / "schemes" / "operations.yml").read_text("utf-8"))
    form["key"] = "projects_too"
    form["dimensions"][0]["items"].insert(0, goals("projects", "shop", "audit", "move", weight=50))
    return yaml.safe_dump(form, allow_unicode=True, sort_keys=False)


async def launched(world: World) -> str:
    await schemes.save_upload(world.deps, await world.who("hana"), with_goals())
    return await world.launched(scheme="projects_too")


async def closed(world: World) -> str:
    cycle_id = await launched(world)
    await world.everyone_writes()
    await take(world, ImportKind.METRICS, LEVELS)
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    return cycle_id


async def test_levels_come_from_a_file_and_count_on_the_card(world: World) -> None:
    cycle_id, max_ = await closed(world), await world.who("max")
    card = await approvals.card_for(world.deps, max_, cycle_id, "cai")
    (projects,) = card.score.metrics
    assert (round(projects.actual, 4), projects.attainment, projects.score) == (63.6931, 1.2, 100)
    assert [(g.goal, g.level, g.row, g.file_name) for g in projects.goals] == [
        ("shop", 1, 7, "file.csv"),
        ("audit", 1, 8, "file.csv"),
        ("move", 1, 9, "file.csv"),
    ]
    item = next(i for i in card.score.items() if i.item == "projects")
    assert [(p.source, p.score) for p in item.parts] == [(Source.METRIC, 100)]
    assert "shop" not in card.score.missing_metrics


async def test_what_is_no_level_is_told_and_left_out(world: World) -> None:
    await launched(world)
    run = await look(world, ImportKind.METRICS, LEVELS)
    assert [(p.row, p.reason) for p in run.plan.problems] == [(6, Reason.NOT_A_LEVEL)]


async def test_hr_sees_whose_goals_have_no_level(world: World) -> None:
    await launched(world)
    await take(world, ImportKind.METRICS, LEVELS)
    (figures,) = (await sources.metrics_status(world.deps, await world.who("hana"))).cycles
    gaps = {gap.metric.key: gap.names for gap in figures.gaps}
    assert gaps["shop"] == ("Dee", "Max", "Tom")
    assert gaps["audit"] == ("Bo", "Dee", "Max", "Tom")
    assert gaps["move"] == ("Ann", "Bo", "Dee", "Max", "Tom")


async def test_goals_below_what_was_agreed_need_one_cause_which_the_employee_reads(world: World) -> None:
    cycle_id, max_ = await closed(world), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    card = await approvals.card_to_approve(world.deps, max_, cycle_id, "ann")
    assert [m.metric for m in card.unexplained] == ["projects"]
    await refused(Code.CAUSES_MISSING, approvals.approve(world.deps, max_, cycle_id, "ann"))
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", {"projects": CauseNamed("resources", "No builder")})
    await approvals.approve(world.deps, max_, cycle_id, "ann")
    await approvals.release(world.deps, max_, cycle_id, "ann")
    told = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    assert [(c.metric, c.note) for c in told.causes] == [("projects", "No builder")]
    assert [(g.goal, g.level) for m in told.score.metrics for g in m.goals] == [("shop", -1), ("audit", 0)]
    assert "move" in told.score.missing_metrics


async def test_why_a_score_is_what_it_is_tells_levels_and_what_came_too_late(world: World) -> None:
    cycle_id, max_ = await closed(world), await world.who("max")
    await world.approved("max", "cai", cycle_id)
    await take(world, ImportKind.METRICS, "person,metric,actual\ncai@example.com,shop,-2\n")
    told = (await explaining.why(world.deps, max_, cycle_id, "cai")).explanation
    (projects,) = told.metrics
    assert [(g.goal, g.level) for g in projects.result.goals] == [("shop", 1), ("audit", 1), ("move", 1)]
    assert [(o.goal, o.actual, o.is_late) for o in projects.others] == [("shop", -2, True)]
    assert told.missing_metrics == ("goal_completion", "business_volume", "customer_satisfaction")


async def test_a_level_that_is_corrected_before_approval_changes_the_score(world: World) -> None:
    cycle_id, max_ = await closed(world), await world.who("max")
    before = (await approvals.card_for(world.deps, max_, cycle_id, "bo")).score
    await take(world, ImportKind.METRICS, "person,metric,actual\nbo@example.com,shop,-2\n")
    after = (await approvals.card_for(world.deps, max_, cycle_id, "bo")).score
    assert [m.actual for m in (*before.metrics, *after.metrics)] == [70, 30]
    assert (after.total or 0) < (before.total or 0)
