"""The form of a scheme as reviewers will see it, to look at before anybody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from appraisal.cycle import FEWEST_FOR_A_GROUP, Cycle
from appraisal.people import Person
from appraisal.review import Page, Sheet, Task, pages_for
from appraisal.scheme import Relation, Scheme
from views import forms, ids
from views.blocks import Block, View, actions, button, context, divider
from views.ids import Action, Callback
from views.review import page_blocks
from views.text import Words, short

COMMON = "-"  # option value of the common form: its key is empty, which no option may be


def form_modal(
    scheme: Scheme, w: Words, now: datetime, *, variant: str = "", relation: str = "", page: int = 0
) -> View:
    """One page of the form of one relation. Where the scheme has no such variant, relation or page: its first."""
    variant = variant if variant in {v.key for v in scheme.variants} else ""
    form = scheme.as_variant(variant)
    asked = {r: pages for r in Relation if (pages := pages_for(form, r))}
    chosen = next((r for r in asked if r.value == relation), next(iter(asked)))
    pages = asked[chosen]
    page = page if page < len(pages) else 0
    menus = [
        *_variants(scheme, variant, w),
        _menu(Action.FORM_RELATION, [(w(f"form-relation-{r.value}"), r.value) for r in asked], chosen.value),
        _menu(Action.FORM_PAGE, [(w.text(p.dimension.name), str(n)) for n, p in enumerate(pages)], str(page)),
    ]
    blocks = [
        context(w.md("form-intro", name=short(w.text(scheme.name)))),
        *actions(*menus, button(w("form-rules"), Action.FORM_RULES, ids.pair(scheme.key, variant))),
        divider(),
        *map(_inert, page_blocks(_example(form, chosen, pages, w, now), page, w)),
    ]
    return forms.modal(
        w("form-title"),
        blocks,
        callback=Callback.FORM_PREVIEW,
        submit=w("next") if page + 1 < len(pages) else w("form-done"),
        close=w("close"),
        metadata=ids.pack(scheme=scheme.key, variant=variant, relation=chosen.value, page=page),
    )


def page_of(view: View) -> int:
    """Which page a preview shows."""
    return int(ids.unpack(view["private_metadata"])["page"])


def _variants(scheme: Scheme, chosen: str, w: Words) -> list[dict[str, Any]]:
    if not scheme.variants:
        return []
    options = [(w("form-common"), COMMON), *((w.text(v.name), v.key) for v in scheme.variants)]
    return [_menu(Action.FORM_VARIANT, options, chosen or COMMON)]


def _menu(action: Action, options: Sequence[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return forms.select([forms.option(text, value) for text, value in options], chosen, action=action.value)


def _inert(block: Block) -> Block:
    """A question that can be tried out: nobody hears what is typed."""
    if block["type"] != "input":
        return block
    silent = {k: v for k, v in block["element"].items() if k != "dispatch_action_config"}
    kept = {k: v for k, v in block.items() if k != "dispatch_action"}
    return {**kept, "element": {**silent, "action_id": ids.ANSWER}}


def _example(form: Scheme, relation: Relation, pages: tuple[Page, ...], w: Words, now: datetime) -> Sheet:
    """A review of somebody who does not exist, in a group that is just large enough."""
    somebody = Person(id="", name=w("form-somebody"))
    cycle = Cycle(
        id="",
        name=w.text(form.name),
        scheme=form,
        period_start=now.date(),
        period_end=now.date(),
        relations=tuple(Relation),
        peers_wanted=FEWEST_FOR_A_GROUP,
        threshold=FEWEST_FOR_A_GROUP,
        due_at=now,
        owner_id="",
    )
    task = Task(id="", cycle_id="", reviewee_id="", reviewer_id="", relation=relation)
    return Sheet(task, cycle, somebody, somebody, pages, {}, (), group_size=FEWEST_FOR_A_GROUP)
