"""Lists of people as HR systems of several countries write them."""

# ruff: noqa: E501  a line of a file stays on one line
from __future__ import annotations

import codecs

from tests.messy.case import Case


def cases() -> list[Case]:
    sap = (
        "Personnel List                      30.09.2026\n\nPers.No.\tName\tE-Mail\tHired\n"
        "00001234\tAnn Lee\tann@example.com\t31.01.2020\n00001235\tBob Ray\tbob@example.com\t01.02.2021\n"
    )
    american = b"Worker,Primary Work Email,Hire Date\nAnn,ann@example.com,03/31/2020\nBob,bob@example.com,04/05/2021\n"
    unclear = b"Worker,Primary Work Email,Hire Date\nAnn,ann@example.com,03/04/2020\nBob,bob@example.com,2021-04-05\n"
    impossible = b"Name,Email,Start date\nAnn,ann@example.com,31/02/2026\nBob,bob@example.com,05/04/2021\n"
    dingtalk = "员工UserID,姓名,部门,职位,直属主管,手机号,邮箱,入职时间\n01a,王小明,运营部-客服一组,客服专员,李娜,13800000000,w@example.com,2024年3月31日\n"
    return [
        Case(
            "sap-list.tsv",
            sap.encode(),
            (
                (
                    4,
                    {
                        "employee_number": "00001234",
                        "name": "Ann Lee",
                        "email": "ann@example.com",
                        "hired_on": "31.01.2020",
                    },
                ),
                (
                    5,
                    {
                        "employee_number": "00001235",
                        "name": "Bob Ray",
                        "email": "bob@example.com",
                        "hired_on": "01.02.2021",
                    },
                ),
            ),
            people=True,
        ),
        Case(
            "workday-american-dates.csv",
            american,
            (
                (2, {"name": "Ann", "email": "ann@example.com", "hired_on": "2020-03-31"}),
                (3, {"name": "Bob", "email": "bob@example.com", "hired_on": "2021-04-05"}),
            ),
            people=True,
        ),
        Case(
            "unclear-dates.csv",
            unclear,
            ((3, {"name": "Bob", "email": "bob@example.com", "hired_on": "2021-04-05"}),),
            ((2, "ambiguous-date", "hired_on", "03/04/2020"),),
            people=True,
        ),
        Case(
            "thirty-first-of-february.csv",
            impossible,
            (
                (2, {"name": "Ann", "email": "ann@example.com", "hired_on": "31/02/2026"}),
                (3, {"name": "Bob", "email": "bob@example.com", "hired_on": "2021-04-05"}),
            ),
            people=True,
        ),
        Case(
            "dingtalk-people.csv",
            codecs.BOM_UTF8 + dingtalk.encode(),
            (
                (
                    2,
                    {
                        "name": "王小明",
                        "department": "运营部-客服一组",
                        "job_family": "客服专员",
                        "manager": "李娜",
                        "email": "w@example.com",
                        "hired_on": "2024年3月31日",
                    },
                ),
            ),
            people=True,
        ),
    ]
