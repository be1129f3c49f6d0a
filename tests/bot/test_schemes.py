"""Schemes on the command line."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from appraisal.scheme_schema import json_schema_text
from bot.__main__ import main

PROBATION = (files("appraisal") / "schemes" / "probation.yml").read_text(encoding="utf-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a new database in it, and no settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setenv("HR_ADMINS", "UHANA")
    return tmp_path


def run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(["scheme", *arguments])
    return ended.value.code


def weighed(weight: int) -> str:
    """The built-in text with another weight for its first dimension."""
    return re.sub(r"(?m)^    weight: \d+$", f"    weight: {weight}", PROBATION, count=1)


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_the_list_names_every_scheme(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    lines = printed(capsys)
    assert re.fullmatch(r"operations +version 1  Operations, quarterly \(built in, 0 cycles\)", lines[0])
    assert [line.split()[0] for line in lines] == ["operations", "annual", "leadership_360", "probation"]


def test_a_scheme_is_shown_with_what_counts_how_much(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "leadership-360") == 0
    assert run("show", "annual") == 0
    out = printed(capsys)
    assert "annual, version 1: Annual appraisal" in out
    assert any(line.startswith("  goal_completion  metric  50%") for line in out)
    assert any(line.startswith("  sales: Sales; departments") for line in out)


def test_an_unknown_key_is_said_to_be_unknown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for what in ("show", "retire", "export"):
        assert run(what, "nothing") == 1
    assert len(printed(capsys)) == 3


def test_a_right_file_is_called_right_without_any_settings(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    (here / "mine.yml").write_text(PROBATION, encoding="utf-8")
    assert run("check", "mine.yml") == 0
    assert printed(capsys)[0].startswith("mine.yml: probation, version 1, is right: ")
    assert not list(here.glob("*.db"))


def test_every_mistake_is_told_with_file_line_and_path(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = weighed(-5).replace("\nversion: 1\n", "\nversion: one\n")
    (here / "mine.yml").write_text(broken, encoding="utf-8")
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if text == "version: one")
    for what in ("check", "upload"):
        assert run(what, "mine.yml") == 1
        lines = printed(capsys)
        assert lines[0] == f"mine.yml:{line}: version: this must be a number"
        assert re.fullmatch(r"mine\.yml:\d+: dimensions\[\w+\]\S*weight: this must be > 0", lines[1])
        assert len(lines) == 2
    assert run("list") == 0
    assert all("built in" in text for text in printed(capsys))


def test_what_is_no_yaml_is_told_without_a_path(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.yml").write_text("key: [", encoding="utf-8")
    assert run("check", "mine.yml") == 1
    assert printed(capsys)[0].startswith("mine.yml:1: this is not YAML")


def test_an_upload_is_tried_saved_and_exported(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = "# ours\n" + weighed(55).replace("\nversion: 1\n", "\nversion: 2\n")
    (here / "mine.yml").write_text(second, encoding="utf-8-sig")
    assert run("upload", "mine.yml", "--dry-run") == 0
    assert printed(capsys)[0] == "Would be saved: probation, version 2 after version 1."
    assert run("upload", "mine.yml") == 0
    assert printed(capsys)[0] == "Saved: probation, version 2 after version 1."
    assert run("upload", "mine.yml") == 0
    assert printed(capsys) == ["probation, version 2, is there already: nothing changes."]
    assert run("export", "probation") == 0
    assert capsys.readouterr().out == second
    assert run("list") == 0
    assert "by the command line, 0 cycles" in capsys.readouterr().out


def test_a_taken_version_is_refused_with_the_next_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.yml").write_text(weighed(55), encoding="utf-8")
    assert run("upload", "mine.yml") == 1
    assert printed(capsys)[0].endswith('Give this one "version: 2".')


def test_a_scheme_is_retired_and_brought_back(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("retire", "probation") == 0
    assert run("retire", "probation") == 1
    assert run("list") == 0
    assert printed(capsys)[-1].endswith("(built in, 0 cycles, retired)")
    (here / "same.yml").write_text(PROBATION, encoding="utf-8")
    assert run("upload", "same.yml") == 0
    assert printed(capsys) == ["probation, version 1, is there already: it is offered again."]
    assert run("retire", "probation") == 0
    (here / "next.yml").write_text(weighed(55).replace("\nversion: 1\n", "\nversion: 2\n"), encoding="utf-8")
    assert run("upload", "next.yml") == 0
    assert "It was retired and is offered again." in printed(capsys)


def test_the_json_schema_is_printed_as_it_is_shipped(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("json-schema") == 0
    assert capsys.readouterr().out == json_schema_text()
