"""A scheme to read: what everybody may know about the form, the formula and who sees what."""

from __future__ import annotations

import re

from appraisal.review import pages_for
from appraisal.scheme import (
    AnnualPolicy,
    AnyItem,
    AnyQuestion,
    ChoiceItem,
    Dimension,
    Direction,
    Disclosure,
    GoalsItem,
    MetricItem,
    NumberItem,
    RatingItem,
    Relation,
    Scheme,
    Source,
    TextItem,
    Variant,
    Visibility,
)
from appraisal.scheme_reasons import SchemeProblem, SchemeReason
from appraisal.scoring.metrics import worth
from appraisal.scoring.protection import anonymous
from views import forms, goals, scores
from views.blocks import Block, View, bold, bullet, divider, header, joined, paragraphs, section
from views.ids import Callback
from views.promise import Rules, settings, shown_from
from views.text import Words, short

USUAL = Rules()  # of a scheme that no cycle uses yet


def scheme_modal(scheme: Scheme, w: Words, *, rules: Rules = USUAL) -> View:
    """The whole form for everybody to read: questions, scales, weights, formula, bands, who sees what."""
    crowds = shown_from(rules, w) if anonymous(scheme) else []
    blocks: list[Block] = [
        section(joined((bold(w.text(scheme.name)), w.text(scheme.about)), "\n")),
        *paragraphs([bold(w("who-sees")), *_audiences(scheme, w), *crowds, w.md("hr-sees")]),
        *paragraphs([bold(w("how-counted")), w.md("how-counted-text"), *settings(rules, w), _sources(scheme, w)]),
        *paragraphs([bold(w("bands-heading")), *_bands(scheme, w)]),
        *(paragraphs([bold(w("causes-heading")), *_causes(scheme, w)]) if scheme.causes else []),
        *(paragraphs([bold(w("annual-heading")), *_annual(scheme.annual, w)]) if scheme.annual else []),
        *(paragraphs([bold(w("variants-heading")), *_variants(scheme, w)]) if scheme.variants else []),
    ]
    everything = sum(d.weight for d in scheme.dimensions)
    for dimension in scheme.dimensions:
        blocks += [divider(), *_dimension(dimension, scheme, dimension.weight / everything, w)]
    return forms.modal(w("scheme-title"), blocks, callback=Callback.MESSAGE, close=w("close"))


def scheme_problem_text(problem: SchemeProblem, w: Words) -> str:
    """One thing to correct in a scheme, with its line and place."""
    if problem.reason is SchemeReason.UNKNOWN_KEY and not problem.detail:
        reason = w("scheme-problem-unlike-any-key")
    else:
        reason = w(f"scheme-problem-{problem.reason.value}", detail=short(problem.detail, 200))
    if not problem.path:
        return w("scheme-problem-somewhere", line=problem.line, text=reason)
    return w("scheme-problem-line", line=problem.line, place=short(problem.path, 100), text=reason)


def _audiences(scheme: Scheme, w: Words) -> list[str]:
    """Who sees the answers, for every relation that some form of the scheme asks."""
    asked = (r for r in Relation if any(pages_for(form, r) for form in scheme.forms().values()))
    return [_audience(relation, scheme, w) for relation in asked]


def _audience(relation: Relation, scheme: Scheme, w: Words) -> str:
    if relation is Relation.SELF:
        text = w("audience-self-counted" if Source.SELF in scores.weighty(scheme) else "audience-self")
    elif relation is Relation.MANAGER:
        text = w("audience-manager")
    else:
        text = w(f"audience-{scheme.disclosure[relation].value}")
    return w.md("named-line", name=w(f"reviewing-{relation.value}"), text=text)


def _sources(scheme: Scheme, w: Words) -> str:
    """Shares as they are where every group is large enough; others stand in the place of small ones."""
    weights = {s: n for s, n in scheme.weights.items() if n and s is not Source.OTHERS}
    everything = sum(weights.values())
    shares = [
        w("source-score", source=w(f"source-{source.value}"), score=w.percent(weight / everything))
        for source, weight in weights.items()
    ]
    if Source.SELF not in scores.weighty(scheme):
        shares.append(w("source-not-counted", source=w(f"source-{Source.SELF.value}")))
    if weights and Source.OTHERS in scheme.weights:
        shares.append(w("others-instead", share=w.percent(scheme.weights[Source.OTHERS] / everything)))
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


def _causes(scheme: Scheme, w: Words) -> list[str]:
    return [bullet(w.text(cause.name)) for cause in scheme.causes]


def _annual(policy: AnnualPolicy, w: Words) -> list[str]:
    """How the cycles of a year make its result."""
    everything = sum(policy.weights)
    shares = [w.percent(weight / everything) for weight in policy.weights]
    is_equal = len(set(policy.weights)) <= 1
    weights = w("annual-equal") if is_equal else w("annual-weights", weights=w.list(shares))
    told = [weights, w("annual-least", n=policy.least)]
    told += [w(f"joiners-{policy.joiners.value}"), w(f"leave-{policy.leave.value}")]
    told += [w(f"manager-change-{policy.manager_change.value}"), w(f"form-change-{policy.form_change.value}")]
    return [bullet(text) for text in told]


def _variants(scheme: Scheme, w: Words) -> list[str]:
    """Who has a form of their own."""
    return [
        w.md("named-line", name=w.text(variant.name), text=joined(who_gets(variant, w))) for variant in scheme.variants
    ]


def who_gets(variant: Variant, w: Words) -> list[str]:
    """The departments and job families a variant is meant for."""
    meant = (("variant-departments", variant.departments), ("variant-job-families", variant.job_families))
    return [w(key, names=w.list([short(n) for n in names])) for key, names in meant if names]


def _dimension(dimension: Dimension, scheme: Scheme, share: float, w: Words) -> list[Block]:
    title = w("name-and-share", name=w.text(dimension.name), share=w.percent(share))
    items = sum(i.weight for i in dimension.scored())
    lines: list[str] = [w.text(dimension.about)]
    for item in dimension.items:
        match item:
            case RatingItem() | MetricItem():
                counts = w("share-of-dimension", share=w.percent(item.weight / items))
                counts = joined((counts, *(_measured(item, w) if isinstance(item, MetricItem) else ())))
                scale = [
                    w("scale-point", point=a.point, label=w.text(a.label), behaviour=w.text(a.behaviour))
                    for a in item.anchors
                ]
            case GoalsItem():
                counts = w("share-of-dimension", share=w.percent(item.weight / items))
                counts, scale = joined((counts, w("goals-counted"), *_worth(item, w))), goals.agreed(item, w)
            case ChoiceItem():
                counts, scale = w("not-counted"), [w.text(o.name) for o in item.options]
            case TextItem() | NumberItem():
                counts, scale = w("not-counted"), []
        asked = "" if isinstance(item, GoalsItem) else _asked(item, w)
        lines.append(joined((bold(w.text(item.name)), counts, asked)))
        lines += [joined(("   ", point), " ") for point in scale + _for_the_manager(item, scheme, w)]
    return [header(title), *paragraphs(lines)]


def _measured(metric: MetricItem, w: Words) -> list[str]:
    """How a figure turns into points."""
    told = [w(f"direction-{metric.direction.value}")]
    if metric.target is not None:
        told.append(w("usual-target", target=w.quantity(metric.target, metric.unit)))
    if metric.tolerance is not None:
        told.append(w("tolerance", distance=w.quantity(metric.tolerance, metric.unit)))
    return [*told, *_worth(metric, w)]


def _worth(item: MetricItem | GoalsItem, w: Words) -> list[str]:
    """How attainment turns into points."""
    if not item.points and isinstance(item, MetricItem) and item.direction is Direction.ON_TARGET:
        return [w("worth-on-target", score=w.score(worth(item, 1.0)))]  # more than on target there is not
    if not item.points:
        return [w("full-marks-at", share=w.percent(item.cap))]
    return [scores.along(item.points, w)]


def _asked(item: AnyQuestion, w: Words) -> str:
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
