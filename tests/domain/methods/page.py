"""docs/methods.md as data: what its sections say in tables, sums and numbers in bold; and a pocket calculator."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from math import sqrt
from pathlib import Path

DOC = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
Rows = list[list[str]]


@dataclass(frozen=True)
class Section:
    """What a part of the page says: rows of its tables, results of its sums, numbers in bold."""

    tables: tuple[Rows, ...] = ()
    sums: tuple[str, ...] = ()
    bold: tuple[str, ...] = ()


Check = Callable[[Section], Section]
"""Takes what a section says and gives what the product says: inputs from the page, all that follows computed."""


def sections() -> dict[str, str]:
    """The text below each heading."""
    parts = re.split(r"(?m)^## (.+)$", DOC)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read(words: str) -> Section:
    prose = re.sub(r"(?ms)^```.*?^```$", "", words)
    by_kind = groupby(prose.splitlines(), key=lambda line: line.startswith("|"))
    tables = tuple([_cells(line) for line in list(lines)[2:]] for is_table, lines in by_kind if is_table)
    sums = tuple(line.split(" = ")[1].split("  ")[0] for line in equations(words))
    return Section(tables, sums, tuple(re.findall(r"\*\*(-?[\d.]+)\*\*", prose)))


def equations(words: str) -> list[str]:
    """The lines of its code blocks, each of them `sum = result`, and perhaps words behind."""
    blocks = re.findall(r"(?ms)^```\n(.*?)^```$", words)
    return [line for block in blocks for line in block.splitlines() if line]


def as_in(cell: str, value: float) -> str:
    """`value` as the page writes it: with as many decimals as the number in `cell`, and the words around it."""
    found = NUMBER.search(cell)
    assert found, f"no number in {cell!r}"
    step = Decimal(1).scaleb(-decimals(found[0]))
    rounded = Decimal(repr(round(value, 9))).quantize(step, ROUND_HALF_UP)
    return cell.replace(found[0], str(rounded if rounded else abs(rounded)), 1)


def all_as_in(cells: Iterable[str], values: Iterable[float]) -> tuple[str, ...]:
    return tuple(as_in(c, v) for c, v in zip(cells, values, strict=True))


def decimals(number: str) -> int:
    return len(number.partition(".")[2])


def number(cell: str) -> float:
    """The first number."""
    return numbers(cell)[0]


def numbers(cell: str) -> list[float]:
    return [float(n) for n in NUMBER.findall(cell)]


def calculated(left: str) -> float:
    """What the left side of a sum comes to, written with × √ ² and |…|."""
    plain = left.replace("×", "*").replace("√", "sqrt").replace("²", "**2")
    return _value(ast.parse(re.sub(r"\|(.+?)\|", r"abs(\1)", plain).strip(), mode="eval").body)


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=of):
            return -_value(of)
        case ast.BinOp(left=base, op=ast.Pow(), right=power):
            return _value(base) ** _value(power)
        case ast.BinOp(left=a, op=sign, right=b):
            return SIGNS[type(sign)](_value(a), _value(b))
        case ast.Call(func=ast.Name(id=name), args=[of]):
            return {"sqrt": sqrt, "abs": abs}[name](_value(of))
        case _:
            raise AssertionError(ast.dump(node))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
