"""Slack takes everything we send, whatever people wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.actions import ActionState
from appraisal.approval import Comments
from appraisal.home import LastResult, ToDecide
from appraisal.reminders import Rule
from appraisal.review import Answer, Request, Todo
from appraisal.scheme import ChoiceItem, NumberItem, Relation, Scheme
from tests.views import cast
from tests.views.surfaces import accept, cast_home, defaults, everything
from views import approval, asked, comments, cycle, improvement, notices, result, review, todo
from views.scheme import scheme_modal
from views.start import start_modal
from views.text import Words

CASES = list(everything())
EMOJI = "👩‍👩‍👧‍👦"
AWKWARD = [
    "",
    " ",
    "*",
    "<!channel>",
    "&" * 3000,
    "<" * 3000,
    "a" * 3000,
    EMOJI * 500,
    "韦" * 3000,
    "a\nb\n" * 700,
    "\u202e",
    "𠮷" * 2000,
]
names = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
languages = st.sampled_from(["en", "zh"])
few = settings(max_examples=30, deadline=None)


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize(("name", "make"), CASES, ids=[name for name, _ in CASES])
def test_slack_accepts_it(name: str, make: Any, locale: str) -> None:
    accept(make(Words(locale, "Asia/Shanghai")))


@few
@given(name=names, locale=languages, count=st.sampled_from([0, 1, 15, 40]))
def test_lists_of_reviews_with_any_names_and_lengths(name: str, locale: str, count: int) -> None:
    w = Words(locale)
    lists = cast.todos(count, name=name)
    lists = replace(lists, cycle=replace(lists.cycle, name=name))
    accept(todo.todo_card(lists, w, cast.NOW))
    accept(todo.todo_reply([lists] * 8, w, cast.NOW))
    asking = Request(name, name, cast.NOW)
    accept(asked.returned(Todo(cast.task(), replace(cast.PERSON, name=name)), asking, w))
    accept(asked.over(Todo(cast.task(), replace(cast.PERSON, name=name)), cast.NOW, w))
    if (shown := todo.reminder(lists, Rule.ON_THE_DAY, w, cast.NOW)) is not None:
        accept(shown)


@few
@given(name=names, text=names, locale=languages)
def test_reviews_with_any_names_and_answers(name: str, text: str, locale: str) -> None:
    w = Words(locale)
    answers = cast.full_answers(Relation.PEER, text)
    sheet = cast.sheet(answers=answers, reviewee=replace(cast.PERSON, name=name), last_actions=(text,) * 5)
    for n in range(len(sheet.pages)):
        accept(review.page_modal(sheet, n, w, cast.NOW, note=text))
    accept(review.check_modal(sheet, [], w, cast.NOW))
    accept(review.sent_modal(sheet, w))
    accept(review.too_late_modal(text, answers, cast.SCHEME, w))


@few
@given(name=names, text=names, locale=languages, count=st.sampled_from([0, 1, 20]))
def test_cards_with_any_comments_and_actions(name: str, text: str, locale: str, count: int) -> None:
    w, person = Words(locale), replace(cast.PERSON, name=name)
    said = cast.comments((text,) * count)
    plans = (cast.action(ActionState.AGREED, what=text, why=text, measure=text, help=text),) * min(count, 7)
    round_ = cast.cycle(name=name)
    decided = cast.approval(adjusted=80.0, reason=text)
    told = cast.result(person=person, comments=said, actions=plans, cycle=round_, approval=decided, approver=person)
    accept(shown := result.result_card(told, w, cast.NOW))
    assert shown.blocks[-1]["type"] == "actions"  # what does not fit is never the button
    card = cast.manager_card(person=person, comments=said, actions=plans, cycle=round_, approval=decided)
    accept(approval.manager_card(card, w, cast.NOW))
    accept(approval.adjust_modal(card, w))
    accept(approval.return_modal(card, w))
    accept(improvement.action_modal(card, w, date(2026, 3, 1)))
    metrics = cast.missed_card().score.metrics * (count or 1)
    causes_named = tuple(replace(c, note=text, author=name) for c in cast.missed_card(named=True).causes)
    missed = replace(card, score=replace(card.score, metrics=metrics), causes=causes_named[: count or 1])
    accept(approval.manager_card(missed, w, cast.NOW))
    accept(improvement.action_modal(missed, w, date(2026, 3, 1)))
    accept(comments.comments_modal(said, round_, w))
    for state in ActionState:
        proposed = replace(cast.action_card(state, what=text, why=text, measure=text, help=text), proposer_name=name)
        accept(improvement.action_card(proposed, w))
        accept(improvement.action_answered(proposed, w))
        accept(improvement.comment_modal(proposed, w))


@few
@given(name=names, locale=languages, count=st.sampled_from([0, 1, 30]))
def test_hr_and_home_with_any_names_and_amounts(name: str, locale: str, count: int) -> None:
    w = Words(locale)
    round_ = cast.cycle(name=name)
    open_ = replace(
        cast.progress(),
        cycle=round_,
        waiting_on=((name, 4),) * count,
        by_department=((name, 1, 2),) * count,
    )
    accept(cycle.status([open_] * count, w))
    accept(cycle.close_modal([replace(open_, cycle=replace(round_, id=f"c{n}")) for n in range(count)], w))
    accept(cycle.release_modal([replace(open_, cycle=replace(round_, id=f"c{n}")) for n in range(count)], w))
    accept(cycle.preview_modal(replace(cast.preview(), cycle=round_, busiest=(name,) * count), w))
    departments = [f"{name}{n}" for n in range(count * 5)]
    accept(start_modal([cast.SCHEME], departments, w, defaults=defaults(name)))
    accept(notices.all_reviews_in(open_, w))
    full = cast.home(
        person=replace(cast.HR, name=name),
        todo=(cast.todos(count, name=name),) * count,
        to_decide=(ToDecide(round_, replace(cast.PERSON, name=name), cast.approval()),) * count,
        actions_to_answer=(cast.action_card(what=name),) * count,
        progress=(open_,) * count,
        last_result=LastResult(round_, 78.4, "A") if count else None,
    )
    accept(cast_home(full, w))


def wide_scheme() -> Scheme:
    """The largest form that the schema allows a page of: ten points, every kind of item, long names."""
    data = cast.SCHEME.model_dump(mode="json")
    dimension = data["dimensions"][1]
    rating = dimension["items"][0]
    text = {"en": "e" * 75, "zh": "中" * 75}
    rating["anchors"] = [{"point": n, "label": text, "behaviour": text} for n in range(1, 11)]
    base = {"relations": ["self", "manager", "peer", "report"], "question": {"en": "q" * 4000, "zh": "问" * 4000}}
    options = [{"key": f"o{n}", "name": text} for n in range(10)]
    dimension["name"] = {"en": "d" * 500, "zh": "维" * 500}
    dimension["items"] = [
        rating,
        {**base, "key": "pick", "kind": "choice", "name": text, "options": options},
        {**base, "key": "count", "kind": "number", "name": text, "unit": "h", "low": 0, "high": 40.5},
        *({**base, "key": f"t{n}", "kind": "text", "name": text} for n in range(15)),
    ]
    return Scheme.model_validate(data)


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_largest_form_fits(locale: str) -> None:
    scheme, w = wide_scheme(), Words(locale)
    answers = {
        item.key: Answer(item.key, number=2.5 if isinstance(item, NumberItem) else None, text="o3")
        if isinstance(item, NumberItem | ChoiceItem)
        else Answer(item.key, text="x" * 3000)
        for item in scheme.items()
        if item.kind in ("number", "choice", "text")
    }
    sheet = cast.sheet(answers=answers, scheme=scheme)
    for n in range(len(sheet.pages)):
        accept(review.page_modal(sheet, n, w, cast.NOW))
    accept(review.check_modal(sheet, [], w, cast.NOW))
    accept(review.too_late_modal("late", answers, scheme, w))
    accept(scheme_modal(scheme, w))


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_person_about_whom_nothing_is_known_gets_a_result(locale: str) -> None:
    w = Words(locale)
    empty = replace(cast.card(), total=None, band=None, dimensions=(), metrics=(), missing_metrics=())
    nothing = Comments(())
    told = cast.result(total=None, band=None, score=empty, comments=nothing, actions=(), approver=None)
    accept(result.result_card(told, w, cast.NOW))
    card = cast.manager_card(score=empty, comments=nothing, actions=(), counts=())
    accept(approval.manager_card(card, w, cast.NOW))
    last = LastResult(told.cycle, None, None)
    accept(cast_home(cast.home(todo=(), to_decide=(), actions_to_answer=(), last_result=last, progress=()), w))
