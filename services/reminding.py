"""Due reminders become messages, each once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from appraisal.cycle import Cycle, State
from appraisal.messages import ReviewReminder
from appraisal.people import zone
from appraisal.reminders import Reminder, Rule, due_rule, is_near
from services.deps import Deps
from storage import cycles, outbox, reminders, tallies

AT_ONCE = 200  # people in one transaction, so that nobody who writes waits long
Situation = tuple[str, frozenset[Rule], date | None]  # time zone, rules used, last day reminded


async def remind(deps: Deps) -> int:
    """Put what is due into the outbox. Returns how many.

    At most one a day and person, whatever is due; only to those with something left to write. A message is written
    together with its mark, and only where the mark was not there: two processes may do this at once.
    """
    now = deps.now()
    due = sorted(await _due(deps, now), key=lambda r: r.person_id)  # all lock people in the same order
    count = 0
    for start in range(0, len(due), AT_ONCE):
        async with deps.begin() as tx:
            new = await reminders.mark_many(tx, due[start : start + AT_ONCE])
            letters = [(r.person_id, ReviewReminder(cycle_id=r.cycle_id, rule=r.rule, day=r.day)) for r in new]
            await outbox.add_many(tx, letters, now=now, priority=2)
        count += len(new)
    return count


async def _due(deps: Deps, now: datetime) -> list[Reminder]:
    """What nobody was reminded of yet; where a person is in several cycles, of the earliest deadline."""
    due: dict[str, Reminder] = {}
    async with deps.read() as tx:
        collecting = await cycles.in_states(tx, {State.COLLECTING})
        near = sorted((c for c in collecting if is_near(c.due_at, now)), key=lambda c: c.due_at)
        if not near:
            return []
        last = await reminders.last_days(tx, now.date() - timedelta(days=1))  # somewhere it is still yesterday
        for cycle in near:
            sent = await reminders.sent(tx, cycle.id)
            situations = {
                person_id: (time_zone, sent.get(person_id, frozenset()), last.get(person_id))
                for person_id, time_zone in await tallies.unfinished(tx, cycle.id)
            }
            for reminder in _decide(cycle, situations, now):
                due.setdefault(reminder.person_id, reminder)
    return list(due.values())


def _decide(cycle: Cycle, situations: dict[str, Situation], now: datetime) -> list[Reminder]:
    """Thousands of people are in a few situations: each is looked at once."""
    rules = {
        s: due_rule(due_at=cycle.due_at, now=now, time_zone=s[0], sent=s[1], last_reminded=s[2])
        for s in set(situations.values())
    }
    days = {s: now.astimezone(zone(s[0])).date() for s, rule in rules.items() if rule}
    return [Reminder(cycle.id, person_id, rule, days[s]) for person_id, s in situations.items() if (rule := rules[s])]
