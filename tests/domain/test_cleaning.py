"""Cells as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.intake import cleaning


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("95", "", 95),
        (" 95.5 ", "", 95.5),
        ("-3", "", -3),
        ("+3", "", 3),
        (".5", "", 0.5),
        ("1,234", "", 1234),
        ("1,234,567.89", "", 1234567.89),
        ("1 234 567", "", 1234567),
        ("1\u202f234\u00a0567", "", 1234567),
        ("1'234.5", "", 1234.5),
        ("1.234.567", "", 1234567),
        ("1.234,56", "", 1234.56),
        ("12,5", "", 12.5),
        ("0,125", "", 0.125),
        ("１２３．５", "", 123.5),
        ("１，２３４", "", 1234),
        ("－5", "", -5),
        ("−5", "", -5),
        ("(1,200)", "", -1200),
        ("95%", "%", 95),
        ("95 ％", "%", 95),
        ("95", "%", 95),
        ("0.95", "%", 0.95),
        ("95%", "", 0.95),
        ("5‰", "%", 0.5),
        ("3.5万", "", 35000),
        ("1.2亿", "万元", 12000),
        ("3.5万元", "万元", 3.5),
        ("3.5万元", "元", 35000),
        ("¥1,200.50", "", 1200.5),
        ("12 h", "h", 12),
        ("1.2E+06", "", 1_200_000),
    ],
)
def test_numbers_are_read_as_they_are_meant(cell: str, unit: str, value: float) -> None:
    assert cleaning.number(cell, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "cell", ["", "-", "n/a", "1,23,4", "1.2.3", "12 34", "1e999", "nan", "inf", "∞", "--1", "(-1)", "#DIV/0!", "1" * 99]
)
def test_what_is_no_number_is_not_guessed(cell: str) -> None:
    assert cleaning.number(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-31",
        "2024/3/31",
        "2024.3.31",
        "31.03.2024",
        "31.3.2024",
        "2024年3月31日",
        "2024 年 3 月 31 日",
        "２０２４年３月３１日",
        "2024-03-31 00:00:00",
        "2024-03-31T00:00:00Z",
        "2024/3/31 0:00",
    ],
)
def test_dates_are_read_in_every_unambiguous_form(cell: str) -> None:
    assert cleaning.day(cell) == date(2024, 3, 31)


@pytest.mark.parametrize(
    "cell", ["", "03/31/2024", "31/03/2024", "2024-02-30", "24-3-31", "0000-01-01", "45382", "soon"]
)
def test_other_dates_are_refused(cell: str) -> None:
    assert cleaning.day(cell) is None


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("Ann@Example.com", "ann@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("ann＠example.com", "ann@example.com"),
        ("ann", None),
        ("a@b", None),
        ("a b@example.com", None),
        ("a@example.com;b@example.com", None),
    ],
)
def test_an_address_has_one_at_and_a_domain(cell: str, address: str | None) -> None:
    assert cleaning.email(cell) == address


@pytest.mark.parametrize(
    ("cell", "answer"), [("Yes", True), ("在职", True), ("0", False), ("离职", False), ("hm", None)]
)
def test_yes_and_no_in_both_languages(cell: str, answer: bool | None) -> None:
    assert cleaning.yes_or_no(cell) is answer


@pytest.mark.parametrize("cell", ["U012AB", "u012ab", "@U012AB", "<@U012AB>", "<@U012AB|ann>"])
def test_a_slack_id_is_found_in_a_mention(cell: str) -> None:
    assert cleaning.slack_id(cell) == "U012AB"


@given(st.text(), st.text(max_size=3))
def test_no_cell_raises(cell: str, unit: str) -> None:
    cleaning.number(cell, unit)
    cleaning.day(cell)
    cleaning.email(cell)
    cleaning.yes_or_no(cell)
    cleaning.time_zone(cell)
    cleaning.slack_id(cell)


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_do_not_change_a_number(value: int) -> None:
    assert cleaning.number(f"{value:,}") == cleaning.number(f"{value:,}".replace(",", " ")) == value


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_survives_every_form(value: date) -> None:
    forms = [
        value.isoformat(),
        f"{value.year}/{value.month}/{value.day}",
        f"{value.day}.{value.month}.{value.year}",
        f"{value.year}年{value.month}月{value.day}日",
    ]
    assert {cleaning.day(form) for form in forms} == {value}
