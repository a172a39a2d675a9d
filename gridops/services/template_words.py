"""What each column of a template means, in Chinese and in English, and what an example row says."""

from __future__ import annotations

Words = dict[str, tuple[str, str]]
_CRS = ("坐标系：wgs84、gcj02（高德、腾讯）或 bd09（百度），不可省略", "Coordinate system: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu); never guessed")
_CODES = "编码：字母、数字、点、- 和 _，导入后凭此识别同一条记录"
_CODES_EN = "Code: letters, digits, dot, - and _; the record is known again by it"

WORDS: dict[str, Words] = {
    "shared": {
        "code": (_CODES, _CODES_EN), "name": ("名称", "Name"), "name_en": ("英文名称", "Name in English"), "phone": ("电话", "Phone"),
        "households": ("户数", "Number of households"), "crs": _CRS, "lng": ("经度", "Longitude"), "lat": ("纬度", "Latitude"),
        "aliases": ("别名，用分号分隔", "Other names, separated by semicolons"), "address": ("地址", "Address"),
        "area": ("街道、社区或网格的编码", "Code of a street, community or cell"), "place": ("场所编码", "Code of a place"),
        "ended": ("填 1 表示已停用", "1 where it has ended"),
    },
    "areas": {
        "code": ("街道9位、社区12位、网格15位数字，下级以上级编码开头", "9 digits for a street, 12 for a community, 15 for a cell; each begins with the one above"),
        "level": ("层级：街道、社区或网格", "Level: street, community or cell"),
        "kind": (
            "社区类型：commercial 商品房、public_sold 售后公房、converted_village 城中村改造、mixed 混合、old_town 老城区、relocation 动迁安置",
            "Kind of a community: commercial, public_sold, converted_village, mixed, old_town or relocation"),
        "population": ("社区人口", "Population of a community"), "timezone": ("街道时区，如 Asia/Shanghai", "Time zone of a street, as Asia/Shanghai"),
        "phone": ("街道公开电话", "Public phone of a street"), "colour": ("街道海报颜色，如 #0b5a4e", "Colour of the street's posters, as #0b5a4e"),
        "takes_unlocated": ("填 1：无位置的反映归本街道（仅一个街道）", "1: reports without any place come to this street (one street only)"),
        "crs": ("边界请用 GeoJSON 导入；表格中可不填", "Shapes come as GeoJSON; may stay empty in a table"),
    },
    "addresses": {
        "name": ("小区、楼栋或院落名称", "Name of the compound, building or yard"), "kind": ("类型：小区、楼栋或院落", "Kind: compound, building or yard"),
        "compound": ("所属小区名称", "Name of the compound that it belongs to"), "code": ("编码，可不填，由系统生成", "Code; made by the system where empty"),
    },
    "places": {
        "kind": ("类型：compound 小区、building 楼栋、yard 院落", "Kind: compound, building or yard"),
        "community": ("所属社区编码", "Code of its community"), "cell": ("所属网格编码（楼栋、院落）", "Code of its cell (building, yard)"),
        "parent": ("所属小区的编码", "Code of the compound that it belongs to"),
    },
    "departments": {
        "type": ("单位类型编码", "Code of the kind of organisation"), "duty_phone": ("值班电话", "Duty phone"),
        "has_login": ("填 1 表示有系统账号，0 表示由他人代办", "1 where it logs in, 0 where others act for it"),
        "areas": ("负责区域的编码，用分号分隔", "Codes of the areas it is responsible for, separated by semicolons"),
        "places": ("负责场所的编码，用分号分隔", "Codes of the places it is responsible for, separated by semicolons"),
    },
    "people": {
        "name": ("姓名", "Name of the person"), "code": ("人员编号；同一人多个岗位填多行、用同一编号", "Code of the person: several posts are several rows with the same code"),
        "home_organisation": ("工作单位（在职党员）", "Home organisation (of a party member)"),
        "role": (
            "岗位：网格长、网格员、社区干部、志愿者、在职党员、楼组长、房管人、民警、物业联系人",
            "Role: grid_leader, grid_worker, cadre, volunteer, party_member, building_steward, room_steward, police_liaison or property_contact"),
        "part_time": ("填 1 表示兼职", "1 where part-time"), "title": ("职务", "Title"),
        "duties": ("岗位职责，用分号分隔", "Duties, separated by semicolons"), "starts_on": ("到岗日期，如 2026-01-01", "First day, as 2026-01-01"),
        "ends_on": ("离岗日期，空表示仍在岗", "Last day; empty while it is held"),
    },
    "shifts": {
        "code": ("人员编号", "Code of the person"), "role": ("岗位", "Role of the post"),
        "kind": (
            "day 白班、night 夜班、holiday 节假日班；workdays、rest_days、every_day 为固定时段",
            "day, night or holiday: one shift; workdays, rest_days or every_day: regular hours"),
        "date": ("日期；固定时段的首日", "Day; the first one of regular hours"), "until": ("固定时段的末日", "Last day of regular hours"),
        "weekdays": ("星期，1 为周一，用分号分隔", "Weekdays, 1 is Monday, separated by semicolons"), "opens": ("开始时间，如 18:00", "Begins, as 18:00"),
        "closes": ("结束时间；不晚于开始时间表示次日", "Ends; not after the beginning means the next morning"), "note": ("备注", "Note"),
    },
    "check-ins": {
        "area": ("居住地社区的编码或名称", "Code or name of the community where the member lives"),
        "code": ("人员编号，可不填：凭姓名和电话识别", "Code of the person; may stay empty: name and phone tell"), "name": ("姓名", "Name of the person"),
        "home_organisation": ("工作单位", "Home organisation"), "checked_in_on": ("报到日期，如 2026-03-04", "Day of the check-in, as 2026-03-04"),
        "thanked_on": ("致谢信寄出日期", "Day on which a letter of thanks went out"),
    },
    "claims": {
        "area": ("街道、社区或网格的编码或名称", "Code or name of a street, community or cell"), "code": ("人员编号", "Code of the person"),
        "class": ("事项大类编码，如 E01", "Class of categories, as E01"), "text": ("认领的事项", "What is done"),
        "claimed_on": ("认领日期", "Day on which it was taken on"), "done_on": ("完成日期", "Day on which it was done"),
        "released_on": ("退回日期", "Day on which it was given back"),
    },
}
EXAMPLES: dict[str, dict[str, str]] = {
    "areas": {"code": "310199001001", "level": "社区", "name": "菩提居民区", "name_en": "Linden Community", "kind": "commercial", "households": "1480",
              "population": "3900"},
    "addresses": {"name": "3号楼", "address": "星河路100弄3号", "lng": "121.40512", "lat": "31.20431", "crs": "gcj02", "kind": "楼栋",
                  "households": "48", "compound": "菩提小区", "aliases": "三号楼"},
    "places": {"code": "P-100-3", "kind": "building", "name": "3号楼", "address": "星河路100弄3号", "community": "310199001001",
               "parent": "P-100", "households": "48", "lng": "121.40512", "lat": "31.20431", "crs": "gcj02"},
    "departments": {"code": "D-WY-01", "type": "PROPERTY", "name": "菩提物业", "name_en": "Linden Property", "phone": "021-60000001",
                    "duty_phone": "021-60000002", "has_login": "1", "places": "P-100"},
    "people": {"code": "W-017", "name": "陈网格", "phone": "13800000000", "role": "网格员", "area": "310199001001001", "starts_on": "2026-01-01",
               "duties": "巡查"},
    "shifts": {"code": "W-017", "role": "grid_worker", "area": "310199001001001", "kind": "night", "date": "2026-03-04", "opens": "18:00",
               "closes": "08:30"},
    "check-ins": {"area": "310199001001", "name": "赵春", "phone": "13900000000", "home_organisation": "第一中学", "checked_in_on": "2026-03-04"},
    "claims": {"area": "310199001001001", "code": "V-003", "text": "周末巡查楼道", "claimed_on": "2026-03-04"},
}
