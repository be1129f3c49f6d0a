"""The worked example of docs/schemes.md: everything in it is done, and comes out as it says."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import date
from itertools import takewhile
from pathlib import Path

import pytest

from appraisal.cycle import Selection
from appraisal.review import Figure
from appraisal.scheme import Direction, MetricItem, RatingItem, Scheme, Source
from appraisal.scheme_text import parse_scheme
from appraisal.scoring.card import ItemStats
from appraisal.scoring.composite import Evidence, score, shown
from bot.__main__ import main
from services import cycles, reviews, schemes
from storage import cycles as store
from storage import people
from tests.domain.cast import cycle
from tests.world import World

DOC = (Path(__file__).parents[2] / "docs" / "schemes.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", DOC)


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first heading is `first`."""
    lines = DOC.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


(EXAMPLE,) = blocks("yaml")
MISTAKES, SECOND = blocks("diff")


def patched(text: str, diff: str) -> str:
    """The example with lines that begin with - replaced by those that follow with +."""
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.M):
        before, after = (re.sub(r"(?m)^.", "", part) for part in (old, new))
        assert text.count(before) == 1
        text = text.replace(before, after)
    return text


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setenv("HR_ADMINS", "UHANA")
    for name, text in {
        "sales.yml": EXAMPLE,
        "sales-with-mistakes.yml": patched(EXAMPLE, MISTAKES),
        "sales-2.yml": patched(EXAMPLE, SECOND),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def sessions() -> list[tuple[str, str]]:
    """(command, output) of the page, from top to bottom."""
    found: list[tuple[str, str]] = []
    for block in blocks("console"):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def test_every_command_says_what_the_page_says(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(sessions()) > 8
    for command, output in sessions():
        line, _, file = command.partition(" > ")
        with pytest.raises(SystemExit) as ended:
            main(shlex.split(line)[1:])
        said = capsys.readouterr().out
        assert ended.value.code == ("with-mistakes" in line)
        if file:
            assert said == (here / "sales-2.yml").read_text(encoding="utf-8")
        else:
            assert re.sub(r"uploaded \d{4}-\d\d-\d\d", "uploaded 2026-10-05", said) == output


async def test_a_cycle_started_with_it_gives_everybody_the_form_of_the_page(world: World) -> None:
    hana = await world.who("hana")
    await schemes.save_upload(world.deps, hana, EXAMPLE)
    rows = table("person")
    assert len(rows) == 4
    async with world.deps.begin() as tx:
        for name, department, family, _, _ in rows:
            person = await world.who(name.lower())
            await people.save(tx, [replace(person, department=department, job_family=family)])
    chosen = Selection(people=tuple(name.lower() for name, *_ in rows))
    request = world.request(scheme="sales", selection=chosen, period_start=date(2026, 7, 1))
    preview = await cycles.draft_cycle(world.deps, hana, request)
    assert preview.by_form == (("", 1), ("inside", 2), ("leads", 1))
    await cycles.launch_cycle(world.deps, hana, preview.cycle.id)
    async with world.deps.read() as tx:
        forms = {p.person_id: p.variant or "common" for p in await store.participants(tx, preview.cycle.id)}
    for name, _, _, form, asked in rows:
        assert forms[name.lower()] == form
        sheet = await reviews.open_review(world.deps, await world.who("max"), await world.task("max", name.lower()))
        assert ", ".join(i.key for page in sheet.pages for i in page.items) == asked


def test_the_totals_are_those_of_the_page() -> None:
    scheme, rows = parse_scheme(EXAMPLE), table("attainment of every target")
    assert len(rows) == 5
    for attainment, ratings, total, band in rows:
        card = score(
            cycle(scheme),
            "p",
            Evidence(
                tuple(
                    ItemStats("p", item.key, Source(relation.value), 3, float(ratings.split()[1]))
                    for item in scheme.items()
                    if isinstance(item, RatingItem | MetricItem)
                    for relation in item.relations
                ),
                tuple(figures(scheme, float(attainment.split()[0]) / 100)),
            ),
        )
        assert (str(shown(card.total or 0)), card.band) == (total, band)


def figures(scheme: Scheme, reached: float) -> list[Figure]:
    """A target of 100, and what reaches so much of it."""
    return [
        Figure("p", m.key, 100, 100 * (2 - reached if m.direction is Direction.LOWER else reached))
        for m in scheme.metrics()
    ]
