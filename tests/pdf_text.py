"""What a reader copies out of one of our PDFs: each page's text by the maps that its fonts carry. Enough for what fpdf2 writes, no more."""

from __future__ import annotations

import re
import zlib

_STRING = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj|\[((?:\\.|\((?:\\.|[^\\)])*\)|[^\]])*)\] TJ", re.DOTALL)
_ESCAPES = {b"r": b"\r", b"n": b"\n", b"t": b"\t"}


def pages(document: bytes) -> list[str]:
    """Texts of a page are joined by spaces, in the order in which they were written."""
    objects = {int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\n(.*?)endobj", document, re.DOTALL)}
    fonts = {name.decode(): _letters(objects, int(ref)) for resource in objects.values() if b"/ProcSet" in resource
             for name, ref in re.findall(rb"/(F\d+) (\d+) 0 R", resource)}
    kids = re.search(rb"/Kids \[(.*?)\]", objects[1], re.DOTALL)[1]
    contents = (re.search(rb"/Contents (\d+)", objects[int(ref)])[1] for ref in re.findall(rb"(\d+) 0 R", kids))
    return [_text(_stream(objects[int(ref)]), fonts) for ref in contents]


def _stream(body: bytes) -> bytes:
    raw = re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.DOTALL)[1]
    return zlib.decompress(raw) if b"/FlateDecode" in body.split(b"stream")[0] else raw


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    table = _stream(objects[int(re.search(rb"/ToUnicode (\d+)", objects[font])[1])]).decode("ascii")
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in re.findall(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)}


def _text(content: bytes, fonts: dict[str, dict[int, str]]) -> str:
    said, font = [], {}
    for found in _STRING.finditer(content):
        if found[1]:
            font = fonts[found[1].decode()]
            continue
        strings = [found[2]] if found[2] is not None else re.findall(rb"\(((?:\\.|[^\\)])*)\)", found[3], re.DOTALL)
        said.append("".join(_decoded(string, font) for string in strings))
    return " ".join(said)


def _decoded(string: bytes, font: dict[int, str]) -> str:
    plain = re.sub(rb"\\(.)", lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), string, flags=re.DOTALL)
    return "".join(font.get(int.from_bytes(plain[at : at + 2], "big"), "?") for at in range(0, len(plain), 2))
