"""The folder of declarations: one YAML file for each source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from appraisal.intake.declarations import SOURCE, collect, parse
from appraisal.intake.sources import AnySource, Fault, SourceReason, Sources

ENDINGS = (".yml", ".yaml")
MOST_BYTES = 1_000_000


def read_sources(folder: Path) -> Sources:
    """Everything declared in `folder`, in the order of the files' names; nothing where there is no such folder."""
    return collect(_parsed(folder))


def json_schema() -> str:
    """The JSON Schema of a declaration, for editors."""
    schema = SOURCE.json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "A source of figures"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _parsed(folder: Path) -> Iterator[tuple[str, AnySource | list[Fault]]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.suffix in ENDINGS and not path.name.startswith("."):
            yield str(path), _read(path)


def _read(path: Path) -> AnySource | list[Fault]:
    file = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES)
        return parse(content.decode("utf-8-sig"), file)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror or "" if isinstance(error, OSError) else "not UTF-8"
        return [Fault(file, 1, "", SourceReason.UNREADABLE, why)]
