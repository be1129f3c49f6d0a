"""Short messages, errors in words, help, and the scheme to read."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from appraisal.cycle import FEWEST_FOR_A_GROUP, Progress
from appraisal.errors import AppraisalError, Code
from appraisal.scheme import (
    AnyItem,
    ChoiceItem,
    Dimension,
    Disclosure,
    MetricItem,
    NumberItem,
    RatingItem,
    Relation,
    Scheme,
    Source,
    TextItem,
    Visibility,
)
from appraisal.scheme_reasons import SchemeProblem
from views import forms, scores
from views.blocks import (
    Block,
    Rendered,
    View,
    actions,
    bold,
    button,
    divider,
    header,
    joined,
    paragraphs,
    section,
)
from views.ids import Action, Callback
from views.text import Words, short

MOST_PROBLEMS = 10


def all_reviews_in(progress: Progress, w: Words) -> Rendered:
    """For HR: nothing is left to collect."""
    values = {"name": short(progress.cycle.name), "n": progress.submitted}
    close = button(w("close-cycle"), Action.OPEN_CLOSE, progress.cycle.id, style="primary")
    return Rendered(w("all-reviews-in", **values), [section(w.md("all-reviews-in", **values)), *actions(close)])


def all_approved(progress: Progress, w: Words) -> Rendered:
    """For HR: nothing is left to approve."""
    values = {"name": short(progress.cycle.name), "n": progress.approvals}
    release = button(w("release-results"), Action.OPEN_RELEASE, progress.cycle.id, style="primary")
    return Rendered(w("all-approved", **values), [section(w.md("all-approved", **values)), *actions(release)])


def acknowledged(person_name: str, w: Words) -> Rendered:
    """For the approver: an employee has read the result."""
    name = short(person_name)
    return Rendered(w("acknowledged", name=name), [section(w.md("acknowledged", name=name))])


def help_text(is_hr: bool, w: Words, review_command: str, cycle_command: str) -> Rendered:
    """What the commands do, with buttons for the same."""
    lines: list[str] = [bold(w("help-heading")), w.md("help-review", command=review_command)]
    buttons = [button(w("show-list"), Action.SHOW_TODO, style="primary")]
    if is_hr:
        lines += [bold(w("help-hr-heading")), w.md("help-cycle", command=cycle_command)]
        buttons += hr_buttons(w)
    return Rendered(w("help-heading"), [*paragraphs(lines), *actions(*buttons)])


def hr_buttons(w: Words) -> list[dict[str, Any]]:
    """What HR can do at any time."""
    return [
        button(w("start-cycle"), Action.OPEN_START),
        button(w("show-status"), Action.SHOW_STATUS),
        button(w("import-people"), Action.OPEN_PEOPLE),
        button(w("import-metrics"), Action.OPEN_METRICS),
    ]


def error_text(error: AppraisalError | Code, w: Words, **values: object) -> str:
    """What went wrong and what to do about it. A value that the error does not carry shows as a dash."""
    code, given = (error, values) if isinstance(error, Code) else (error.code, {**error.values, **values})
    key = f"error-{code.value}"
    said = {name: _said(name, value, w) for name, value in given.items()}
    return w(key, **{**w.blank(key), **said})


def reading_modal(message: Rendered, w: Words) -> View:
    """A message to read over Home, where there is no conversation; modals take no charts and tables."""
    blocks = message.plain or message.blocks
    return forms.modal("Fullcircle", blocks, callback=Callback.MESSAGE, close=w("close"))


def working_modal(w: Words) -> View:
    """That something takes longer; replaced when it is done."""
    text = section(w.md("working"))
    return forms.modal(w("working-title"), [text], callback=Callback.WAITING, close=w("close"))


def message_modal(title: str, text: str, w: Words) -> View:
    """Something to read."""
    return forms.modal(title, [section(text)], callback=Callback.MESSAGE, close=w("close"))


def scheme_modal(scheme: Scheme, w: Words, *, threshold: int = FEWEST_FOR_A_GROUP) -> View:
    """The whole form for everybody to read: questions, scales, weights, formula, bands, who sees what."""
    blocks: list[Block] = [
        section(joined((bold(w.text(scheme.name)), w.text(scheme.about)), "\n")),
        *paragraphs([bold(w("who-sees")), *(_audience(r, scheme, w, threshold) for r in Relation), w.md("hr-sees")]),
        *paragraphs([bold(w("how-counted")), w.md("how-counted-text", threshold=threshold), _sources(scheme, w)]),
        *paragraphs([bold(w("bands-heading")), *_bands(scheme, w)]),
    ]
    everything = sum(d.weight for d in scheme.dimensions)
    for dimension in scheme.dimensions:
        blocks += [divider(), *_dimension(dimension, scheme, dimension.weight / everything, w)]
    return forms.modal(w("scheme-title"), blocks, callback=Callback.MESSAGE, close=w("close"))


def scheme_problem_text(problem: SchemeProblem, w: Words) -> str:
    """One thing to correct in a scheme, with its line and place."""
    reason = w(f"scheme-problem-{problem.reason.value}", detail=short(problem.detail, 200))
    return w("scheme-problem-line", line=problem.line, place=short(problem.path, 100), text=reason)


def _said(name: str, value: object, w: Words) -> object:
    if name == "problems" and isinstance(value, list | tuple):
        rows = [scheme_problem_text(p, w) if isinstance(p, SchemeProblem) else str(p) for p in value]
        rest = [w("and-more", n=len(rows) - MOST_PROBLEMS)] if len(rows) > MOST_PROBLEMS else []
        return "\n".join(rows[:MOST_PROBLEMS] + rest)
    if name == "state" and isinstance(value, str) and w.has(f"state-{value}"):
        return w(f"state-{value}")
    if isinstance(value, list | tuple):
        return w.list([short(str(v)) for v in value[:20]])
    return value if isinstance(value, int | float | date) else short(str(value), 500)


def _audience(relation: Relation, scheme: Scheme, w: Words, threshold: int) -> str:
    if relation is Relation.SELF:
        text = w("audience-self-counted" if Source.SELF in scores.weighty(scheme) else "audience-self")
    elif relation is Relation.MANAGER:
        text = w("audience-manager")
    else:
        text = w(f"audience-{scheme.disclosure[relation].value}", threshold=threshold)
    return w.md("named-line", name=w(f"reviewing-{relation.value}"), text=text)


def _sources(scheme: Scheme, w: Words) -> str:
    weights = {s: n for s, n in scheme.weights.items() if n}
    everything = sum(weights.values())
    shares = [
        w("source-score", source=w(f"source-{source.value}"), score=w.percent(weight / everything))
        for source, weight in weights.items()
    ]
    if Source.SELF not in scores.weighty(scheme):
        shares.append(w("source-not-counted", source=w(f"source-{Source.SELF.value}")))
    return w.md("usual-weights", weights=w.list(shares)) if weights else ""


def _bands(scheme: Scheme, w: Words) -> list[str]:
    return [
        joined(
            (
                w("band-from", band=band.key, name=w.text(band.name), least=band.least),
                w.list([w(f"consequence-{c.value}") for c in band.consequences]) if band.consequences else "",
            )
        )
        for band in scheme.bands
    ]


def _dimension(dimension: Dimension, scheme: Scheme, share: float, w: Words) -> list[Block]:
    title = w("name-and-share", name=w.text(dimension.name), share=w.percent(share))
    items = sum(i.weight for i in dimension.scored())
    lines: list[str] = [w.text(dimension.about)]
    for item in dimension.items:
        match item:
            case RatingItem() | MetricItem():
                counts = w("share-of-dimension", share=w.percent(item.weight / items))
                scale = [
                    w("scale-point", point=a.point, label=w.text(a.label), behaviour=w.text(a.behaviour))
                    for a in item.anchors
                ]
            case ChoiceItem():
                counts, scale = w("not-counted"), [w.text(o.name) for o in item.options]
            case TextItem() | NumberItem():
                counts, scale = w("not-counted"), []
        lines.append(joined((bold(w.text(item.name)), counts, _asked(item, w))))
        lines += [joined(("   ", point), " ") for point in scale + _for_the_manager(item, scheme, w)]
    return [header(title), *paragraphs(lines)]


def _asked(item: AnyItem, w: Words) -> str:
    """The question about nobody in particular, with a capital where they begin a sentence."""
    someone = w("the-person")
    begins = re.compile(rf"(^|[.?!] ){re.escape(someone)}")
    asked = w.text(item.question, name=someone)
    return begins.sub(lambda found: found[1] + someone[:1].upper() + someone[1:], asked)


def _for_the_manager(item: AnyItem, scheme: Scheme, w: Words) -> list[str]:
    if getattr(item, "visible", None) is not Visibility.MANAGER:
        return []
    unsigned = [w(f"group-{r.value}") for r in item.relations if scheme.disclosure[r] is Disclosure.ANONYMOUS]
    return [w("manager-notes", groups=w.list(unsigned)) if unsigned else w("only-the-manager")]
