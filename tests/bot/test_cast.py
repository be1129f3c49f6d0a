from __future__ import annotations

import csv
import io
from collections import Counter

import pytest

from bot.cast import FEWEST, MOST, Cast, cast
from services import schemes


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def usual() -> Cast:
    return cast(24, 1)


def test_the_same_seed_gives_the_same_organisation_and_another_seed_another(usual: Cast) -> None:
    assert cast(24, 1) == usual
    assert cast(24, 1).metrics_csv() == usual.metrics_csv()
    assert {m.name for m in cast(24, 2).members} != {m.name for m in usual.members}


@pytest.mark.parametrize("people", [*range(FEWEST, 60), 99, 150, 199, MOST])
def test_every_size_has_that_many_people_and_nobody_leads_more_than_eight_or_nine(people: int) -> None:
    found = cast(people, 3)
    assert len(found.members) == people
    for unique in ("slack_id", "email", "handle", "name", "number"):
        assert len({getattr(m, unique) for m in found.members}) == people, unique
    emails = {m.email for m in found.members}
    assert [m.manager for m in found.members].count("") == 1
    assert all(m.manager in emails for m in found.members[1:])
    assert max(Counter(m.manager for m in found.members).values()) <= 9


@pytest.mark.parametrize("people", [5, 201])
def test_a_cast_of_another_size_is_refused(people: int) -> None:
    with pytest.raises(ValueError, match="6 to 200"):
        cast(people, 1)


def test_both_languages_and_several_time_zones_are_in_the_usual_cast(usual: Cast) -> None:
    languages = Counter(m.chinese for m in usual.members)
    assert min(languages[True], languages[False]) >= 8
    assert {"Asia/Shanghai", "Europe/London"} < {m.time_zone for m in usual.members}
    assert any(not m.name.isascii() for m in usual.members)
    assert all(m.email.isascii() and m.email.endswith("@example.com") for m in usual.members)


def test_hr_are_employees_with_a_manager(usual: Cast) -> None:
    assert usual.hr_slack_id == usual.hr[0].slack_id
    assert all(m in usual.members and m.manager for m in usual.hr)


def test_slack_has_a_bot_a_guest_and_a_leaver_beside_the_employees(usual: Cast) -> None:
    users = usual.slack_users()
    others = users[len(usual.members) :]
    assert len({u["id"] for u in users}) == len(users)
    assert [bool(u.get(k)) for u, k in zip(others, ("is_bot", "is_restricted", "deleted"), strict=True)] == [True] * 3


def test_the_people_file_names_every_employee_and_their_manager(usual: Cast) -> None:
    assert [(r["email"], r["manager"]) for r in rows(usual.people_csv())] == [
        (m.email, m.manager) for m in usual.members
    ]


@pytest.mark.parametrize("people", [FEWEST, 24])
def test_the_metrics_file_has_known_metrics_and_a_few_people_with_gaps(people: int) -> None:
    found = cast(people, 1)
    figures = rows(found.metrics_csv())
    known = {m.key for s in schemes.builtin() if s.key == "operations" for m in s.metrics()}
    assert {r["metric"] for r in figures} == known
    assert all(float(r["target"]) > 0 and float(r["actual"]) > 0 for r in figures)
    each = Counter(r["person"] for r in figures)
    assert set(each) < {m.email for m in found.members}
    assert {3, 2} == set(each.values())
