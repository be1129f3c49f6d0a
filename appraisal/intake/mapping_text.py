"""A mapping from the YAML or JSON text of a file: the mapping, or everything that is wrong with it, line by line."""

from __future__ import annotations

from pydantic import ValidationError

from appraisal.intake.mapping import FileMapping
from appraisal.scheme_text import problems_of
from appraisal.scheme_yaml import read, refusal


def parse_mapping(text: str) -> FileMapping:
    """Read and check a mapping; JSON is YAML too.

    Raises InvalidInput(SCHEME_INVALID, problems=list[SchemeProblem]) in the order of lines.
    """
    root, data = read(text)
    try:
        return FileMapping.model_validate(data)
    except ValidationError as error:
        raise refusal(p for e in error.errors(include_url=False) for p in problems_of(root, e)) from error
