"""What HR sees of schemes: the list, the form as reviewers see it, an upload, and the rules that everybody may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from appraisal.approval import Comment, Comments
from appraisal.review import pages_for
from appraisal.scheme import Relation, Scheme, Source
from appraisal.scheme_changes import Changes, changes
from appraisal.scheme_reasons import SchemeProblem, SchemeReason
from appraisal.scheme_text import parse_scheme
from appraisal.scheme_versions import SchemeInfo, Upload
from tests.views import cast
from tests.views.surfaces import accept
from views import scheme_list, scheme_preview
from views.approval import manager_card
from views.comments import comments_modal
from views.ids import Action
from views.review import page_modal
from views.scheme import scheme_modal
from views.text import Words

EN, ZH = Words("en-GB", "Europe/London"), Words("zh-CN", "Asia/Shanghai")
LANGUAGES = pytest.mark.parametrize("w", [EN, ZH], ids=["en", "zh"])
BUILT_IN = [
    parse_scheme(f.read_text(encoding="utf-8"))
    for f in sorted((files("appraisal") / "schemes").iterdir(), key=lambda f: f.name)
    if f.name.endswith(".yml")
]
ANNUAL = next(s for s in BUILT_IN if s.key == "annual")
each_scheme = pytest.mark.parametrize("scheme", BUILT_IN, ids=[s.key for s in BUILT_IN])


def words(node: Any) -> str:
    """Every text of a view, line by line."""
    if isinstance(node, list):
        return "\n".join(filter(None, map(words, node)))
    if isinstance(node, dict):
        own = node["text"] if isinstance(node.get("text"), str) else ""
        return "\n".join(filter(None, [own, *(words(v) for k, v in node.items() if isinstance(v, dict | list))]))
    return ""


def inputs(view: Any) -> list[dict[str, Any]]:
    return [b for b in view["blocks"] if b["type"] == "input"]


def info(scheme: Scheme = ANNUAL, **changes: object) -> SchemeInfo:
    plain = SchemeInfo(scheme, uploaded_by=None, uploaded_at=None, cycles=0, retired=False)
    return replace(plain, **changes)  # type: ignore[arg-type]


def upload(scheme: Scheme = ANNUAL, before: Scheme | None = None, **fields: object) -> Upload:
    differs = changes(before, scheme) if before else Changes()
    return replace(Upload(scheme, before, differs, is_known=False, brings_back=False), **fields)  # type: ignore[arg-type]


@LANGUAGES
def test_the_list_tells_where_each_scheme_comes_from_and_offers_what_can_be_done(w: Words) -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    lines = [info(s) for s in BUILT_IN]
    lines += [info(uploaded_by="Hana <x>", uploaded_at=moment, cycles=3), info(uploaded_at=moment, retired=True)]
    accept(view := scheme_list.list_modal(lines, w))
    said = words(view)
    assert said.count("`annual`") == 3
    assert "Hana &lt;x&gt;" in said
    pressed = [e["action_id"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert pressed.count(Action.SEE_FORM) == len(lines)
    assert pressed.count(Action.RETIRE_SCHEME) == len(lines) - 1  # the retired one is retired


def test_the_list_words_use_and_origin() -> None:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    said = words(scheme_list.list_modal([info(uploaded_by="Hana", uploaded_at=moment, cycles=1)], EN))
    assert "uploaded by Hana, 2 Mar 2026" in said
    assert "used in 1 cycle" in said
    assert "not used yet" in words(scheme_list.list_modal([info()], EN))


@LANGUAGES
def test_a_hundred_schemes_still_fit(w: Words) -> None:
    accept(scheme_list.list_modal([info()] * 100, w))


@LANGUAGES
@each_scheme
def test_every_page_of_every_form_can_be_looked_at_and_sends_nothing(scheme: Scheme, w: Words) -> None:
    for variant in ("", *(v.key for v in scheme.variants)):
        form = scheme.as_variant(variant)
        for relation in Relation:
            for number, page in enumerate(pages_for(form, relation)):
                view = scheme_preview.form_modal(
                    scheme, w, cast.NOW, variant=variant, relation=relation.value, page=number
                )
                accept(view)
                assert [b["block_id"] for b in inputs(view)] == [f"item:{i.key}" for i in page.items]
                assert {b["element"]["action_id"] for b in inputs(view)} == {"answer"}
                assert not any("dispatch_action" in b for b in inputs(view))


@pytest.mark.parametrize("relation", [Relation.MANAGER, Relation.PEER, Relation.REPORT, Relation.SELF])
def test_the_preview_asks_what_the_review_asks(relation: Relation) -> None:
    """Same questions, same scales, same hints: only that nobody listens."""
    shown = inputs(scheme_preview.form_modal(cast.SCHEME, EN, cast.NOW, relation=relation.value))
    somebody = replace(cast.PERSON, name=EN("form-somebody"))
    real = inputs(page_modal(cast.sheet(relation, reviewee=somebody), 0, EN, cast.NOW))

    def asked(blocks: list[dict[str, Any]]) -> list[Any]:
        return [(b["label"], b.get("hint"), b.get("optional"), b["element"].get("options")) for b in blocks]

    assert asked(shown) == asked(real)


def test_a_page_that_is_gone_falls_back_to_the_first() -> None:
    view = scheme_preview.form_modal(ANNUAL, EN, cast.NOW, variant="gone", relation="nobody", page=9)
    assert scheme_preview.page_of(view) == 0
    first = scheme_preview.form_modal(ANNUAL, EN, cast.NOW)
    assert view == first


def test_the_variant_that_is_chosen_is_the_form_that_is_shown() -> None:
    common = words(inputs(scheme_preview.form_modal(ANNUAL, EN, cast.NOW, relation="manager")))
    sales = words(inputs(scheme_preview.form_modal(ANNUAL, EN, cast.NOW, relation="manager", variant="sales")))
    assert "quality of the work" in common
    assert "quality of the work" not in sales
    assert "win and keep business" in sales


@LANGUAGES
@each_scheme
def test_everybody_can_read_the_rules(scheme: Scheme, w: Words) -> None:
    accept(scheme_modal(scheme, w))
    for form in scheme.forms().values():
        accept(scheme_modal(form, w))


def test_the_rules_tell_how_figures_years_causes_and_variants_work() -> None:
    said = words(scheme_modal(ANNUAL, EN))
    assert "less is better" in said
    assert "usual target 95%" in said
    assert "full points at 120% attainment" in said
    assert "The cycles of the year count 40% and 60%, in their order" in said
    assert "One cycle with a result is enough" in said
    assert "The market or demand changed" in said
    assert "Sales: departments: Sales, Sales department" in said
    assert "no points 25% off" in words(scheme_modal(ANNUAL.as_variant("managers"), EN))


def test_the_weight_of_small_groups_together_is_told_apart_from_the_shares() -> None:
    with_others = cast.SCHEME.model_copy(update={"weights": {**cast.SCHEME.weights, Source.OTHERS: 40}})
    usual = "Usual weights: Manager 50%, Colleagues 30%, Direct reports 20%"
    assert f"{usual} and Self not counted" in words(scheme_modal(cast.SCHEME, EN))
    assert f"{usual}, Self not counted and small groups put together 40%" in words(scheme_modal(with_others, EN))


def test_who_sees_what_is_told_for_those_who_are_asked() -> None:
    probation = next(s for s in BUILT_IN if s.key == "probation")
    said = words(scheme_modal(probation, EN))
    assert "If you review a colleague" in said
    assert "If you review your manager" not in said


@LANGUAGES
@pytest.mark.parametrize("count", [1, 300])
def test_every_problem_of_an_upload_stands_with_its_line(w: Words, count: int) -> None:
    problems = [SchemeProblem(n, f"bands[{n}].least", SchemeReason.MISSING) for n in range(1, count + 1)]
    accept(view := scheme_list.problems_modal(problems, "my <scheme>.yml", w))
    said = words(view)
    assert "bands[1].least" in said
    assert "my &lt;scheme&gt;.yml" in said
    assert Action.UPLOAD_AGAIN in [e.get("action_id") for b in view["blocks"] for e in b.get("elements", [])]


@LANGUAGES
def test_what_an_upload_changes_is_shown_before_it_is_saved(w: Words) -> None:
    for given in (
        upload(),
        upload(before=cast.SCHEME),
        upload(before=ANNUAL.model_copy(update={"version": 3})),
        upload(before=ANNUAL),
        upload(before=ANNUAL, is_known=True),
        upload(before=ANNUAL, is_known=True, brings_back=True),
    ):
        view = scheme_list.changes_modal(given, "F1", "d", w)
        accept(view)
        assert ("submit" in view) == (not given.is_known or given.brings_back)


def test_changes_are_named_in_words() -> None:
    items = list(ANNUAL.items())
    first, *others = ANNUAL.dimensions
    fewer = first.model_copy(update={"items": first.items[1:]})
    bands = (*ANNUAL.bands[:-1],)
    new = ANNUAL.model_copy(
        update={"version": 2, "dimensions": (fewer, *others), "bands": bands, "variants": ANNUAL.variants[:1]}
    )
    said = words(scheme_list.changes_modal(upload(new, ANNUAL), "F1", "d", EN))
    assert "Annual appraisal*, version 2. Compared with version 1:" in said
    assert f"Questions left out: {items[0].name.en} `{items[0].key}`" in said
    assert "Forms of their own left out: Sales `sales`" in said
    assert "Rules changed: bands" in said
    assert "New questions" not in said


@pytest.mark.parametrize(("limit", "offered"), [(0, False), (10, True)])
def test_a_score_that_nobody_may_move_has_no_button_to_adjust_it(limit: float, offered: bool) -> None:
    scheme = cast.SCHEME.model_copy(update={"adjustment_limit": limit})
    card = manager_card(cast.manager_card(cycle=cast.cycle(scheme=scheme)), EN, cast.NOW)
    assert (
        Action.OPEN_ADJUST in [e["action_id"] for b in card.blocks for e in b.get("elements", []) if "action_id" in e]
    ) is offered


@LANGUAGES
def test_choices_and_numbers_are_worded_where_comments_are_read(w: Words) -> None:
    given = [
        ("training_days", Source.SELF, "1.5"),
        ("wish", Source.SELF, "deepen"),
        ("next_role", Source.MANAGER, "now"),
    ]
    comments = Comments(tuple(Comment(item, source, text) for item, source, text in given))
    accept(view := comments_modal(comments, cast.cycle(scheme=ANNUAL), w))
    said = words(view)
    assert ("1.5 days" if w.locale == "en" else "1.5 天") in said
    assert ("Go deeper in my present job" if w.locale == "en" else "做精做深") in said
    assert "deepen" not in said


@LANGUAGES
def test_saving_and_retiring_are_confirmed(w: Words) -> None:
    for view in (scheme_list.saved_modal(ANNUAL, w), scheme_list.retire_modal(ANNUAL, w)):
        accept(view)
        assert w.text(ANNUAL.name) in words(view)
    accept(scheme_list.retired_modal(ANNUAL, w))
    accept(scheme_list.upload_modal(w))
