"""The form by which HR starts a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.cycle import FEWEST_FOR_A_GROUP, MOST_PEERS
from appraisal.scheme import Relation, Scheme
from views import forms, ids
from views.blocks import Block, View, section
from views.text import Words, short

HIGHEST_THRESHOLD = 10
NAME_LENGTH = 75  # of a cycle: what a menu shows of it


@dataclass(frozen=True)
class StartDefaults:
    """What the start form is filled with. `scheme` is a scheme key; None selects the first."""

    name: str
    period_start: date
    period_end: date
    due: date
    scheme: str | None = None
    relations: tuple[Relation, ...] = tuple(Relation)
    peers: int = MOST_PEERS
    threshold: int = FEWEST_FOR_A_GROUP
    comment_threshold: int = FEWEST_FOR_A_GROUP
    settings: tuple[str, ...] = (ids.READS_TEXTS,)  # those that are ticked


def start_modal(schemes: Sequence[Scheme], departments: Sequence[str], w: Words, *, defaults: StartDefaults) -> View:
    """The form that opens a cycle; submitting it shows the preview. `schemes` must not be empty."""
    field = ids.Field
    forms_of = [forms.option(w.text(s.name), s.key, short(w.text(s.about), 75)) for s in schemes]
    chosen = defaults.scheme if any(s.key == defaults.scheme for s in schemes) else schemes[0].key
    peers = [forms.option(w("peers-each", n=n), str(n)) for n in range(MOST_PEERS + 1)]
    who_reviews = [forms.option(w(f"asks-{r.value}"), r.value, w(f"asks-{r.value}-means")) for r in Relation]
    settings = [
        forms.option(w("setting-severity"), ids.CORRECT_SEVERITY, w("setting-severity-means")),
        forms.option(w("setting-texts"), ids.READS_TEXTS, w("setting-texts-means")),
    ]
    blocks = [
        section(w.md("start-intro")),
        forms.input_(field.NAME, w("start-name"), forms.line(defaults.name, max_length=NAME_LENGTH)),
        forms.input_(field.SCHEME, w("start-scheme"), forms.select(forms_of, chosen)),
        forms.input_(field.PERIOD_START, w("start-from"), forms.day(defaults.period_start)),
        forms.input_(field.PERIOD_END, w("start-to"), forms.day(defaults.period_end)),
        *_taking_part(departments, w),
        forms.input_(field.RELATIONS, w("start-relations"), forms.several(who_reviews, [*defaults.relations])),
        forms.input_(
            field.PEERS, w("start-peers"), forms.select(peers, str(defaults.peers)), hint=w("start-peers-hint")
        ),
        forms.input_(field.DUE, w("start-due"), forms.day(defaults.due), hint=w("start-due-hint")),
        forms.input_(
            field.THRESHOLD,
            w("start-threshold"),
            forms.number(FEWEST_FOR_A_GROUP, HIGHEST_THRESHOLD, defaults.threshold),
            hint=w("start-threshold-hint", least=FEWEST_FOR_A_GROUP),
        ),
        forms.input_(
            field.COMMENT_THRESHOLD,
            w("start-comment-threshold"),
            forms.number(FEWEST_FOR_A_GROUP, HIGHEST_THRESHOLD, defaults.comment_threshold),
            hint=w("start-comment-threshold-hint"),
        ),
        forms.input_(
            field.SETTINGS,
            w("start-settings"),
            forms.several(settings, defaults.settings),
            hint=w("start-settings-hint"),
            optional=True,
        ),
    ]
    return forms.modal(
        w("start-title"), blocks, callback=ids.Callback.CYCLE_START, submit=w("preview"), close=w("cancel")
    )


def _taking_part(departments: Sequence[str], w: Words) -> list[Block]:
    # A name longer than an option's value cannot be chosen here; its people can.
    offered = [forms.option(d, d) for d in departments if d and len(d) <= forms.OPTION_VALUE]
    blocks = [
        forms.input_(ids.Field.PEOPLE, w("start-people"), forms.people(), hint=w("start-people-hint"), optional=True)
    ]
    if offered:
        blocks.insert(
            0, forms.input_(ids.Field.DEPARTMENTS, w("start-departments"), forms.many(offered), optional=True)
        )
    return blocks
