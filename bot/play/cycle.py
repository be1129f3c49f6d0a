"""The timeline of play: from an empty workspace to a closed cycle, act by act."""

from __future__ import annotations

from collections import Counter

from bot.play import approving, office, reviewing
from bot.play.approving import Decision
from bot.play.people import Actor, Pace
from bot.play.report import Report, report
from bot.play.stage import Stage, find
from bot.sandbox_client import Json, texts
from views.ids import Action, Callback

EAST = ("Asia/Shanghai",)  # at work at 06:00 UTC, when play begins; everybody else is at 14:30
FEWEST_REVIEWS = 3  # for one person: their own, one up or down, a colleague's
QUOTES = 4


async def play_cycle(stage: Stage) -> Report:
    """All acts; problems are noted on the stage. Raises Refused where the story cannot go on."""
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
    wanted = Counter(stage.cast.decides_on(m) for m in stage.cast.members)
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
    explained = sum(d.causes for d in decisions.values())
    stage.story.say(f"{explained} targets were missed; the managers say why.")
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
