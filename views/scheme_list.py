"""HR's list of schemes; uploading one, and what it would change; retiring one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from appraisal.scheme import AnyItem, Scheme, Variant
from appraisal.scheme_changes import Changes
from appraisal.scheme_reasons import SchemeProblem
from appraisal.scheme_versions import SchemeInfo, Upload
from views import forms, ids
from views.blocks import Block, View, actions, bold, bullet, button, confirm, context, joined, paragraphs, section
from views.ids import Action, Callback, Field
from views.notices import message_modal
from views.scheme import scheme_problem_text
from views.text import Mrkdwn, Words, short

MOST_SCHEMES = 40
MOST_PROBLEMS = 60
MOST_NAMES = 30
ABOUT = 200  # characters of what a scheme is for
FILE_TYPES = ("yml", "yaml")


def list_modal(schemes: Sequence[SchemeInfo], w: Words) -> View:
    """Every scheme with where it comes from and how often it was used."""
    blocks = [section(w.md("schemes-intro")), *actions(button(w("upload-scheme"), Action.UPLOAD_SCHEME))]
    for info in schemes[:MOST_SCHEMES]:
        blocks += _info(info, w)
    if (rest := len(schemes) - MOST_SCHEMES) > 0:
        blocks.append(context(w.md("and-more", n=rest)))
    return forms.modal(w("schemes"), blocks, callback=Callback.MESSAGE, close=w("close"))


def _info(info: SchemeInfo, w: Words) -> list[Block]:
    scheme, name = info.scheme, w.text(info.scheme.name)
    told = joined(
        (
            Mrkdwn(f"`{scheme.key}`"),
            w("scheme-version", n=scheme.version),
            _origin(info, w),
            w("scheme-cycles", n=info.cycles) if info.cycles else w("scheme-unused"),
            w.md("scheme-retired") if info.retired else "",
        )
    )
    buttons = [button(w("see-form"), Action.SEE_FORM, scheme.key)]
    if not info.retired:
        means = w("retire-means", name=short(name))
        sure = confirm(w("retire-title"), means, w("retire"), w("cancel"))
        buttons.append(button(w("retire"), Action.RETIRE_SCHEME, scheme.key, confirm=sure))
    return [section(joined((bold(short(name)), short(w.text(scheme.about), ABOUT), told), "\n")), *actions(*buttons)]


def _origin(info: SchemeInfo, w: Words) -> str:
    if info.uploaded_at is None:
        return w("scheme-builtin")
    if info.uploaded_by is None:
        return w("scheme-uploaded-there", day=w.date(info.uploaded_at))
    return w("scheme-uploaded", name=short(info.uploaded_by), day=w.date(info.uploaded_at))


def upload_modal(w: Words) -> View:
    """The file to check."""
    file = forms.input_(Field.FILE, w("upload-file"), forms.file(*FILE_TYPES), hint=w("upload-file-hint"))
    return forms.modal(
        w("upload-title"),
        [section(w.md("upload-intro")), file],
        callback=Callback.SCHEME_UPLOAD,
        submit=w("check-file"),
        close=w("cancel"),
    )


def problems_modal(problems: Sequence[SchemeProblem], file_name: str, w: Words) -> View:
    """Everything that is wrong with an uploaded scheme, line by line."""
    lines = [bullet(scheme_problem_text(p, w)) for p in problems[:MOST_PROBLEMS]]
    blocks = [section(w.md("problems-intro", file=short(file_name), n=len(problems))), *paragraphs(lines)]
    if (rest := len(problems) - MOST_PROBLEMS) > 0:
        blocks.append(context(w.md("and-more", n=rest)))
    blocks += actions(button(w("choose-another"), Action.UPLOAD_AGAIN, style="primary"))
    return forms.modal(w("problems-title"), blocks, callback=Callback.MESSAGE, close=w("close"))


def changes_modal(upload: Upload, file_id: str, digest: str, w: Words) -> View:
    """What saving an uploaded scheme would change. `digest` is of the text that was checked."""
    blocks, submit = _summary(upload, w), None
    if upload.brings_back:
        blocks.append(section(w.md("upload-brings-back")))
    if upload.brings_back or not upload.is_known:
        submit = w("save")
        blocks.append(context(w.md("upload-nothing-saved")))
    return forms.modal(
        w("upload-check-title"),
        blocks,
        callback=Callback.SCHEME_SAVE,
        submit=submit,
        close=w("cancel" if submit else "close"),
        metadata=ids.pack(file=file_id, digest=digest),
    )


def saved_modal(scheme: Scheme, w: Words) -> View:
    return message_modal(w("saved-title"), w.md("saved", name=_name(scheme, w), n=scheme.version), w)


def retire_modal(scheme: Scheme, w: Words) -> View:
    """Asks once more; from a list of schemes the button itself asks."""
    return forms.modal(
        w("retire-title"),
        [section(w.md("retire-means", name=_name(scheme, w)))],
        callback=Callback.SCHEME_RETIRE,
        submit=w("retire"),
        close=w("cancel"),
        metadata=ids.pack(scheme=scheme.key),
    )


def retired_modal(scheme: Scheme, w: Words) -> View:
    return message_modal(w("schemes"), w.md("retired", name=_name(scheme, w)), w)


def _summary(upload: Upload, w: Words) -> list[Block]:
    scheme, before, name = upload.scheme, upload.before, _name(upload.scheme, w)
    if upload.is_known:
        key = "upload-same-retired" if upload.brings_back else "upload-same"
        return [section(w.md(key, name=name, n=scheme.version))]
    if before is None:
        size = w("upload-has", n=sum(1 for _ in scheme.items()))
        return [section(w.md("upload-new", name=name, code=scheme.key)), context(size)]
    if before.version == scheme.version:
        return [section(w.md("upload-replaces", name=name, n=scheme.version)), *_changes(upload.changes, w)]
    told = w.md("upload-succeeds", name=name, n=scheme.version, before=before.version)
    return [section(told), *_changes(upload.changes, w)]


def _changes(changes: Changes, w: Words) -> list[Block]:
    groups: list[tuple[str, list[str]]] = [
        (w("upload-added"), _names(changes.added, w)),
        (w("upload-dropped"), _names(changes.dropped, w)),
        (w("upload-changed"), _names(changes.changed, w)),
        (w("upload-variants-added"), _names(changes.variants_added, w)),
        (w("upload-variants-dropped"), _names(changes.variants_dropped, w)),
        (w("upload-variants-changed"), _names(changes.variants_changed, w)),
        (w("upload-rules"), [w(f"scheme-field-{field}") for field in changes.fields]),
    ]
    lines = [w.md("named-line", name=heading, text=_listed(names, w)) for heading, names in groups if names]
    return paragraphs(lines) if lines else [section(w.md("upload-no-change"))]


def _names(items: Iterable[AnyItem | Variant], w: Words) -> list[str]:
    """With their keys: a question under a new key has often kept its name."""
    return [f"{short(w.text(i.name))} `{i.key}`" for i in items]


def _listed(names: Sequence[str], w: Words) -> str:
    rest = len(names) - MOST_NAMES
    return w.list([*names[:MOST_NAMES], *([w("and-more", n=rest)] if rest > 0 else [])])


def _name(scheme: Scheme, w: Words) -> str:
    return short(w.text(scheme.name))
