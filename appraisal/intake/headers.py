"""Header cells of spreadsheets: what people call our columns, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # "Target (k€)" means the target
_LONGEST = 200  # characters of a cell that are looked at
_WIDEST = 500  # cells


@dataclass(frozen=True)
class Columns:
    """One kind of file: canonical column -> names in use; of each group in `required` one column must be there."""

    names: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]

    def recognise(self, header: Sequence[str]) -> dict[int, str]:
        """Place -> canonical name of the header cells we know. Of two cells for one column the first counts."""
        meaning = {plain(alias): name for name, aliases in self.names.items() for alias in (name, *aliases)}
        found: dict[int, str] = {}
        for place, cell in enumerate(header[:_WIDEST]):
            name = meaning.get(plain(cell))
            if name and name not in found.values():
                found[place] = name
        return found

    def missing(self, found: Mapping[int, str]) -> str | None:
        """The first required column that is not among `found`."""
        given = set(found.values())
        return next((group[0] for group in self.required if not given & set(group)), None)


def plain(cell: str) -> str:
    """A name without case, width, spaces, punctuation and remarks in brackets, to compare."""
    text = normalize("NFKC", cell[:_LONGEST]).casefold()
    return "".join(c for c in _ASIDE.sub("", text) if c.isalnum())


_PERSON = {
    "name": ("full name", "employee name", "display name", "姓名", "员工姓名", "名字", "中文名"),
    "email": ("e-mail", "mail", "email address", "work email", "邮箱", "电子邮箱", "邮件", "电子邮件", "工作邮箱"),
    "employee_number": (
        "employee no",
        "employee id",
        "emp id",
        "staff no",
        "staff id",
        "personnel number",
        "number",
        "工号",
        "员工编号",
        "员工号",
        "人员编号",
    ),
    "slack_id": ("slack", "slack user id", "slack member id", "member id", "slack账号"),
}

PEOPLE_COLUMNS = Columns(
    names={
        **_PERSON,
        "department": ("dept", "team", "unit", "org", "部门", "所属部门", "团队"),
        "job_family": (
            "job",
            "role",
            "position",
            "title",
            "job title",
            "职位",
            "岗位",
            "职务",
            "职类",
            "序列",
            "职位序列",
            "岗位序列",
            "职族",
        ),
        "manager": (
            "manager email",
            "manager name",
            "line manager",
            "supervisor",
            "reports to",
            "boss",
            "上级",
            "直属上级",
            "直接上级",
            "主管",
            "直属主管",
            "经理",
            "汇报对象",
        ),
        "hired_on": (
            "hire date",
            "hired",
            "start date",
            "joined",
            "joining date",
            "date of joining",
            "入职日期",
            "入职时间",
            "入职",
        ),
        "country": ("country code", "国家", "国家/地区", "所在国家"),
        "time_zone": ("timezone", "tz", "时区"),
        "active": ("employed", "is active", "在职", "是否在职", "在职状态"),
    },
    required=(("email", "employee_number", "slack_id", "name"),),
)

METRIC_COLUMNS = Columns(
    names={
        "person": ("employee", "who", "员工", "人员", "被考核人"),
        **_PERSON,
        "metric": ("kpi", "indicator", "measure", "metric name", "metric key", "指标", "指标名称", "考核指标"),
        "target": ("goal", "plan", "planned", "target value", "目标", "目标值", "计划", "计划值"),
        "actual": ("value", "result", "actual value", "achieved", "实际", "实际值", "完成值", "实际完成", "完成情况"),
    },
    required=(("person", "email", "employee_number", "slack_id", "name"), ("metric",), ("target",), ("actual",)),
)
