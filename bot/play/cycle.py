"""The timeline of play: from an empty workspace to a closed cycle, act by act."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot import log
from bot.app import Bot
from bot.cast import Cast, cast
from bot.clock import MovableClock
from bot.health import listen
from bot.local_slack import APP_TOKEN, BOT_TOKEN, local_slack
from bot.play import approving, office, reviewing
from bot.play.approving import Decision
from bot.play.people import Actor, Pace, actors
from bot.play.report import Report, report
from bot.play.stage import Stage, find
from bot.play.story import Story
from bot.sandbox_client import Json, Refused, SandboxClient, texts
from bot.settings import Settings
from views.ids import Action, Callback

# A Monday in the last month of a quarter, 14:00 in Shanghai, with no public holiday in the two weeks that follow.
START = datetime(2026, 3, 9, 6, tzinfo=UTC)
EAST = ("Asia/Shanghai",)  # at work at 06:00 UTC; everybody else is at 14:30
UNHURRIED = 60_000  # messages a minute: the local Slack has no limits
FEWEST_REVIEWS = 3  # for one person: their own, one up or down, a colleague's
QUOTES = 4
TIME_LIMIT = 300.0  # seconds, for a machine that is busy with other things


def main(options: argparse.Namespace) -> int:
    """Play with `options.people`, `seed` and `json` (a path, or `-` for standard output). 0 where all went well."""
    path: Path | None = options.json
    to_stdout = str(path) == "-"
    story = Story(errors=to_stdout)
    limit = getattr(options, "real_time_limit", None) or TIME_LIMIT
    began = time.monotonic()
    log.configure("WARNING")
    problems: list[str] = []
    found: Report | None = None
    try:
        found = asyncio.run(_within(limit, cast(options.people, options.seed), story, problems))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except TimeoutError:
        problems.append(f"it was not over after {limit:.0f} seconds")
    except Refused as error:
        problems.append(f"the story could not go on: {error}")
    if found and path:
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _ = sys.stdout.write(text) if to_stdout else path.write_text(text, "utf-8")
    if problems:
        story.fail(problems)
        return 1
    story.end(f"Everything arrived, once, where it should. {time.monotonic() - began:.0f} s")
    return 0


async def _within(limit: float, company: Cast, story: Story, problems: list[str]) -> Report:
    async with asyncio.timeout(limit), _stage(company, story, problems) as stage:
        return await _play(stage)


@asynccontextmanager
async def _stage(company: Cast, story: Story, problems: list[str]) -> AsyncIterator[Stage]:
    """A local Slack and the bot, in a folder that is gone afterwards. The bot's warnings are problems too."""
    handler = _Complaints(problems)
    logging.getLogger().addHandler(handler)
    try:
        with tempfile.TemporaryDirectory(prefix="fullcircle-play-") as name:
            folder = Path(name)
            health = listen("127.0.0.1", 0)
            clock_url = f"http://127.0.0.1:{health.getsockname()[1]}/clock"
            clock = MovableClock()
            clock.advance(START - clock.wall())
            async with local_slack(folder, company.slack_users(), clock_url=clock_url) as slack:
                bot = Bot(_settings(slack.api_url, folder, company), clock, tick_seconds=3600, health=health)
                bot.deps = replace(bot.deps, new_seed=lambda: random.Random(f"cycle:{company.seed}").randrange(2**31))
                async with bot, SandboxClient(slack.url) as client:
                    await bot.synced
                    yield Stage(bot, client, company, actors(company), story, problems)
    finally:
        logging.getLogger().removeHandler(handler)


def _settings(api_url: str, folder: Path, company: Cast) -> Settings:
    return Settings.model_construct(
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=api_url,
        database_url=f"sqlite:///{folder / 'fullcircle.db'}",
        hr_admins=frozenset(company.hr_slack_ids),
        health_port=0,
        messages_per_minute=UNHURRIED,
        updates_per_minute=UNHURRIED,
    )


class _Complaints(logging.Handler):
    """What the bot itself warns of."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._problems = problems

    def emit(self, record: logging.LogRecord) -> None:
        said = {k: v for k, v in record.msg.items() if not k.startswith("_")} if isinstance(record.msg, dict) else None
        self._problems.append(f"the bot warned: {said or record.getMessage()}")


async def _play(stage: Stage) -> Report:
    story = stage.story
    story.act(f"{len(stage.cast.members)} people come to Slack; HR says who they are")
    await office.refuse_others(stage)
    await office.import_file(stage, "/cycle people", "people.csv", stage.cast.people_csv())
    await stage.expect_nothing("before the cycle")
    story.act("HR starts the cycle")
    await _launch(stage)
    story.act("Most people write at once; figures come in")
    await office.import_file(stage, "/cycle metrics", "metrics.csv", stage.cast.metrics_csv())
    await _write(stage, Pace.AT_ONCE)
    story.act("Two days before the deadline")
    await stage.client.advance("8d")
    await _remind(stage)
    await _write(stage, Pace.REMINDED)
    story.act("The last day")
    await stage.client.advance("1d15h30m")
    await _remind(stage)
    await _write(stage, Pace.LAST_DAY)
    story.act("A day late")
    await stage.client.advance("15h30m")
    await _remind(stage)
    await _write(stage, Pace.OVERDUE)
    story.act("HR closes collecting")
    await office.look_at_status(stage)
    await office.run(stage, "/cycle close", Callback.CYCLE_CLOSE)
    decisions = await _cards(stage)
    await reviewing.come_too_late(stage)
    story.act("Managers propose improvement actions, employees answer")
    await _agree(stage, decisions)
    story.act("Managers decide")
    await _decide(stage, decisions)
    story.act("Results go out")
    results = await _release(stage, decisions)
    story.act("HR closes the cycle for good")
    await office.run(stage, "/cycle close", Callback.CYCLE_CLOSE)
    await stage.expect_nothing("after the cycle")
    return await report(stage, decisions, results)


async def _launch(stage: Stage) -> None:
    await office.launch(stage)
    new = await stage.expect_arrivals("card with reviews", dict.fromkeys(stage.actors, 1), {Action.OPEN_REVIEW})
    stage.cards = {user: messages[0]["ts"] for user, messages in new.items()}
    await reviewing.read_cards(stage)
    alone = [stage.member(u).name for u, tasks in stage.asked.items() if len(tasks) < FEWEST_REVIEWS]
    stage.expect(not alone, f"hardly anything to write for {', '.join(alone)}")
    await stage.expect_home(stage.actors, Action.OPEN_REVIEW, "the reviews to write")
    someone = stage.cast.members[-1].slack_id
    stage.story.quote(stage.member(someone).name, new[someone][0]["text"])
    listed = await stage.whispered(stage.actors[someone], "/review")
    stage.expect(find(listed, Action.OPEN_REVIEW) is not None, "/review does not list the reviews")


async def _write(stage: Stage, pace: Pace) -> None:
    """Everybody of one pace writes everything; their cards change in place, and nobody is sent anything."""
    users = [u for u, a in stage.actors.items() if a.temper.pace is pace]
    names = ", ".join(stage.member(u).name for u in users[:4]) + (" …" if len(users) > 4 else "")
    with stage.story.progress(f"{names} write", sum(len(stage.asked[u]) for u in users)) as step:

        async def write(actor: Actor) -> None:
            await reviewing.write_all(stage, actor, step)

        await stage.each(users, write)
    await stage.expect_nothing(f"while people write ({pace.value})")
    said = sorted(stage.said)
    for who, text in said[:: max(1, len(said) // QUOTES)][:QUOTES]:
        stage.story.quote(who, text)
    stage.said.clear()


async def _remind(stage: Stage) -> None:
    """Those with something left to write are reminded in their own working hours: the East first, then the others."""
    waiting = reviewing.remaining(stage)
    east = [u for u in waiting if stage.member(u).time_zone in EAST]
    for users, later in ((east, "8h30m"), ([u for u in waiting if u not in east], "")):
        new = await stage.expect_arrivals("reminder", dict.fromkeys(users, 1), {Action.OPEN_REVIEW})
        stage.reminders.update(new.keys())
        for user in list(new)[:1]:
            stage.story.quote(stage.member(user).name, new[user][0]["text"])
        if later:
            await stage.client.advance(later)
    stage.story.say(f"{len(waiting)} people are reminded, each once; the others are left in peace.")


async def _cards(stage: Stage) -> dict[str, Decision]:
    wanted = Counter(m.manager or stage.cast.hr[0].email for m in stage.cast.members)
    by_email = {m.email: m.slack_id for m in stage.cast.members}
    new = await stage.expect_arrivals(
        "score to decide", {by_email[e]: n for e, n in wanted.items()}, {Action.OPEN_ACTION}
    )
    found = approving.decisions(stage, new)
    await stage.expect_home(new, Action.SHOW_APPROVAL, "the scores to decide")
    stage.story.say(f"{len(found)} scores lie with {len(new)} managers.")
    for decision in list(found.values())[:2]:
        stage.story.quote(decision.approver.who.name, decision.card["text"])
    return found


async def _agree(stage: Stage, decisions: dict[str, Decision]) -> None:
    async def propose(manager: Actor) -> None:
        for decision in decisions.values():
            if decision.approver is manager:
                await approving.propose(stage, decision, decision.ts)

    await stage.each(approving.approvers(decisions), propose)
    everybody = dict.fromkeys(decisions, 1)
    new = await stage.expect_arrivals("improvement action", everybody, {Action.ACCEPT_ACTION})

    async def answer(employee: Actor) -> None:
        user = employee.who.slack_id
        await approving.answer(stage, employee, decisions[user], new[user][0]["ts"], accept=employee.accepts())

    await stage.each(new, answer)
    answers = await stage.expect_arrivals("answer to an action", approving.approvers(decisions), ())
    undecided = {u: d for u, d in decisions.items() if "commented" in d.actions.values()}
    stage.story.say(f"{len(decisions) - len(undecided)} accept at once, {len(undecided)} ask for a change.")
    await _propose_again(stage, undecided, answers)


async def _propose_again(stage: Stage, undecided: dict[str, Decision], answers: dict[str, list[Json]]) -> None:
    async def propose(manager: Actor) -> None:
        for decision in undecided.values():
            if decision.approver is manager:
                told = answers[manager.who.slack_id]
                message = next(m for m in told if find(m, Action.OPEN_ACTION) and decision.about.name in m["text"])
                stage.story.quote(manager.who.name, message["text"])
                await approving.propose(stage, decision, message["ts"], again=True)

    await stage.each(approving.approvers(undecided), propose)
    new = await stage.expect_arrivals("second proposal", dict.fromkeys(undecided, 1), {Action.ACCEPT_ACTION})

    async def accept(employee: Actor) -> None:
        user = employee.who.slack_id
        await approving.answer(stage, employee, undecided[user], new[user][0]["ts"], accept=True)

    await stage.each(new, accept)
    await stage.expect_arrivals("acceptance", approving.approvers(undecided), ())


async def _decide(stage: Stage, decisions: dict[str, Decision]) -> None:
    """One score is adjusted, one comes back with more reviews, the others are approved."""
    order = [d for d in decisions.values() if find(d.card, Action.APPROVE)]
    staff = [d for d in order if not stage.cast.reports_of(d.about.email)]
    adjusted, returned = staff[0], staff[-1]
    await approving.adjust(stage, adjusted)
    stage.story.say(f"{adjusted.approver.who.name} sets {adjusted.about.name} to {adjusted.adjusted_to}.")
    count = await approving.send_back(stage, returned)
    asked = await stage.arrivals()
    stage.expect(sum(map(len, asked.values())) == len(asked) == count, f"{len(asked)} asked again, not {count}")
    stage.story.say(f"{returned.approver.who.name} asks {count} colleagues of {returned.about.name} for more.")
    await approving.answer_again(stage, returned, asked)

    async def approve(manager: Actor) -> None:
        for decision in decisions.values():
            if decision.approver is manager and decision is not adjusted:
                await approving.approve(stage, decision)

    await stage.each(approving.approvers(decisions), approve)
    told = await stage.expect_arrivals("word that all is approved", {stage.hr.who.slack_id: 1}, ())
    for messages in told.values():
        stage.story.quote(stage.hr.who.name, messages[0]["text"])


async def _release(stage: Stage, decisions: dict[str, Decision]) -> dict[str, Json]:
    """HR sends all but their own, which their manager sends; everybody reads and acknowledges."""
    hr = stage.hr.who.slack_id
    await office.run(stage, "/cycle release", Callback.CYCLE_RELEASE)
    results = await stage.expect_arrivals("result", {u: 1 for u in decisions if u != hr}, {Action.ACKNOWLEDGE})
    own = decisions[hr]
    await stage.press(own.approver.who.slack_id, own.ts, Action.RELEASE_ONE)
    results |= await stage.expect_arrivals("result of HR", {hr: 1}, {Action.ACKNOWLEDGE})
    await stage.expect_home(results, Action.SHOW_RESULT, "the result")
    for user in list(results)[1:4]:
        stage.story.quote(stage.member(user).name, " ".join(texts(results[user][0])[2:6]))

    async def acknowledge(employee: Actor) -> None:
        user = employee.who.slack_id
        await stage.press(user, results[user][0]["ts"], Action.ACKNOWLEDGE)

    await stage.each(results, acknowledge)
    await stage.expect_arrivals("word that a result is read", approving.approvers(decisions), ())
    return {user: messages[0] for user, messages in results.items()}
