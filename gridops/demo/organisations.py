"""Every kind of organisation that a duty rule may name, so that routing always finds a lead."""

from __future__ import annotations

from gridops.demo.ground import COMMUNITIES, STREET

PREFIX = "QW"
# type -> name; each is responsible for the whole street. The utilities have no log-in: a clerk acts for them.
OF_THE_STREET = {
    "GRID_CENTER": "青梧街道城市运行管理中心", "PARTY_OFFICE": "青梧街道党群工作办公室", "SELFGOV_OFFICE": "青梧街道自治办公室",
    "SERVICE_OFFICE": "青梧街道公共服务办公室", "URBAN_OFFICE": "青梧街道城市管理办公室", "SAFETY_OFFICE": "青梧街道平安办公室",
    "EMERGENCY_OFFICE": "青梧街道应急管理办公室", "DEV_OFFICE": "青梧街道营商服务办公室", "ENFORCEMENT": "青梧综合行政执法队",
    "SANITATION": "青梧环卫作业所", "GREENING": "青梧绿化养护所", "MUNICIPAL": "青梧市政养护所", "DRAINAGE": "青梧排水管理所",
    "LIGHTING": "青梧路灯维护站", "RIVER": "青梧河长办公室", "POLICE": "青梧派出所", "TRAFFIC_POLICE": "青梧交警中队",
    "FIRE": "青梧消防救援站", "HOUSING": "青梧房屋管理所", "PLANNING": "青梧规划资源所", "CONSTRUCTION": "青梧建设管理站",
    "MARKET": "青梧市场监督管理所", "ECOLOGY": "青梧生态环境监察站", "TRANSPORT": "青梧交通运输管理站", "LABOR": "青梧劳动监察站",
    "HEALTH": "青梧社区卫生服务中心", "CIVIL_AFFAIRS": "青梧民政事务所", "JUDICIAL": "青梧司法所", "MEDIATION": "青梧人民调解委员会",
    "WATER_CO": "青梧供水服务公司", "POWER_CO": "青梧供电服务公司", "GAS_CO": "青梧燃气服务公司", "HEAT_CO": "青梧供热服务公司",
    "TELECOM_CO": "青梧通信共建服务部", "ELEVATOR_CO": "青梧恒升电梯维保公司", "OWNER_UNIT": "青梧公共设施权属联络站",
    "VOLUNTEER": "青梧志愿服务队",
}
WITHOUT_LOGIN = ("WATER_CO", "POWER_CO", "GAS_CO", "HEAT_CO")
# The last resort where no firm has been hired; a firm's own compounds are more specific and win.
LAST_RESORT = ("QW-WY-00", "青梧街道物业托底服务站")
FIRMS = {
    "QW-WY-01": ("青梧青禾物业服务公司", ("QW-P03", "QW-P04", "QW-P05", "QW-P13", "QW-P15", "QW-P16", "QW-P17")),
    "QW-WY-02": ("青梧里仁物业服务公司", ("QW-P01", "QW-P02", "QW-P06", "QW-P20", "QW-P21")),
    "QW-WY-03": ("青梧安邻物业服务公司", ("QW-P07", "QW-P08", "QW-P11", "QW-P12", "QW-P18")),
    "QW-WY-04": ("青梧新居物业服务公司", ("QW-P09", "QW-P10", "QW-P14", "QW-P19")),
}
HANDED_OVER = "QW-P15"  # while one firm takes over from another, both claim it
PREDECESSOR = "QW-WY-04"
OWNERS = {"QW-YW-01": ("锦澜花苑业主委员会", ("QW-P03", "QW-P04"), True), "QW-YW-02": ("红砖二村业主委员会", ("QW-P07",), False)}


def code_of(type_code: str) -> str:
    return f"{PREFIX}-{type_code}"


def committee_code(serial: int) -> str:
    return f"{PREFIX}-JW-{serial:02}"


def department_rows(*, during_handover: bool = False) -> list[dict]:
    offices = [_row(code_of(kind), kind, name, has_login=kind not in WITHOUT_LOGIN, areas=STREET) for kind, name in OF_THE_STREET.items()]
    committees = [
        _row(committee_code(spec.serial), "RESIDENTS_COMMITTEE", f"{spec.name}居民委员会", areas=spec.code) for spec in COMMUNITIES
    ]
    rows = [*offices, *committees, _row(*_last_resort(), areas=STREET), *_firms(during_handover), *_owners()]
    return [row | _phones(number, row["type"]) for number, row in enumerate(rows, 1)]


def _row(code: str, type_code: str, name: str, *, has_login: bool = True, areas: str = "", places: tuple[str, ...] = ()) -> dict:
    return {"code": code, "type": type_code, "name": name, "has_login": "1" if has_login else "0", "areas": areas, "places": places}


def _last_resort() -> tuple[str, str, str]:
    code, name = LAST_RESORT
    return code, "PROPERTY", name


def _firms(during_handover: bool) -> list[dict]:
    extra = {PREDECESSOR: (HANDED_OVER,)} if during_handover else {}
    return [_row(code, "PROPERTY", name, places=(*places, *extra.get(code, ()))) for code, (name, places) in FIRMS.items()]


def _owners() -> list[dict]:
    return [
        _row(code, "OWNERS_COMMITTEE", name, has_login=has_login, places=places) for code, (name, places, has_login) in OWNERS.items()
    ]


def _phones(number: int, type_code: str) -> dict:
    """Owners' committees meet in the evening and have no night duty."""
    duty = "" if type_code == "OWNERS_COMMITTEE" else f"021-600002{number:02}"
    return {"phone": f"021-600001{number:02}", "duty_phone": duty}
