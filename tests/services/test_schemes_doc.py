"""The worked example of docs/schemes.md: everything in it is done, and comes out as it says."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import date
from itertools import takewhile
from pathlib import Path
from textwrap import indent

import pytest

from appraisal.cycle import Selection
from appraisal.review import Figure
from appraisal.scheme import Direction, MetricItem, RatingItem, Scheme, Source
from appraisal.scheme_text import parse_scheme
from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.composite import score, shown, weights_of
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.metrics import attainment
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


EXAMPLE, POINTS, GOALS = blocks("yaml")
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
    for reached, ratings, total, band in rows:
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
                tuple(figures(scheme, float(reached.split()[0]) / 100)),
            ),
        )
        assert (str(shown(card.total or 0)), card.band) == (total, band)


def with_points() -> Scheme:
    """The example with the points of the page in `revenue`."""
    place = "        direction: higher\n"
    assert EXAMPLE.count(place) == 1
    return parse_scheme(EXAMPLE.replace(place, f"{place}        {POINTS}"))


def with_goals() -> Scheme:
    """The example with the goals of the page under the items of results."""
    place = "\n  - key: ability\n"
    assert EXAMPLE.count(place) == 1
    return parse_scheme(EXAMPLE.replace(place, indent(GOALS, " " * 6) + place))


def of_ann(scheme: Scheme, *found: Figure) -> ScoreCard:
    return score(cycle(scheme), "ann", Evidence((), found))


def test_attainment_is_that_of_the_page() -> None:
    rows = table("direction")
    assert len(rows) == 8
    for direction, _, target, actual, comes_to in rows:
        way, _, tolerance = direction.replace("`", "").partition(", tolerance: ")
        item = with_points().item("revenue")
        assert isinstance(item, MetricItem)
        asked = item.model_copy(update={"direction": Direction(way), "tolerance": float(tolerance or 1)})
        assert f"{attainment(asked, target=float(target), actual=float(actual)):.0%}" == comes_to.replace(" ", "")


def test_points_are_worth_what_the_page_says() -> None:
    rows = table("attainment | score by the cap")
    assert len(rows) == 6
    for reached, by_cap, by_points in rows:
        actual = float(reached.removesuffix("%"))
        for scheme, said in ((parse_scheme(EXAMPLE), by_cap), (with_points(), by_points)):
            (result,) = of_ann(scheme, Figure("ann", "revenue", 100, actual)).metrics
            assert (result.attainment, shown(result.score)) == (pytest.approx(actual / 100), int(said))


def test_goals_come_to_what_the_page_says() -> None:
    rows = table("shop, price_list, handbook")
    assert len(rows) == 6
    for levels, t, reached, worth in rows:
        given = zip(("shop", "price_list", "handbook"), levels.split(", "), strict=True)
        card = of_ann(with_goals(), *(Figure("ann", goal, 0, float(x)) for goal, x in given if x != "-"))
        (result,) = card.metrics
        assert (result.metric, round(result.actual, 1), shown(result.score)) == ("projects", float(t), int(worth))
        assert f"{result.attainment:.0%}" == reached.replace(" ", "")
        assert "shop" not in card.missing_metrics or levels.startswith("-,")


def test_others_weigh_as_much_as_small_groups_apart_or_what_the_scheme_says() -> None:
    weights = "weights: {manager: 60, peer: 40, self: 0}"
    assert EXAMPLE.count(weights) == 1
    (other,) = re.findall(r"`(weights: {[^}]*others[^}]*})`", DOC)
    usual, own = (parse_scheme(EXAMPLE.replace(weights, w)) for w in (weights, other))
    small = {Source.PEER, Source.REPORT}
    for scheme, weight in ((usual, 40), (own, 30)):
        (item,) = (i for i in scheme.items() if i.key == "negotiation" and isinstance(i, RatingItem))
        assert weights_of(scheme, item, small)[Source.OTHERS] == weight


def figures(scheme: Scheme, reached: float) -> list[Figure]:
    """A target of 100, and what reaches so much of it."""
    return [
        Figure("p", m.key, 100, 100 * (2 - reached if m.direction is Direction.LOWER else reached))
        for m in scheme.metrics()
        if isinstance(m, MetricItem)
    ]
