"""The example in docs/imports.md: its files are written, its commands run, and what they print is compared."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bot.__main__ import main

PAGE = Path(__file__).parents[2] / "docs" / "imports.md"
BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str) -> int:
    program, *arguments = shlex.split(command)
    assert program == "fullcircle"
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def without_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{32}\b", "ID", text)


def test_the_example_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/fullcircle.db")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    code, commands = 0, 0
    for kind, name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).write_text(text, encoding="utf-8")
        if kind != "console":
            continue
        for command, expected in re.findall(r"^\$ ([^\n]+)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            if command == "echo $?":
                assert expected == f"{code}\n"
                continue
            command, _, tail = command.partition(" | tail -n ")
            code = run(command)
            commands += 1
            printed = capsys.readouterr().out.splitlines()[-int(tail or 0) :]
            assert [without_ids(line) for line in printed] == [without_ids(line) for line in expected.splitlines()]
    assert commands == 11
