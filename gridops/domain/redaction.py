"""Personal numbers out of free text, before anybody but the handling staff reads it.

Privacy wins over completeness: a long order number may go too. Names are found only beside a word that announces one (我叫…, …女士).
Short public numbers (12345, 110, 95xxx, 400-…) stay, because a reader needs them.
"""

from __future__ import annotations

import re

MASK = "***"

# Same length as the original, so that spans found in one hold in the other.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2013: 0x2D, 0x2014: 0x2D, 0x2212: 0x2D}

_NOT_IN_NUMBER = r"(?<![0-9])"
# A phone is often followed at once by the date of the letter: 0731-845123452016年.
_END = r"(?![0-9])"
_PHONE_END = r"(?=(?:19|20)[0-9]{2}年|(?![0-9]))"
_HANZI = "〇零一二两三四五六七八九幺"

_RULES = {
    "email": r"(?<![a-z0-9])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}",
    # The identity card: 18 with a check character, in one piece or as 6-8-4; 15 in the old form falls under "long".
    "identity": rf"{_NOT_IN_NUMBER}[1-9][0-9]{{5}}[ -]?(?:18|19|20)[0-9]{{2}}[01][0-9][0-3][0-9][ -]?[0-9]{{3}}[0-9x](?![0-9a-z])",
    # Bank cards and tracking codes in groups of four; before phones, which would take the beginning only.
    "grouped": rf"{_NOT_IN_NUMBER}[0-9]{{4}}(?:[ -][0-9]{{4}}){{3,}}(?:[ -]?[0-9]{{1,4}})?{_END}",
    "mobile": rf"{_NOT_IN_NUMBER}(?:(?:\+|00)?86[ -]?|0)?1[3-9](?:[0-9]{{9}}|[0-9][ -.][0-9]{{4}}[ -.][0-9]{{4}}"
              rf"|[0-9][ -.][0-9]{{3}}[ -.][0-9]{{5}}|[0-9]{{2}}[ -.][0-9]{{3}}[ -.][0-9]{{4}}|[0-9]{{2}}[ -.][0-9]{{4}}[ -.][0-9]{{3}}"
              rf"|[0-9][ -.][0-9]{{8}}){_PHONE_END}",
    "spelt_mobile": rf"(?<![{_HANZI}])[一幺][三四五六七八九][{_HANZI}]{{9}}(?![{_HANZI}])",
    "landline": rf"{_NOT_IN_NUMBER}\(?(?:(?:\+|00)86[ -]?(?=[1-9])|0)(?:10|2[0-9]|[3-9][0-9]{{2}})\)?[ -]?"
                rf"[2-9][0-9]{{2,3}}[ -]?[0-9]{{4}}(?:(?:-|转|ext\.?) ?[0-9]{{1,6}}{_END}|{_PHONE_END})",
    "foreign": rf"\+[1-9][0-9]{{0,2}}(?:[ -]?[0-9]){{6,12}}{_END}",
    # Bank cards, tracking codes, the old identity card; after phones with a date behind them.
    "long": rf"{_NOT_IN_NUMBER}[0-9]{{15,}}",
    "plate": r"(?P<city>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][a-z])"
             r"[ ·•.-]?(?=[a-z]{0,5}[0-9])[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳使领][a-hj-np-z0-9]?(?![a-z0-9])",
    # A local number or an account is only known by the word before it.
    "local": rf"(?P<call>(?:电话|座机|手机|联系方式|联系|致电|拨打|tel|phone)[^0-9\n。；;!?]{{0,8}})[2-9][0-9]{{2,3}}-?[0-9]{{4}}{_PHONE_END}",
    "account": r"(?P<app>(?:qq|微信|wechat|vx)[号群: ]{0,4})(?=[a-z_-]{0,19}[0-9])[a-z0-9][a-z0-9_-]{4,19}(?![a-z0-9])",
}
_DOOR_RULES = {
    "door": r"(?P<house>(?:单元|[楼栋幢座]|(?<=[0-9])号) ?)[0-9]{3,4}(?![0-9年月日元米路弄号平吨名户个人多余万])",
    "room": r"(?<![0-9])[0-9]{3,4}(?=[ ]?(?:室|房间|房(?!屋|产|改|价)))",
    "dashed_door": r"(?<![0-9.a-z/-])[0-9]{1,3}-(?:[0-9]{1,2}-)?[0-9]{3,4}(?![0-9.年元米平吨名户个人多余万不%-])",
}
# The hundred-odd surnames of nearly everybody; left out are those that are small words far more often (于 和 时 向 有 从).
_SURNAME = "(?:欧阳|上官|司马|诸葛|司徒|夏侯|皇甫|慕容|尉迟|东方|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤庞樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂丛焦柳邢路岳齐梅庄辛管祝左涂谷祁舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边])"
_GIVEN = "[一-龥](?<![不都也很们的了是有在把没无])"
_NAME_RULES = {
    "announced": rf"(?P<marker>(?:我叫|名叫|本人叫|姓名|联系人|举报人|投诉人|反映人|来信人|上访人|控告人|被告人?|原告|当事人|户主|法人代表?|法定代表人"
                 rf"|租户|租客|房东|邻居|业主|村民|居民|住户|店主|老板|包工头|经办人|此致)(?:是|为|叫|名叫)?[:： ]?){_SURNAME}(?:{_GIVEN}){{1,2}}"
                 r"(?=[^一-龥]|$|先生|女士|[的在把家等因于将说系住是，、和与及对])",
    "titled": rf"{_SURNAME}(?:{_GIVEN}){{0,2}}?(?=先生|女士|小姐|太太|大爷|大妈|大姐|大哥|阿姨|叔叔|师傅|同志|老太|奶奶|爷爷|婆婆|某某?|警官|医生|护士|主任|书记|经理|队长|所长|局长|处长|科长|站长|村长|老板|会计)",
}


def _compiled(rules: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in rules.items()), re.IGNORECASE)


_PATTERNS = {
    (doors, names): _compiled(_RULES | (_DOOR_RULES if doors else {}) | (_NAME_RULES if names else {})) for doors in (False, True) for names in (False, True)
}
_KEPT = ("city", "call", "app", "house", "marker")


def redact(text: str, *, door_numbers: bool = False, names: bool = False) -> str:
    """The text with phones, identity and bank cards, plates, e-mail addresses and accounts replaced by ``***``.

    What leads to the number stays (沪A***, 电话***). ``door_numbers`` hides room numbers too; buildings stay, they are the place.
    ``names`` hides who is named beside a word that announces a name; what is shown to everybody, compared or learned from is redacted with both.
    Redacting twice changes nothing more.
    """
    pieces, reached = [], 0
    for found in _PATTERNS[door_numbers, names].finditer(text.translate(_HALF_WIDTH)):
        pieces += text[reached : _kept_until(found)], MASK
        reached = found.end()
    return "".join(pieces) + text[reached:]


def _kept_until(found: re.Match[str]) -> int:
    groups = found.re.groupindex
    return max((found.end(name) for name in _KEPT if name in groups and found[name] is not None), default=found.start())
