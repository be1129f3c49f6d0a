"""CSV and the like, as HR systems, BI tools and people's hands write them."""

# ruff: noqa: E501  a line of a file stays on one line
from __future__ import annotations

import codecs

from tests.messy.case import Case, figure

ZH = "姓名,指标,目标,实际\n王小明,业务量,100,95\n李娜,业务量,80,88\n"
ZH_ROWS = (figure(2, "王小明", "业务量", "100", "95"), figure(3, "李娜", "业务量", "80", "88"))
EN = "Name,KPI,Target,Actual\nAnn Lee,Business volume,100,95\n"
EN_ROWS = (figure(2, "Ann Lee", "Business volume", "100", "95"),)


def encodings() -> list[Case]:
    traditional = "姓名,指標,目標,實際\n林志玲,業務量,100,95\n陳大文,業務量,80,88\n"
    named = {"姓名": "name", "指標": "metric", "目標": "target", "實際": "actual"}
    western = "Name;KPI;Target;Actual\nJürgen Müller;Business volume;100;95\nZoë Peña;Business volume;80;88\n"
    mixed = [ZH.encode(), "张伟,业务量,70,71\n".encode("gb18030"), "赵敏,业务量,60,66\n".encode()]
    return [
        Case("utf-8.csv", ZH.encode(), ZH_ROWS),
        Case("utf-8-bom.csv", codecs.BOM_UTF8 + ZH.replace("\n", "\r\n").encode(), ZH_ROWS),
        Case("utf-16-excel.txt", codecs.BOM_UTF16_LE + ZH.replace(",", "\t").encode("utf-16-le"), ZH_ROWS),
        Case("utf-16-be.csv", codecs.BOM_UTF16_BE + ZH.encode("utf-16-be"), ZH_ROWS),
        Case("utf-16-unmarked.csv", ZH.encode("utf-16-le"), ZH_ROWS),
        Case("gb18030-dingtalk.csv", ZH.encode("gb18030"), ZH_ROWS),
        Case("gbk-rare-name.csv", ZH.replace("李娜", "陶喆").encode("gbk"), (ZH_ROWS[0], figure(3, "陶喆", *_fig(88)))),
        Case(
            "big5-taiwan.csv",
            traditional.encode("big5"),
            (figure(2, "林志玲", "業務量", "100", "95"), figure(3, "陳大文", "業務量", "80", "88")),
            mapping={"columns": named},
        ),
        Case(
            "cp1252-german-excel.csv",
            western.encode("cp1252"),
            (
                figure(2, "Jürgen Müller", "Business volume", "100", "95"),
                figure(3, "Zoë Peña", "Business volume", "80", "88"),
            ),
        ),
        Case(
            "cyrillic.csv",
            ("Name,KPI,Actual\n" + "Иван Петров,Business volume,5\nМария Сидорова,Business volume,6\n" * 3).encode(
                "cp1251"
            ),
            tuple(
                figure(n, ("Иван Петров", "Мария Сидорова")[n % 2], "Business volume", "", str(5 + n % 2))
                for n in range(2, 8)
            ),
        ),
        Case(
            "two-encodings-in-one.csv",
            b"".join(mixed),
            (*ZH_ROWS, figure(4, "张伟", "业务量", "70", "71"), figure(5, "赵敏", "业务量", "60", "66")),
            notes=((4, "other-encoding", "", "gb18030"),),
        ),
        Case(
            "utf-8-appended-to-gb18030.csv",
            (ZH + "张伟,业务量,70,71\n").encode("gb18030") + "赵敏,业务量,60,66\n".encode(),
            (*ZH_ROWS, figure(4, "张伟", "业务量", "70", "71"), figure(5, "赵敏", "业务量", "60", "66")),
            notes=((5, "other-encoding", "", "utf-8"),),
        ),
        Case(
            "characters-lost-before.csv",
            "姓名,指标,目标,实际\n王\ufffd明,业务量,100,95\n李娜,业务量,80,88\n".encode(),
            ZH_ROWS[1:],
            ((2, "unreadable-text", "name", "王\ufffd明"),),
        ),
    ]


def _fig(actual: int) -> tuple[str, str, str]:
    return "业务量", "80", str(actual)


def separators() -> list[Case]:
    bars = "Report: KPI | Q3\n\nName|KPI|Target|Actual\nAnn Lee|Business volume|100|95\n"
    return [
        Case("semicolons-decimal-comma.csv", EN.replace(",", ";").replace("95", "95,5").encode(), (_ann("95,5"),)),
        Case("tabs-called-xls.xls", EN.replace(",", "\t").encode("utf-16"), EN_ROWS),
        Case("bars-below-a-title.txt", bars.encode(), (figure(4, "Ann Lee", "Business volume", "100", "95"),)),
        Case("excel-sep-hint.csv", ("sep=;\r\n" + EN.replace(",", ";")).encode(), (figure(3, "Ann Lee", *_volume()),)),
        Case("old-mac-line-ends.csv", EN.replace("\n", "\r").encode(), EN_ROWS),
        Case(
            "quoted-lines-and-commas.csv",
            b'Name,KPI,Target,Actual,Remark\n"Lee, Ann",Business volume,"1,000","9""5","two\nlines, one cell"\n'
            b"Bob,Business volume,5,6,\n",
            (figure(2, "Lee, Ann", "Business volume", "1,000", '9"5'), figure(3, "Bob", "Business volume", "5", "6")),
        ),
        Case(
            "unquoted-thousands.csv",
            b"Name,KPI,Target,Actual\nAnn,Business volume,1,000,950\nBob,Business volume,800,750\n",
            (figure(3, "Bob", "Business volume", "800", "750"),),
            ((2, "wrong-cell-count", "", "Ann Business volume 1 000 950", "5/4"),),
        ),
        Case(
            "short-rows.csv",
            b"Name,KPI,Target,Actual\nAnn,Business volume\nBob,Business volume,800,750\n",
            (figure(3, "Bob", "Business volume", "800", "750"),),
            ((2, "wrong-cell-count", "", "Ann Business volume", "2/4"),),
        ),
        Case(
            "invisible-characters.csv",
            "\u200b姓名\u00a0,指标,\u3000目标,实际\n王小明\u200b,业务量,\u00a0100,95\u200e\n".encode(),
            ZH_ROWS[:1],
        ),
        Case(
            "full-width.csv",
            "姓名,ＫＰＩ,目标,实际\n王小明,业务量,１００,９５％\n".encode(),
            (_wang("１００", "９５％"),),
        ),
        Case(
            "numbers-as-text.csv",
            b'Employee No.,KPI,Target,Actual\n="00123",Business volume,100,95\n\'00456,Business volume,1,2\n',
            (
                (2, {"employee_number": "00123", "metric": "Business volume", "target": "100", "actual": "95"}),
                (3, {"employee_number": "00456", "metric": "Business volume", "target": "1", "actual": "2"}),
            ),
        ),
    ]


def _ann(actual: str) -> tuple[int, dict[str, str], str]:
    return 2, {"name": "Ann Lee", "metric": "Business volume", "target": "100", "actual": actual}, ""


def _wang(target: str, actual: str) -> tuple[int, dict[str, str], str]:
    return 2, {"name": "王小明", "metric": "业务量", "target": target, "actual": actual}, ""


def _volume() -> tuple[str, str, str]:
    return "Business volume", "100", "95"


def shapes() -> list[Case]:
    feishu = "考核表（2026年第三季度）,,,\n导出时间：2026-10-08 09:30,,,\n,,,\n员工,考核指标,目标值,完成值\n王小明,业务量,100,95\n"
    totals = (
        "部门,姓名,指标,目标,实际\n客服,王小明,业务量,100,95\n小计,,,100,95\n客服,李娜,业务量,80,88\n合计,,,180,183\n"
        "制表人：张三,,,,\n"
    )
    wide = "姓名,目标完成率目标,目标完成率实际,客户满意度\n王小明,90%,95%,4.6\n李娜,90%,,N/A\n赵敏,-,,\n"
    psql = " name | kpi | target | actual\n-------+-----+--------+--------\n Ann Lee | Business volume | 100 | 95\n(1 row)\n"
    return [
        Case(
            "feishu-title-and-export-time.csv",
            feishu.encode(),
            ((5, {"person": "王小明", "metric": "业务量", "target": "100", "actual": "95"}),),
        ),
        Case(
            "totals-and-footer.csv",
            totals.encode(),
            (
                figure(2, "王小明", "业务量", "100", "95", department="客服"),
                figure(4, "李娜", "业务量", "80", "88", department="客服"),
            ),
            notes=((3, "total-row", "", "小计"), (5, "total-row", "", "合计"), (6, "footer", "", "制表人：张三")),
        ),
        Case(
            "pages-with-repeated-headers.csv",
            (ZH + ZH.replace("王小明", "张伟").replace("李娜", "赵敏")).encode(),
            (*ZH_ROWS, figure(5, "张伟", "业务量", "100", "95"), figure(6, "赵敏", "业务量", "80", "88")),
            notes=((4, "repeated-header", "", "姓名"),),
        ),
        Case(
            "one-column-per-metric.csv",
            wide.encode(),
            (
                figure(2, "王小明", "goal_completion", "90%", "95%"),
                figure(2, "王小明", "customer_satisfaction", "", "4.6"),
                figure(3, "李娜", "goal_completion", "90%", ""),
            ),
            notes=((4, "no-figures", "", "赵敏"),),
        ),
        Case(
            "two-header-rows.csv",
            "姓名,目标完成率,,业务量,\n,目标,实际,目标,实际\n王小明,90%,95%,100,95\n".encode(),
            (figure(3, "王小明", "goal_completion", "90%", "95%"), figure(3, "王小明", "business_volume", "100", "95")),
        ),
        Case(
            "psql-output.txt",
            psql.encode(),
            (figure(3, "Ann Lee", *_volume()),),
            notes=((2, "footer", "", "-------+-----+--------+--------"), (4, "footer", "", "(1 row)")),
        ),
        Case(
            "excel-errors-in-text.csv",
            b"Name,KPI,Target,Actual\nAnn,Business volume,100,#DIV/0!\nBob,Business volume,#REF!,1\nCid,Business volume,1,=B2\n",
            (),
            (
                (2, "cell-error", "actual", "#DIV/0!"),
                (3, "cell-error", "target", "#REF!"),
                (4, "not-calculated", "actual", "=B2"),
            ),
        ),
        Case(
            "empty-is-not-zero.csv",
            "姓名,指标,目标,实际\n王小明,业务量,100,0\n李娜,业务量,80,-\n张伟,业务量,无,7\n赵敏,业务量,NULL,—\n".encode(),
            (
                figure(2, "王小明", "业务量", "100", "0"),
                figure(3, "李娜", "业务量", "80", ""),
                figure(4, "张伟", "业务量", "", "7"),
                figure(5, "赵敏", "业务量", "", ""),
            ),
        ),
        Case(
            "periods-and-days.csv",
            b"Name,KPI,Actual,Month,As of\nAnn,Business volume,1,2026-09,30/09/2026\nBob,Business volume,2,Sep 2026,01/10/2026\n",
            (
                figure(2, "Ann", "Business volume", "", "1", period="2026-09", as_of="2026-09-30"),
                figure(3, "Bob", "Business volume", "", "2", period="Sep 2026", as_of="2026-10-01"),
            ),
        ),
        Case(
            "renamed-column.csv",
            EN.replace("Actual", "Actuals").encode(),
            mapping={"columns": {"Actual": "actual"}},
            error="column-gone",
            values={"column": "Actual", "nearest": "Actuals"},
        ),
        Case(
            "column-missing.csv",
            b"Name,KPI\nAnn,Business volume\n",
            error="column-missing",
            values={"column": "actual"},
        ),
        Case("only-a-header.csv", b"Name,KPI,Actual\n", error="file-empty"),
        Case("million-columns.csv", b"Name,KPI,Actual" + b",x" * 1_000_000, error="file-too-big-inside"),
    ]


def cases() -> list[Case]:
    return [*encodings(), *separators(), *shapes()]
