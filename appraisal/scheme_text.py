"""A scheme from the YAML text that HR uploads: the scheme, or everything that is wrong with it, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from appraisal.scheme import Model, Scheme
from appraisal.scheme_mending import broken_besides, errors_of
from appraisal.scheme_reasons import RULES, Broken, SchemeProblem, SchemeReason, Way
from appraisal.scheme_yaml import place, read, refusal


def parse_scheme(text: str) -> Scheme:
    """Read and check a scheme.

    Raises InvalidInput(SCHEME_INVALID, problems=list[SchemeProblem]) with every problem that can be known at
    once, in the order of lines.
    """
    root, data = read(text)
    try:
        return Scheme.model_validate(data)
    except ValidationError as error:
        errors = errors_of(error)
        problems = [p for e in errors for p in problems_of(root, e)]
        problems += [_rule(root, (), broken) for broken in broken_besides(data, errors)]
        raise refusal(problems) from error


_REASONS = {
    "missing": SchemeReason.MISSING,
    "union_tag_not_found": SchemeReason.MISSING,
    "extra_forbidden": SchemeReason.UNKNOWN_KEY,
    "invalid_key": SchemeReason.UNKNOWN_KEY,
    "string_type": SchemeReason.NOT_TEXT,
    "tuple_type": SchemeReason.NOT_A_LIST,
    "model_type": SchemeReason.NOT_FIELDS,
    "model_attributes_type": SchemeReason.NOT_FIELDS,
    "dict_type": SchemeReason.NOT_FIELDS,
    "enum": SchemeReason.NOT_ONE_OF,
    "bool_type": SchemeReason.NOT_ONE_OF,
    "bool_parsing": SchemeReason.NOT_ONE_OF,
    "literal_error": SchemeReason.NOT_ONE_OF,
    "union_tag_invalid": SchemeReason.NOT_ONE_OF,
    "string_pattern_mismatch": SchemeReason.BAD_KEY,
    "string_too_short": SchemeReason.EMPTY,
    "string_too_long": SchemeReason.TOO_LONG,
    "too_short": SchemeReason.TOO_FEW,
    "too_long": SchemeReason.TOO_MANY,
    "greater_than": SchemeReason.OUT_OF_RANGE,
    "greater_than_equal": SchemeReason.OUT_OF_RANGE,
    "less_than": SchemeReason.OUT_OF_RANGE,
    "less_than_equal": SchemeReason.OUT_OF_RANGE,
}
_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
_NUMBER_ERRORS = ("int_", "float_", "finite_")


def problems_of(root: yaml.Node, error: ErrorDetails) -> Iterator[SchemeProblem]:
    """What a checker's error says: broken rules of a part, or one wrong value."""
    if error["type"] == RULES:
        yield from (_rule(root, error["loc"], broken) for broken in error.get("ctx", {})["broken"])
    else:
        yield _problem(root, error)


def _rule(root: yaml.Node, part: Way, broken: Broken) -> SchemeProblem:
    return SchemeProblem(*place(root, (*part, *broken.way)), broken.reason, broken.detail)


def _problem(root: yaml.Node, error: ErrorDetails) -> SchemeProblem:
    """A checker's error with its place in the text."""
    reason = _REASONS.get(error["type"], SchemeReason.OTHER)
    if error["type"].startswith(_NUMBER_ERRORS):
        reason = SchemeReason.NOT_A_NUMBER
    way = (*error["loc"], "kind") if error["type"].startswith("union_tag") else error["loc"]
    line, path = place(root, way)
    if reason is SchemeReason.MISSING:
        path = f"{path}.{way[-1]}".lstrip(".")
    return SchemeProblem(line, path, reason, _detail(reason, error))


def _detail(reason: SchemeReason, error: ErrorDetails) -> str:
    """The part of a checker's error that helps to correct it."""
    context = error.get("ctx", {})
    match reason:
        case SchemeReason.UNKNOWN_KEY:
            return next(iter(difflib.get_close_matches(str(error["loc"][-1]), sorted(_fields(Model)), n=1)), "")
        case SchemeReason.NOT_ONE_OF:
            known = str(context.get("expected") or context.get("expected_tags") or "true, false")
            return known.replace("'", "").replace(" or ", ", ")
        case SchemeReason.BAD_KEY:
            return str(context["pattern"])
        case SchemeReason.TOO_LONG | SchemeReason.TOO_MANY | SchemeReason.TOO_FEW:
            return str(context.get("max_length", context.get("min_length", "")))
        case SchemeReason.OUT_OF_RANGE:
            return next(f"{sign} {context[name]:g}" for name, sign in _BOUNDS.items() if name in context)
        case SchemeReason.NOT_TEXT | SchemeReason.NOT_A_NUMBER:
            return str(error["input"])[:40]
        case SchemeReason.OTHER:
            return error["msg"]
    return ""


def _fields(model: type[Model]) -> set[str]:
    """Every key that any part of a scheme knows."""
    return set(model.model_fields).union(*(_fields(m) for m in model.__subclasses__()))
