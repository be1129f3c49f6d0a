"""The JSON Schema that editors use says what the model says."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from appraisal.scheme_schema import json_schema, json_schema_text

FOLDER = files("appraisal") / "schemes"
SHIPPED = sorted(f.name for f in FOLDER.iterdir() if f.name.endswith(".yml"))


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def errors(data: Any) -> list[str]:
    return [e.json_path for e in Draft202012Validator(json_schema()).iter_errors(data)]


def test_the_shipped_copy_is_that_of_the_model() -> None:
    """Else: `python -m bot scheme json-schema > appraisal/schemes/scheme.schema.json`."""
    assert read("scheme.schema.json") == json_schema_text()


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(json.loads(json_schema_text()))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scheme_fits_it_and_tells_editors_where_it_is(name: str) -> None:
    assert read(name).splitlines()[0] == "# yaml-language-server: $schema=scheme.schema.json"
    assert errors(yaml.safe_load(read(name))) == []


def test_every_field_is_described_or_speaks_for_itself() -> None:
    plain = {"kind", "name", "en", "zh", "low", "high", "point", "key"}
    fields = [(name, f) for d in json_schema()["$defs"].values() for name, f in d.get("properties", {}).items()]
    fields += json_schema()["properties"].items()
    assert len(fields) > 60
    assert {name for name, field in fields if "description" not in field} <= plain


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("weights", "boss"), 1),
        (("version",), 0),
        (("bands", 0, "consequences"), ["applause"]),
        (("dimensions", 0, "items", 0, "wieght"), 1),
        (("dimensions", 0, "items", 0, "unit"), 5),
        (("dimensions", 0, "items", 0, "anchors"), []),
        (("annual",), {"least": 0}),
        (("causes",), [{"key": "A B", "name": {"en": "a", "zh": "a"}}]),
    ],
)
def test_an_editor_marks_what_the_model_refuses(way: tuple[Any, ...], value: object) -> None:
    data = yaml.safe_load(read("operations.yml"))
    place = data
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    assert errors(data)


@pytest.mark.parametrize("unit", ["%", "", {"en": "hours", "zh": "小时"}])
def test_a_unit_may_be_written_in_both_ways(unit: object) -> None:
    data = yaml.safe_load(read("operations.yml"))
    data["dimensions"][0]["items"][0]["unit"] = unit
    assert errors(data) == []
