"""Due reminders become messages, each once."""

from __future__ import annotations

from collections import defaultdict

from appraisal import messages
from appraisal.cycle import State
from appraisal.reminders import due_rule
from appraisal.review import UNDONE
from services.cycles import local_day
from services.deps import Deps
from storage import cycles, outbox, people, reminders, reviews


async def remind(deps: Deps) -> int:
    """Put what is due into the outbox together with its mark, in one transaction. Returns how many.

    At most one a day and person, whatever is due; only to those with something left to write.
    """
    now = deps.now()
    count = 0
    async with deps.begin() as tx:
        directory = await people.all_people(tx)
        open_ones = sorted(await cycles.in_states(tx, {State.COLLECTING}), key=lambda c: c.due_at)
        for cycle in open_ones:
            open_reviews: dict[str, int] = defaultdict(int)
            for task in await reviews.of_cycle(tx, cycle.id):
                open_reviews[task.reviewer_id] += task.state in UNDONE
            waiting = [directory[i] for i, n in sorted(open_reviews.items()) if n and directory[i].active]
            sent = await reminders.sent(tx, cycle.id)
            last = await reminders.last_day(tx, [p.id for p in waiting])
            for person in waiting:
                day = local_day(person, now)
                rule = due_rule(
                    due_at=cycle.due_at,
                    now=now,
                    time_zone=person.time_zone,
                    sent=sent.get(person.id, set()),
                    last_reminded=last.get(person.id),
                )
                if rule is None or not await reminders.mark(
                    tx, cycle_id=cycle.id, person_id=person.id, rule=rule, day=day
                ):
                    continue
                reminder = messages.ReviewReminder(cycle_id=cycle.id, rule=rule, day=day)
                key = f"reminder:{cycle.id}:{person.id}:{rule.value}"
                await outbox.add(tx, recipient=person.id, message=reminder, now=now, key=key, priority=2)
                count += 1
    return count
