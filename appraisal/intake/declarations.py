"""A source's YAML file: the declared source, or everything that is wrong with it, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from appraisal.errors import InvalidInput
from appraisal.intake.mapping import FileMapping
from appraisal.intake.sources import (
    REFUSED,
    AnySource,
    Fault,
    Folder,
    Http,
    Push,
    SourceReason,
    Sources,
    Sql,
)
from appraisal.scheme_reasons import SchemeProblem, SchemeReason
from appraisal.scheme_text import problems_of
from appraisal.scheme_yaml import place, read

SOURCE: TypeAdapter[AnySource] = TypeAdapter(AnySource)
_MODELS: tuple[type[BaseModel], ...] = (Folder, Http, Sql, Push, FileMapping)
_KEYS = sorted({name for model in _MODELS for name in model.model_fields})


def parse(text: str, file: str) -> AnySource | list[Fault]:
    """The source that `text` declares, or every fault in it; `file` is how the faults name it."""
    try:
        root, data = read(text)
    except InvalidInput as error:
        found: Any = error.values["problems"]
        return [_fault(file, problem) for problem in found]
    try:
        return SOURCE.validate_python(data)
    except ValidationError as error:
        faults = {f for e in error.errors(include_url=False) for f in _faults(file, root, e)}
        return sorted(faults, key=lambda f: (f.line, f.path, f.reason))


def collect(parsed: Iterable[tuple[str, AnySource | list[Fault]]]) -> Sources:
    """All declarations together, in the order of their files. A key that two files have belongs to the first."""
    declared: dict[str, AnySource] = {}
    file_of: dict[str, str] = {}
    faults: list[Fault] = []
    for file, source in parsed:
        if isinstance(source, list):
            faults += source
        elif source.key in declared:
            faults.append(Fault(file, 1, "key", SourceReason.KEY_TAKEN, file_of[source.key]))
        else:
            declared[source.key], file_of[source.key] = source, file
    return Sources(tuple(declared.values()), tuple(faults))


def _faults(file: str, root: yaml.Node, error: ErrorDetails) -> Iterator[Fault]:
    if error["type"] == REFUSED:
        context = error.get("ctx", {})
        yield Fault(file, *place(root, (*error["loc"], *context["way"])), SourceReason(context["reason"]))
        return
    for problem in problems_of(root, error):
        fault = _fault(file, problem)
        if fault.reason is SchemeReason.UNKNOWN_KEY:
            near = difflib.get_close_matches(str(error["loc"][-1]), _KEYS, n=1)
            fault = Fault(file, fault.line, fault.path, fault.reason, next(iter(near), ""))
        yield fault


def _fault(file: str, problem: SchemeProblem) -> Fault:
    return Fault(file, problem.line, problem.path, problem.reason, problem.detail)
