"""Both languages say everything, and nothing that nobody asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest
import yaml

import views
from appraisal.actions import ActionState
from appraisal.cycle import State, Warning
from appraisal.errors import Code
from appraisal.intake.runs import Failure
from appraisal.intake.sources import SourceReason
from appraisal.intake.standing import Standing
from appraisal.intake.tables import Because, ImportState, MappedBy, Reason
from appraisal.language.coach import HintKind
from appraisal.reminders import Rule
from appraisal.review import TaskState
from appraisal.scheme import (
    Consequence,
    Direction,
    Disclosure,
    FormChange,
    Joiners,
    Leave,
    ManagerChange,
    Relation,
    Scheme,
    Source,
)
from appraisal.scheme_reasons import SchemeReason
from appraisal.scoring.agreement import Agreement
from appraisal.scoring.basis import Uncorrected
from appraisal.scoring.card import LeftOut
from appraisal.scoring.explanation import Happened
from appraisal.scoring.year import Insufficient, Skipped
from views.text import Words, catalogue

HERE = Path(views.__file__).parent
FAMILIES: dict[str, type[StrEnum]] = {
    "error-{}": Code,
    "problem-{}": Reason,
    "source-problem-{}": SourceReason,
    "failure-{}": Failure,
    "standing-{}": Standing,
    "import-{}-intro": ImportState,
    "mapped-by-{}": MappedBy,
    "conflict-why-{}": Because,
    "scheme-problem-{}": SchemeReason,
    "warning-{}": Warning,
    "state-{}": State,
    "task-{}": TaskState,
    "reminder-{}": Rule,
    "hint-{}": HintKind,
    "left-out-{}": LeftOut,
    "agreement-{}": Agreement,
    "uncorrected-{}": Uncorrected,
    "happened-{}": Happened,
    "consequence-{}": Consequence,
    "action-state-{}": ActionState,
    "group-{}": Relation,
    "reviewee-{}": Relation,
    "asks-{}": Relation,
    "asks-{}-means": Relation,
    "source-{}": Source,
    "counts-most-{}": Source,
    "promise-{}": Disclosure,
    "audience-{}": Disclosure,
    "reviewing-{}": Relation,
    "form-relation-{}": Relation,
    "direction-{}": Direction,
    "joiners-{}": Joiners,
    "leave-{}": Leave,
    "manager-change-{}": ManagerChange,
    "form-change-{}": FormChange,
    "annual-skipped-{}": Skipped,
    "annual-insufficient-{}": Insufficient,
}
COLUMNS = "column-"  # a column of a file; the readers name them
FIELDS = {f"scheme-field-{name}" for name in Scheme.model_fields if name not in ("key", "version", "variants")}
SINGLE = ("group-others",)
EN, ZH = catalogue("en"), catalogue("zh")


def variants(text: str | dict[str, str]) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def placeholders(text: str | dict[str, str]) -> set[str]:
    return {name for v in variants(text) for name in re.findall(r"{(\w+)}", v)}


def of_families() -> set[str]:
    return {family.format(member.value) for family, kind in FAMILIES.items() for member in kind}


def source() -> str:
    folders: Iterable[Path] = (HERE, HERE.parent / "handlers", HERE.parent / "bot")
    return "\n".join(p.read_text(encoding="utf-8") for folder in folders for p in sorted(folder.glob("*.py")))


def test_both_languages_say_the_same_things_in_the_same_files_and_nothing_twice() -> None:
    files = {
        locale: {p.name: set(yaml.safe_load(p.read_text("utf-8"))) for p in (HERE / "locales" / locale).glob("*.yml")}
        for locale in ("en", "zh")
    }
    assert files["en"] == files["zh"]
    assert sum(map(len, files["en"].values())) == len(EN)


def test_both_languages_have_the_same_keys() -> None:
    assert EN.keys() == ZH.keys()


@pytest.mark.parametrize("key", sorted(EN))
def test_both_languages_fill_in_the_same_values(key: str) -> None:
    assert placeholders(EN[key]) == placeholders(ZH[key])


def test_every_key_in_the_code_has_a_text() -> None:
    used = set(re.findall(r"\bw(?:\.md)?\(\s*\"([^\"]+)\"", source()))
    assert len(used) > 100  # the expression still finds the calls
    assert used - EN.keys() == set()


def test_every_code_reason_and_state_has_a_text() -> None:
    assert (of_families() | FIELDS) - EN.keys() == set()


def test_no_text_is_unused() -> None:
    literals = set(re.findall(r"\"([a-z0-9-]+)\"", source()))
    actions = {f"action-{part}" for part in ("what", "why", "measure", "help", "by")}
    known = literals | of_families() | FIELDS | actions | set(SINGLE)
    assert {k for k in EN if k not in known and not k.startswith(COLUMNS)} == set()


def test_texts_that_count_have_both_forms_in_english() -> None:
    assert all(set(text) == {"one", "other"} for text in EN.values() if isinstance(text, dict))


def test_chinese_uses_its_own_punctuation_and_addresses_everybody_alike() -> None:
    for key, text in ZH.items():
        for said in variants(text):
            assert "您" not in said, key
            assert not re.search(r"[\u4e00-\u9fff][,;:?!(]|[,;:?!)][\u4e00-\u9fff]", said), key


def test_no_exclamation_marks() -> None:
    assert [k for c in (EN, ZH) for k, t in c.items() if any("!" in v or "！" in v for v in variants(t))] == []


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_text_can_be_filled_in(locale: str) -> None:
    w = Words(locale)
    for key in EN:
        assert "{" not in w(key, **w.blank(key))
