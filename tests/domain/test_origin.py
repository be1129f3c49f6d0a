"""Files of one report have one source, whatever day they were made."""

import pytest

from appraisal.intake.origin import by_hand, source_of


@pytest.mark.parametrize(
    ("file_name", "source"),
    [
        ("客服KPI 2026年9月(2).xlsx", "客服KPI"),
        ("客服KPI2026年第三季度-最终版.xlsx", "客服KPI"),
        ("KPI_2026-09-30_v2.csv", "KPI"),
        ("2026Q3 metrics final.xlsx", "metrics"),
        ("crm-export-20260930T1200.json", "crm export"),
        ("export.2026.09.30.csv", "export"),
        ("kpi (copy).csv", "kpi"),
        (r"C:\Reports\metrics.csv", "metrics"),
        ("finalists.csv", "finalists"),
        ("客服(北京).csv", "客服 北京"),
        ("2026-09.csv", "2026-09"),
        ("", "file"),
    ],
)
def test_days_numbers_and_versions_make_no_other_source(file_name: str, source: str) -> None:
    assert source_of(file_name) == source


def test_a_file_by_hand_is_of_no_declared_source() -> None:
    assert by_hand("crm", {"crm", "desk"}) == "crm (file)"
    assert by_hand("crm", {"desk"}) == "crm"
