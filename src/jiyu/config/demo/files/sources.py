"""Sources of the demo: which files come from where, and what their columns mean."""

from __future__ import annotations

from datetime import date

from .draw import words
from .manifest import DemoMeasure, DemoSource

# heads of each source's files, in the order of the rows that the topic modules write
HEADS: dict[str, tuple[str, ...]] = {
    "mes_plan": words("日期 班组 工号 姓名 计划数"),
    "mes_report": words("报工单号 完工时间 班次 班组 机台 工序 工号 姓名 合格 不良 送检 首检合格"),
    "mes_running": words("日期 班次 机台 工号 姓名 计划时间(分钟) 停机(分钟) 理想节拍(秒) 实际产出 标准工时(分钟)"),
    "mes_assembly": words("报工单号 完工时间 班次 班组 工号 姓名 合格产出 实际工时(小时) 装配数(点) 错漏装"),
    "mes_changeover": words("换线单号 开始时间 班组 工号 姓名 换线时间(分钟)"),
    "mes_shipments": words("日期 工号 姓名 出货数 流出不良"),
    "mes_hours": words("日期 工号 姓名 运行时长(小时)"),
    "mes_faults": words("故障单号 报修时间 设备 工号 姓名 修复时长(分钟)"),
    "mes_checks": words("日期 工号 姓名 应检 已检"),
    "safety": words("编号 发生时间 工号 姓名 班组 违章类型 登记人"),
    "attendance": words("截止日期 工号 姓名 部门 应出勤 实出勤 迟到 事假 病假 加班(小时)"),
    "crm_deals": words("合同号 签单日期 客户 负责人 签单额(元) 新客户 备注"),
    "crm_forecasts": words("截止日期 负责人 预测额(元) 实际额(元)"),
    "erp_collections": words("单据号 截止日期 工号 姓名 客户 当期应收(万元) 当期回款(万元)"),
    "erp_receivables": words("截止日期 工号 姓名 应收余额(万元) 逾期应收(万元)"),
    "erp_invoices": words("发票号 开票日期 工号 姓名 收入(万元) 成本(万元)"),
    "erp_orders": words("订单号 应交日期 工号 姓名 应交行 准时行"),
    "erp_deliveries": words("采购单号 应到日期 工号 姓名 应到批 准时批"),
    "erp_inspections": words("检验单号 检验日期 工号 姓名 检验批 合格批"),
    "erp_stock": words("截止日期 工号 姓名 平均库存(万元) 销售成本(万元) 天数"),
    "erp_closing": words("截止日期 工号 姓名 关账天数"),
    "erp_budget": words("截止日期 工号 姓名 预算(万元) 实际(万元)"),
    "plm_changes": words("变更单号 日期 工号 姓名 类型"),
    "visits": words("回访单号 回访日期 客户 工号 姓名 评分"),
    "tickets": words("工单号 类型 受理时间 关闭时间 工号 姓名 首响(分钟) 重大 重大已闭环 完工 一次修复 评分 处理天数"),
    "milestones": words("里程碑 应完成日期 工号 姓名 应到 准时"),
    "sprints": words("迭代 结束日期 工号 姓名 承诺点 完成点"),
    "defects": words("截止日期 工号 姓名 全部缺陷 出货后缺陷"),
    "key_results": words("截止日期 工号 姓名 KR 负责人评分"),
    "hr_staffing": words("截止日期 工号 姓名 需求人数 按期到岗 平均在岗 关键岗位离职"),
    "hr_hires": words("招聘单号 到岗日期 工号 姓名 招聘周期(天)"),
    "board": words("截止日期 工号 姓名 项目 完成 应完成"),
}


def _source(
    code: str,
    label: str,
    measures: str,
    key: str,
    *,
    dimensions: str = "",
    cut: str = "",
    due: date = date(2026, 4, 3),
) -> DemoSource:
    """`measures` is "head code unit" separated by ";"; the rest is read off the heads."""
    heads = HEADS[code]
    subject = "工号" if "工号" in heads else "负责人"
    when = next(
        (head for head in ("完工时间", "关闭时间") if head in heads),
        next(head for head in heads if head.endswith(("日期", "时间"))),
    )
    parsed = tuple(DemoMeasure(*item.split()) for item in measures.split(";") if item)
    return DemoSource(
        code,
        label,
        subject,
        "number" if subject == "工号" else "name",
        when,
        tuple(key.split()),
        parsed,
        tuple(dimensions.split()),
        cut,
        due,
    )


SOURCES: tuple[DemoSource, ...] = (
    _source("mes_plan", "MES 生产计划", "计划数 planned_pieces 件", "日期 工号", dimensions="班组"),
    _source(
        "mes_report",
        "MES 报工",
        "合格 good_pieces 件;不良 bad_pieces 件;送检 checked_pieces 件;首检合格 first_pass_pieces 件",
        "报工单号",
        dimensions="班次 班组 机台 工序",
        cut="08:00",
    ),
    _source(
        "mes_running",
        "MES 设备日报",
        "计划时间(分钟) planned_minutes 分钟;停机(分钟) stopped_minutes 分钟;理想节拍(秒) ideal_beat 秒;"
        "实际产出 made_pieces 件;标准工时(分钟) standard_minutes 分钟",
        "日期 工号",
        dimensions="班次 机台",
    ),
    _source(
        "mes_assembly",
        "MES 装配报工",
        "合格产出 assembled_good 件;实际工时(小时) work_hours 小时;装配数(点) assembly_points 个;"
        "错漏装 misassemblies 个",
        "报工单号",
        dimensions="班次 班组",
        cut="08:00",
    ),
    _source(
        "mes_changeover",
        "MES 换线",
        "换线时间(分钟) changeover_minutes 分钟",
        "换线单号",
        dimensions="班组",
    ),
    _source("mes_shipments", "MES 出货检验", "出货数 shipped 件;流出不良 escaped 件", "日期 工号"),
    _source("mes_hours", "MES 设备运行", "运行时长(小时) running_hours 小时", "日期 工号"),
    _source("mes_faults", "MES 故障单", "修复时长(分钟) repair_minutes 分钟", "故障单号", dimensions="设备"),
    _source("mes_checks", "MES 点检", "应检 checks_due 次;已检 checks_done 次", "日期 工号"),
    _source("safety", "安全表单", "", "编号", dimensions="班组 违章类型 登记人"),
    _source(
        "attendance",
        "考勤月报",
        "应出勤 days_due 天;实出勤 days_present 天;迟到 late_times 次;事假 personal_leave 天;"
        "病假 sick_leave 天;加班(小时) overtime_hours 小时",
        "截止日期 工号 部门",
        dimensions="部门",
    ),
    _source("crm_deals", "CRM 签单明细", "签单额(元) signed_yuan 元", "合同号", dimensions="客户 新客户"),
    _source(
        "crm_forecasts",
        "CRM 预测",
        "预测额(元) forecast_yuan 元;实际额(元) intake_yuan 元",
        "截止日期 负责人",
    ),
    _source(
        "erp_collections",
        "ERP 回款",
        "当期应收(万元) due_amount 万元;当期回款(万元) paid_amount 万元",
        "单据号",
        dimensions="客户",
    ),
    _source(
        "erp_receivables",
        "ERP 应收",
        "应收余额(万元) receivables 万元;逾期应收(万元) overdue 万元",
        "截止日期 工号",
    ),
    _source("erp_invoices", "ERP 收入成本", "收入(万元) revenue 万元;成本(万元) cost 万元", "发票号"),
    _source("erp_orders", "ERP 订单交付", "应交行 lines_due 个;准时行 lines_on_time 个", "订单号"),
    _source("erp_deliveries", "ERP 来料", "应到批 lots_due 批;准时批 lots_on_time 批", "采购单号"),
    _source("erp_inspections", "ERP 来料检验", "检验批 lots_checked 批;合格批 lots_passed 批", "检验单号"),
    _source(
        "erp_stock",
        "ERP 库存",
        "平均库存(万元) average_stock 万元;销售成本(万元) cost_of_sales 万元;天数 span_days 天",
        "截止日期 工号",
    ),
    _source("erp_closing", "ERP 关账", "关账天数 closing_days 天", "截止日期 工号"),
    _source("erp_budget", "ERP 预算", "预算(万元) budget 万元;实际(万元) spent 万元", "截止日期 工号"),
    _source("plm_changes", "PLM 设计变更", "", "变更单号", dimensions="类型"),
    _source("visits", "客户回访表", "评分 visit_mark 分", "回访单号", dimensions="客户"),
    _source(
        "tickets",
        "工单系统",
        "首响(分钟) first_response 分钟;重大 major 个;重大已闭环 major_closed 个;完工 completed 个;"
        "一次修复 fixed_at_once 个;评分 ticket_mark 分;处理天数 handling_days 天",
        "工单号",
        dimensions="类型",
    ),
    _source("milestones", "项目系统", "应到 milestones_due 个;准时 milestones_on_time 个", "里程碑"),
    _source("sprints", "Jira 迭代", "承诺点 points_promised 个;完成点 points_done 个", "迭代 工号"),
    _source("defects", "缺陷统计", "全部缺陷 defects_all 个;出货后缺陷 defects_outside 个", "截止日期 工号"),
    _source("key_results", "KR 评分表", "负责人评分 key_result_mark 分", "截止日期 工号 KR", dimensions="KR"),
    _source(
        "hr_staffing",
        "HR 系统 人员",
        "需求人数 hires_due 人;按期到岗 hires_on_time 人;平均在岗 on_duty 人;关键岗位离职 key_leavers 人",
        "截止日期 工号",
    ),
    _source("hr_hires", "HR 系统 招聘", "招聘周期(天) hiring_days 天", "招聘单号"),
    _source("board", "经营月报", "完成 board_done 件;应完成 board_due 件", "截止日期 工号 项目", dimensions="项目"),
)
