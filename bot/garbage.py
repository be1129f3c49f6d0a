"""How often Python looks for objects that hold only each other."""

from __future__ import annotations

import gc


def look_rarely() -> None:
    """For a process that reads thousands of cards at once, of which none holds itself.

    As Python has it, it looks after every 700 new objects, which takes a third of the time that HR waits for figures.
    """
    gc.set_threshold(20_000, 20, 20)
