"""Files that another system puts into a folder."""

from __future__ import annotations

import asyncio
import fnmatch
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appraisal.intake.readers import MEGABYTES
from appraisal.intake.runs import Failure, Fetched, FetchFailed, LastRun, Unchanged
from appraisal.intake.sources import Folder

SETTLE = 2.0  # seconds in which neither size nor time may change: whoever writes is done
ATTEMPTS = 5


@dataclass(frozen=True)
class _Found:
    path: Path
    changed_ns: int
    size: int

    @property
    def tag(self) -> str:
        return f"{self.path.name}:{self.changed_ns}:{self.size}"


class FolderConnector:
    """The newest file that matches. Files are neither moved nor deleted; links out of the folder are not followed."""

    def __init__(self, source: Folder, home: Path, *, settle: float = SETTLE) -> None:
        self._folder = home / source.path
        self._pattern = source.pattern
        self._settle = settle

    async def fetch(self, last: LastRun) -> Fetched | Unchanged:
        found = await asyncio.to_thread(self._newest)
        if found.tag == last.etag:
            return Unchanged()
        for _ in range(ATTEMPTS):
            before = found
            await asyncio.sleep(self._settle)
            found = await asyncio.to_thread(self._newest)
            if found == before:
                return await asyncio.to_thread(self._read, found)
        raise FetchFailed(Failure.GROWING, file=found.path.name)

    def _newest(self) -> _Found:
        try:
            with os.scandir(self._folder) as entries:
                newest = max(filter(None, map(self._usable, entries)), key=_age, default=None)
        except OSError as error:
            raise FetchFailed(Failure.NO_FOLDER, folder=str(self._folder)) from error
        if newest is None:
            raise FetchFailed(Failure.NO_FILE, folder=str(self._folder), pattern=self._pattern)
        return newest

    def _usable(self, entry: os.DirEntry[str]) -> _Found | None:
        """A plain file that matches, within the folder; not what editors and copying tools leave while they work."""
        if entry.name.startswith((".", "~$")) or not fnmatch.fnmatch(entry.name, self._pattern):
            return None
        try:
            path = Path(entry.path).resolve(strict=True)
            known = path.stat()
        except (OSError, RuntimeError):  # gone meanwhile, or a link that leads nowhere
            return None
        if not stat.S_ISREG(known.st_mode) or self._folder.resolve() not in path.parents:
            return None
        return _Found(path, known.st_mtime_ns, known.st_size)

    def _read(self, found: _Found) -> Fetched:
        most = MEGABYTES * 1_000_000
        try:
            with found.path.open("rb") as file:
                content = file.read(most + 1)
        except OSError as error:
            raise FetchFailed(Failure.UNREACHABLE, where=found.path.name, why=type(error).__name__) from error
        if len(content) > most:
            raise FetchFailed(Failure.TOO_LARGE, megabytes=MEGABYTES)
        if len(content) != found.size:
            raise FetchFailed(Failure.GROWING, file=found.path.name)
        day = datetime.fromtimestamp(found.changed_ns / 1e9, UTC).date()
        return Fetched(content, found.path.name, etag=found.tag, as_of=day)


def _age(found: _Found) -> tuple[int, str]:
    return found.changed_ns, found.path.name
