"""What HR reads about sources fits Slack, whatever they are called and however many there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appraisal.errors import Code
from appraisal.intake.declarations import SOURCE
from appraisal.intake.freshness import Freshness, Late, Stale
from appraisal.intake.runs import Detail, Failure, History, Outcome, Run, Taken
from appraisal.intake.sources import AnySource, Fault, SourceReason
from appraisal.intake.standing import CycleFigures, Gap, HandStatus, MetricsStatus, SourceStatus, Standing
from appraisal.intake.tables import Counts, Import, ImportKind, ImportState
from appraisal.scheme_reasons import SchemeReason
from tests.views import cast
from tests.views.surfaces import accept
from views import cycle, sources
from views.blocks import Rendered
from views.text import Words

NOW = cast.NOW
LONG = "韦" * 900 + "<!channel>&*" * 20
TAKEN = Taken(date(2026, 1, 1), date(2026, 3, 31), "i1", rows=120, applied=115, doubtful=2, errors=3)
VALUES: dict[Failure, dict[str, object]] = {
    Failure.UNREACHABLE: {"where": "crm.example.com", "why": "ClientConnectorError"},
    Failure.TIMED_OUT: {"seconds": 60},
    Failure.STATUS: {"status": 503},
    Failure.REDIRECTED: {"where": "elsewhere.example.com"},
    Failure.PAGE: {},
    Failure.TOO_LARGE: {"megabytes": 20},
    Failure.BAD_ENCODING: {"encoding": "br"},
    Failure.NO_SECRET: {"variable": "CRM_TOKEN"},
    Failure.NO_FOLDER: {"folder": "/srv/exports"},
    Failure.NO_FILE: {"folder": "/srv/exports", "pattern": "*.csv"},
    Failure.GROWING: {"file": "kpi.csv"},
    Failure.QUERY: {"why": 'relation "kpi" does not exist'},
    Failure.NO_DRIVER: {"why": "pymysql"},
    Failure.NOT_READ: {"code": Code.COLUMN_MISSING.value, "column": "person", "found": ["a", "b"]},
    Failure.BROKEN: {"why": "KeyError"},
}


def source(name: str = "CRM export", kind: str = "folder") -> AnySource:
    said = {"folder": {"path": "x"}, "push": {"token_env": "T"}}[kind]
    return SOURCE.validate_python({"key": "crm", "name": {"en": name[:300], "zh": name[:300]}, "kind": kind, **said})


def run(outcome: Outcome = Outcome.APPLIED, **detail: object) -> Run:
    at = NOW - timedelta(days=2)
    return Run("r1", "crm", at, at, outcome, ended_at=at, detail=Detail(**detail))  # type: ignore[arg-type]


def history(failure: Failure | None = None, **values: object) -> History:
    came = run(taken=(TAKEN,))
    if failure is None:
        return History(came, came)
    return History(run(Outcome.FAILED, failure=failure, values=values), came, 3)


def status_of(name: str = "CRM export", standing: Standing = Standing.FRESH, kind: str = "folder") -> SourceStatus:
    known = history(Failure.STATUS, status=503) if standing is Standing.FAILING else history()
    due = None if kind == "push" else NOW + timedelta(hours=1)
    return SourceStatus(source(name, kind), standing, known, due, (TAKEN,))


def by_hand(name: str = "客服KPI") -> HandStatus:
    file = Import("i2", ImportKind.METRICS, "a.csv", "", b"", None, NOW, source=name, state=ImportState.APPLIED)
    return HandStatus(replace(file, applied_at=NOW, counts=Counts(rows=40)), is_stale=True)


def figures(name: str = "Q1 2026", people: int = 30) -> CycleFigures:
    gaps = tuple(Gap(m, tuple(f"{name[:200]} {n}" for n in range(people))) for m in cast.SCHEME.metrics())
    stale = (Stale("crm", 12, date(2026, 1, 5), 40, 10), Stale(name, 1, date(2026, 1, 5), 40, 10))
    return CycleFigures(cast.cycle(name=name), people, people // 2, gaps, stale)


def full(name: str, count: int) -> MetricsStatus:
    faults = (
        Fault("sources/a.yml", 3, "every", SourceReason.NOT_A_SPAN),
        Fault(name, 1, "", SchemeReason.NOT_YAML, name),
    )
    return MetricsStatus(
        tuple(status_of(name, standing) for standing in Standing) * count + (status_of(kind="push"),),
        (by_hand(name),) * count,
        (figures(name),) * count,
        faults * count,
    )


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize(("name", "count"), [("CRM export", 1), ("CRM export", 8), (LONG, 1), (LONG, 8), ("*", 3)])
def test_the_status_fits_a_message_whatever_it_says(locale: str, name: str, count: int) -> None:
    accept(sources.status(full(name, count), Words(locale), NOW))


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_is_a_message_to_hr(locale: str, failure: Failure) -> None:
    w = Words(locale)
    shown = sources.failing(source(), history(failure, **VALUES[failure]), w)
    accept(shown)
    said = shown.blocks[0]["text"]["text"]
    assert "{" not in said
    assert "–" not in said
    accept(sources.failing(source(LONG, "push"), replace(history(failure, **VALUES[failure]), success=None), w))


@pytest.mark.parametrize(("locale", "by_itself"), [("en", "tried again by itself"), ("zh", "自动重试")])
def test_of_a_push_that_failed_nobody_says_that_it_is_tried_again(locale: str, by_itself: str) -> None:
    known, w = history(Failure.BROKEN, why="KeyError"), Words(locale)
    assert by_itself in str(sources.failing(source(), known, w).blocks)
    pushed = sources.failing(source(kind="push"), known, w)
    accept(pushed)
    assert by_itself not in str(pushed.blocks)
    assert w("source-failing-heading", name="CRM export") != pushed.text


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("name", ["CRM export", LONG])
def test_the_other_views_fit_too(locale: str, name: str) -> None:
    w = Words(locale)
    accept(sources.rows_left_out(source(name), TAKEN, w))
    accept(sources.asked_modal(source(name), w, cycle_command="/cycle"))
    fresh = Freshness((Stale("crm", 1, date(2026, 1, 5), 40, 10),) * 30, (Late(source(name), NOW),) * 30)
    declared = [source(name)]
    accept(
        cycle.close_modal([cast.progress()], w, sources.before_closing(name, fresh, figures(name).gaps, declared, w))
    )
    accept(cycle.preview_modal(cast.preview(), w, sources.before_launch(fresh, declared, w)))


def test_nothing_is_said_where_all_is_fresh() -> None:
    w = Words("en")
    assert sources.before_closing("Q3", Freshness(), [], [], w) == []
    assert sources.before_launch(Freshness(), [], w) == []


def test_whose_figures_are_missing_is_said_before_a_cycle_is_scored() -> None:
    gap = Gap(cast.SCHEME.metrics()[0], ("Ann", "Bo"))
    (block,) = sources.before_closing("Q3 2026", Freshness(), [gap], [], Words("en"))
    said = block["text"]["text"]
    assert "Q3 2026" in said
    assert "Ann and Bo" in said
    assert "out of date" not in said


def texts(shown: Rendered) -> str:
    return "\n".join(str(b.get("text", {}).get("text", "")) for b in shown.blocks)


def test_the_worst_source_comes_first_and_the_first_twenty_names_are_given() -> None:
    found = MetricsStatus((status_of("Good"), status_of("Bad", Standing.FAILING)), (), (figures("Q1", people=30),))
    said = texts(sources.status(found, Words("en"), NOW))
    assert said.index("Bad") < said.index("Good")
    assert "status 503" in said
    assert "(3 times in a row)" in said
    assert "120 rows · 5 rows left out" in said
    assert "Last came" in said
    assert "2 days ago" in said
    assert "Q1 19, and 10 more" in said


def test_without_any_source_it_is_said() -> None:
    assert "No source is declared" in texts(sources.status(MetricsStatus(), Words("en"), NOW))


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_an_undone_import_is_said_and_its_rows_are_not(locale: str) -> None:
    w = Words(locale)
    undone = replace(status_of(), taken=(replace(TAKEN, doubtful=0, errors=0, undone=True),))
    shown = sources.status(MetricsStatus((undone,)), w, NOW)
    accept(shown)
    assert w("source-undone") in str(shown.blocks)
    assert "120" not in str(shown.blocks)
