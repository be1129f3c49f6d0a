"""What is said at the moment of a decision, and what the employee asked for while it is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from appraisal.actions import ActionState
from appraisal.approval import ApprovalState, ManagerCard, ReviewCount
from appraisal.scheme import Relation, Source
from bot.sandbox_client import texts
from tests.views import cast
from tests.views.surfaces import cast_home
from views import approval, causes, result
from views.ids import Action
from views.text import Words

EN, ZH = Words("en"), Words("zh")
ASKED = cast.action(ActionState.COMMENTED)
SAID = "Could we say two ideas?"


def said(shown: Any) -> str:
    return "\n".join(texts({"blocks": getattr(shown, "blocks", None) or shown["blocks"]}))


def offered(blocks: list[dict[str, Any]]) -> set[str]:
    """The actions of all buttons."""
    elements = [e for b in blocks for e in (*b.get("elements", []), b.get("accessory") or {})]
    return {e["action_id"] for e in elements if e.get("type") == "button"}


def sure(card: ManagerCard, action: Action, w: Words) -> str:
    """What is asked before the button takes effect."""
    blocks = approval.manager_card(card, w, cast.NOW).blocks
    elements = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    return next(e["confirm"]["text"]["text"] for e in elements if e["action_id"] == action)


def of_one_reviewer(**changes: Any) -> ManagerCard:
    """A card in which nobody but the manager and the figures count."""
    score = cast.card()
    alone = tuple(
        replace(
            d,
            items=tuple(
                replace(i, parts=tuple(p for p in i.parts if p.source in (Source.SELF, Source.MANAGER, Source.METRIC)))
                for i in d.items
            ),
        )
        for d in score.dimensions
    )
    return cast.manager_card(score=replace(score, dimensions=alone), **changes)


def test_approving_what_rests_on_one_reviewer_says_so_and_nothing_is_said_of_several() -> None:
    assert sure(of_one_reviewer(), Action.APPROVE, EN).startswith("This score rests on one reviewer only. ")
    assert sure(of_one_reviewer(), Action.APPROVE, ZH).startswith("这个得分只依据一位评价人的评分。")
    assert "one reviewer" not in sure(cast.manager_card(), Action.APPROVE, EN)
    missed = cast.missed_card(score=replace(of_one_reviewer().score, metrics=cast.missed_card().score.metrics))
    assert "rests on one reviewer" in said(causes.causes_modal(missed, EN, then=Action.APPROVE))
    assert "rests on one reviewer" in said(approval.adjust_modal(of_one_reviewer(), EN))


@pytest.mark.parametrize("state", [ApprovalState.PENDING, ApprovalState.APPROVED])
def test_a_change_that_the_employee_asked_for_stands_on_the_card_and_in_the_question(state: ApprovalState) -> None:
    card = cast.manager_card(state, actions=(ASKED,))
    assert SAID in said(approval.manager_card(card, EN, cast.NOW))
    button = Action.APPROVE if state is ApprovalState.PENDING else Action.RELEASE_ONE
    assert sure(card, button, EN).startswith(f"Li Wei asked to change an action and has no answer yet: “{SAID}” ")
    assert sure(card, button, ZH).startswith(f"Li Wei 对改进行动提出了修改意见，还没有得到回复：“{SAID}”。")
    assert SAID not in sure(cast.manager_card(state), button, EN)


def test_after_the_release_the_manager_can_still_answer_it() -> None:
    def offers(state: ActionState) -> bool:
        card = cast.manager_card(ApprovalState.RELEASED, actions=(cast.action(state),))
        return Action.OPEN_ACTION in offered(approval.manager_card(card, EN, cast.NOW).blocks)

    assert offers(ActionState.COMMENTED)
    assert not offers(ActionState.AGREED)


def test_the_question_stays_within_what_slack_shows_whatever_was_asked() -> None:
    long = cast.action(ActionState.COMMENTED, comment="a" * 1000)
    for w in (EN, ZH):
        asked = sure(of_one_reviewer(actions=(long,), person=replace(cast.PERSON, name="N" * 200)), Action.APPROVE, w)
        assert len(asked) < 300  # else the end, that it is final, would be cut off


def test_the_result_and_both_homes_have_the_words_of_the_request() -> None:
    assert SAID in said(result.result_card(cast.result(actions=(ASKED,)), EN, cast.NOW))
    card = cast.action_card(ActionState.COMMENTED)
    manager = cast_home(cast.home(person=cast.MANAGER, to_change=(card,)), EN)
    assert f"Li Wei asked for a change: {SAID}" in said(manager)
    assert Action.OPEN_ACTION in offered(manager["blocks"])
    employee = cast_home(cast.home(person=cast.PERSON, to_change=(card,)), EN)
    assert f"Your comment: {SAID}" in said(employee)
    assert "林晓 has not answered yet." in said(employee)
    assert Action.OPEN_ACTION not in offered(employee["blocks"])


def test_why_a_single_missing_review_is_not_offered_is_said_in_a_line() -> None:
    def form(submitted: int, w: Words) -> str:
        return said(approval.return_modal(cast.manager_card(counts=(ReviewCount(Relation.PEER, submitted, 4),)), w))

    assert "1 review by colleagues is missing and cannot be asked for alone" in form(3, EN)
    assert "同事缺 1 份评价，但不能单独去请" in form(3, ZH)
    assert "cannot be asked for alone" not in form(2, EN)
    assert "cannot be asked for alone" not in form(4, EN)
