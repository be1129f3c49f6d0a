"""What HR sets when a cycle is started: as the form shows it, and as it is read back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from handlers import inputs
from tests.views import cast
from views import ids
from views.start import StartDefaults, start_modal
from views.text import Words

DEFAULTS = StartDefaults("Q3", date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 16))


def submitted(view: dict[str, Any], **changed: object) -> dict[str, Any]:
    """The modal as Slack sends it where only `changed` (by block id) was touched."""
    state: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            given = {k.removeprefix("initial_"): v for k, v in block["element"].items() if k.startswith("initial_")}
            filled = {
                "value": given.get("value"),
                "selected_date": given.get("date"),
                "selected_option": given.get("option"),
                "selected_options": given.get("options", []),
            }
            state[block["block_id"]] = {ids.ANSWER: {**filled, **changed.get(block["block_id"], {})}}  # type: ignore[dict-item]
    return {"view": {**view, "state": {"values": state}}}


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_untouched_settings_are_those_of_a_cycle(locale: str) -> None:
    view = start_modal([cast.SCHEME], ["Support"], Words(locale), defaults=DEFAULTS)
    request = inputs.start_request(submitted(view))
    assert (request.threshold, request.comment_threshold) == (3, 3)
    assert (request.correct_severity, request.reads_texts) == (False, True)


def test_what_hr_sets_is_what_is_asked_for() -> None:
    view = start_modal([cast.SCHEME], ["Support"], Words("en"), defaults=DEFAULTS)
    ticked = [{"value": ids.CORRECT_SEVERITY}]
    changed = {"comment_threshold": {"value": "5"}, "settings": {"selected_options": ticked}}
    request = inputs.start_request(submitted(view, **changed))
    assert (request.threshold, request.comment_threshold) == (3, 5)
    assert (request.correct_severity, request.reads_texts) == (True, False)


def test_no_option_is_longer_than_slack_takes() -> None:
    for locale in ("en", "zh"):
        w = Words(locale)
        for key in ("severity", "texts"):
            assert len(w(f"setting-{key}")) <= 75
            assert len(w(f"setting-{key}-means")) <= 75
