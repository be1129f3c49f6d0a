"""A scheme from the YAML text that HR uploads: the scheme, or everything that is wrong with it, line by line."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from appraisal.errors import Code, InvalidInput
from appraisal.scheme import Model, Scheme
from appraisal.scheme_reasons import RULES, Broken, SchemeReason

TEXT_SIZE = 500_000  # characters; the largest scheme in use has about 20,000
NODE_LIMIT = 20_000  # values after aliases are followed: "billion laughs" grows without bound in a short text


@dataclass(frozen=True)
class SchemeProblem:
    """One thing to correct. `line` counts from 1; `path` like `dimensions[ability].items[teamwork].weight`."""

    line: int
    path: str
    reason: SchemeReason
    detail: str = ""


def parse_scheme(text: str) -> Scheme:
    """Read and check a scheme.

    Raises InvalidInput(SCHEME_INVALID, problems=list[SchemeProblem]) with every problem that can be known at
    once, in the order of lines. Rules between parts are checked only when each part is right.
    """
    if len(text) > TEXT_SIZE:
        raise _refusal([SchemeProblem(1, "", SchemeReason.TOO_LARGE, str(TEXT_SIZE))])
    root, data = _read(text)
    try:
        return Scheme.model_validate(data)
    except ValidationError as error:
        errors = [e for e in error.errors(include_url=False) if not _follows(e)]
        raise _refusal([p for e in errors for p in _problems(root, e)]) from error


def _read(text: str) -> tuple[yaml.Node, object]:
    """The text as nodes, which know their lines, and as data."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise _refusal([SchemeProblem(1, "", SchemeReason.NOT_A_MAPPING)])
        if problems := list(_node_problems(root)):
            raise _refusal(problems)
        return root, loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_yaml(mark.line + 1 if mark else 1, error.problem or "") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        position = getattr(error, "position", 0)
        raise _not_yaml(text.count("\n", 0, position) + 1, getattr(error, "reason", "")) from error
    except RecursionError as error:
        raise _not_yaml(1, "nested too deeply") from error
    except ValueError as error:  # an impossible date such as 2026-13-40
        raise _not_yaml(1, str(error)) from error


def _refusal(problems: list[SchemeProblem]) -> InvalidInput:
    ordered = sorted(set(problems), key=lambda p: (p.line, p.path, p.reason))
    return InvalidInput(Code.SCHEME_INVALID, problems=ordered)


def _not_yaml(line: int, detail: str) -> InvalidInput:
    return _refusal([SchemeProblem(line, "", SchemeReason.NOT_YAML, detail)])


def _node_problems(root: yaml.Node) -> Iterator[SchemeProblem]:
    """What the YAML itself does wrong, before a scheme is made of it."""
    if _size(root, {}) > NODE_LIMIT:
        yield SchemeProblem(1, "", SchemeReason.TOO_MANY_ALIASES)
        return
    seen: set[int] = set()
    waiting: list[yaml.Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += _children(node)
        if isinstance(node, yaml.MappingNode):
            yield from _doubled(node)
        elif node.tag.endswith(":float") and not _is_finite(node.value):
            yield SchemeProblem(_line(node), "", SchemeReason.NOT_A_NUMBER, node.value)


def _doubled(node: yaml.MappingNode) -> Iterator[SchemeProblem]:
    """Keys given twice: YAML would keep the last and say nothing."""
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                yield SchemeProblem(_line(key), key.value, SchemeReason.DOUBLED)
            seen.add(key.value)


def _is_finite(value: str) -> bool:
    return math.isfinite(float(value.lower().replace("_", "").replace(".inf", "inf").replace(".nan", "nan")))


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _size(node: yaml.Node, sizes: dict[int, float]) -> float:
    """Nodes below `node` with every alias followed; infinite for an alias to a node that contains it."""
    if id(node) not in sizes:
        sizes[id(node)] = math.inf  # stays for those who come back to it before it is known
        sizes[id(node)] = 1 + sum(_size(child, sizes) for child in _children(node))
    return sizes[id(node)]


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


def _follows(error: ErrorDetails) -> bool:
    """Whether a list is only called too short because elements with errors of their own were not counted."""
    return error["type"] == "too_short" and len(error["input"]) >= error.get("ctx", {})["min_length"]


def _problems(root: yaml.Node, error: ErrorDetails) -> Iterator[SchemeProblem]:
    """What a checker's error says: broken rules of a part, or one wrong value."""
    if error["type"] != RULES:
        yield _problem(root, error)
        return
    broken: tuple[Broken, ...] = error.get("ctx", {})["broken"]
    for rule in broken:
        node, path = _place(root, (*error["loc"], *rule.way))
        yield SchemeProblem(_line(node), path, rule.reason, rule.detail)


def _problem(root: yaml.Node, error: ErrorDetails) -> SchemeProblem:
    """A checker's error with its place in the text."""
    reason = _REASONS.get(error["type"], SchemeReason.OTHER)
    if error["type"].startswith(_NUMBER_ERRORS):
        reason = SchemeReason.NOT_A_NUMBER
    detail = _detail(reason, error)
    node, path = _place(root, error["loc"])
    if error["type"] == "missing":
        path = f"{path}.{error['loc'][-1]}".lstrip(".")
    if error["type"].startswith("union_tag"):
        node, path = _value_of(node, "kind") or node, f"{path}.kind"
    return SchemeProblem(_line(node), path, reason, detail)


def _detail(reason: SchemeReason, error: ErrorDetails) -> str:
    """The part of a checker's error that helps to correct it."""
    context = error.get("ctx", {})
    match reason:
        case SchemeReason.UNKNOWN_KEY:
            return next(iter(difflib.get_close_matches(str(error["loc"][-1]), sorted(_fields(Model)), n=1)), "")
        case SchemeReason.NOT_ONE_OF:
            known = str(context.get("expected") or context.get("expected_tags", ""))
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


def _place(root: yaml.Node, loc: tuple[int | str, ...]) -> tuple[yaml.Node, str]:
    """The deepest node on the way to `loc`, and the way as text. Parts that the text has not are the checker's own."""
    node, path = root, ""
    for part in loc:
        below = _value_of(node, part)
        if below is not None:
            path += f"[{_name(below, part)}]" if isinstance(part, int) else f".{part}"
            node = below
    return node, path.lstrip(".")


def _value_of(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part]
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == str(part)), None)
    return None


def _name(node: yaml.Node, index: int) -> str:
    """How a person finds an element of a list: by its key where it has one, else by its number from 1."""
    key = _value_of(node, "key")
    return key.value if isinstance(key, yaml.ScalarNode) else str(index + 1)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1
