"""People and who manages whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Person:
    """One employee. `locale` as Slack writes it ("en-GB"); `time_zone` an IANA name; `email` lower case."""

    id: str
    name: str
    email: str = ""
    slack_id: str | None = None
    employee_number: str | None = None
    department: str = ""
    job_family: str = ""
    manager_id: str | None = None
    hired_on: date | None = None
    active: bool = True
    time_zone: str = "UTC"
    locale: str = "en"
    country: str = ""


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where there is none, so that a wrong setting delays nobody for ever."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a folder of the zone files
        return ZoneInfo("UTC")


class Directory:
    """Everyone, with the questions asked about them. Order: by e-mail, then name, so that results repeat."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = sorted(people, key=lambda p: (p.email, p.name, p.id))
        self._by_id = {p.id: p for p in self._people}
        self._reports: dict[str, list[Person]] = {}
        for person in self._people:
            if person.manager_id and person.active:
                self._reports.setdefault(person.manager_id, []).append(person)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)

    def __contains__(self, person_id: str) -> bool:
        return person_id in self._by_id

    def __getitem__(self, person_id: str) -> Person:
        return self._by_id[person_id]

    def find(self, person_id: str | None) -> Person | None:
        """The person, or None where there is none."""
        return self._by_id.get(person_id) if person_id else None

    def manager_of(self, person: Person) -> Person | None:
        """The active manager; None where there is none, or where the manager has left."""
        manager = self.find(person.manager_id)
        return manager if manager and manager.active and manager.id != person.id else None

    def reports_of(self, person_id: str) -> list[Person]:
        """Active direct reports."""
        return [p for p in self._reports.get(person_id, []) if p.id != person_id]

    def departments(self) -> list[str]:
        """Names of the departments of active people, sorted."""
        return sorted({p.department for p in self._people if p.active and p.department})


def local_day(who: Person, now: datetime) -> date:
    """The calendar day where the person is."""
    return now.astimezone(zone(who.time_zone)).date()


def end_of_day(day: date, who: Person) -> datetime:
    """The last minute of a day where the person is; aware UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone(who.time_zone))
    return midnight.astimezone(UTC) - timedelta(minutes=1)
