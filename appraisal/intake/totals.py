"""Totals and ends of pages among the rows of a sheet, told by their first cell."""

from __future__ import annotations

import re

from appraisal.intake.headers import plain
from appraisal.intake.tables import Reason

_TOTAL = re.compile(r"(sub|grand)?total(s|of.*|for.*)?|sum|(小|合|总|共)计.*|.*(小|合|总)计|汇总|平均值?|average|mean")
_TOTAL_HINT = re.compile(r"total|sum|average|mean|计|汇总|平均", re.IGNORECASE)
_FOOTER = re.compile(
    r"(备注|注|说明|制表|填表|审核|审批|数据来源|来源|导出|打印|生成|统计口径|以上|第\s*\d+\s*页)(人|时间|日期|于|数据)?\s*[:：\d]"
    r"|(source|generated|note|notes|exported|printed|prepared by|report run|page \d|confidential)\b"
    r"|end of (report|file)|\(?\d+ rows?( affected| selected)?\)?$|[-=*_—]{3,}|[*※]",
    re.IGNORECASE,
)


def set_apart(first: str) -> Reason | None:
    """TOTAL_ROW or FOOTER where the first cell of a row reads like one."""
    if _TOTAL_HINT.search(first) and _TOTAL.fullmatch(plain(first)):
        return Reason.TOTAL_ROW
    return Reason.FOOTER if _FOOTER.match(first) else None
