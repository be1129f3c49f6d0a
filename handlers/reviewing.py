"""The reviewer: list, pages, drafts, sending."""

from __future__ import annotations

from appraisal.errors import AppraisalError, Code, WrongState
from appraisal.language.coach import hints
from appraisal.review import Sheet
from appraisal.scheme import Disclosure
from handlers import inputs, payloads
from handlers.asking import Ask, ViewAnswer, update
from services import reviews
from views import notices, review, todo
from views.blocks import View

TOO_LATE = {Code.COLLECTING_OVER, Code.EDITING_OVER, Code.REVIEW_GONE}


async def show_list(ask: Ask) -> None:
    await ask.whisper(todo.todo_reply(await reviews.todo_lists(ask.deps, ask.who), ask.w, ask.now))


async def open_review(ask: Ask) -> None:
    sheet = await reviews.open_review(ask.deps, ask.who, payloads.button(ask.body))
    await ask.open(_view(ask, sheet))


async def next_review(ask: Ask) -> None:
    sheet = await reviews.open_review(ask.deps, ask.who, payloads.button(ask.body))
    await ask.client.views_update(view_id=payloads.view_id(ask.body), view=_view(ask, sheet))


async def type_answer(ask: Ask) -> None:
    """Typing is kept at once; where it is too late the modal says so and shows what was typed."""
    meta = payloads.metadata(ask.body)
    try:
        await reviews.save_typing(
            ask.deps,
            ask.who,
            meta["task"],
            inputs.answers(ask.body),
            view=payloads.view_id(ask.body),
            revision=meta["revision"],
        )
    except WrongState as error:
        await ask.client.views_update(view_id=payloads.view_id(ask.body), view=await _too_late(ask, error))


async def back(ask: Ask) -> None:
    meta = payloads.metadata(ask.body)
    try:
        view = _view(ask, await _turn(ask, int(meta["page"]) - 1))
    except WrongState as error:
        view = await _too_late(ask, error)
    await ask.client.views_update(view_id=payloads.view_id(ask.body), hash=payloads.view_hash(ask.body), view=view)


async def next_page(ask: Ask) -> ViewAnswer:
    meta = payloads.metadata(ask.body)
    try:
        return update(_view(ask, await _turn(ask, int(meta["page"]) + 1)))
    except WrongState as error:
        return update(await _too_late(ask, error))


async def send(ask: Ask) -> ViewAnswer:
    task_id = payloads.metadata(ask.body)["task"]
    try:
        sheet = await reviews.submit_review(ask.deps, ask.who, task_id)
        return update(review.sent_modal(sheet, ask.w, await reviews.next_to_write(ask.deps, ask.who)))
    except WrongState as error:
        return update(await _too_late(ask, error))
    except AppraisalError as error:
        if error.code is not Code.ANSWERS_MISSING:
            raise
        sheet = await reviews.open_review(ask.deps, ask.who, task_id)
        page = int(error.field or 0)
        return update(review.page_modal(sheet, page, ask.w, ask.now, note=notices.error_text(error, ask.w)))


async def _turn(ask: Ask, to: int) -> Sheet:
    return await reviews.turn_page(
        ask.deps,
        ask.who,
        payloads.metadata(ask.body)["task"],
        inputs.answers(ask.body),
        to=to,
        view=payloads.view_id(ask.body),
    )


def _view(ask: Ask, sheet: Sheet) -> View:
    if sheet.task.page < len(sheet.pages):
        return review.page_modal(sheet, sheet.task.page, ask.w, ask.now)
    found = hints(
        sheet.cycle.scheme,
        sheet.task.relation,
        sheet.answers,
        names=[sheet.reviewer.name],
        anonymous=sheet.disclosure is Disclosure.ANONYMOUS,
    )
    return review.check_modal(sheet, found, ask.w, ask.now)


async def _too_late(ask: Ask, error: WrongState) -> View:
    """Raises the error again where it is not about time."""
    if error.code not in TOO_LATE:
        raise error
    sheet = await reviews.unsent(ask.deps, ask.who, payloads.metadata(ask.body)["task"])
    typed = {**sheet.answers, **inputs.answers(ask.body)}
    return review.too_late_modal(notices.error_text(error, ask.w), typed, sheet.cycle.scheme, ask.w)
