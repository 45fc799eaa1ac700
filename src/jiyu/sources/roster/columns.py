"""The words Chinese companies head the columns of a 花名册 with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

StatusWord = Literal["", "active", "probation", "leave", "left"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


ROSTER_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": _words(
        """
        工号, 员工编号, 员工工号, 员工号, 职工号, 职工编号, 人员编号, 人员编码, 员工代码, 员工ID
        工牌号, 职员代码, 职号, 员工编码, 职工工号, 人事编号, 登记号码, 考勤号, 考勤编号, 编号
        职工代码, 人员工号, 雇员编号, employee no, employee number, employee id, emp id, emp no
        staff no, staff id, badge no, businessentityid, personnel number, id, 工號, 員工編號
        """
    ),
    "name": _words(
        """
        姓名, 员工姓名, 名字, 人员姓名, 职工姓名, 员工, 中文名, 中文姓名, 人名, 职员姓名, 真实姓名
        姓 名, 雇员姓名, 员工名称, 名称, 成员姓名, 人员, full name, name, employee name, employee
        display name, staff name, 员工名
        """
    ),
    "first_name": _words(
        """
        firstname, first name, given name, 名(英文)
        """
    ),
    "last_name": _words(
        """
        lastname, last name, surname, family name, 姓(英文)
        """
    ),
    "unit": _words(
        """
        部门, 所属部门, 部门名称, 所在部门, 组织, 所属组织, 组织名称, 单位, 所属单位, 机构, 所属机构
        科室, 车间, 部门/车间, 所在单位, 用人部门, 任职部门, 部门全称, 部门全路径, 组织单元, 事业部
        中心, department, dept, department name, org unit, organization, 部門
        """
    ),
    "unit_1": _words(
        """
        一级部门, 一级组织, 1级部门, 一级机构, 一级单位, 部门一级, 部门1, 一级, 大部门, 一级部门名称
        所属一级部门, 一级中心, 事业群, 板块, 系统, 体系, 上级部门, 母部门, 一级架构, level 1
        department level 1
        """
    ),
    "unit_2": _words(
        """
        二级部门, 二级组织, 2级部门, 二级机构, 二级单位, 部门二级, 部门2, 二级, 子部门, 二级部门名称
        所属二级部门, 下级部门, 分部, 二级架构, 产线, 线体, 线别, 工段, 大区, 区域, level 2
        sub department
        """
    ),
    "unit_3": _words(
        """
        班组, 三级部门, 三级组织, 3级部门, 小组, 组别, 班次班组, 所属班组, 所在班组, 班别, 三级, 部门3
        三级单位, 三级机构, 项目组, 班, 组, 工作组, 团队, 生产班组, 班组名称, crew, team, level 3
        """
    ),
    "job": _words(
        """
        岗位, 职位, 岗位名称, 职位名称, 职务, 担任职务, 任职岗位, 所在岗位, 现任岗位, 工种, 职务名称
        行政职务, 现岗位, 岗位/职务, 职位/岗位, 岗位职务, 工作岗位, 职称岗位, job, job title, title
        position, role, 崗位
        """
    ),
    "job_grade": _words(
        """
        职级, 级别, 职等, 职级名称, 岗位等级, 岗级, 职位等级, 员工级别, 岗位级别, 职务级别, 薪级, 等级
        职层, 职等职级, 职级职等, 行政级别, 技术等级, 岗位职级, 层级, job grade, job level, grade
        level, rank, 職級
        """
    ),
    "lead": _words(
        """
        直接上级, 直属上级, 上级, 直接主管, 直属领导, 直接领导, 汇报对象, 汇报给, 汇报上级, 汇报人
        上级姓名, 上级领导, 主管, 直属主管, 主管姓名, 领导, 直接上级姓名, 直线经理, 直线上级, 考核上级
        负责上级, 上级主管, 班组长, manager, reports to, supervisor, line manager, 直屬主管
        """
    ),
    "lead_number": _words(
        """
        直接上级工号, 上级工号, 主管工号, 直属上级工号, 领导工号, 汇报对象工号, 直接主管工号, 上级编号
        直接上级编号, 直属领导工号, 上级员工编号, 直接上级员工号, 汇报上级工号, 上级员工号, 直接上级ID
        上级ID, 主管编号, 主管ID, 直线经理工号, 直接领导工号, manager id, manager no, supervisor id
        manager number
        """
    ),
    "hired_on": _words(
        """
        入职日期, 入职时间, 入职, 入司日期, 入司时间, 进厂日期, 进厂时间, 到岗日期, 到岗时间, 入厂日期
        入厂时间, 入职年月, 入职年月日, 报到日期, 进公司日期, 入职日, 录用日期, 参加本单位时间
        进入公司时间, 来厂时间, 本单位入职时间, hire date, hired on, start date, entry date
        date of joining, 入職日期
        """
    ),
    "regular_on": _words(
        """
        转正日期, 转正时间, 转正, 转正日, 试用期满, 试用期截止, 试用期结束日期, 试用截止日期, 试用到期
        转正年月, 预计转正日期, 实际转正日期, 转正生效日期, 试用期满日期, 试用期到期日, 试用期结束
        转正年月日, 定级日期, 转正生效, regularization date, probation end, confirmation date
        """
    ),
    "left_on": _words(
        """
        离职日期, 离职时间, 离厂日期, 离司日期, 离岗日期, 退休日期, 离职日, 最后工作日, 离职年月, 离职
        离厂时间, 离职年月日, 离司时间, 解除日期, 终止日期, 离职生效日期, 减员日期, 离开日期, 退厂日期
        合同终止日期, end date, leave date, termination date, last working day
        """
    ),
    "employment_kind": _words(
        """
        用工形式, 用工性质, 用工类型, 员工类型, 人员类型, 人员类别, 员工类别, 合同类型, 雇佣类型
        聘用形式, 编制, 人员性质, 员工性质, 用工方式, 身份类别, 聘用类型, 雇佣形式, 编制类型, 用工类别
        工作性质, 在编情况, employment type, contract type, employee type
        """
    ),
    "status": _words(
        """
        状态, 员工状态, 在职状态, 人员状态, 在职情况, 是否在职, 任职状态, 工作状态, 在岗状态, 在岗情况
        当前状态, 职工状态, 人事状态, 是否离职, 在离职状态, 目前状态, 在职/离职, 是否在岗, 岗位状态
        用工状态, status, employment status, state
        """
    ),
    "note": _words(
        """
        备注, 说明, 其他, 备 注, 附注, 备注说明, 注, 特殊情况, 情况说明, 其它, 备忘, 补充说明, 备注信息
        特殊说明, 注释, 其他说明, 备注1, 备注栏, 补充, remark, remarks, note, notes, comment
        """
    ),
    "born_on": _words(
        """
        出生日期, 出生年月, 出生年月日, 生日, 出生时间, 出生, 出生日, 出生年份, 阳历生日, 公历生日
        员工生日, 出生年月（阳历）, 出生日期(公历), 生日日期, 诞生日, 出生年, 公历出生日期, birth date
        birthday, date of birth, born on, dob
        """
    ),
    "identity": _words(
        """
        身份证号, 身份证号码, 身份证, 证件号码, 证件号, 公民身份号码, 居民身份证, 身份证件号, id card
        """
    ),
    "ignored": _words(
        """
        序号, 性别, 手机, 手机号, 手机号码, 电话, 联系电话, 联系方式, 邮箱, 电子邮箱, 年龄, 民族, 籍贯
        学历, 婚姻状况, 地址, 家庭住址, 户口, 工资, 基本工资, 薪资, 银行卡号, 工龄, 司龄, 政治面貌
        毕业院校, 专业, 紧急联系人, 紧急联系电话, 部门负责人, 部门编码, 部门编号, 合同到期日
        合同开始日期, 身份证有效期, 社保基数, gender, sex, phone, mobile, email, age, no., 行号, 职称
        合同编号, 档案编号
        """
    ),
}

UNIT_FIELDS = ("unit_1", "unit", "unit_2", "unit_3")
DATE_FIELDS = ("hired_on", "regular_on", "left_on", "born_on")

FIELD_WORDS: Mapping[str, tuple[str, str]] = {
    "number": ("工号", "number"),
    "name": ("姓名", "name"),
    "unit": ("部门", "unit"),
    "job": ("岗位", "job"),
    "job_grade": ("职级", "job grade"),
    "lead": ("直接上级", "lead"),
    "hired_on": ("入职日期", "hire date"),
    "regular_on": ("转正日期", "end of probation"),
    "left_on": ("离职日期", "leaving date"),
    "born_on": ("出生日期", "birth date"),
    "employment_kind": ("用工形式", "employment type"),
    "status": ("状态", "status"),
}

_LEFT = _words("离职, 离岗, 辞职, 辞退, 自离, 退休, 离厂, 解除, 不在职, 已离, 开除, 减员, resigned, left")
_NOT_LEFT = ("返聘", "复职", "未离职", "拟离职", "离职申请中")
_LEAVE = ("产假", "陪产", "病假", "医疗期", "停薪留职", "长假", "工伤", "哺乳", "待岗", "on leave")
_PROBATION = ("试用", "见习", "probation")
_ACTIVE = ("在职", "在岗", "正式", "在册", "正常", "转正", "active", "current")
_STATUSES: tuple[tuple[StatusWord, tuple[str, ...]], ...] = (
    ("leave", _LEAVE),
    ("probation", _PROBATION),
    ("active", _ACTIVE),
)
_KINDS = (
    ("rehired", ("返聘", "退休返聘")),
    ("dispatch", ("劳务派遣", "派遣", "劳务工", "dispatch")),
    ("intern", ("实习", "学徒", "intern")),
    ("part_time", ("兼职", "非全日", "小时工", "临时", "part time", "part-time")),
    ("outsourced", ("外包", "外协", "劳务外包", "outsourc")),
    ("regular", ("正式", "合同", "全职", "劳动合同", "在编", "full time", "full-time", "固定", "regular")),
)


def status_of(text: str) -> StatusWord:
    """left, leave, probation, active, or "" where the words say none of them. 退休返聘 works: not left."""
    words = text.casefold()
    if any(word in words for word in _LEFT):
        return "active" if any(word in words for word in _NOT_LEFT) else "left"
    if "返聘" in words:
        return "active"
    return next((status for status, known in _STATUSES if any(word in words for word in known)), "")


def employment_kind_of(text: str) -> str:
    """regular, dispatch, intern, part_time, outsourced, rehired, or "" where the words say none of them."""
    words = text.casefold()
    return next((kind for kind, known in _KINDS if any(word in words for word in known)), "")
