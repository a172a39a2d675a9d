"""Every code that an error answer may carry: status, and the message in both languages. Codes are a promise; messages are not.

English messages usually stand where the error is raised; those here are the fallback and the documentation. ``%(name)s`` is
filled from the error's own parameters.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    status: int
    en: str
    zh: str


CODES: dict[str, Entry] = {
    # The request itself
    "malformed": Entry(400, "The request could not be read.", "无法读取该请求。"),
    "not_logged_in": Entry(401, "Please log in.", "请先登录。"),
    "login_failed": Entry(401, "The user name or password is wrong, or the account is locked for 15 minutes after five failures.",
                          "用户名或密码错误;连续五次失败后账号锁定15分钟。"),
    "totp_required": Entry(401, "Please enter the code of your authenticator as well.", "请同时输入动态验证码。"),
    "forbidden": Entry(403, "Your role does not allow this.", "您的角色无权进行此操作。"),
    "csrf": Entry(403, "This page is out of date, please load it again.", "页面已过期,请刷新后重试。"),
    "not_found": Entry(404, "Not found.", "未找到。"),
    "method_not_allowed": Entry(405, "This address does not take this method.", "该地址不支持此请求方法。"),
    "not_acceptable": Entry(406, "This cannot be given in the wanted format.", "无法以所需格式返回。"),
    "too_large": Entry(413, "Too large.", "内容过大。"),
    "unsupported_media": Entry(415, "This kind of file is not supported.", "不支持该类型的内容。"),
    "invalid": Entry(422, "Some values are not valid.", "部分内容不符合要求。"),
    "idempotency_mismatch": Entry(422, "This Idempotency-Key was used with another body.", "该 Idempotency-Key 已用于不同的内容。"),
    "idempotency_key_invalid": Entry(422, "An Idempotency-Key has 1 to 200 printable ASCII characters.",
                                     "Idempotency-Key 应为1至200个可打印的ASCII字符。"),
    "too_many": Entry(429, "Too many requests, please wait a moment.", "请求过于频繁,请稍候再试。"),
    "internal": Entry(500, "Something went wrong.", "系统出错,请稍后再试。"),
    "unavailable": Entry(503, "This is not available right now.", "暂时无法使用,请稍后再试。"),
    # Tickets
    "not_allowed": Entry(409, "This is not possible in the present status.", "当前状态下不能进行此操作。"),
    "not_available_yet": Entry(409, "This action is not available yet.", "此操作尚未开放。"),
    "conflict": Entry(409, "Somebody else has changed this in the meantime.", "内容已被他人更新,请刷新后重试。"),
    # Contacts and codes
    "phone_invalid": Entry(422, "This is not a phone number.", "电话号码不正确。"),
    "reason_required": Entry(422, "Opening a contact needs a reason.", "查看联系方式须说明理由。"),
    "one_time_code_wrong": Entry(422, "The code is wrong or has expired.", "验证码错误或已过期。"),
    # Photos
    "photo_missing": Entry(422, "Send one photo as a part of multipart/form-data.", "请以 multipart/form-data 上传一张照片。"),
    "photo_too_large": Entry(413, "A photo may have at most 10 MB.", "照片不能超过10 MB。"),
    "not_a_photo": Entry(415, "Only JPEG, PNG and WEBP photos are accepted.", "只支持 JPEG、PNG 和 WEBP 照片。"),
    "photo_too_many_pixels": Entry(422, "A photo may have at most 50 million pixels.", "照片不能超过5000万像素。"),
    "photo_broken": Entry(422, "The photo is damaged or incomplete.", "照片已损坏或不完整。"),
    # Accounts
    "username_invalid": Entry(422, "A user name has 2 to 64 characters without spaces.", "用户名为2至64个字符,不含空格。"),
    "username_taken": Entry(422, "This user name is taken.", "用户名已被使用。"),
    "password_too_short": Entry(422, "A password needs at least 10 characters.", "密码至少10个字符。"),
    "password_too_long": Entry(422, "A password has at most 200 characters.", "密码最多200个字符。"),
    "role_unknown": Entry(422, "This role is unknown or lacks its department.", "角色不存在,或缺少所属单位。"),
}


def message(code: str, text: str, params: dict, locale: str) -> str:
    """In the caller's language where the catalogue has it, else as raised."""
    entry = CODES.get(code)
    if locale != "zh" or entry is None:
        return text
    try:
        return entry.zh % params if params else entry.zh
    except (KeyError, TypeError, ValueError):
        return entry.zh
