"""A source is declared in one YAML file; what is wrong with one is said at once, line by line."""

from __future__ import annotations

import pytest

from appraisal.intake.declarations import collect, parse
from appraisal.intake.sources import Fault, Folder, Http, Push, SourceReason, Sql
from appraisal.scheme_reasons import SchemeReason

FOLDER = """\
key: crm
name: {en: CRM export, zh: CRM 导出}
kind: folder
every: 30m
path: exports
pattern: "*.csv"
precedence: 10
fresh_days: 5
mapping:
  columns: {Mitarbeiter: person}
"""
HTTP = """\
key: bi
name: {en: BI, zh: BI}
kind: http
url: https://bi.example.com/kpi.csv
token_env: BI_TOKEN
"""
SQL = """\
key: warehouse
name: {en: Warehouse, zh: 数据仓库}
kind: sql
url_env: WAREHOUSE_URL
query: SELECT 1
"""
PUSH = """\
key: desk
name: {en: Service desk, zh: 服务台}
kind: push
token_env: DESK_TOKEN
"""


def test_each_kind_is_read() -> None:
    folder, http, sql, push = (parse(text, "f.yml") for text in (FOLDER, HTTP, SQL, PUSH))
    assert isinstance(folder, Folder)
    assert (folder.interval.total_seconds(), folder.mapping.columns) == (1800, {"Mitarbeiter": "person"})
    assert isinstance(http, Http)
    assert (http.every, http.precedence, http.fresh_days) == ("6h", 100, 10)
    assert isinstance(sql, Sql)
    assert sql.seconds > sql.timeout_seconds
    assert isinstance(push, Push)


@pytest.mark.parametrize(
    ("text", "old", "new", "fault"),
    [
        (FOLDER, "every: 30m", "every: often", Fault("f.yml", 4, "every", SourceReason.NOT_A_SPAN)),
        (FOLDER, "every: 30m", "every: 0m", Fault("f.yml", 4, "every", SourceReason.NOT_A_SPAN)),
        (FOLDER, "every: 30m", "evry: 30m", Fault("f.yml", 4, "evry", SchemeReason.UNKNOWN_KEY, "every")),
        (FOLDER, "path: exports\n", "", Fault("f.yml", 1, "path", SchemeReason.MISSING)),
        (FOLDER, "fresh_days: 5", "fresh_days: 0", Fault("f.yml", 8, "fresh_days", SchemeReason.OUT_OF_RANGE, "≥ 1")),
        (FOLDER, "  columns", "  colums", Fault("f.yml", 10, "mapping.colums", SchemeReason.UNKNOWN_KEY, "columns")),
        (
            FOLDER,
            "kind: folder",
            "kind: ftp",
            Fault("f.yml", 3, "kind", SchemeReason.NOT_ONE_OF, "folder, http, sql, push"),
        ),
        (HTTP, "https://bi.example.com", "bi.example.com", Fault("f.yml", 4, "url", SourceReason.NOT_AN_ADDRESS)),
        (HTTP, "https:", "http:", Fault("f.yml", 4, "url", SourceReason.NOT_ENCRYPTED)),
        (HTTP, "BI_TOKEN", "xoxb-secret", Fault("f.yml", 5, "token_env", SourceReason.NOT_A_VARIABLE)),
        (HTTP, "key: bi", "key: bi\nkey: ba", Fault("f.yml", 2, "key", SchemeReason.DOUBLED)),
    ],
)
def test_what_is_wrong_is_named_with_line_and_place(text: str, old: str, new: str, fault: Fault) -> None:
    assert old in text
    assert parse(text.replace(old, new), "f.yml") == [fault]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    faults = parse(HTTP.replace("key: bi", "key: B I").replace("https:", "gopher:") + "extra: 1\n", "f.yml")
    assert isinstance(faults, list)
    assert [f.path for f in faults] == ["key", "url", "extra"]


def test_a_token_may_travel_unencrypted_on_this_machine_only() -> None:
    assert isinstance(parse(HTTP.replace("https://bi.example.com", "http://127.0.0.1:8000"), "f.yml"), Http)
    assert isinstance(parse(HTTP.replace("https:", "http:").replace("token_env: BI_TOKEN\n", ""), "f.yml"), Http)


@pytest.mark.parametrize("text", ["", "- a\n", "key: [", "\x00", "key: &a {b: *a}\n", "a: 2026-13-45\n"])
def test_what_is_no_declaration_at_all_is_a_fault_and_no_traceback(text: str) -> None:
    assert isinstance(parse(text, "f.yml"), list)


def test_a_bad_declaration_leaves_the_others_alone() -> None:
    texts = {"a.yml": FOLDER, "b.yml": "key: [", "c.yml": HTTP, "d.yml": HTTP}
    found = collect((name, parse(text, name)) for name, text in texts.items())
    assert [s.key for s in found.declared] == ["crm", "bi"]
    assert [(f.file, f.reason) for f in found.faults] == [
        ("b.yml", SchemeReason.NOT_YAML),
        ("d.yml", SourceReason.KEY_TAKEN),
    ]
    assert [found.fresh_days(key) for key in ("crm", "bi", "a file by hand")] == [5, 10, 10]
