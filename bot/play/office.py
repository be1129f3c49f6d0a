"""What HR does: files, opening and closing the cycle, sending the results."""

from __future__ import annotations

from bot.play.stage import Stage
from bot.sandbox_client import questions, state_of, texts
from views.ids import Callback


async def import_file(stage: Stage, line: str, name: str, text: str) -> None:
    """`/cycle people` or `/cycle metrics`: the file, what it would do, and yes. Raises Refused."""
    hr = stage.hr.who.slack_id
    form = stage.top(await stage.client.command(hr, line), Callback.PEOPLE_UPLOAD, Callback.METRICS_UPLOAD)
    field = next(q for q in questions(form) if q.type == "file_input")
    file = await stage.client.upload(hr, name, text.encode())
    state = state_of({field.block_id: (field, file)})
    plan = await stage.answer(hr, form, state, Callback.IMPORT_CONFIRM)
    for text in texts(plan)[:5]:
        stage.story.quote(stage.hr.who.name, " ".join(text.split()))
    done = await stage.answer(hr, plan, None, Callback.MESSAGE)
    stage.story.quote(stage.hr.who.name, " ".join(texts(done)))
    await stage.client.close(hr, done)


async def launch(stage: Stage) -> None:
    """`/cycle start`, the preview, and launch; everything as the form proposes it. Raises Refused."""
    hr = stage.hr.who.slack_id
    form = stage.top(await stage.client.command(hr, "/cycle start"), Callback.CYCLE_START)
    preview = await stage.answer(hr, form, None, Callback.CYCLE_PREVIEW)
    for text in texts(preview)[:5]:
        stage.story.quote(stage.hr.who.name, text)
    launched = await stage.answer(hr, preview, None, Callback.MESSAGE)
    stage.story.quote(stage.hr.who.name, " ".join(texts(launched)))
    await stage.client.close(hr, launched)


async def run(stage: Stage, line: str, callback: Callback) -> None:
    """`/cycle close` or `/cycle release`: the only cycle is selected already. Raises Refused."""
    hr = stage.hr.who.slack_id
    form = stage.top(await stage.client.command(hr, line), callback)
    done = await stage.answer(hr, form, None, Callback.MESSAGE)
    stage.story.quote(stage.hr.who.name, " ".join(texts(done)))
    await stage.client.close(hr, done)


async def look_at_status(stage: Stage) -> None:
    """`/cycle status`, and what it whispers. Raises Refused."""
    whisper = await stage.whispered(stage.hr, "/cycle status")
    for text in texts(whisper)[:4]:
        stage.story.quote(stage.hr.who.name, text)


async def refuse_others(stage: Stage) -> None:
    """Somebody who is not HR tries to start a cycle: refused politely, and nothing opens."""
    outsider = next(a for a in stage.actors.values() if a.who not in stage.cast.hr)
    whisper = await stage.whispered(outsider, "/cycle start")
    stage.story.quote(outsider.who.name, whisper["text"])
    stage.expect(not await stage.client.stack(outsider.who.slack_id), f"{outsider.who.name} may start a cycle")
