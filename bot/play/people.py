"""Simulated people: what they notice, how they rate, and what they write, each in their own language.

They know a form only by what it shows: the key of a question, its label and its options. What somebody answers
about somebody depends on the two of them and the seed, never on when they answer.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.cast import Cast, Member
from bot.play.phrases import (
    ACTION_COMMENTS,
    ACTIONS,
    ADJUST_REASONS,
    CARELESS,
    CAUSE_NOTES,
    EFFECTS,
    EN,
    FAIR,
    GOOD,
    HELPED,
    HINDERED,
    PRIVATE,
    RETURN_NOTES,
    SITUATIONS,
    STEPS,
    ZH,
)
from bot.sandbox_client import Question

LONG = 0.8  # wordiness from which people tell two situations


class Pace(StrEnum):
    """When somebody gets round to their reviews."""

    AT_ONCE = "at once"
    REMINDED = "after the first reminder"
    LAST_DAY = "on the last day"
    OVERDUE = "a day late"
    NEVER = "never"


@dataclass(frozen=True)
class Temper:
    """How somebody fills in forms. `leniency` in points of a five-point scale; the rest 0 to 1 or yes and no."""

    pace: Pace
    leniency: float
    unsure: float  # how often "can't say"
    wordiness: float
    emoji: bool
    types: bool  # every choice is told to the app as it is made; others only send pages
    leaves: bool  # closes a review half way and comes back
    edits: bool  # changes a review after sending it


@dataclass(frozen=True)
class Actor:
    """One simulated person."""

    who: Member
    temper: Temper
    seed: int

    @property
    def language(self) -> str:
        return ZH if self.who.chinese else EN

    def review(self, about: Member, question: Question, *, again: bool = False) -> Mapping[str, Any] | None:
        """The answer to one question about `about`; None leaves it empty. `again`: a second thought."""
        rng = self._rng(about.email, question.block_id, "again" if again else "")
        if question.type == "plain_text_input":
            text = self._text(about, _key(question), rng)
            return {"value": text} if text else None
        points = [o for o in question.options if o["value"].lstrip("-").isdigit()]
        others = [o for o in question.options if o not in points]
        own = about.email == self.who.email
        if others and not own and rng.random() < self.temper.unsure:
            return {"selected_option": others[-1]}
        return {"selected_option": self._rate(about, question, points, rng)} if points else None

    def propose(self, about: Member, *, again: bool = False) -> dict[str, str]:
        """An improvement action for a report: what, why, measure and help."""
        rng = self._rng(about.email, "action")
        first, second = rng.sample(ACTIONS[self.language], 2)
        return dict(zip(("what", "why", "measure", "help"), second if again else first, strict=True))

    def accepts(self) -> bool:
        """Whether the action proposed to them is accepted as it is."""
        return self._rng("accept").random() < 0.8

    def comment(self) -> str:
        return self._rng("comment").choice(ACTION_COMMENTS[self.language])

    def cause(self, about: Member, question: Question) -> Mapping[str, Any]:
        """Why a report missed a target: one from the list, and a few words about most."""
        rng = self._rng(about.email, question.block_id)
        if question.options:
            return {"selected_option": rng.choice(question.options[:-1])}
        return {"value": rng.choice(CAUSE_NOTES[self.language])}

    def adjust_reason(self) -> str:
        return ADJUST_REASONS[self.language]

    def return_note(self) -> str:
        return RETURN_NOTES[self.language]

    def _rng(self, *about: str) -> random.Random:
        return random.Random(":".join((str(self.seed), self.who.email, *about)))

    def _rate(self, about: Member, question: Question, points: Sequence[Any], rng: random.Random) -> Any:
        """What the person really does, as seen by this reviewer: shifted by leniency, blurred by noise."""
        skill = random.Random(f"{self.seed}:{about.email}:{question.block_id}").gauss(about.talent, 0.12)
        kindness = 0.35 if about.email == self.who.email else self.temper.leniency
        seen = skill + kindness / 4 + rng.gauss(0, 0.11)
        return points[min(len(points) - 1, max(0, round(seen * (len(points) - 1))))]

    def _text(self, about: Member, key: str, rng: random.Random) -> str:
        own = about.email == self.who.email
        if key == "for_manager":
            return rng.choice(PRIVATE[self.language]) if rng.random() < 0.25 else ""
        if not own and rng.random() > 0.35 + self.temper.wordiness:
            return rng.choice(CARELESS[self.language]) if rng.random() < 0.6 else ""
        subject = self._subject(about, own)
        if key.endswith("_grow"):
            text = self._next_step(subject, own, rng)
        elif key == "results_context":
            text = self._context(rng)
        else:
            text = self._praise(about, subject, rng)
        return text.replace("， ", "，") + (
            rng.choice((" 🙏", " 👏", " 🚀")) if self.temper.emoji and rng.random() < 0.3 else ""
        )

    def _subject(self, about: Member, own: bool) -> str:
        if own:
            return "" if self.language is ZH else "I"
        short = about.name.split()[0]
        return f" {short} " if self.language == ZH and " " in about.name else short  # 建议 Grace 把……

    def _praise(self, about: Member, subject: str, rng: random.Random) -> str:
        told = 2 if self.temper.wordiness > LONG else 1
        situations = SITUATIONS[self.language]
        pool = situations.get(about.family, ()) * 2 + situations[""]
        skilful = rng.random() < about.talent + 0.15
        deeds = rng.sample(GOOD[self.language] if skilful else FAIR[self.language], told)
        stories = [
            f"{situation}{subject}{deed}。" if self.language == ZH else f"{situation}, {subject} {deed}."
            for situation, deed in zip(rng.sample(pool, told), deeds, strict=True)
        ]
        if skilful and rng.random() < 0.5:
            stories.append(rng.choice(EFFECTS[self.language]))
        return ("" if self.language == ZH else " ").join(stories)

    def _next_step(self, subject: str, own: bool, rng: random.Random) -> str:
        step, first = rng.choice(STEPS[self.language])
        if self.language == ZH:
            opening = f"我想{step}。" if own else f"建议{subject}{step}。"
            return f"{opening}第一步：{first}。"
        opening = f"I want to {step}." if own else f"{subject} could {step}."
        return f"{opening} A first step: {first}."

    def _context(self, rng: random.Random) -> str:
        helped, hindered = rng.choice(HELPED[self.language]), rng.choice(HINDERED[self.language])
        if self.language == ZH:
            return f"有帮助的：{helped}。受影响的：{hindered}。"
        return f"What helped: {helped}. What got in the way: {hindered}."


def _key(question: Question) -> str:
    return question.block_id.partition(":")[2]


def actors(cast: Cast) -> dict[str, Actor]:
    """An actor for each member, by Slack id. Two never finish, one is a day late; HR and the head are prompt."""
    staff = [m for m in cast.members[1:] if m not in cast.hr]
    paces = dict(zip((m.email for m in _shuffled(cast, staff)), _paces(len(staff)), strict=False))
    return {m.slack_id: Actor(m, _temper(cast, m, paces.get(m.email, Pace.AT_ONCE)), cast.seed) for m in cast.members}


def _shuffled(cast: Cast, staff: Sequence[Member]) -> list[Member]:
    """Those without reports first: a manager who never answers leaves a whole team waiting."""
    order = list(staff)
    random.Random(f"paces:{cast.seed}").shuffle(order)
    return sorted(order, key=lambda m: bool(cast.reports_of(m.email)))


def _paces(people: int) -> list[Pace]:
    return [
        Pace.NEVER,
        Pace.NEVER,
        Pace.OVERDUE,
        *[Pace.LAST_DAY] * max(1, people // 12),
        *[Pace.REMINDED] * max(1, people // 5),
    ]


def _temper(cast: Cast, m: Member, pace: Pace) -> Temper:
    rng = random.Random(f"temper:{cast.seed}:{m.email}")
    return Temper(
        pace=pace,
        leniency=max(-1.2, min(1.2, rng.gauss(0.1, 0.45))),
        unsure=rng.choice((0.0, 0.03, 0.03, 0.12)),
        wordiness=rng.random(),
        emoji=rng.random() < 0.35,
        types=rng.random() < 0.25,
        leaves=rng.random() < 0.3,
        edits=rng.random() < 0.25,
    )
