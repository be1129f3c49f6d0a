"""How the files of one source are read: shown to HR, corrected, and remembered for the next file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from appraisal.errors import Code, InvalidInput

Cell = Annotated[str, Field(max_length=200)]


class FileMapping(BaseModel):
    """What HR or a source's declaration says about a file. Whatever is left empty is found out from the file.

    Our columns are those of `headers.py`; in a file with one column per metric also `target:KEY` and `actual:KEY`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: Cell = ""  # read only this one; "" reads every sheet with a header that we know
    header_row: Annotated[int, Field(ge=0)] = 0  # as a spreadsheet counts; 0 looks for it
    columns: dict[Cell, Cell] = {}  # header cell of the file -> our column; "" leaves the column out
    values: dict[Cell, Cell] = {}  # our column -> what every row has there ("metric": "goal_completion")
    records: Cell = ""  # JSON: where the list is, as "data.items"; "" takes the first list of objects
    fractions: bool = False  # a bare 0.95 in a metric in % means 95 %


@dataclass(frozen=True)
class Correction:
    """What HR says in Slack about the columns of a file: our column -> its header cell, "" for none.

    `shown` is what the form proposed. Only what differs from it is kept, so that the next file of the source is
    understood by itself wherever this one was.
    """

    chosen: Mapping[str, str]
    shown: Mapping[str, str]
    sheet: str = ""
    header_row: int = 0
    fractions: bool = False

    def applied_to(self, before: FileMapping) -> FileMapping:
        """How to read a file that was read by `before`. Raises InvalidInput(COLUMN_TWICE) with our column as field."""
        changed = {c: cell for c, cell in self.chosen.items() if cell != self.shown.get(c, "")}
        for column, cell in changed.items():
            if cell and list(self.chosen.values()).count(cell) > 1:
                raise InvalidInput(Code.COLUMN_TWICE, field=column, cell=cell)
        columns = dict(before.columns)
        columns |= {was: "" for column in changed if (was := self.shown.get(column))}
        columns |= {cell: column for column, cell in changed.items() if cell}
        where = {"sheet": self.sheet, "header_row": self.header_row, "fractions": self.fractions}
        return before.model_copy(update={"columns": columns, **where})
