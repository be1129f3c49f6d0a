"""Sources that keep coming: one class for each way in which figures can be got."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from appraisal.intake.runs import Fetched, LastRun, Unchanged
from appraisal.intake.sources import Folder, Http, Pulled, Sql
from bot.sources.folder import FolderConnector
from bot.sources.http import HttpConnector
from bot.sources.sql import SqlConnector


class Connector(Protocol):
    """Gets the bytes of one source, within bounded time and size. Raises FetchFailed, and nothing else."""

    async def fetch(self, last: LastRun) -> Fetched | Unchanged: ...


def connector(source: Pulled, home: Path) -> Connector:
    """The connector of a declared source; `home` is the folder of the declarations."""
    match source:
        case Folder():
            return FolderConnector(source, home)
        case Http():
            return HttpConnector(source)
        case Sql():
            return SqlConnector(source)
