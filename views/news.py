"""What became of a score that is being decided on: a line on the manager's card, and a message of its own."""

from __future__ import annotations

from appraisal.approval import ManagerCard
from appraisal.news import News
from views import ids, scores
from views.blocks import Block, Rendered, actions, button, joined, section
from views.explain_history import figure_change, moved
from views.text import Mrkdwn, Words, short


def news_blocks(card: ManagerCard, w: Words) -> list[Block]:
    """Below the total: since when it may differ from what was read before, and by how much."""
    if card.news is None:
        return []
    since = w.md("news-asked" if card.news.asked else "news-figures", day=w.day(card.news.at))
    return [section(joined((since, _moved(card, card.news, w)), w("sentence-gap")))]


def reviews_answered(card: ManagerCard, w: Words, *, in_time: bool) -> Rendered:
    """For who asked: there is nothing more to wait for."""
    key, name = "answered-in" if in_time else "answered-over", short(card.person.name)
    became = _moved(card, card.news, w) if card.news else ""
    look = button(w("look"), ids.Action.SHOW_APPROVAL, ids.pair(card.cycle.id, card.person.id), style="primary")
    blocks = [section(joined((w.md(key, name=name), became), w("sentence-gap"))), *actions(look)]
    return Rendered(w(key, name=name), blocks)


def _moved(card: ManagerCard, news: News, w: Words) -> Mrkdwn:
    """How the total moved, and the figures that came."""
    if news.is_same:
        return w.md("news-same", total=w.score(card.score.total))
    figures = [figure_change(card.cycle.scheme, f, w) for f in news.figures[: scores.MOST_METRICS]]
    said = w.md("news-figures-changed", figures=w.list(figures)) if figures else ""
    return joined((said, moved(news.before, news.after, w)), w("sentence-gap"))
