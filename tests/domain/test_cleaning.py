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
        ("1.200,50-", "", -1200.5),
        ("CNY 1,200", "", 1200),
        ("US$1,200", "", 1200),
        ("1,200元", "", 1200),
        ("-¥1,200", "", -1200),
        ("3百万", "", 3_000_000),
        ("1.5k", "", 1500),
        ("(5%)", "%", -5),
        ("950‰", "%", 95),
        ("'123", "", 123),
    ],
)
def test_numbers_are_read_as_they_are_meant(cell: str, unit: str, value: float) -> None:
    assert cleaning.number(cell, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "cell",
    ["", "-", "n/a", "1,23,4", "1.2.3", "12 34", "1e999", "nan", "inf", "∞", "--1", "(-1)", "-1-", "#DIV/0!", "1" * 99],
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
        "2024-03-31T14:05:09.123+08:00",
        "2024/3/31 下午2:30",
        "2024年3月31日 星期日",
        "20240331",
        "45382",
        "45382.75",
        "31 Mar 2024",
        "31-Mar-24",
        "31 mar 24",
        "March 31, 24",
        "31-Mar-2024",
        "March 31st, 2024",
        "Sun, 31 Mar 2024",
    ],
)
def test_dates_are_read_in_every_unambiguous_form(cell: str) -> None:
    assert cleaning.day(cell) == date(2024, 3, 31)


@pytest.mark.parametrize(
    "cell", ["", "03/31/2024", "31/03/2024", "2024-02-30", "24-3-31", "0000-01-01", "9999", "soon", "20241301"]
)
def test_other_dates_are_refused(cell: str) -> None:
    assert cleaning.day(cell) is None


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        *(
            (c, date(2026, 7, 1), date(2026, 9, 30))
            for c in ("2026Q3", "2026-Q3", "Q3 2026", "2026年第三季度", "2026年3季度")
        ),
        *(
            (c, date(2026, 2, 1), date(2026, 2, 28))
            for c in (
                "2026-02",
                "2026年2月",
                "2026/2",
                "202602",
                "Feb 2026",
                "February-2026",
                "2026-02-01",
                "２０２６年２月份",
            )
        ),
        *((c, date(2026, 1, 1), date(2026, 6, 30)) for c in ("2026 H1", "H1 2026", "2026年上半年", "2026-H1")),
        *((c, date(2026, 1, 1), date(2026, 12, 31)) for c in ("2026", "2026年", "2026年度", "FY2026")),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("9999Q4", None, None),
        ("2100", date(2100, 1, 1), date(2100, 12, 31)),
        ("1899Q4", None, None),
        ("46266", None, None),  # Excel's number of 1 September 2026
    ],
)
def test_periods_are_read_in_both_languages(cell: str, first: date | None, last: date | None) -> None:
    assert cleaning.period(cell) == ((first, last) if first else None)


@pytest.mark.parametrize("cell", ["", "2026Q5", "2026-13", "2026-09-30", "Q3", "本季度", "0000", "20260930", "2026 H3"])
def test_what_is_no_period_is_not_guessed(cell: str) -> None:
    assert cleaning.period(cell) is None


@pytest.mark.parametrize(
    ("cells", "day_first"),
    [
        (["31/03/2024", "01/02/2024"], True),
        (["01/02/2024", "03-31-2024"], False),
        (["01/02/2024"], None),
        (["31/03/2024", "03/31/2024"], None),
        (["3/31/24", "01/02/24"], False),
        (["31/03/24"], None),  # or 24 March 2031
        (["24-3-31", "24-4-1"], None),
        (["31/03/24", "30/03/1999"], True),
        (["2024-03-31"], None),
    ],
)
def test_a_column_of_dates_proves_its_order(cells: list[str], day_first: bool | None) -> None:
    assert cleaning.in_order(cells) is day_first


@pytest.mark.parametrize(
    ("cell", "day_first", "read_as"),
    [
        ("01/02/2024", True, "2024-02-01"),
        ("01/02/2024", False, "2024-01-02"),
        ("01/02/2024", None, None),
        ("02/02/2024", None, "2024-02-02"),
        ("3/31/24", None, "2024-03-31"),
        ("01/02/24", True, "2024-02-01"),
        ("01/02/24", False, "2024-01-02"),
        ("01-02-24", None, None),
        ("31/12/69", None, "2069-12-31"),
        ("31/12/70", None, "1970-12-31"),
        ("31/03/24", True, "2024-03-31"),
        ("31/03/24", None, None),  # or 24 March 2031
        ("24-3-31", None, None),
        ("24-3-32", None, "2032-03-24"),
        ("11/11/11", None, "2011-11-11"),
        ("31/03/2024", None, "2024-03-31"),
        ("31/02/2026", True, "31/02/2026"),
        ("soon", None, "soon"),
    ],
)
def test_dates_of_two_numbers_and_a_year_are_settled_by_their_column(
    cell: str, day_first: bool | None, read_as: str | None
) -> None:
    assert cleaning.settled(cell, day_first=day_first) == read_as


@pytest.mark.parametrize("cell", ["-", "—", "N/A", "null", "NULL", "无", "——", "#N/A"])
def test_some_cells_say_that_they_are_empty(cell: str) -> None:
    assert cleaning.says_nothing(cell)


@pytest.mark.parametrize("cell", ["0", "零", "无锡", "no", "0%"])
def test_zero_and_words_are_values(cell: str) -> None:
    assert not cleaning.says_nothing(cell)


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
    cleaning.period(cell)
    cleaning.settled(cell, day_first=None)


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
