"""The demo's people, companies and postings: invented, and told as real ones would be."""

from __future__ import annotations

from typing import NamedTuple

from server.jobs.posting import Posting


class Company(NamedTuple):
    """An employer with its host and its interviewer (login, name)."""

    name: str
    licence: str
    industry: str
    place: str
    size: str
    about: str
    phone: str
    host: tuple[str, str]
    interviewer: tuple[str, str]
    session: str
    pitch: str
    postings: tuple[Posting, ...]


class Seeker(NamedTuple):
    """A candidate and the small profile they filled in."""

    login: str
    name: str
    phone: str
    place: str
    headline: str
    experience: str
    education: str


ORGANISER = ("demo-organiser", "周敏")
OFFICER = ("demo-officer", "陈立")
FAIR_TITLE = "周周有活动 · 直播带岗专场 | Weekly live job fair"
FAIR_ABOUT = (
    "每周一场，企业在直播间讲岗位，求职者边看边问、一键投递，合适的当场面试。"
    "全程免费，不收求职者任何费用。\n"
    "Every week employers explain their jobs live; ask, apply and interview without leaving "
    "the page. Free for candidates, always."
)

COMPANIES = (
    Company(
        "明远精密制造（苏州）有限公司",
        "91320500DEMO000001",
        "通用设备制造",
        "苏州工业园区",
        "500-999",
        "做汽车和机器人的精密零件，车间恒温，三班两倒，食堂和宿舍在厂区里。\n"
        "Precision parts for cars and robots; canteen and dormitory on site.",
        "0512-5550-0101",
        ("demo-host", "林悦"),
        ("demo-interviewer", "吴强"),
        "车间里的好岗位：数控、装配、质检 | Jobs on our shop floor",
        "带大家看车间、问师傅，当场快招。",
        (
            Posting(
                title="CNC 数控操作工 | CNC operator",
                category="factory",
                employment_type="full_time",
                headcount=30,
                duties="操作数控车床和加工中心，按图纸自检，填写工序卡。有师傅带两周。\n"
                "Run CNC lathes and machining centres; check your own parts. Two weeks with a "
                "master.",
                conditions="会看简单图纸，有半年以上机加工经验优先，没有也可以学。\n"
                "Can read a simple drawing; experience helps but is not needed.",
                place="苏州工业园区 星湖街 18 号",
                pay_min=6500,
                pay_max=9000,
                pay_unit="month",
                benefits="五险一金，包住，工作餐，夜班补贴 30 元/晚，年终奖",
            ),
            Posting(
                title="装配工（可夜班） | Assembler",
                category="factory",
                employment_type="full_time",
                headcount=50,
                duties="按作业指导书装配减速器，使用电动工具，做首件确认。\n"
                "Assemble gearboxes to the work instruction with power tools.",
                conditions="手脚麻利，能站立工作，能适应轮班。\nQuick hands; shifts.",
                place="苏州工业园区 星湖街 18 号",
                pay_min=5800,
                pay_max=7500,
                pay_unit="month",
                benefits="五险一金，包住，工作餐，免费班车",
            ),
            Posting(
                title="质检员 | Quality inspector",
                category="factory",
                employment_type="full_time",
                headcount=8,
                duties="用卡尺、三坐标检验零件，记录并反馈不合格。\n"
                "Measure parts with calipers and a CMM; report what is off.",
                conditions="中专及以上，会用常用量具。\nVocational school; knows gauges.",
                place="苏州工业园区 星湖街 18 号",
                pay_min=6000,
                pay_max=8000,
                pay_unit="month",
                benefits="五险一金，长白班，双休",
            ),
            Posting(
                title="设备维修技师 | Maintenance technician",
                category="factory",
                employment_type="full_time",
                headcount=4,
                duties="保养和抢修机床，换线调试，写维修记录。\n"
                "Keep machine tools running; change-overs; repair log.",
                conditions="持低压电工证，三年以上设备维修经验。\n"
                "Low-voltage electrician's certificate, three years' experience.",
                place="苏州工业园区 星湖街 18 号",
                pay_min=9000,
                pay_max=13000,
                pay_unit="month",
                benefits="五险一金，技能津贴，包住",
            ),
            Posting(
                title="2027 届管培生（机械） | Graduate trainee",
                category="campus",
                employment_type="campus",
                headcount=12,
                duties="在工艺、质量、生产轮岗一年，导师一对一。\n"
                "A year through process, quality and production with a mentor.",
                conditions="2027 届毕业生，机械、材料、自动化相关专业。\n"
                "Graduating in 2027 in mechanics, materials or automation.",
                place="苏州工业园区 星湖街 18 号",
                pay_min=7500,
                pay_max=9500,
                pay_unit="month",
                benefits="五险一金，人才公寓，带薪培训",
            ),
        ),
    ),
    Company(
        "速达仓配科技（昆山）有限公司",
        "91320583DEMO000002",
        "仓储与快递",
        "昆山花桥",
        "1000+",
        "为华东的网店做仓储和同城配送，旺季多招、淡季不裁。\n"
        "Warehousing and city delivery for online shops in East China.",
        "0512-5550-0202",
        ("demo-host-2", "何佳"),
        ("demo-interviewer-2", "马骏"),
        "仓库和配送：今天报名，明天上岗 | Warehouse and delivery, start tomorrow",
        "旺季用工，日结周结可选，现场快招。",
        (
            Posting(
                title="仓库分拣员 | Warehouse sorter",
                category="logistics",
                employment_type="full_time",
                headcount=80,
                duties="扫码、分拣、打包，按波次完成订单。\nScan, sort and pack by wave.",
                conditions="年满 18 周岁，能认字，会用手机扫码。\n18 or older; can use a scanner.",
                place="昆山花桥 物流大道 6 号",
                pay_min=5500,
                pay_max=7000,
                pay_unit="month",
                benefits="社保，包住，工作餐，全勤奖 300 元",
            ),
            Posting(
                title="周末小时工 | Weekend picker",
                category="logistics",
                employment_type="part_time",
                headcount=40,
                duties="周六日在仓库拣货、贴标。\nPick and label on Saturdays and Sundays.",
                conditions="年满 18 周岁，能连续工作 6 小时。\n18 or older, six-hour shifts.",
                place="昆山花桥 物流大道 6 号",
                pay_min=22,
                pay_max=26,
                pay_unit="hour",
                benefits="周结，意外险，班车",
            ),
            Posting(
                title="同城配送司机 | Delivery driver",
                category="logistics",
                employment_type="full_time",
                headcount=20,
                duties="驾驶公司新能源面包车，日均 60 单，线路固定。\n"
                "Drive our electric van on a fixed route, about 60 stops a day.",
                conditions="C1 驾照，实际驾龄一年以上。\nLicence C1, a year on the road.",
                place="昆山、苏州市区",
                pay_min=7000,
                pay_max=11000,
                pay_unit="month",
                benefits="社保，车辆和油电公司承担，计件奖",
            ),
            Posting(
                title="春节保供临时工 | Spring Festival crew",
                category="logistics",
                employment_type="temporary",
                headcount=60,
                duties="节前两周分拣和装车。\nSort and load in the two weeks before the festival.",
                conditions="年满 18 周岁，能搬 15 公斤。\n18 or older, lifts 15 kg.",
                place="昆山花桥 物流大道 6 号",
                pay_min=260,
                pay_max=320,
                pay_unit="day",
                benefits="日结，意外险，工作餐，返乡补贴",
            ),
        ),
    ),
    Company(
        "安禾康养与数字服务集团",
        "91320500DEMO000003",
        "养老与软件服务",
        "苏州姑苏区",
        "100-499",
        "社区养老院和照护平台，护理员在前，工程师在后。\n"
        "Care homes in the community, and the software that runs them.",
        "0512-5550-0303",
        ("demo-host-3", "沈怡"),
        ("demo-interviewer-3", "郭涛"),
        "照护与代码：两种温度的工作 | Care and code",
        "护理员带薪培训，工程师弹性办公。",
        (
            Posting(
                title="养老护理员 | Care worker",
                category="care",
                employment_type="full_time",
                headcount=25,
                duties="照料老人起居，记录健康数据，陪伴活动。上岗前带薪培训 15 天。\n"
                "Daily care, health records, company. Fifteen days' paid training first.",
                conditions="身体能胜任照护工作，有耐心。有护理员证每月另加 300 元。\n"
                "Patience; a care certificate adds 300 yuan a month.",
                place="苏州姑苏区 桃花坞大街 102 号",
                pay_min=5500,
                pay_max=7800,
                pay_unit="month",
                benefits="五险，包吃住，证书补贴，带薪年假",
            ),
            Posting(
                title="康复治疗师 | Rehabilitation therapist",
                category="care",
                employment_type="full_time",
                headcount=5,
                duties="评估老人功能，制定并带做康复计划。\nAssess, plan and lead rehabilitation.",
                conditions="康复治疗专业，持证，一年以上经验。\nQualified, one year's practice.",
                place="苏州姑苏区 桃花坞大街 102 号",
                pay_min=8000,
                pay_max=11000,
                pay_unit="month",
                benefits="五险一金，双休，继续教育",
            ),
            Posting(
                title="Python 后端工程师 | Python backend engineer",
                category="software",
                employment_type="full_time",
                headcount=3,
                duties="开发照护平台的接口和排班引擎，写测试，值守上线。\n"
                "Build the APIs and the rostering engine of our care platform; test and ship.",
                conditions="两年以上 Python 经验，熟悉异步和 SQL。\n"
                "Two years of Python, at ease with async and SQL.",
                place="苏州姑苏区（每周两天可远程）",
                pay_min=18000,
                pay_max=28000,
                pay_unit="month",
                benefits="五险一金，弹性工作，14 薪",
            ),
            Posting(
                title="测试开发实习生 | Test engineering intern",
                category="software",
                employment_type="internship",
                headcount=4,
                duties="为移动端写自动化测试，整理缺陷。\nAutomate mobile tests; tidy up bugs.",
                conditions="在校学生，每周到岗三天以上，连续三个月。\n"
                "Student, three days a week for three months.",
                place="苏州姑苏区",
                pay_min=180,
                pay_max=220,
                pay_unit="day",
                benefits="导师带教，实习证明，转正机会",
            ),
        ),
    ),
)

SEEKERS = (
    Seeker(
        "demo-candidate-1",
        "王晓雨",
        "100-0000-0001",
        "苏州吴中区",
        "两年机加工经验 | Two years of machining",
        "2024–2026 小型模具厂，操作数控车床，会看图、会对刀。",
        "机电技术中专",
    ),
    Seeker(
        "demo-candidate-2",
        "李建国",
        "100-0000-0002",
        "安徽六安",
        "装配熟手，可夜班 | Experienced assembler",
        "电子厂装配线五年，做过线长。",
        "初中",
    ),
    Seeker(
        "demo-candidate-3",
        "赵丽",
        "100-0000-0003",
        "苏州姑苏区",
        "想做照护工作 | Wants to work in care",
        "照顾家中老人三年，今年拿到护理员初级证书。",
        "高中",
    ),
    Seeker(
        "demo-candidate-4",
        "孙浩",
        "100-0000-0004",
        "昆山",
        "C1 驾照，四年驾龄 | Driver",
        "同城货运两年，熟悉苏州和昆山路线。",
        "高中",
    ),
    Seeker(
        "demo-candidate-5",
        "陈思远",
        "100-0000-0005",
        "苏州",
        "Python 后端三年 | Python engineer",
        "电商公司后端，FastAPI、PostgreSQL、Redis。",
        "计算机本科",
    ),
    Seeker(
        "demo-candidate-6",
        "刘婷",
        "100-0000-0006",
        "南京",
        "2027 届机械专业 | Graduating in mechanics",
        "暑期在汽车零部件企业实习两个月。",
        "机械工程本科在读",
    ),
)
