"""`python -m bot play`: simulated people take a whole cycle through a local Slack, and everything is checked."""

from bot.play.run import main

__all__ = ["main"]
