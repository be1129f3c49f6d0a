"""A made-up operations organisation for the demo and for play: the same people for the same seed."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from bot.cast_names import CHINESE_GIVEN, CHINESE_SURNAMES, ENGLISH_GIVEN, ENGLISH_SURNAMES, ascii_handle

FEWEST, MOST = 6, 200
HEAD = "Operations Shanghai"
PEOPLE_TEAM = "People"
PEOPLE_COLUMNS = ("name", "email", "employee_number", "department", "job_family", "manager", "hired_on", "country")
METRIC_COLUMNS = ("person", "metric", "target", "actual")


@dataclass(frozen=True)
class Place:
    """Where a team sits. `chinese`: the share of its people with a Chinese Slack, 0 to 1."""

    department: str
    family: str
    titles: tuple[str, str]  # (Chinese, English) of its staff
    time_zone: str
    country: str
    english: str  # the locale of those without a Chinese Slack
    chinese: float


PLACES = (
    Place(HEAD, "Operations", ("运营专员", "Operations Specialist"), "Asia/Shanghai", "CN", "en-US", 0.85),
    Place("Operations London", "Operations", ("运营专员", "Operations Analyst"), "Europe/London", "GB", "en-GB", 0.2),
    Place("Customer Service", "Service", ("客服专员", "Service Agent"), "Asia/Shanghai", "CN", "en-US", 0.65),
    Place("Logistics", "Logistics", ("物流专员", "Logistics Planner"), "Europe/Amsterdam", "NL", "en-GB", 0.25),
    Place("Quality", "Quality", ("质量工程师", "Quality Engineer"), "Asia/Shanghai", "CN", "en-US", 0.75),
    Place(
        "Operations New York", "Operations", ("运营专员", "Operations Analyst"), "America/New_York", "US", "en-US", 0.2
    ),
)
PEOPLE_PLACE = Place(PEOPLE_TEAM, "People", ("人事专员", "HR Partner"), "Europe/London", "GB", "en-GB", 0.4)


@dataclass(frozen=True)
class Member:
    """One employee. `handle` is the Slack name; `manager` an e-mail, empty for the head; `talent` 0 to 1 is how well
    the quarter went: it drives the figures and what colleagues see."""

    slack_id: str
    handle: str
    name: str
    email: str
    number: str
    department: str
    family: str
    title: str
    manager: str
    hired_on: date
    time_zone: str
    locale: str
    country: str
    talent: float

    @property
    def chinese(self) -> bool:
        return self.locale.startswith("zh")


@dataclass(frozen=True)
class Cast:
    """The organisation. `members` from the head down; `hr` are those of them who run the cycles, the lead first."""

    members: tuple[Member, ...]
    hr: tuple[Member, ...]
    seed: int

    @property
    def hr_slack_id(self) -> str:
        return self.hr[0].slack_id

    def decides_on(self, member: Member) -> str:
        """Whose approval a score needs, by e-mail: the manager, or HR; whoever reports to the person comes last."""
        if member.manager:
            return member.manager
        hr = [self.hr[0], *sorted(self.hr[1:], key=lambda m: m.email)]
        others = [m for m in hr if m.email != member.email]
        return min(others, key=lambda m: m.manager == member.email).email

    @property
    def hr_slack_ids(self) -> tuple[str, ...]:
        return tuple(m.slack_id for m in self.hr)

    def by_slack_id(self, slack_id: str) -> Member:
        return next(m for m in self.members if m.slack_id == slack_id)

    def reports_of(self, email: str) -> list[Member]:
        return [m for m in self.members if m.manager == email]

    def slack_users(self) -> list[dict[str, Any]]:
        """Everyone as the sandbox reads them, with a bot, a guest and somebody who has left."""
        return [*(_slack_user(m) for m in self.members), *OTHERS]

    def people_csv(self) -> str:
        """What HR would export of its people."""
        rows = (
            (m.name, m.email, m.number, m.department, m.family, m.manager, m.hired_on.isoformat(), m.country)
            for m in self.members
        )
        return _csv(PEOPLE_COLUMNS, rows)

    def metrics_csv(self) -> str:
        """Target and actual of the operations scheme's metrics. HR has none, and two others have gaps."""
        rng = random.Random(f"metrics:{self.seed}")
        rows = [row for m in self.members if m.department != PEOPLE_TEAM for row in _figures(m, rng)]
        staff = [m.email for m in self.members if m.department != PEOPLE_TEAM and not self.reports_of(m.email)]
        new, unmeasured = rng.sample(staff, 2)
        gone = [row for row in rows if row[0] == new or (row[0] == unmeasured and row[1] == "customer_satisfaction")]
        return _csv(METRIC_COLUMNS, (row for row in rows if row not in gone))


OTHERS: tuple[dict[str, Any], ...] = (
    {"id": "U0STANDUP", "name": "standup", "real_name": "Standup Bot", "is_bot": True, "tz": "Etc/UTC"},
    {
        "id": "U0GUEST01",
        "name": "nadia.guest",
        "real_name": "Nadia Petrova (guest)",
        "email": "nadia@supplier.example",
        "tz": "Europe/London",
        "locale": "en-GB",
        "title": "Supplier",
        "is_restricted": True,
    },
    {
        "id": "U0LEFT001",
        "name": "gone.gerry",
        "real_name": "Gerry Gone",
        "email": "gerry.gone@example.com",
        "deleted": True,
    },
)


def cast(people: int = 24, seed: int = 1) -> Cast:
    """An organisation of `people` (6 to 200): a head, managers with 4 to 8 reports, HR, departments in several zones.

    Raises ValueError for another number of people.
    """
    if not FEWEST <= people <= MOST:
        raise ValueError(f"a cast has {FEWEST} to {MOST} people, not {people}")
    casting = _Casting(random.Random(f"cast:{seed}"))
    head = casting.add(PLACES[0], ("运营总监", "Head of Operations"), "", chinese=True, years=9)
    at_head_office = replace(PEOPLE_PLACE, time_zone="Asia/Shanghai", country="CN")
    lead = casting.add(at_head_office, ("人力资源主管", "HR Lead"), head.email, chinese=True, years=6)
    partners = casting.add_staff(PEOPLE_PLACE, lead.email, min(7, people // 24))
    directors, teams = _shape(people - len(casting.members))
    above = [
        casting.add(PLACES[i % 2], ("运营副总监", "Deputy Head"), head.email, chinese=i % 2 == 0, years=8)
        for i in range(directors)
    ]
    for index, size in enumerate(teams):
        place = PLACES[(index if len(teams) > 1 else 2) % len(PLACES)]
        boss = above[index % directors].email if directors else head.email
        manager = casting.add(place, ("主管", "Team Manager"), boss, chinese=place.chinese > 0.5, years=5)
        casting.add_staff(place, manager.email, size)
    casting.add_staff(PLACES[2], head.email, people - len(casting.members))  # too few for a team of their own
    return Cast(tuple(casting.members), (lead, *partners), seed)


def _shape(rest: int) -> tuple[int, list[int]]:
    """(directors, sizes of teams without their manager) for `rest` people under the head: nobody has more than 8."""
    for directors in (0, *range(2, 9)):
        left = rest - directors
        teams = min(left // 5, max(-(-left // 9), round(left / 5.5)))
        if teams <= 0:
            return 0, []
        if teams <= 7 or (directors and -(-teams // directors) <= 8):
            staff = left - teams
            return directors, [staff // teams + (i < staff % teams) for i in range(teams)]
    raise AssertionError("8 directors lead more people than a cast has")


Drawn = TypeVar("Drawn")


class _Casting:
    """Fills the organisation; names, handles and ids are each used once."""

    def __init__(self, rng: random.Random) -> None:
        self.members: list[Member] = []
        self._rng = rng
        self._taken: set[str] = set()
        self._used: Counter[Any] = Counter()

    def add(self, place: Place, titles: tuple[str, str], manager: str, *, chinese: bool, years: int) -> Member:
        rng = self._rng
        name, handle = self._name(chinese=chinese, in_china=place.country == "CN")
        member = Member(
            slack_id=self._id(),
            handle=handle,
            name=name,
            email=f"{handle}@example.com",
            number=f"FC{1001 + len(self.members)}",
            department=place.department,
            family=place.family,
            title=titles[0] if chinese else titles[1],
            manager=manager,
            hired_on=date(2025, 12, 15) - timedelta(days=rng.randint(60, 365 * years + 60)),
            time_zone=place.time_zone,
            locale="zh-CN" if chinese else place.english,
            country=place.country,
            talent=round(min(0.97, max(0.05, rng.gauss(0.56, 0.19))), 3),
        )
        self.members.append(member)
        return member

    def add_staff(self, place: Place, manager: str, size: int) -> list[Member]:
        """`size` people; the languages alternate so that even a small team has both where its place has."""
        share = place.chinese
        return [
            self.add(place, place.titles, manager, chinese=int((i + 1) * share) > int(i * share), years=2)
            for i in range(size)
        ]

    def _name(self, *, chinese: bool, in_china: bool) -> tuple[str, str]:
        """(name, Slack handle). Abroad, or with an English Slack, Chinese names stand in Latin letters at times."""
        rng = self._rng
        while True:
            if chinese or (in_china and rng.random() < 0.4):
                surname, given = self._rare(CHINESE_SURNAMES), self._rare(CHINESE_GIVEN)
                handle = f"{given[1]}.{surname[1]}".lower()
                name = surname[0] + given[0] if in_china and chinese else f"{given[1]} {surname[1]}"
            else:
                name = f"{self._rare(ENGLISH_GIVEN)} {self._rare(ENGLISH_SURNAMES)}"
                handle = ascii_handle(name)
            if not {name, handle} & self._taken:
                self._taken |= {name, handle}
                return name, handle

    def _rare(self, pool: Sequence[Drawn]) -> Drawn:
        """One of those drawn least often so far: a small organisation has nobody's name twice."""
        least = min(self._used[each] for each in pool)
        drawn = self._rng.choice([each for each in pool if self._used[each] == least])
        self._used[drawn] += 1
        return drawn

    def _id(self) -> str:
        while True:
            found = "U0" + "".join(self._rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=7))
            if found not in self._taken:
                self._taken.add(found)
                return found


def _slack_user(m: Member) -> dict[str, Any]:
    return {
        "id": m.slack_id,
        "name": m.handle,
        "real_name": m.name,
        "email": m.email,
        "tz": m.time_zone,
        "locale": m.locale,
        "title": m.title,
        "is_bot": False,
        "deleted": False,
        "is_restricted": False,
    }


def _figures(m: Member, rng: random.Random) -> Iterator[tuple[str, str, str, str]]:
    """Goal completion and satisfaction in percent, volume as a count; around target, better with more talent."""
    luck = (m.talent - 0.56) * 0.35
    for metric, target, spread in (
        ("goal_completion", 100, 0.07),
        ("business_volume", rng.choice((480, 640, 900, 1200)), 0.10),
        ("customer_satisfaction", rng.choice((88, 90, 92)), 0.03),
    ):
        actual = target * (1 + luck + rng.gauss(0, spread))
        if metric == "customer_satisfaction":
            actual = min(99.0, actual)
        yield m.email, metric, str(target), str(round(actual) if metric == "business_volume" else round(actual, 1))


def _csv(columns: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
