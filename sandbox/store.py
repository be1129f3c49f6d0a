"""Keeps the workspace in one SQLite file, or nowhere; each change is committed before the app hears of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID
"""


class Store:
    """Records of JSON or bytes by kind and key. `path` None keeps nothing, for tests."""

    def __init__(self, path: Path | None) -> None:
        self._db: sqlite3.Connection | None = None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        # WAL with NORMAL survives the death of the process; only a power cut may lose the last commits.
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}")

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep `value` (bytes as they are, all else as JSON)."""
        if self._db is None:
            return
        data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (kind, key, data))

    def delete(self, kind: str, key: str) -> None:
        """Forget a record, if there is one."""
        if self._db is not None:
            self._db.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Every (key, value) of a kind, by key."""
        if self._db is None:
            return
        rows = self._db.execute("SELECT key, value FROM record WHERE kind = ? ORDER BY key", (kind,))
        for key, value in rows.fetchall():
            yield key, value if isinstance(value, bytes) else json.loads(value)

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
