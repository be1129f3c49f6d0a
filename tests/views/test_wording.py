# ruff: noqa: E501 - the snapshots stand as people read them
"""What people read, button by button."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from inline_snapshot import snapshot

from appraisal.actions import ActionState
from appraisal.approval import ApprovalState, Comments, ReviewCount
from appraisal.cycle import Notice, State, Warning
from appraisal.errors import Code, InvalidInput, WrongState
from appraisal.intake.tables import ImportKind
from appraisal.reminders import Rule
from appraisal.review import Answer, TaskState, TodoList
from appraisal.scheme import Disclosure, Relation, Scheme, Source
from appraisal.scheme_reasons import SchemeProblem, SchemeReason
from appraisal.scoring.card import DimensionScore, ItemScore, LeftOut, Part, ScoreCard
from tests.views import cast
from tests.views.surfaces import cast_home
from views import approval, comments, cycle, ids, imports, improvement, notices, result, review, todo
from views.blocks import Block, Rendered
from views.promise import Rules, promise
from views.scheme import scheme_modal
from views.text import Words

EN, ZH = Words("en", "Asia/Shanghai"), Words("zh", "Asia/Shanghai")
LATE = cast.DUE + timedelta(hours=1)
WHY = "Why this score?"


def elements(blocks: list[Block]) -> list[Block]:
    found = []
    for block in blocks:
        found += block.get("elements", []) if block["type"] == "actions" else []
        found += [block["accessory"]] if "accessory" in block else []
        found += [block["element"]] if "element" in block else []
    return found


def buttons(shown: Rendered | dict[str, Any]) -> list[str]:
    blocks = shown.blocks if isinstance(shown, Rendered) else shown["blocks"]
    return [e["text"]["text"] for e in elements(blocks) if e["type"] == "button"]


def words(shown: Rendered | dict[str, Any]) -> str:
    """Everything that can be read in it."""
    blocks = shown.blocks if isinstance(shown, Rendered) else shown["blocks"]
    found: list[str] = []

    def read(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for child in node.values():
                read(child)
        elif isinstance(node, list):
            for child in node:
                read(child)

    read(blocks)
    return "\n".join(found)


def inputs(view: dict[str, Any]) -> dict[str, Block]:
    return {b["block_id"]: b for b in view["blocks"] if b["type"] == "input"}


def reopened(until: datetime) -> TodoList:
    lists = cast.todos(1, state=TaskState.REOPENED, state_of_cycle=State.APPROVING)
    task = replace(lists.todos[0].task, reopened_until=until)
    return replace(lists, todos=(replace(lists.todos[0], task=task),))


def test_the_card_says_how_much_how_long_and_until_when() -> None:
    assert todo.todo_card(cast.todos(), EN, cast.NOW).text == "3 reviews to write, about 24 min, due Fri, Mar 27"
    assert todo.todo_card(cast.todos(1), ZH, cast.NOW).text == "1 份评价待写，约 8 分钟，3月27日周五截止"


@pytest.mark.parametrize(
    ("state", "button"), [(TaskState.OPEN, "Write"), (TaskState.DRAFT, "Continue"), (TaskState.SUBMITTED, "Edit")]
)
def test_each_review_has_the_button_for_its_state(state: TaskState, button: str) -> None:
    assert buttons(todo.todo_card(cast.todos(2, state=state), EN, cast.NOW)) == [button, button, "How this works"]


def test_after_the_deadline_open_reviews_can_be_written_and_sent_ones_not_edited() -> None:
    assert "Write" in buttons(todo.todo_card(cast.todos(), EN, LATE))
    assert buttons(todo.todo_card(cast.todos(state=TaskState.SUBMITTED), EN, LATE)) == ["How this works"]


def test_a_closed_cycle_offers_nothing_to_write_and_thanks_those_who_wrote() -> None:
    for state, thanked in ((TaskState.SUBMITTED, True), (TaskState.OPEN, False)):
        card = todo.todo_card(cast.todos(state=state, state_of_cycle=State.APPROVING), EN, cast.NOW)
        assert buttons(card) == ["How this works"]
        assert ("Thank you" in card.text) is thanked


def test_a_returned_review_can_be_written_until_its_own_deadline() -> None:
    until = LATE + timedelta(days=3)
    assert "Continue" in buttons(todo.todo_card(reopened(until), EN, LATE))
    assert "Continue" not in buttons(todo.todo_card(reopened(until), EN, until + timedelta(minutes=1)))


def test_a_long_list_is_cut_and_counted() -> None:
    card = todo.todo_card(cast.todos(40), EN, cast.NOW)
    assert buttons(card).count("Write") == todo.MOST_LINES
    assert "and 25 more" in words(card)


def test_nothing_open_gives_no_reminder() -> None:
    for rule in Rule:
        assert todo.reminder(cast.todos(state=TaskState.SUBMITTED), rule, EN, cast.NOW) is None
        assert todo.reminder(cast.todos(state_of_cycle=State.CLOSED), rule, EN, cast.NOW) is None


def test_reminders_say_when() -> None:
    said = [todo.reminder(cast.todos(1), rule, EN, cast.NOW) for rule in Rule]
    assert [r and r.text for r in said] == snapshot(
        [
            "*Operations, Q1 2026*: you have 1 review left to write, due Fri, Mar 27.",
            "*Operations, Q1 2026*: 1 review is due today.",
            "*Operations, Q1 2026*: 1 review was due Fri, Mar 27. There is still time to send it.",
        ]
    )


def test_a_page_keeps_what_was_answered() -> None:
    sheet = cast.sheet(
        answers={"teamwork": Answer("teamwork", number=4), "innovation": Answer("innovation", cant_say=True)}
    )
    questions = inputs(review.page_modal(sheet, 0, EN, cast.NOW))
    assert questions[ids.item_block("teamwork")]["element"]["initial_option"]["value"] == "4"
    assert questions[ids.item_block("innovation")]["element"]["initial_option"]["value"] == ids.CANT_SAY
    assert "initial_option" not in questions[ids.item_block("professional_skill")]["element"]


def test_every_question_saves_while_it_is_filled_and_texts_may_stay_empty() -> None:
    for block in inputs(review.page_modal(cast.sheet(), 0, EN, cast.NOW)).values():
        written = block["element"]["type"] == "plain_text_input"
        assert block["dispatch_action"]
        assert block["element"]["action_id"] == ids.Action.TYPE_ANSWER
        assert block.get("optional", False) is written
        assert ("dispatch_action_config" in block["element"]) is written


def test_pages_lead_to_each_other_and_to_the_check() -> None:
    sheet = cast.sheet(Relation.MANAGER)
    pages = [review.page_modal(sheet, n, EN, cast.NOW) for n in range(3)]
    assert [p["submit"]["text"] for p in pages] == ["Next", "Next", "Check answers"]
    assert [buttons(p) for p in pages] == [[], ["Back"], ["Back"]]
    assert ids.unpack(pages[1]["private_metadata"]) == {"page": 1, "revision": 3, "task": "t1"}
    check = review.check_modal(sheet, [], EN, cast.NOW)
    assert (check["submit"]["text"], buttons(check)) == ("Send", ["Back"])
    assert ids.unpack(check["private_metadata"]) == {"page": 3, "revision": 3, "task": "t1"}


def test_ones_own_review_asks_about_you() -> None:
    page = review.page_modal(cast.sheet(Relation.SELF), 0, EN, cast.NOW)
    assert page["title"]["text"] == "Your self-review"
    assert "Li Wei" not in words(page)


def test_figures_stand_beside_the_questions_about_them() -> None:
    page = review.page_modal(cast.sheet(Relation.MANAGER), 0, EN, cast.NOW)
    assert "Goal completion: 97.5%, target 95%" in words(page)
    assert "Business volume: no figure yet" in words(page)


def test_an_edited_review_is_sent_again() -> None:
    sheet = cast.sheet(task=cast.task(state=TaskState.SUBMITTED))
    assert review.check_modal(sheet, [], EN, cast.NOW)["submit"]["text"] == "Send again"
    assert "Your earlier answers stay until you send again." in words(review.check_modal(sheet, [], EN, cast.NOW))


def test_what_came_too_late_can_be_copied() -> None:
    text = "第一段。" * 500
    view = review.too_late_modal("Too late.", {"attitude_grow": Answer("attitude_grow", text=text)}, cast.SCHEME, EN)
    assert text in words(view)
    assert "draft" in words(view)


def promises(w: Words) -> dict[str, str]:
    peer, three = Relation.PEER, Rules()
    return {
        "self": promise(Relation.SELF, Disclosure.NAMED, 1, three, w),
        "manager": promise(Relation.MANAGER, Disclosure.NAMED, 1, three, w),
        "manager, evened out": promise(Relation.MANAGER, Disclosure.NAMED, 1, Rules(evens_out=True), w),
        "anonymous, evened out": promise(peer, Disclosure.ANONYMOUS, 4, Rules(evens_out=True), w),
        "named peer": promise(peer, Disclosure.NAMED, 4, three, w),
        "anonymous": promise(peer, Disclosure.ANONYMOUS, 4, three, w),
        "anonymous, two asked": promise(peer, Disclosure.ANONYMOUS, 2, three, w),
        "anonymous, one asked": promise(peer, Disclosure.ANONYMOUS, 1, three, w),
        "named to the manager": promise(peer, Disclosure.NAMED_TO_MANAGER, 4, three, w),
        "not analysed": promise(peer, Disclosure.ANONYMOUS, 4, Rules(reads_texts=False), w),
        "not quoted": promise(peer, Disclosure.ANONYMOUS, 4, Rules(quotes=False), w),
        "comments apart": promise(peer, Disclosure.ANONYMOUS, 4, Rules(comments=5), w),
        "in a cycle of before": promise(peer, Disclosure.ANONYMOUS, 4, Rules(merges=False), w),
    }


def test_the_promise_in_english() -> None:
    assert promises(EN) == snapshot(
        {
            "self": "This review carries your name. Your manager reads it, and you will see it next to what others say.",
            "manager": "You review as the manager, so this is not anonymous: your ratings and comments appear in the result under your name.",
            "manager, evened out": "You review as the manager, so this is not anonymous: your ratings and comments appear in the result under your name.",
            "anonymous, evened out": "Anonymous: you are one of 4 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Strict and lenient reviewers are evened out where there is enough data, so a group's figure can differ a little from what was given. Themes and tone of comments are counted, and whole sentences may be quoted. Your style of writing, or a language that only you use, may still give you away.",
            "named peer": "Your answers carry your name. The person you review and their manager see them. Themes and tone of comments are counted, and whole sentences may be quoted.",
            "anonymous": "Anonymous: you are one of 4 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Themes and tone of comments are counted, and whole sentences may be quoted. Your style of writing, or a language that only you use, may still give you away.",
            "anonymous, two asked": "Anonymous: you are one of 2 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Themes and tone of comments are counted, and whole sentences may be quoted. Your style of writing, or a language that only you use, may still give you away.",
            "anonymous, one asked": "Anonymous: so far you are the only one asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Themes and tone of comments are counted, and whole sentences may be quoted. Your style of writing, or a language that only you use, may still give you away.",
            "named to the manager": "The manager of the person you review sees your name; the person does not. You are one of 4 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Themes and tone of comments are counted, and whole sentences may be quoted.",
            "not analysed": "Anonymous: you are one of 4 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Your style of writing, or a language that only you use, may still give you away.",
            "not quoted": "Anonymous: you are one of 4 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Themes and tone of comments are counted. Your style of writing, or a language that only you use, may still give you away.",
            "comments apart": "Anonymous: you are one of 4 people asked. Ratings of a group are shown only as averages, once at least 3 have answered; comments without names and shuffled, once at least 5 have written. Where there are fewer, the group is put together with other groups; if that is not enough, it is not used at all. Themes and tone of comments are counted, and whole sentences may be quoted. Your style of writing, or a language that only you use, may still give you away.",
            "in a cycle of before": "Anonymous: you are one of 4 people asked. Ratings of a group are shown only as averages, and comments without names and shuffled, once at least 3 have answered. Where there are fewer, nothing of the group is shown or counted. Themes and tone of comments are counted, and whole sentences may be quoted. Your style of writing, or a language that only you use, may still give you away.",
        }
    )


def test_the_promise_in_chinese() -> None:
    assert promises(ZH) == snapshot(
        {
            "self": "这份自评会署名。上级会看到；结果出来后，你会看到自评与他评的对照。",
            "manager": "你以上级身份评价，不匿名：你的打分和评语会署名出现在考核结果中。",
            "manager, evened out": "你以上级身份评价，不匿名：你的打分和评语会署名出现在考核结果中。",
            "anonymous, evened out": "匿名：这一组共邀请 4 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。数据足够时会做宽严校正，因此各组的得分可能与原始打分略有出入。评语会统计主题和语气，也可能整句摘录。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "named peer": "你的评价会署名，被评价人和上级都能看到。评语会统计主题和语气，也可能整句摘录。",
            "anonymous": "匿名：这一组共邀请 4 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。评语会统计主题和语气，也可能整句摘录。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "anonymous, two asked": "匿名：这一组共邀请 2 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。评语会统计主题和语气，也可能整句摘录。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "anonymous, one asked": "匿名：这一组共邀请 1 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。评语会统计主题和语气，也可能整句摘录。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "named to the manager": "被评价人的上级能看到你的名字，被评价人看不到。这一组共邀请 4 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。评语会统计主题和语气，也可能整句摘录。",
            "not analysed": "匿名：这一组共邀请 4 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "not quoted": "匿名：这一组共邀请 4 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。评语会统计主题和语气。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "comments apart": "匿名：这一组共邀请 4 人。打分满 3 人才显示，而且只显示平均值；评语满 5 人才显示，不署名、顺序打乱。人数不够时，会与其他组合并；合并后仍不够的，既不显示也不计分。评语会统计主题和语气，也可能整句摘录。行文习惯，或只有你使用的语言，仍可能让人认出你。",
            "in a cycle of before": "匿名：这一组共邀请 4 人。满 3 人作答才会显示：打分只显示平均值，评语不署名、顺序打乱。人数不够时，既不显示也不计分。评语会统计主题和语气，也可能整句摘录。行文习惯，或只有你使用的语言，仍可能让人认出你。",
        }
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ApprovalState.PENDING, ["Approve", "Adjust", "Ask for more", "Propose an action", WHY]),
        (ApprovalState.RETURNED, ["Propose an action", WHY]),
        (ApprovalState.APPROVED, ["Send", "Propose an action", WHY]),
        (ApprovalState.RELEASED, [WHY]),
        (ApprovalState.ACKNOWLEDGED, [WHY]),
    ],
)
def test_the_manager_is_offered_what_the_state_allows(state: ApprovalState, expected: list[str]) -> None:
    assert buttons(approval.manager_card(cast.manager_card(state), EN, cast.NOW)) == expected


def figures_alone(*, total: float | None = 85.0) -> ScoreCard:
    """A score of imported figures; nobody's review is in."""
    nobody = Part(Source.MANAGER, 0, None, None, 0, LeftOut.NO_DATA)
    own = Part(Source.SELF, 0, None, None, 0, LeftOut.NO_DATA)
    figure = Part(Source.METRIC, 1, 85, None, 1)
    item = ItemScore("goal_completion", 85, 1, (own, nobody, figure))
    dimension = DimensionScore("results", 85, 1, (item,), (nobody, figure))
    return replace(cast.card(), total=total, band="A" if total else None, dimensions=(dimension,))


def test_a_score_of_figures_alone_says_so_and_suggests_nothing() -> None:
    said = words(approval.manager_card(cast.manager_card(score=figures_alone()), EN, cast.NOW))
    assert "Only figures so far: no reviews count yet. You can ask for more before you decide." in said
    assert "Usually leads to" not in said
    usual = words(approval.manager_card(cast.manager_card(), EN, cast.NOW))
    assert "Only figures" not in usual
    assert "Usually leads to" in usual


def test_a_missing_self_review_is_never_said_to_shift_the_weights() -> None:
    said = words(approval.manager_card(cast.manager_card(score=figures_alone()), EN, cast.NOW))
    assert "No answers came from: manager. The rest counts for more." in said
    nothing = words(approval.manager_card(cast.manager_card(score=figures_alone(total=None)), EN, cast.NOW))
    assert "counts for more" not in nothing
    assert "There is no score, because nothing could be counted." in nothing


def test_a_group_that_left_out_one_item_is_not_said_to_be_silent() -> None:
    manager = Part(Source.MANAGER, 1, 75, 4, 0.6)
    skipped = Part(Source.MANAGER, 0, None, None, 0, LeftOut.NO_DATA)
    peers = Part(Source.PEER, 4, 70, 3.8, 1)
    items = (ItemScore("teamwork", 75, 0.5, (manager,)), ItemScore("innovation", 70, 0.5, (skipped, peers)))
    score = replace(cast.card(), dimensions=(DimensionScore("ability", 72, 1, items, (manager, peers)),))
    card = cast.manager_card(score=score)
    said = words(approval.manager_card(card, EN, cast.NOW))
    assert "Manager: no answer on Innovation. The rest counts for more." in said
    assert "No answers came" not in said
    assert "上级没有评创新能力，权重按比例分给其余部分。" in words(approval.manager_card(card, ZH, cast.NOW))


def test_the_card_is_summed_up_by_what_was_decided() -> None:
    total = {ApprovalState.PENDING: "proposed score 78", ApprovalState.APPROVED: "score 78"}
    for state, said in total.items():
        card = approval.manager_card(cast.manager_card(state), EN, cast.NOW)
        assert card.text == f"Li Wei: {said} in Operations, Q1 2026"


def test_after_a_return_the_card_says_how_later_ratings_come() -> None:
    asked = cast.approval(reason="More about March?")
    later = "Later ratings of a group are added only together"
    assert later in words(approval.manager_card(cast.manager_card(approval=asked), EN, cast.NOW))
    assert later not in words(approval.manager_card(cast.manager_card(), EN, cast.NOW))


def test_a_comment_on_an_action_names_who_wrote_it() -> None:
    said = words(improvement.action_answered(cast.action_card(ActionState.COMMENTED), EN))
    assert "Li Wei asked for a change" in said


def test_progress_names_the_rest_and_no_share_of_what_was_dropped() -> None:
    said = words(cycle.status([cast.progress(started=0)], EN))
    assert "96 of 140 reviews sent\n" in said
    assert "Person 2 (3), and 32 more reviews" in said
    closed = words(cycle.status([cast.progress(State.APPROVING, released=1, acknowledged=0)], EN))
    assert "96 reviews counted" in closed
    assert "1 result sent, 0 read" in closed


def test_closing_reviews_and_closing_for_good_are_told_apart() -> None:
    titles = [cycle.closed_modal(cast.cycle(state=s), EN)["title"]["text"] for s in (State.APPROVING, State.CLOSED)]
    assert titles == ["Reviews closed", "Cycle closed"]


def test_a_preview_counts_people_without_figures_and_shows_the_year() -> None:
    missing = Notice(Warning.NO_METRICS, ("3",))
    said = words(cycle.preview_modal(replace(cast.preview(), notices=(missing,)), EN))
    assert "3 people have no figures for this period yet" in said
    assert "Fri, Mar 27, 2026" in said


@pytest.mark.parametrize("w", [EN, ZH], ids=["en", "zh"])
def test_a_preview_repeats_what_was_set(w: Words) -> None:
    of = cast.cycle(threshold=4, comment_threshold=6, correct_severity=True, reads_texts=False)
    view = cycle.preview_modal(replace(cast.preview(), cycle=of), w)
    said = words(view)
    assert f"*{w('start-threshold')}*\n4" in said
    assert f"*{w('start-comment-threshold')}*\n6" in said
    assert w("rule-evened-out") in said
    assert w("rule-texts-not-read") in said
    usual = words(cycle.preview_modal(cast.preview(), w))
    assert w("rule-not-evened-out") in usual
    assert w("rule-texts-read") in usual


def test_a_preview_says_how_many_people_get_which_form() -> None:
    own = {"key": "night", "name": {"en": "Night", "zh": "夜班"}, "departments": ["Night"], "drop": ["innovation"]}
    scheme = Scheme.model_validate(cast.SCHEME.model_dump() | {"variants": [own]})
    shown = replace(cast.preview(), cycle=cast.cycle(scheme=scheme), by_form=(("", 30), ("night", 12)))
    assert "Forms: Common form 30 and Night 12" in words(cycle.preview_modal(shown, EN))
    assert "考核表：通用表 30、夜班 12" in words(cycle.preview_modal(shown, ZH))
    assert "Forms:" not in words(cycle.preview_modal(cast.preview(), EN))


def test_the_upload_names_the_metrics_that_can_be_given() -> None:
    assert "Goal completion (goal_completion)" in words(imports.upload_modal(ImportKind.METRICS, EN, [cast.cycle()]))


def test_the_greeting_names_the_approver_where_there_is_one() -> None:
    assert "talk it over with 林晓." in words(result.result_card(cast.result(), EN, cast.NOW))
    assert "talk it over" not in words(result.result_card(cast.result(approver=None), EN, cast.NOW))


def test_in_the_self_review_what_does_not_apply_was_not_part_of_the_work() -> None:
    answers = {"innovation": Answer("innovation", cant_say=True)}
    own = cast.sheet(Relation.SELF, answers=answers)
    assert "Not part of my work this period" in words(review.check_modal(own, [], EN, cast.NOW))
    assert "Can't say" in words(review.check_modal(cast.sheet(answers=answers), [], EN, cast.NOW))


def test_notes_for_the_manager_say_which_group_they_come_from() -> None:
    hint = inputs(review.page_modal(cast.sheet(), 1, EN, cast.NOW))[ids.item_block("for_manager")]["hint"]["text"]
    assert hint == 'Only the manager reads this: without your name, under "colleagues" or together with other groups.'


def test_without_a_score_there_is_nothing_to_adjust() -> None:
    card = cast.manager_card(score=replace(cast.card(), total=None, band=None))
    assert buttons(approval.manager_card(card, EN, cast.NOW)) == ["Approve", "Ask for more", "Propose an action", WHY]


def test_the_manager_sees_each_groups_view_and_a_dash_for_hidden_ones() -> None:
    card = approval.manager_card(cast.manager_card(), EN, cast.NOW)
    table = next(b for b in card.blocks if b["type"] == "table")
    assert [[cell["text"] for cell in row] for row in table["rows"]] == snapshot(
        [
            ["Dimension", "Score", "Self", "Manager", "Colleagues", "Direct reports", "Metrics"],
            ["Work results", "83", "–", "75", "–", "–", "86"],
            ["Ability", "73", "88", "75", "70", "–", "–"],
            ["Attitude", "74", "88", "75", "70", "–", "–"],
        ]
    )
    assert card.plain is not None
    assert "Ability: *73* · 30% of the total · Self 88 · Manager 75 · Colleagues 70" in words(Rendered("", card.plain))


def test_only_a_missing_action_asks_for_one() -> None:
    first = "Propose at least one improvement action"
    assert first in words(approval.manager_card(cast.manager_card(actions=()), EN, cast.NOW))
    assert first not in words(approval.manager_card(cast.manager_card(), EN, cast.NOW))


def test_a_small_anonymous_group_is_never_asked_again() -> None:
    view = approval.return_modal(cast.manager_card(), EN)
    options = inputs(view)[ids.Field.GROUP]["element"]["options"]
    assert [o["value"] for o in options] == ["self", "manager", "peer"]


def test_missing_reviews_are_offered_only_where_there_are_some() -> None:
    card = cast.manager_card(counts=(ReviewCount(Relation.MANAGER, 1, 1),))
    options = inputs(approval.return_modal(card, EN))[ids.Field.GROUP]["element"]["options"]
    assert [o["value"] for o in options] == ["manager"]


def test_an_adjustment_stays_within_the_limit() -> None:
    number = inputs(approval.adjust_modal(cast.manager_card(), EN))[ids.Field.VALUE]["element"]
    assert (number["min_value"], number["initial_value"], number["max_value"]) == ("68", "78", "88")


def test_the_employee_is_told_of_an_adjustment_and_its_reason() -> None:
    adjusted = cast.approval(ApprovalState.RELEASED, adjusted=82.0, reason="Took over the night shift in March.")
    said = words(result.result_card(cast.result(approval=adjusted, total=82.0), EN, cast.NOW))
    assert "computed score was 78" in said
    assert "Took over the night shift in March." in said


def test_the_chart_has_one_value_per_category_and_its_figures_stand_in_the_plain_message() -> None:
    shown = result.result_card(cast.result(), EN, cast.NOW)
    chart = next(b["chart"] for b in shown.blocks if b["type"] == "data_visualization")
    assert chart == snapshot(
        {
            "type": "bar",
            "series": [
                {"name": "You", "data": [{"label": "Ability", "value": 88}, {"label": "Attitude", "value": 88}]},
                {"name": "Others", "data": [{"label": "Ability", "value": 75}, {"label": "Attitude", "value": 75}]},
            ],
            "axis_config": {"categories": ["Ability", "Attitude"]},
        }
    )
    assert shown.plain is not None
    assert not [b for b in shown.plain if b["type"] == "data_visualization"]
    assert "Ability: You 88 · Others 75" in words(Rendered("", shown.plain))


def test_without_own_views_the_chart_shows_the_scores_alone() -> None:
    card = cast.card()
    dimensions = tuple(replace(d, by_source=()) for d in card.dimensions)
    shown = result.result_card(cast.result(score=replace(card, dimensions=dimensions)), EN, cast.NOW)
    chart = next(b["chart"] for b in shown.blocks if b["type"] == "data_visualization")
    assert [(s["name"], [p["value"] for p in s["data"]]) for s in chart["series"]] == [("Score", [83, 73, 74])]


def test_reading_the_result_is_confirmed_once() -> None:
    assert "I have read it" in buttons(result.result_card(cast.result(), EN, cast.NOW))
    done = result.result_card(cast.result(ApprovalState.ACKNOWLEDGED), EN, cast.NOW)
    assert "I have read it" not in buttons(done)
    assert "You read this on Tue, Mar 24." in words(done)


def test_anonymous_comments_carry_no_name_and_hidden_groups_are_named() -> None:
    said = words(result.result_card(cast.result(), EN, cast.NOW))
    assert (
        "Too few people wrote to hide who it was (3 or more are needed), so these comments are not shown: Behind the results (direct reports)."
        in said
    )
    assert f"({cast.MANAGER.name})" in said
    assert cast.COLLEAGUE.name not in said


def test_comments_that_do_not_fit_are_a_button_away_and_then_whole() -> None:
    long = tuple(f"{n} " + "x" * 2900 for n in range(10))
    shown = result.result_card(cast.result(comments=cast.comments(long)), EN, cast.NOW)
    assert "Read all 10 comments" in buttons(shown)
    everything = words(comments.comments_modal(cast.comments(long), cast.cycle(), EN))
    assert all(text in everything for text in long)
    assert "Read all" not in " ".join(buttons(result.result_card(cast.result(), EN, cast.NOW)))


def test_the_order_of_comments_within_a_group_is_kept() -> None:
    said = cast.comments().comments[0]
    three = Comments(tuple(replace(said, text=t) for t in ("second", "third", "first")))
    shown = words(comments.comments_modal(three, cast.cycle(), EN))
    assert shown.index("second") < shown.index("third") < shown.index("first")


@pytest.mark.parametrize(
    ("state", "expected"),
    [(ActionState.PROPOSED, ["Accept", "Comment"]), (ActionState.COMMENTED, []), (ActionState.AGREED, [])],
)
def test_an_action_is_answered_once(state: ActionState, expected: list[str]) -> None:
    assert buttons(improvement.action_card(cast.action_card(state), EN)) == expected


def test_errors_speak_in_words_with_their_values() -> None:
    moved = WrongState(Code.CYCLE_MOVED_ON, name="Q1", state="approving")
    assert notices.error_text(moved, EN) == "Q1 has moved on. It is now: waiting for approval."
    over = WrongState(Code.EDITING_OVER, due=datetime(2026, 3, 27, 8, 0, tzinfo=UTC))
    assert notices.error_text(over, ZH) == "这份评价的修改时间已于 3月27日周五 16:00 结束。"
    column = InvalidInput(Code.COLUMN_MISSING, column="person", found=["a", "b"])
    assert notices.error_text(column, EN) == "The column Person is missing. Found: a and b."
    assert notices.error_text(Code.REASON_TOO_SHORT, ZH, least=20) == "请至少写 20 个字说明原因。"
    scheme = InvalidInput(Code.SCHEME_INVALID, problems=[SchemeProblem(3, "bands", SchemeReason.MISSING)])
    assert notices.error_text(scheme, EN).endswith("Line 3, bands: this is missing")


def test_home_offers_hr_what_only_hr_may_do() -> None:
    assert {"Start a cycle", "Import people", "Close reviews"} <= set(buttons(cast_home(cast.home(), EN)))
    mine = buttons(cast_home(cast.home(is_hr=False), EN))
    assert not {"Start a cycle", "Import people", "Close reviews"} & set(mine)


def test_the_scheme_tells_weights_bands_and_who_sees_what() -> None:
    said = words(scheme_modal(cast.SCHEME, EN, rules=Rules(threshold=4, comments=4)))
    assert "Work results, 50%" in said
    assert "S · Outstanding, from 88" in said
    assert "once at least 4 have answered" in said
    assert "How does the person work with colleagues" in said
    assert "The person will not see it" in said
    assert "Self not counted" in said
    assert "under the group they come from (colleagues and direct reports)" in said
    assert "HR sees who has still to write, how a score came about" in said
    assert "nobody's strictness is evened out" in said
    assert "Themes and tone of comments are counted for whole groups" in said
