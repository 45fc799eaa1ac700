"""The words that head the columns of 产量日报, 签单明细, 工单 and 考勤, and codes of what they measure."""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


ROLES: Mapping[str, tuple[str, ...]] = {
    "number": _words(
        """
        工号, 员工编号, 员工工号, 员工号, 职工号, 人员编号, 人员编码, 员工代码, 员工ID, 工牌号
        登记号码, 考勤号, 考勤编号, 操作工工号, 作业员工号, 报工人工号, 处理人工号, 销售工号
        负责人工号, 业务员工号, 人员工号, employee no, employee id, staff no, salespersonid
        resolved_by, badge no
        """
    ),
    "name": _words(
        """
        姓名, 员工姓名, 人员姓名, 操作工, 操作人, 操作员, 作业员, 报工人, 负责人, 销售, 销售员
        销售人员, 业务员, 客户经理, 签单人, 跟进人, 处理人, 工程师, 受理人, 经办人, 维修工, 员工, 人员
        责任人, owner, assignee, sales rep, employee, name
        """
    ),
    "crew": _words(
        """
        班组, 班组名称, 生产班组, 小组, 组别, 所属班组, 作业班组, 团队, 工段, 产线, 线体, 线别, 生产线
        车间, 班别, 项目组, 组, crew, team, line, assignment_group
        """
    ),
    "moment": _words(
        """
        完工时间, 报工时间, 完成时间, 出勤时间, 打卡时间, 关闭时间, 受理时间, 开始时间, 结束时间
        提交时间, 创建时间, 报工日期时间, 发生时间, 生产时间, 操作时间, 签到时间, 刷卡时间, 解决时间
        closed_at, closed at, finished at, timestamp, datetime, time
        """
    ),
    "day": _words(
        """
        日期, 生产日期, 业务日期, 签单日期, 签约日期, 合同日期, 完工日期, 报工日期, 回款日期, 订单日期
        截止日期, 关闭日期, 考勤日期, 发生日期, 统计日期, 记录日期, 单据日期, 数据日期, 交货日期
        到账日期, 回访日期, orderdate, order date, date, day
        """
    ),
    "month": _words(
        """
        月份, 年月, 考勤月份, 统计月份, 所属月份, 期间, 会计期间, 考核月份, 月度, month, period
        """
    ),
    "clock": _words(
        """
        时间, 时刻, 完工时刻, 报工时刻, 打卡时刻, clock
        """
    ),
    "shift": _words(
        """
        班次, 白夜班, 早晚班, 班, 班次名称, shift
        """
    ),
    "key": _words(
        """
        报工单号, 单号, 工单号, 合同号, 合同编号, 订单号, 订单编号, 流水号, 编号, 记录号, 单据号
        发票号, 故障单号, 采购单号, 检验单号, 回访单号, 变更单号, 招聘单号, 报告编号, 任务单号, 唯一号
        单据编号, salesordernumber, salesorderid, ticket no, order no, workorderid, id, number
        """
    ),
    "dimension": _words(
        """
        机台, 设备, 机台号, 设备编号, 产品, 产品名称, 物料, 物料号, 料号, 工序, 工序名称, 客户
        客户名称, 项目, 类型, 类别, 产品型号, 区域, 大区, 部门, 所属部门, 规格, 图号, 渠道, 新客户
        状态, 优先级, 违章类型, department, category, priority, product, customer, territoryid
        """
    ),
    "ignored": _words(
        """
        序号, 备注, 说明, 制表人, 审核人, 签名, 本人签名, 签字, 行号, 登记人, 班长签字, 确认, remark
        note, no., modifieddate
        """
    ),
}

MEASURES: Mapping[str, tuple[str, ...]] = {
    "planned": _words(
        """
        计划, 计划数, 计划产量, 计划数量, 目标产量, 排产数, 任务数
        """
    ),
    "finished": _words(
        """
        完工, 完工数, 完工数量, 产量, 总产量, 产出, 报工数, 报工数量, 实际产量, 实际产出, 完成数
        """
    ),
    "good": _words(
        """
        合格, 合格数, 合格数量, 良品, 良品数, 合格品, 合格产出, 合格报工数
        """
    ),
    "bad": _words(
        """
        不良, 不良数, 不良品, 不合格, 不合格数, 废品, 废品数, 次品, 报废, 报废数, 不良数量
        """
    ),
    "inspected": _words(
        """
        送检, 送检数, 检验数, 抽检数, 首检数
        """
    ),
    "first_pass": _words(
        """
        首检合格, 首检合格数, 一次合格数, 一次合格
        """
    ),
    "work_hours": _words(
        """
        工时, 实际工时, 作业工时, 出勤工时, 投入工时
        """
    ),
    "stopped": _words(
        """
        停机, 停机时间, 停机时长, 停线, 停机分钟
        """
    ),
    "signed": _words(
        """
        签单额, 签单金额, 签约额, 合同金额, 合同额, 成交金额, 订单金额
        """
    ),
    "collected": _words(
        """
        回款, 回款额, 回款金额, 当期回款, 到账金额, 实收, 已收金额
        """
    ),
    "due": _words(
        """
        应收, 应收款, 当期应收, 应收金额, 应收余额
        """
    ),
    "first_response": _words(
        """
        首响, 首次响应, 响应时间, 响应时长, 首次响应时间, 首响时长
        """
    ),
    "handling": _words(
        """
        处理时长, 解决时长, 处理时间, 修复时长, 处理天数
        """
    ),
    "mark": _words(
        """
        评分, 满意度, 客户评分, 评价, 满意度评分
        """
    ),
    "days_due": _words(
        """
        应出勤, 应出勤天数, 应到天数, 应勤
        """
    ),
    "days_present": _words(
        """
        实出勤, 实际出勤, 实出勤天数, 出勤天数, 实到天数, 实际出勤天数
        """
    ),
    "late": _words(
        """
        迟到, 迟到次数, 迟到(次)
        """
    ),
    "missed_punches": _words(
        """
        缺卡, 缺卡次数, 漏打卡, 忘打卡
        """
    ),
    "absent": _words(
        """
        旷工, 旷工天数, 旷工次数
        """
    ),
    "personal_leave": _words(
        """
        事假, 事假天数
        """
    ),
    "sick_leave": _words(
        """
        病假, 病假天数
        """
    ),
    "annual_leave": _words(
        """
        年假, 年休假, 年假天数
        """
    ),
    "overtime": _words(
        """
        加班, 加班时数, 加班小时, 加班工时, 加班时长
        """
    ),
}

KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "attendance": ("days_due", "days_present", "late", "missed_punches", "absent", "sick_leave"),
    "output": ("planned", "finished", "good", "bad", "inspected", "first_pass", "stopped"),
    "tickets": ("first_response", "handling", "mark"),
    "deals": ("signed", "collected", "due"),
}  # fmt: skip

# Cells of a table of days that say nothing happened.
NOTHING = frozenset({"", "-", "—", "/", "－"})
