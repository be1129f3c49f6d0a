"""How the files of one source are read: shown to HR, corrected, and remembered for the next file."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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
