"""What each person got, as data that is the same for every run with the same seed: no ids, no times."""

from __future__ import annotations

from collections import Counter
from typing import Any

from appraisal.scheme import Scheme
from bot.cast import Member
from bot.play.approving import Decision
from bot.play.outcome import Outcome, read_result
from bot.play.phrases import PRIVATE
from bot.play.stage import Stage, find
from bot.sandbox_client import Json
from services import schemes
from views.ids import Action, Callback
from views.text import Words

Report = dict[str, Any]
SCHEME = "operations"
PRIVATE_WORDS = tuple(text for texts in PRIVATE.values() for text in texts)


async def report(stage: Stage, decisions: dict[str, Decision], results: dict[str, Json]) -> Report:
    """By e-mail, and totals. Notes problems on the stage for results that say what they should not, or lack what
    they should say."""
    people: dict[str, Any] = {}
    for user, decision in decisions.items():
        who = stage.member(user)
        people[who.email] = _person(stage, who)
        if message := results.get(user):
            outcome = read_result(message, _scheme(), await _all_comments(stage, user, message))
            _check(stage, who, decision, outcome)
            acknowledged = find(await stage.message(user, message["ts"]), Action.ACKNOWLEDGE) is None
            stage.expect(acknowledged, f"the result of {who.name} still asks to be acknowledged")
            people[who.email] |= _result(outcome, decision) | {"acknowledged": acknowledged}
    return {"people": people, "totals": _totals(people), "seed": stage.cast.seed}


def _scheme() -> Scheme:
    return next(s for s in schemes.builtin() if s.key == SCHEME)


async def _all_comments(stage: Stage, user: str, message: Json) -> Json | None:
    """The modal with every comment, where the message has room for some only."""
    if find(message, Action.SHOW_COMMENTS) is None:
        return None
    view = stage.top(await stage.press(user, message["ts"], Action.SHOW_COMMENTS), Callback.MESSAGE)
    await stage.client.close(user, view)
    return view


def _person(stage: Stage, who: Member) -> dict[str, Any]:
    return {
        "department": who.department,
        "manager": who.manager,
        "reviews": {"asked": len(stage.asked[who.slack_id]), "written": stage.wrote[who.slack_id]},
        "reminders": stage.reminders[who.slack_id],
    }


def _result(outcome: Outcome, decision: Decision) -> dict[str, Any]:
    return {
        "total": outcome.total,
        "band": outcome.band,
        "dimensions": outcome.dimensions,
        "comments": outcome.comments,
        "actions": [{"what": what, "state": state} for what, state in decision.actions.items()],
        "causes": decision.causes,
        "adjusted": decision.adjusted_to is not None,
        "returned": decision.returned,
    }


def _check(stage: Stage, who: Member, decision: Decision, outcome: Outcome) -> None:
    """Nobody reads what was meant for the manager, or who of their colleagues said something."""
    stage.expect(outcome.total is not None, f"the result of {who.name} has no total")
    stage.expect(len(outcome.dimensions) == 3, f"the result of {who.name} lacks dimensions: {outcome.dimensions}")
    if decision.adjusted_to is not None:
        stage.expect(outcome.total == decision.adjusted_to, f"{who.name} got {outcome.total}, not the adjusted score")
    for what, state in decision.actions.items():
        agreed = state != "agreed" or what[:60] in outcome.text
        stage.expect(agreed, f"the result of {who.name} lacks the action “{what}”")
    words = Words("zh" if who.chinese else "en")
    explained = outcome.text.count(words("cause-line", author=decision.approver.who.name, text="").strip())
    stage.expect(explained == decision.causes, f"{who.name} reads {explained} causes of {decision.causes}")
    for private in PRIVATE_WORDS:
        stage.expect(private not in outcome.text, f"{who.name} reads what only the manager should: {private}")
    for other in stage.cast.members:
        known = other in (who, decision.approver.who)
        stage.expect(known or other.name not in outcome.text, f"the result of {who.name} names {other.name}")


def _totals(people: dict[str, Any]) -> dict[str, Any]:
    each = list(people.values())
    bands = Counter(p.get("band") for p in each)
    return {
        "people": len(each),
        "reviews_asked": sum(p["reviews"]["asked"] for p in each),
        "reviews_written": sum(p["reviews"]["written"] for p in each),
        "reminders": sum(p["reminders"] for p in each),
        "results": sum("total" in p for p in each),
        "bands": {band: n for band, n in sorted(bands.items(), key=str) if band},
        "comments": sum(sum(p.get("comments", {}).values()) for p in each),
        "actions_agreed": sum(a["state"] == "agreed" for p in each for a in p.get("actions", [])),
        "causes_named": sum(p.get("causes", 0) for p in each),
        "acknowledged": sum(p.get("acknowledged", False) for p in each),
    }
