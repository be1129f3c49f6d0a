"""What is wrong with the rows of a file, in words: in Slack, in the workbook of problems, on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from appraisal.intake.tables import Problem, Reason
from views.blocks import Block, bold, context, paragraphs
from views.file_columns import column_name
from views.text import Words, short

MOST_PROBLEMS = 10


def problem_text(problem: Problem, w: Words) -> str:
    """One problem in words, with its sheet and row."""
    if problem.sheet:
        return w("problem-row-of-sheet", sheet=short(problem.sheet), row=problem.row, text=reason_text(problem, w))
    return w("problem-row", row=problem.row, text=reason_text(problem, w))


def reason_text(problem: Problem, w: Words) -> str:
    """What is wrong, without where."""
    value = short(problem.value or problem.column, 80)
    return w(f"problem-{problem.reason.value}", value=value, detail=short(_detail(problem, w), 80))


def problem_blocks(heading: str, problems: Sequence[Problem], w: Words) -> list[Block]:
    """The first ten under a heading with their number; of every reason at least one."""
    if not problems:
        return []
    lines = [problem_text(p, w) for p in telling(problems)]
    blocks = paragraphs([bold(w("heading-and-number", heading=heading, n=len(problems))), *lines])
    rest = len(problems) - len(lines)
    return [*blocks, context(w.md("and-more", n=rest))] if rest > 0 else blocks


def telling(problems: Sequence[Problem], most: int = MOST_PROBLEMS) -> list[Problem]:
    """The problems to show where not all can be: the first of each reason, then by row; in the order of the file."""
    ordered = sorted(problems, key=lambda p: (p.sheet, p.row))
    firsts: dict[Reason, Problem] = {}
    for problem in ordered:
        firsts.setdefault(problem.reason, problem)
    shown = list(firsts.values())[:most]
    kept = {id(p) for p in shown}
    shown += [p for p in ordered[: most * 2] if id(p) not in kept][: most - len(shown)]
    return sorted(shown, key=lambda p: (p.sheet, p.row))


def workbook_name(file_name: str, w: Words) -> str:
    """Of the file with the rows to mend."""
    return w("workbook-file", file=short(file_name.rpartition(".")[0] or file_name))


def workbook_texts(file_name: str, problems: Sequence[Problem], w: Words) -> tuple[str, list[list[str]], str, str]:
    """(name of the first sheet, its lines, heading of the row's number, heading of what is wrong)."""
    return w("workbook-name"), _summary(file_name, problems, w), w("workbook-row"), w("workbook-problem")


def _summary(file_name: str, problems: Sequence[Problem], w: Words) -> list[list[str]]:
    """What to do with the workbook, then each reason with how often and where."""
    lines = [[file_name], [w("workbook-how")], [], [w("workbook-reason"), w("workbook-count"), w("workbook-first")]]
    found: dict[Reason, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.reason, []).append(problem)
    for same in sorted(found.values(), key=len, reverse=True):
        first = min(same, key=lambda p: (p.sheet, p.row))
        kind = w("to-check" if first.is_doubt else "to-correct")
        lines.append([kind, w.number(len(same)), problem_text(first, w)])
    return lines


def _detail(problem: Problem, w: Words) -> str:
    if problem.reason is Reason.MISSING:
        return column_name(problem.detail or problem.column, w)
    return problem.detail or problem.column
