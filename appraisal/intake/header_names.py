"""What people call our columns at the top of their files, in English and Chinese."""

from __future__ import annotations


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", "))


PERSON = {
    "name": _names(
        "full name, employee name, display name, worker, agent name, legal name, preferred name, 姓名, "
        "员工姓名, 名字, 中文名, 成员姓名, 人员姓名, 客服姓名"
    ),
    "email": _names(
        "e-mail, mail, email address, work email, primary work email, user email, 邮箱, 企业邮箱, 公司邮箱, 邮箱地址, "
        "电子邮箱, 邮件, 电子邮件, 工作邮箱"
    ),
    "employee_number": _names(
        "employee no, employee id, emp id, staff no, staff id, personnel number, personnel no, pernr, "
        "pers no, worker id, badge, number, 工号, 员工编号, 员工号, 人员编号, 人员编码, 员工编码, 职员代码, 人员工号"
    ),
    "slack_id": _names("slack, slack user id, slack member id, member id, slack账号"),
}

PEOPLE = {
    **PERSON,
    "department": _names("dept, team, unit, org, 部门, 所属部门, 团队"),
    "job_family": _names(
        "job, role, position, title, job title, 职位, 岗位, 职务, 职类, 序列, 职位序列, 岗位序列, 职族"
    ),
    "manager": _names(
        "manager email, manager name, line manager, supervisor, reports to, boss, 上级, 直属上级, 直接上级, 主管, "
        "直属主管, 经理, 汇报对象"
    ),
    "hired_on": _names("hire date, hired, start date, joined, joining date, date of joining, 入职日期, 入职时间, 入职"),
    "country": _names("country code, 国家, 国家/地区, 所在国家"),
    "time_zone": _names("timezone, tz, 时区"),
    "active": _names("employed, is active, 在职, 是否在职, 在职状态"),
}

METRICS = {
    **PERSON,
    "person": _names("employee, who, 员工, 人员, 被考核人"),
    "metric": _names(
        "kpi, kpi name, indicator, measure, metric name, metric key, 指标, 指标名称, 指标名, 考核指标, 考核项, 考核项目"
    ),
    "target": _names(
        "goal, plan, planned, target value, budget, quota, 目标, 目标值, 计划, 计划值, 指标值, 考核目标, 任务, 任务量"
    ),
    "actual": _names(
        "value, result, actual value, achieved, 实际, 实际值, 完成, 完成值, 完成量, 实际完成, "
        "实际完成值, 完成情况, 实绩, 达成值, 数值"
    ),
    "as_of": _names(
        "date, as of date, data date, report date, updated, 日期, 统计日期, 统计时间, 数据日期, 截至, 截止, 截至日期, "
        "截止日期, 更新日期, 更新时间"
    ),
    "period": _names(
        "month, quarter, year month, fiscal period, reporting period, review period, 季度, 期间, 月份, 月, 年月, "
        "考核周期, 考核期, 考核期间, 统计周期, 所属期"
    ),
    "department": _names("dept, team, unit, org, 部门, 所属部门, 团队"),
}
