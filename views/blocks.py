"""Block Kit, small: constructors that keep Slack's limits whatever people wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """A message: `text` for notifications; `blocks`; `plain` the same figures without the blocks Slack may refuse."""

    text: str
    blocks: list[Block]
    plain: list[Block] | None = None
