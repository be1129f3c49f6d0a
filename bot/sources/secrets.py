"""Secrets of sources: in the environment, named by the declaration, never in it."""

from __future__ import annotations

import os

from appraisal.intake.runs import Failure, FetchFailed


def secret(variable: str) -> str:
    """Raises FetchFailed(NO_SECRET) where the variable is not set."""
    if value := os.environ.get(variable, "").strip():
        return value
    raise FetchFailed(Failure.NO_SECRET, variable=variable)
