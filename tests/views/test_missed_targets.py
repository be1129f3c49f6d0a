"""Missed targets as managers and employees read them: figures, their age, causes, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from inline_snapshot import snapshot

from appraisal.approval import ManagerCard
from tests.views import cast
from tests.views.surfaces import cast_home
from tests.views.test_wording import EN, ZH, buttons, elements, inputs, words
from views import approval, causes, ids, improvement, result, scores
from views.text import Words


def test_a_metric_says_where_it_comes_from_how_old_it_is_and_why_it_was_missed() -> None:
    card = cast.missed_card(named=True)
    said = words(approval.manager_card(card, EN, cast.NOW)).splitlines()
    start = said.index("*Metrics*")
    assert said[start + 1 : start + 6] == snapshot(
        [
            "Goal completion: 80.5%, target 95% · 85% of target · :warning: CRM export, Mar 12, 2026 (12 days old)",
            "↳ Cause, as 林晓 sees it: Too few people, tools or money (Two of five were ill)",
            "Business volume: 350, target 400 · 88% of target · q1.csv",
            "↳ Cause, as 林晓 sees it: A &lt;!channel&gt; &amp; strike",
            ":warning: Older than it should be: newer figures may still come.",
        ]
    )
    said = words(approval.manager_card(card, ZH, cast.NOW)).splitlines()
    start = said.index("*业务指标*")
    assert said[start + 1 : start + 6] == snapshot(
        [
            "目标完成率：实际 80.5%，目标 95% · 达成率 85% · :warning: CRM 导出，2026年3月12日（12 天前）",
            "↳ 未达标原因（林晓）：人手、工具或经费不足（Two of five were ill）",
            "业务量：实际 350，目标 400 · 达成率 88% · q1.csv",
            "↳ 未达标原因（林晓）：A &lt;!channel&gt; &amp; strike",
            ":warning: 数据偏旧，后面可能还有更新。",
        ]
    )


def test_the_employee_reads_the_causes_and_no_flag() -> None:
    card = cast.missed_card(named=True)
    told = cast.result(score=card.score, causes=card.causes, sources=card.sources)
    said = words(result.result_card(told, EN, cast.NOW))
    assert "Cause, as 林晓 sees it: Too few people, tools or money (Two of five were ill)" in said
    assert "CRM export, Mar 12, 2026" in said
    assert "days old" not in said, "the message stays while the figure grows older"
    assert ":warning:" not in said


def test_an_age_goes_by_the_readers_day() -> None:
    late = datetime(2026, 3, 23, 17, tzinfo=UTC)  # the 24th in Shanghai
    (metric,) = cast.card().metrics
    here, there = Words("en", "Asia/Shanghai"), Words("en", "America/New_York")
    metric = replace(metric, imported_at=late)
    assert scores.origin(metric, {}, here, cast.NOW) == "q1.csv, Mar 24, 2026 (today)"
    assert scores.origin(metric, {}, there, cast.NOW) == "q1.csv, Mar 23, 2026 (1 day old)"
    assert scores.origin(replace(metric, as_of=date(2026, 3, 31)), {}, here, cast.NOW) == "q1.csv, Mar 31, 2026"
    assert scores.origin(replace(metric, source="", imported_at=None), {}, here, cast.NOW) == ""


def test_causes_are_asked_where_targets_were_missed_and_the_list_ends_with_another_one() -> None:
    form = inputs(causes.causes_modal(cast.missed_card(), EN, then=ids.Action.APPROVE))
    assert [b["label"]["text"] for b in form.values()] == snapshot(
        [
            "Goal completion: 80.5%, target 95%",
            "In your own words",
            "Business volume: 350, target 400",
            "In your own words",
        ]
    )
    menu = form[ids.cause_block("goal_completion")]
    assert [o["value"] for o in menu["element"]["options"]][-1] == ids.OTHER_CAUSE
    assert "initial_option" not in menu["element"]
    assert form[ids.item_block("goal_completion")]["optional"] is True
    assert [key for key, block in form.items() if "hint" in block] == [ids.item_block("goal_completion")]  # said once


def test_on_the_way_to_a_decision_only_what_has_no_cause_is_asked_and_else_all_can_be_changed() -> None:
    card = cast.missed_card(named=True)
    half = replace(card, causes=card.causes[:1])
    asked = inputs(causes.causes_modal(half, EN, then=ids.Action.OPEN_ADJUST))
    assert list(asked) == [ids.cause_block("business_volume"), ids.item_block("business_volume")]
    form = inputs(causes.causes_modal(half, EN))
    assert next(iter(form)) == ids.cause_block("business_volume")
    assert form[ids.cause_block("goal_completion")]["element"]["initial_option"]["value"] == "resources"


def test_a_scheme_without_a_list_asks_for_words() -> None:
    scheme = cast.SCHEME.model_copy(update={"causes": ()})
    card = cast.missed_card(cycle=cast.cycle(scheme=scheme))
    form = inputs(causes.causes_modal(card, EN))
    assert list(form) == [ids.item_block("goal_completion"), ids.item_block("business_volume")]
    assert not any(b.get("optional") for b in form.values())


def test_before_an_action_the_causes_are_asked_for() -> None:
    none_yet = cast.missed_card(actions=())
    assert buttons(approval.manager_card(none_yet, EN, cast.NOW))[:2] == ["Name the causes", "Propose an action"]
    assert "Say what explains them, then propose" in words(approval.manager_card(none_yet, EN, cast.NOW))
    then = cast.missed_card(named=True, actions=())
    assert buttons(approval.manager_card(then, EN, cast.NOW))[:2] == ["Change the causes", "Propose an action"]


@pytest.mark.parametrize(
    ("card", "asks"),
    [
        (cast.manager_card(), True),
        (cast.manager_card(actions=()), False),  # it will be refused
        (cast.missed_card(), False),  # the form asks
        (cast.missed_card(named=True), True),
    ],
)
def test_approving_is_confirmed_once(card: ManagerCard, asks: bool) -> None:
    shown = approval.manager_card(card, EN, cast.NOW)
    (approve,) = [e for e in elements(shown.blocks) if e.get("action_id") == ids.Action.APPROVE]
    assert ("confirm" in approve) is asks


def test_an_action_begins_with_the_missed_targets_and_offers_them_first() -> None:
    modal = improvement.action_modal(cast.missed_card(named=True), ZH, date(2026, 3, 24))
    assert inputs(modal)[ids.Field.WHY]["element"]["initial_value"] == snapshot(
        "未达标：目标完成率（人手、工具或经费不足）；业务量（A <!channel> & strike）"
    )
    said = words(modal)
    assert said.index("未达标的指标") < said.index("本轮得分较低的项目")
    usual = inputs(improvement.action_modal(cast.manager_card(), ZH, date(2026, 3, 24)))
    assert "initial_value" not in usual[ids.Field.WHY]["element"]


def test_home_lists_agreed_actions_with_their_day() -> None:
    said = words(cast_home(cast.home(), EN))
    assert "*What you agreed to work on*\n*Write down one improvement idea every month* · by Jun 30, 2026" in said
