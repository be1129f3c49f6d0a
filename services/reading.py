"""Files read in a process of their own, which may die without harm."""

from __future__ import annotations

import asyncio

from appraisal.intake.headers import Columns
from appraisal.intake.mapping import FileMapping
from appraisal.intake.readers import read_file
from appraisal.intake.tables import Table


async def read_in_child(content: bytes, file_name: str, columns: Columns, mapping: FileMapping) -> Table:
    """The table of a file. Raises InvalidInput, and nothing else."""
    return await asyncio.to_thread(read_file, content, file_name, columns, mapping)
