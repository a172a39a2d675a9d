"""What settings, templates and webhooks that cannot be right are told, in Chinese."""

from __future__ import annotations

PLAIN = {
    "This is not an e-mail address.": "电子邮箱地址不正确。",
    "Quiet hours need a beginning and an end.": "免打扰时段须同时填写开始和结束。",
    "To be told this way, an address is needed.": "选择这种方式须先填写相应的地址或号码。",
    "From 1 to 80 characters.": "1至80个字符。",
    "Another one goes by this name.": "名称已被使用。",
    "This is not a web address that can be told something.": "应为不含密码的 http 或 https 地址。",
    "A brace { or } stands alone.": "花括号没有成对。",
    "One line only.": "只能一行。",
}
PATTERNS = ((r"There is no placeholder \{(.*)\}\.", r"没有占位符 {\1}。"),)
