"""Nothing that people wrote gets into a log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from appraisal.errors import Code, NotFound
from bot import log

CANARY = "canary-7f3a"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since, parsed, and checked for the canary."""

    def read() -> list[dict[str, Any]]:
        text = capsys.readouterr().err
        assert CANARY not in text
        return [json.loads(line) for line in text.splitlines()]

    return read


def test_a_field_that_is_not_listed_is_dropped(lines: Lines) -> None:
    log.configure("INFO", json=True)
    structlog.get_logger().info("sent", kind="todo-card", answer=CANARY, body={"text": CANARY})
    (line,) = lines()
    assert line["event"] == "sent"
    assert line["kind"] == "todo-card"
    assert "answer" not in line


def test_an_exception_shows_where_and_what_kind_but_not_what_it_says(lines: Lines) -> None:
    log.configure("INFO", json=True)
    try:
        try:
            float(CANARY)
        except ValueError as error:
            raise NotFound(Code.NO_SUCH_REVIEW, name=CANARY) from error
    except NotFound:
        structlog.get_logger().exception("request-failed")
    (line,) = lines()
    assert line["error"] == "NotFound(no-such-review) < ValueError"
    assert any("test_log.py" in frame for frame in line["trace"])


def test_lines_of_other_libraries_end_where_values_begin(lines: Lines) -> None:
    log.configure("INFO", json=True)
    logging.getLogger("slack_bolt.AsyncApp").warning(f"Unhandled request ({{'type': '{CANARY}'}})")
    logging.getLogger("slack_bolt.AsyncApp").error(f"Failed to run a listener: {CANARY}\n{CANARY}")
    try:
        float(CANARY)
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    assert [line["event"] for line in lines()] == [
        "Unhandled request",
        "Failed to run a listener",
        "Task exception was never retrieved",
    ]


def test_slack_libraries_do_not_chatter_even_when_we_debug(lines: Lines) -> None:
    log.configure("DEBUG", json=True)
    logging.getLogger("slack_sdk.web").debug(CANARY)
    logging.getLogger("slack_bolt").info(CANARY)
    assert lines() == []
