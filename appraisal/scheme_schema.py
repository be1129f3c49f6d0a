"""The JSON Schema of schemes: what an editor completes and checks while somebody writes one."""

from __future__ import annotations

import json

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from appraisal.scheme import Scheme


class _Plain(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: object) -> bool:
        """A title that repeats the field's name only hides the description."""
        return False


def json_schema() -> JsonSchemaValue:
    """As data. Rules between parts are not in it: `scheme check` tells those."""
    return {"$schema": _Plain.schema_dialect} | Scheme.model_json_schema(schema_generator=_Plain)


def json_schema_text() -> str:
    """As the file beside the built-in schemes."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
