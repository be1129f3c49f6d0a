"""The process that asks another database: `python -I query.py`, a request on standard input, rows on standard output.

It imports nothing of ours and ends by itself: the alarm kills it also inside a driver that hangs, and where the bot
was killed before it could.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

MEMORY = 1 << 30
AT_ONCE = 1000  # rows


class TooLarge(Exception):
    """The rows need more bytes than may be read."""


def main() -> None:
    request = json.load(sys.stdin)
    seconds = int(request["seconds"])
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds + 2)  # the database's own limit comes first, where it has one
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        rows = ask(request["url"], request["query"], seconds=seconds, most=int(request["bytes"]))
    except TooLarge:
        _answer({"failure": "too-large"})
    except (ImportError, exc.NoSuchModuleError) as error:
        _answer({"failure": "no-driver", "why": getattr(error, "name", None) or str(error)[:100]})
    except exc.SQLAlchemyError as error:
        _answer(_failure(error))
    else:
        _answer({})
        sys.stdout.write(rows)


def ask(url: str, query: str, *, seconds: int, most: int) -> str:
    """The rows as a JSON array of objects, in an order of their own: databases promise none, and the same rows
    must be the same bytes. Nothing is written: the transaction is read-only where the database can, and rolled back.
    """
    engine = _engine(sa.make_url(url), seconds)
    with engine.connect() as connection:
        _read_only(connection, seconds)
        result = connection.execution_options(stream_results=True).execute(sa.text(query.rstrip().rstrip(";")))
        texts = sorted(_texts(result, most))
        connection.rollback()
    return "[" + ",\n".join(texts) + "]"


def _texts(result: sa.CursorResult[Any], most: int) -> Iterator[str]:
    names, size = list(result.keys()), 0
    for rows in result.partitions(AT_ONCE):
        for row in rows:
            text = json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False)
            size += len(text.encode()) + 2
            if size > most:
                raise TooLarge
            yield text


def _engine(url: sa.URL, seconds: int) -> sa.Engine:
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        url = _existing(url)
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine, "connect")
        def only_read(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA busy_timeout = {min(seconds, 30) * 1000}")

    return engine


def _existing(url: sa.URL) -> sa.URL:
    """SQLite would make an empty file where there is none."""
    if not url.database or url.database.startswith("file:"):
        return url
    path = Path(url.database).resolve().as_uri()
    return url.set(database=path).update_query_dict({"mode": "ro", "uri": "true"})


def _read_only(connection: sa.Connection, seconds: int) -> None:
    """Where the database can: nothing may be written, and it ends the query itself when nobody waits any more."""
    match connection.dialect.name:
        case "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {seconds * 1000}")
        case "mysql" | "mariadb":
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        case _:
            return


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).decode(errors="replace")
    return str(value)


def _failure(error: exc.SQLAlchemyError) -> dict[str, str]:
    """What may be shown: the kind of the error and the database's code for it.

    Not the driver's words: they name hosts, users and addresses, each driver in its own way.
    """
    cause = getattr(error, "orig", None) or error
    code = str(_code(cause) or "")
    if code == "57014":  # query_canceled, by statement_timeout
        return {"failure": "timed-out"}
    return {"failure": "query", "why": f"{type(cause).__name__} {code}".strip()}


def _code(cause: object) -> str | int | None:
    """SQLSTATE, SQLite's name of the error, or the number that MySQL and its like put first."""
    known = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    first = next(iter(getattr(cause, "args", ())), None)
    return known or (first if isinstance(first, int) else None)


def _answer(said: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
