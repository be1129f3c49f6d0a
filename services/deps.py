"""What every use case is given: the database, the clock, who is HR, and where ids come from."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

from appraisal.errors import Code, NotAllowed
from appraisal.intake.sources import Sources
from appraisal.people import Directory, Person
from storage.engine import Database, Tx


def new_id() -> str:
    """A random id: it tells neither order nor time."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Deps:
    """`now` gives aware UTC; `hr_admins` are Slack ids; `sources` are those that keep coming."""

    database: Database
    now: Callable[[], datetime]
    hr_admins: frozenset[str] = frozenset()
    new_id: Callable[[], str] = new_id
    new_seed: Callable[[], int] = field(default=lambda: secrets.randbelow(2**31))
    sources: Sources = field(default_factory=Sources)
    being_scored: set[str] = field(default_factory=set[str])  # cycles, in this process

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        return self.database.begin()

    def read(self) -> AbstractAsyncContextManager[Tx]:
        return self.database.read()

    def is_hr(self, who: Person) -> bool:
        return who.slack_id in self.hr_admins and who.active

    def check_hr(self, who: Person) -> None:
        """Raises NotAllowed(NOT_HR)."""
        if not self.is_hr(who):
            raise NotAllowed(Code.NOT_HR)

    def hr_people(self, directory: Directory) -> list[Person]:
        """The active HR admins, in the directory's order."""
        return [p for p in directory if self.is_hr(p)]
