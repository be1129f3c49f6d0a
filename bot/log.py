"""Logs: one line per event, for people on a terminal and as JSON elsewhere, without anything that people wrote.

What may appear is listed, not what may not: fields that are not in FIELDS are dropped, exceptions show types and
places but no message (a message may quote an answer), lines of other libraries end where values begin.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from appraisal.errors import AppraisalError

Event = MutableMapping[str, Any]

FIELDS = frozenset(
    {"event", "level", "timestamp", "logger", "trace"}
    | {"action", "attempts", "blocks", "code", "count", "error", "event_type", "id", "kind", "method", "port"}
    | {"reason", "retry_in", "seconds", "span", "state", "url"}
)
QUIET = ("slack_sdk", "slack_bolt", "apscheduler", "aiohttp", "asyncio", "alembic", "sqlalchemy")


def configure(level: str = "INFO", *, json: bool | None = None) -> None:
    """Set logging up for this process. `json` None: unless standard error is a terminal."""
    as_json = not sys.stderr.isatty() if json is None else json
    own = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _describe_exception,
        _keep_listed,
    ]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *own, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _shorten, *own],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.raiseExceptions = False  # a line that cannot be written would be shown with its arguments
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def describe(error: BaseException) -> str:
    """An error without what its message may quote: its type, and its code where it has one."""
    name = type(error).__name__
    if isinstance(error, AppraisalError):
        return f"{name}({error.code.value})"
    if isinstance(error, SlackApiError):
        return f"{name}({_slack_code(error)})"
    return name


def _slack_code(error: SlackApiError) -> str:
    get = getattr(error.response, "get", None)
    code = get("error") if get else None
    return str(code or f"HTTP {getattr(error.response, 'status_code', getattr(error.response, 'status', '?'))}")


def _describe_exception(_logger: Any, _method: str, event: Event) -> Event:
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    error = error or (sys.exc_info()[1] if info else None)
    if error is None:
        return event
    event["error"] = " < ".join(describe(each) for each in _chain(error))
    event["trace"] = [
        f"{frame.filename.rpartition('/site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return event


def _chain(error: BaseException) -> list[BaseException]:
    found = [error]
    while cause := found[-1].__cause__ or (None if found[-1].__suppress_context__ else found[-1].__context__):
        if cause in found:
            break
        found.append(cause)
    return found


def _keep_listed(_logger: Any, _method: str, event: Event) -> Event:
    return {key: value for key, value in event.items() if key in FIELDS or key.startswith("_")}


def _shorten(_logger: Any, _method: str, event: Event) -> Event:
    """Other libraries put values behind a bracket, a colon or on further lines."""
    event["event"] = re.split(r"[(:{\[\n'\"]", str(event.get("event", "")))[0].strip()
    return event
