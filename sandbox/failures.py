"""Failures to order, so that tests can see how an app bears them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.kit.limits import Refusal


@dataclass
class Failure:
    """Fail the next `times` calls of `method` (`*`: of any).

    With `error` the call is refused so; with `status` it is an HTTP error (429 with `retry_after` seconds).
    `block_type` restricts it to calls that carry such a block. `lost` lets the call take effect and loses
    only its answer.
    """

    method: str = "*"
    times: int = 1
    error: str = ""
    status: int = 200
    retry_after: int = 1
    block_type: str = ""
    lost: bool = False

    def concerns(self, method: str, args: dict[str, Any]) -> bool:
        """Whether this call is to fail."""
        if self.times < 1 or self.method not in ("*", method):
            return False
        return not self.block_type or f'"type": "{self.block_type}"' in json.dumps(args)

    def refusal(self) -> Refusal:
        """The answer instead."""
        if self.block_type and not self.error and self.status == 200:
            message = f"[ERROR] unsupported type: {self.block_type} [json-pointer:/blocks]"
            return Refusal("invalid_blocks", [message])
        if self.status == 429:
            return Refusal("ratelimited", status=429, retry_after=self.retry_after)
        status = 500 if self.lost and self.status == 200 else self.status
        return Refusal(self.error or "internal_error", status=status)


class Failures:
    """Those still to come."""

    def __init__(self) -> None:
        self._all: list[Failure] = []

    def order(self, raw: dict[str, Any]) -> None:
        """Add a failure. Raises TypeError on unknown fields."""
        self._all.append(Failure(**raw))

    def clear(self) -> None:
        """Let everything succeed again."""
        self._all.clear()

    def next(self, method: str, args: dict[str, Any]) -> Failure | None:
        """The failure which this call is to have, now used up once."""
        for failure in self._all:
            if failure.concerns(method, args):
                failure.times -= 1
                return failure
        return None
