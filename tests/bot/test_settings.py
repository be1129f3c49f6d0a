"""A missing or wrong setting ends with one line that names it, and never shows a secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import HELP, Settings, SettingsError, StoreSettings, load

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "HR_ADMINS": "U0HANA",
    "DATABASE_URL": "sqlite:///x.db",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*HELP, *(name.lower() for name in HELP)]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **settings: str | None) -> None:
    for name, value in {**GOOD, **settings}.items():
        if value is not None:
            monkeypatch.setenv(name, value)


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value)


def test_good_settings_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, HR_ADMINS="U012AB3CD, W98")
    settings = load()
    assert settings.hr_admins == {"U012AB3CD", "W98"}
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.demo_clock


def test_commands_on_the_database_need_no_more_but_know_hr(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(StoreSettings).hr_admins == frozenset()
    monkeypatch.setenv("HR_ADMINS", "U012AB3CD, W98")
    assert load(StoreSettings).hr_admins == {"U012AB3CD", "W98"}
    monkeypatch.setenv("HR_ADMINS", "hana@example.com")
    with pytest.raises(SettingsError, match="HR_ADMINS is wrong"):
        load(StoreSettings)


def test_settings_are_taken_from_a_file_too(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in {**GOOD, "HR_ADMINS": "U0HANA"}.items()]
    (tmp_path / ".env").write_text("\n".join(lines))
    assert load().hr_admins == {"U0HANA"}


def test_every_setting_says_how_to_set_it() -> None:
    assert {name.upper() for name in Settings.model_fields} == set(HELP)


def test_the_example_file_names_every_setting() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")
    assert [name for name in HELP if f"{name}=" not in example] == []


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"SLACK_BOT_TOKEN": None}, "SLACK_BOT_TOKEN is missing. Set it in the environment or in .env: the Bot"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing."),
        ({"SLACK_BOT_TOKEN": "xapp-1-secret"}, "SLACK_BOT_TOKEN is wrong: it must begin with xoxb-."),
        ({"SLACK_APP_TOKEN": "xoxb-1-secret"}, "SLACK_APP_TOKEN is wrong: it must begin with xapp-."),
        ({"SLACK_BOT_TOKEN": "xoxb-"}, "SLACK_BOT_TOKEN is wrong: nothing follows xoxb-."),
        ({"SLACK_APP_TOKEN": None}, "SLACK_APP_TOKEN is missing."),
        ({"HR_ADMINS": None}, "HR_ADMINS is missing."),
        ({"HR_ADMINS": "hana@example.com"}, "HR_ADMINS is wrong: it must be Slack member ids"),
        ({"HR_ADMINS": "U1"}, "HR_ADMINS is wrong: an id is too short"),
        ({"DATABASE_URL": "mysql://u:secret@h/d"}, "DATABASE_URL is wrong: the database must be sqlite or postgresql"),
        ({"DATABASE_URL": "secret"}, "DATABASE_URL is wrong: it is not the address of a database."),
        ({"DATABASE_URL": "postgresql://u:secret@h:port/d"}, "DATABASE_URL is wrong: "),
        ({"SLACK_API_URL": "http://slack.example/api/"}, "SLACK_API_URL is wrong: the token may travel over https"),
        ({"LOG_LEVEL": "loud-secret"}, "LOG_LEVEL is wrong: "),
        ({"HEALTH_PORT": "secret"}, "HEALTH_PORT is wrong: "),
        ({"HTTP_PORT": "70000"}, "HTTP_PORT is wrong: "),
        ({"MESSAGES_PER_MINUTE": "0"}, "MESSAGES_PER_MINUTE is wrong: "),
        ({"REVIEW_COMMAND": "review"}, "REVIEW_COMMAND is wrong: it must be a slash"),
        ({"CYCLE_COMMAND": "/review"}, "CYCLE_COMMAND is wrong: it is the same as REVIEW_COMMAND."),
    ],
)
def test_what_is_missing_or_wrong_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], beginning: str
) -> None:
    given(monkeypatch, **{"HR_ADMINS": "U0HANA", **changes})
    line = refusal()
    assert line.startswith(beginning)
    assert "secret" not in line
    assert "\n" not in line


def test_several_faults_are_all_named() -> None:
    line = refusal()
    assert line.startswith("SLACK_BOT_TOKEN is missing.")
    assert line.endswith("(Also: HR_ADMINS, SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.)")


def test_the_signing_secret_will_do_instead_of_the_app_token(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET="s", HR_ADMINS="U0HANA")
    assert load().slack_app_token is None


def test_the_command_ends_with_2_and_without_a_traceback(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("SLACK_BOT_TOKEN is missing.")
