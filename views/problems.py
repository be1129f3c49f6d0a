"""What is wrong with the rows of a file, in words: in Slack, in the workbook of problems, on the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from appraisal.intake.headers import plain
from appraisal.intake.tables import Problem, Reason
from views.blocks import Block, bold, context, paragraphs
from views.file_columns import Metrics, column_name
from views.text import Words, short

MOST_PROBLEMS = 10
_NAMING_COLUMN = frozenset({Reason.MISSING, Reason.CELL_ERROR, Reason.NOT_CALCULATED})


def problem_text(problem: Problem, w: Words, metrics: Metrics | None = None) -> str:
    """One problem in words, with its sheet and row; with metric and column where each metric has columns."""
    at = {"row": problem.row, "text": reason_text(problem, w)}
    if problem.metric:
        at |= {"metric": short(_metric(problem.metric, w, metrics)), "column": column_name(problem.column, w)}
        if problem.sheet:
            return w("problem-metric-in-sheet", sheet=short(problem.sheet), **at)
        return w("problem-metric-in-row", **at)
    if problem.sheet:
        return w("problem-row-of-sheet", sheet=short(problem.sheet), **at)
    return w("problem-row", **at)


def reason_text(problem: Problem, w: Words) -> str:
    """What is wrong, without where."""
    value = short(problem.value or problem.column, 80)
    return w(f"problem-{problem.reason.value}", value=value, detail=short(_detail(problem, w), 80))


def problem_blocks(heading: str, problems: Sequence[Problem], w: Words, metrics: Metrics | None = None) -> list[Block]:
    """The first ten under a heading with their number; of every reason at least one."""
    if not problems:
        return []
    lines = [problem_text(p, w, metrics) for p in telling(problems)]
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


def workbook_texts(
    file_name: str, problems: Sequence[Problem], metrics: Metrics, w: Words
) -> tuple[str, list[list[str]], str, str]:
    """(name of the first sheet, its lines, heading of the row's number, heading of what is wrong)."""
    return w("workbook-name"), _summary(file_name, problems, metrics, w), w("workbook-row"), w("workbook-problem")


def metric_names(metrics: Metrics, w: Words) -> dict[str, str]:
    """Key -> name, by which the metric is known again; a name that two metrics have is none."""
    names = {key: w.text(item.name) for key, item in metrics.items()}
    often = Counter(map(plain, names.values()))
    return {key: name for key, name in names.items() if often[plain(name)] == 1}


def _summary(file_name: str, problems: Sequence[Problem], metrics: Metrics, w: Words) -> list[list[str]]:
    """What to do with the workbook, then each reason with how often and where."""
    lines = [[file_name], [w("workbook-how")], [], [w("workbook-reason"), w("workbook-count"), w("workbook-first")]]
    found: dict[Reason, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.reason, []).append(problem)
    for same in sorted(found.values(), key=len, reverse=True):
        first = min(same, key=lambda p: (p.sheet, p.row))
        kind = w("to-check" if first.is_doubt else "to-correct")
        lines.append([kind, w.number(len(same)), problem_text(first, w, metrics)])
    return lines


def _metric(key: str, w: Words, metrics: Metrics | None) -> str:
    item = (metrics or {}).get(key)
    return w.text(item.name) if item else key


def _detail(problem: Problem, w: Words) -> str:
    if problem.reason in _NAMING_COLUMN:
        return column_name(problem.detail or problem.column, w)
    return problem.detail or problem.column
