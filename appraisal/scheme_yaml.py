"""The YAML of a scheme as nodes, which know their lines, and as data; or what is wrong with it as YAML."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import yaml

from appraisal.errors import Code, InvalidInput
from appraisal.scheme_reasons import SchemeProblem, SchemeReason, Way

TEXT_SIZE = 500_000  # characters; the largest scheme in use has about 20,000
NODE_LIMIT = 20_000  # values after aliases are followed: "billion laughs" grows without bound in a short text


def read(text: str) -> tuple[yaml.Node, object]:
    """The text as nodes, which know their lines, and as data. Raises InvalidInput(SCHEME_INVALID)."""
    if len(text) > TEXT_SIZE:
        raise refusal([SchemeProblem(1, "", SchemeReason.TOO_LARGE, str(TEXT_SIZE))])
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise refusal([SchemeProblem(1, "", SchemeReason.NOT_A_MAPPING)])
        if problems := list(_node_problems(root)):
            raise refusal(problems)
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


def refusal(problems: Iterable[SchemeProblem]) -> InvalidInput:
    """The error that tells all of them, in the order of lines."""
    ordered = sorted(set(problems), key=lambda p: (p.line, p.path, p.reason))
    return InvalidInput(Code.SCHEME_INVALID, problems=ordered)


def _not_yaml(line: int, detail: str) -> InvalidInput:
    return refusal([SchemeProblem(line, "", SchemeReason.NOT_YAML, detail)])


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


def place(root: yaml.Node, way: Way) -> tuple[int, str]:
    """Line, from 1, and path of the deepest place on a way from the root. Steps that the text has not are skipped."""
    node, line, path = root, _line(root), ""
    for step in way:
        if below := _below(node, step):
            head, node = below
            line = _line(head)
            path += f"[{_name(node, step)}]" if isinstance(step, int) else f".{step}"
    return line, path.lstrip(".")


def _below(node: yaml.Node, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """Where a step begins, which is its key in a mapping, and what stands there."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(step)), None)
    return None


def _name(node: yaml.Node, index: int) -> str:
    """How a person finds an element of a list: by its key where it has one, else by its number from 1."""
    key = _below(node, "key")
    return key[1].value if key and isinstance(key[1], yaml.ScalarNode) else str(index + 1)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1
