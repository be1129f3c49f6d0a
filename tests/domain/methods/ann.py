"""Ann, of whom docs/methods.md tells: her form, and her card from the page's table of answers."""

from __future__ import annotations

from importlib.resources import files

from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scheme_text import parse_scheme
from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.composite import score
from appraisal.scoring.evidence import Evidence
from tests.domain.cast import cycle, metric, rating, scheme
from tests.domain.methods.page import Rows, read, sections

OPERATIONS = parse_scheme(files("appraisal.schemes").joinpath("operations.yml").read_text(encoding="utf-8"))
SHARES = {"metric": 80, "manager": 20}
FORM = scheme(
    (50, [metric("volume", weights=SHARES)]),
    (30, [rating("skill"), rating("teamwork")]),
    (20, [rating("initiative")]),
    weights=dict(OPERATIONS.weights),
    bands=[b.model_dump() for b in OPERATIONS.bands],
)
GROUPS = (Source.MANAGER, Source.PEER, Source.REPORT)


def card_from(rows: Rows) -> ScoreCard:
    """Her card, from the table of what was answered about her."""
    stats: list[ItemStats] = []
    figures: list[Figure] = []
    for item, _, *given, reached, _, _ in rows:
        for source, cell in zip(GROUPS, given, strict=True):
            if cell:
                mean, _, n = cell.partition(" of ")
                stats.append(ItemStats("ann", item, source, int(n or 1), float(mean)))
        if reached:
            figures.append(Figure("ann", item, 100, 1.2 * float(reached)))
    sizes = {Source.MANAGER: 1, Source.PEER: 4, Source.REPORT: 3}
    return score(cycle(FORM), "ann", Evidence(tuple(stats), tuple(figures), sizes=sizes))


def her_card() -> ScoreCard:
    return card_from(read(sections()["From answers to the total"]).tables[0])
