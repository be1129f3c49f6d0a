"""Block Kit for reading: small constructors that keep Slack's limits whatever people wrote.

Text that is Mrkdwn stands as it is; any other text is taken for user-written and escaped.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from views.ids import Action
from views.text import NOTHING, Mrkdwn, cut, escape

Block = dict[str, Any]
View = dict[str, Any]

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
# Not in Slack's reference: chat.postMessage answers msg_blocks_too_long from about 13,200 characters of blocks on.
MESSAGE_CHARACTERS = 12_000
SECTION, HEADER, BUTTON, LABEL, CHART_LABEL = 3000, 150, 75, 2000, 20
SHORTEST = 20  # a text that is not shortened any more
RICH_TEXT = 3000  # characters of one rich_text block; not a documented limit, the one of a section


@dataclass(frozen=True)
class Rendered:
    """A message: `text` for notifications, `blocks`, and `plain`: the same without what Slack may refuse."""

    text: str
    blocks: list[Block]
    plain: list[Block] | None = None

    def __post_init__(self) -> None:
        # Slack reads mrkdwn in the text of a notification too.
        object.__setattr__(self, "text", cut(escape(self.text), SECTION))
        object.__setattr__(self, "blocks", fitted(self.blocks))
        object.__setattr__(self, "plain", self.plain and fitted(self.plain))


def plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, limit) or NOTHING, "emoji": True}


def mrkdwn(text: str, limit: int) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": cut(escape(text), limit) or NOTHING}


def bold(text: str) -> Mrkdwn:
    """Bold in mrkdwn. Asterisks in the text would end it early, so they are replaced."""
    return Mrkdwn(f"*{escape(text.replace('*', '∗'))}*")


def joined(parts: Iterable[str], separator: str = " · ") -> Mrkdwn:
    """Parts in a row; empty ones are left out."""
    return Mrkdwn(separator.join(escape(p) for p in parts if p))


def section(text: str, accessory: dict[str, Any] | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text, SECTION)}
    return {**block, "accessory": accessory} if accessory else block


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Up to ten (name, value) pairs in two columns."""
    texts = [mrkdwn(joined((bold(name), value), "\n"), LABEL) for name, value in pairs[:10]]
    return {"type": "section", "fields": texts}


def paragraphs(lines: Iterable[str], gap: str = "\n") -> list[Block]:
    """Lines in as few sections as hold them, `gap` between them; a line longer than a section is cut."""
    texts: list[Mrkdwn] = []
    for line in lines:
        line = escape(cut(escape(line), SECTION))
        together = joined((texts[-1], line), gap) if texts else line
        if texts and len(together) <= SECTION:
            texts[-1] = together
        else:
            texts.append(line)
    return [section(text) for text in texts]


def bullet(line: str) -> Mrkdwn:
    """A line with a bullet."""
    return joined(("•", line), " ")


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text, SECTION) for text in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def button(
    text: str, action: Action, value: str = "", *, style: str = "", confirm: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A button; the block it stands in must not hold the same action twice."""
    element: dict[str, Any] = {"type": "button", "text": plain(text, BUTTON), "action_id": action.value}
    optional = {"value": value, "style": style, "confirm": confirm}
    return element | {name: given for name, given in optional.items() if given}


def confirm(title: str, text: str, yes: str, no: str) -> dict[str, Any]:
    """The question asked before a button takes effect."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def actions(*elements: dict[str, Any]) -> list[Block]:
    """A row of buttons, or nothing where there are none."""
    return [{"type": "actions", "elements": list(elements)}] if elements else []


def rich_text(parts: Sequence[dict[str, Any]]) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def rich_line(text: str, *, is_bold: bool = False) -> dict[str, Any]:
    """A line of a rich_text block; user-written text stands in it as written, without any markup."""
    inline: dict[str, Any] = {"type": "text", "text": text or NOTHING}
    if is_bold:
        inline["style"] = {"bold": True}
    return {"type": "rich_text_section", "elements": [inline]}


def rich_quote(text: str) -> dict[str, Any]:
    return {"type": "rich_text_quote", "elements": [{"type": "text", "text": text or NOTHING}]}


def quotes(title: str, texts: Iterable[str]) -> list[Block]:
    """Texts by people as quotations under a bold line, whole, in as many blocks as they need."""
    parts, room, blocks = [rich_line(title, is_bold=True)], RICH_TEXT - len(title), []
    for text in texts:
        for piece in [text[i : i + RICH_TEXT] for i in range(0, len(text), RICH_TEXT)] or [NOTHING]:
            if len(piece) > room and parts:
                blocks.append(rich_text(parts))
                parts, room = [], RICH_TEXT
            parts.append(rich_quote(piece))
            room -= len(piece)
    return [*blocks, rich_text(parts)]


def table(rows: Sequence[Sequence[str]]) -> Block:
    """A table for a message or Home, one per message: a header row, then rows of a name and figures."""
    cells = [[{"type": "raw_text", "text": cut(cell, 100) or NOTHING} for cell in row[:20]] for row in rows[:100]]
    columns = [{"is_wrapped": True}] + [{"align": "right"}] * (len(cells[0]) - 1)
    return {"type": "table", "column_settings": columns, "rows": cells}


def bars(title: str, categories: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> Block:
    """A bar chart for a message: each series has one value per category; at most 6 series and 20 categories.

    slack_sdk has no model of `data_visualization`.
    """
    labels = _labels(categories[:20])
    data = [
        {"name": name, "data": [{"label": label, "value": v} for label, v in zip(labels, values, strict=False)]}
        for name, (_, values) in zip(_labels([n for n, _ in series]), series[:6], strict=False)
    ]
    chart = {"type": "bar", "series": data, "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": cut(title, 50), "chart": chart}


def _labels(names: Sequence[str]) -> list[str]:
    """Names cut to what a chart shows, and still different from each other, as Slack demands."""
    labels: list[str] = []
    for name in names:
        label, n = cut(name, CHART_LABEL), 2
        while label in labels:
            label, n = f"{cut(name, CHART_LABEL - 3)} {n}", n + 1
        labels.append(label)
    return labels


def fitted(blocks: Sequence[Block]) -> list[Block]:
    """Blocks that fit a message: while they do not, the longest text is halved.

    Cards are laid out so that real texts fit; this is for names of 3,000 ampersands.
    """
    kept = list(blocks[:MOST_IN_MESSAGE])
    while characters(kept) > MESSAGE_CHARACTERS:
        kept = copy.deepcopy(kept)  # the chartless copy of a card shares its blocks
        longest = max(_texts(kept), key=lambda t: len(t["text"]))
        if len(longest["text"]) < SHORTEST:
            break
        as_typed = Mrkdwn if longest["type"] == "mrkdwn" else str
        longest["text"] = cut(as_typed(longest["text"]), len(longest["text"]) // 2)
    return kept


def _texts(node: Any) -> Iterator[dict[str, Any]]:
    """Every object within `node` that has a text of its own."""
    if isinstance(node, dict) and isinstance(node.get("text"), str):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _texts(child)


def characters(blocks: Sequence[Block]) -> int:
    """What Slack counts of a message's blocks, as near as can be told from outside."""
    return len(json.dumps(blocks, ensure_ascii=False))
