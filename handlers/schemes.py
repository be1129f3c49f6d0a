"""HR and the schemes: the list, the form as reviewers see it, uploading, retiring."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import cast

from slack_sdk.errors import SlackApiError

from appraisal.errors import Code, InvalidInput
from appraisal.intake.readers import MEGABYTES
from appraisal.intake.text_files import decoded
from appraisal.scheme_reasons import SchemeProblem
from handlers import files, inputs, payloads
from handlers.asking import Ask, ViewAnswer, update
from handlers.inputs import UploadedFile
from handlers.slow import in_time
from services import schemes
from views import scheme, scheme_list, scheme_preview
from views.blocks import View
from views.ids import Action


async def command(ask: Ask) -> None:
    """`/cycle scheme`, `list`, `show KEY`, `upload`, `retire KEY`."""
    word, key = payloads.argument(ask.body)
    await _COMMANDS.get(word, _open_list)(ask, key)


async def open_list(ask: Ask) -> None:
    await ask.open(await _list(ask))


async def see_form(ask: Ask) -> None:
    await _open_form(ask, payloads.button(ask.body))


async def turn_form(ask: Ask) -> None:
    """A menu of the preview: another form, relation or page."""
    meta, chosen = payloads.metadata(ask.body), payloads.chosen(ask.body)
    match Action(payloads.action_id(ask.body)):
        case Action.FORM_VARIANT:
            meta |= {"variant": chosen, "page": 0}
        case Action.FORM_RELATION:
            meta |= {"relation": chosen, "page": 0}
        case _:
            meta |= {"page": int(chosen)}
    await ask.client.views_update(view_id=payloads.view_id(ask.body), view=await _form(ask, meta))


async def next_page(ask: Ask) -> ViewAnswer:
    """On to the next page; the last one closes."""
    meta = payloads.metadata(ask.body)
    following = int(meta["page"]) + 1
    view = await _form(ask, {**meta, "page": following})
    return update(view) if scheme_preview.page_of(view) == following else None


async def see_rules(ask: Ask) -> None:
    key, variant = payloads.button_pair(ask.body)
    found = await schemes.look_up(ask.deps, ask.who, key)
    await ask.open(scheme.scheme_modal(found.as_variant(variant) if variant else found, ask.w))


async def open_upload(ask: Ask) -> None:
    ask.deps.check_hr(ask.who)
    await ask.open(scheme_list.upload_modal(ask.w))


async def upload_again(ask: Ask) -> None:
    """From the list of problems, in whose place the form appears."""
    await ask.client.views_update(view_id=payloads.view_id(ask.body), view=scheme_list.upload_modal(ask.w))


async def check(ask: Ask) -> ViewAnswer:
    ask.deps.check_hr(ask.who)
    return await in_time(ask, _checked(ask, inputs.uploaded_file(ask.body)))


async def save(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _saved(ask))


async def retire_listed(ask: Ask) -> None:
    """The button in the list, which has asked already."""
    await schemes.retire(ask.deps, ask.who, payloads.button(ask.body))
    await ask.client.views_update(view_id=payloads.view_id(ask.body), view=await _list(ask))


async def retire(ask: Ask) -> ViewAnswer:
    retired = await schemes.retire(ask.deps, ask.who, str(payloads.metadata(ask.body)["scheme"]))
    return update(scheme_list.retired_modal(retired, ask.w))


async def _open_list(ask: Ask, _: str = "") -> None:
    await open_list(ask)


async def _open_form(ask: Ask, key: str) -> None:
    await ask.open(await _form(ask, {"scheme": key}))


async def _open_upload(ask: Ask, _: str) -> None:
    await open_upload(ask)


async def _open_retire(ask: Ask, key: str) -> None:
    if not key:
        await open_list(ask)
        return
    await ask.open(scheme_list.retire_modal(await schemes.look_up(ask.deps, ask.who, key), ask.w))


_COMMANDS: dict[str, Callable[[Ask, str], Awaitable[None]]] = {
    "show": _open_form,
    "upload": _open_upload,
    "retire": _open_retire,
}


async def _list(ask: Ask) -> View:
    return scheme_list.list_modal(await schemes.overview(ask.deps, ask.who), ask.w)


async def _form(ask: Ask, meta: dict[str, str | int]) -> View:
    found = await schemes.look_up(ask.deps, ask.who, str(meta["scheme"]))
    return scheme_preview.form_modal(
        found,
        ask.w,
        ask.now,
        variant=str(meta.get("variant", "")),
        relation=str(meta.get("relation", "")),
        page=int(meta.get("page", 0)),
    )


async def _checked(ask: Ask, file: UploadedFile) -> View:
    text = await _text(ask, file)
    try:
        upload = await schemes.check_upload(ask.deps, ask.who, text)
    except InvalidInput as error:
        if error.code is not Code.SCHEME_INVALID:
            raise
        problems = cast("list[SchemeProblem]", error.values["problems"])
        return scheme_list.problems_modal(problems, file.name, ask.w)
    return scheme_list.changes_modal(upload, file.id, _digest(text), ask.w)


async def _saved(ask: Ask) -> View:
    """Save what was shown. A file that was changed in Slack in the meantime is shown again first."""
    meta = payloads.metadata(ask.body)
    file = await _given(ask, str(meta["file"]))
    text = await _text(ask, file)
    if _digest(text) != meta["digest"]:
        return await _checked(ask, file)
    upload = await schemes.save_upload(ask.deps, ask.who, text)
    if payloads.is_stacked(ask.body):
        ask.after.append(lambda: _refresh_list(ask))
    return scheme_list.saved_modal(upload.scheme, ask.w)


async def _refresh_list(ask: Ask) -> None:
    await ask.client.views_update(view_id=payloads.view_beneath(ask.body), view=await _list(ask))


async def _given(ask: Ask, file_id: str) -> UploadedFile:
    """The file that was checked. Raises InvalidInput(FILE_MISSING) where it was deleted since."""
    try:
        return await files.given(ask.client, file_id)
    except SlackApiError as error:
        if error.response.get("error") not in ("file_not_found", "file_deleted"):
            raise
        raise InvalidInput(Code.FILE_MISSING, field="file") from error


async def _text(ask: Ask, file: UploadedFile) -> str:
    if file.size > files.MOST_BYTES:
        raise InvalidInput(Code.FILE_TOO_LARGE, field="file", limit=MEGABYTES)
    return decoded(await files.download(ask.client, file)).text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
