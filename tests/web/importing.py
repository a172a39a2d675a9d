"""What a browser does on a page that brings a file in: sends it to be looked through, then presses the button of what it is shown."""

from __future__ import annotations

import io
import re


def check(browser, path, content, name="list.csv", *, status=200, **form) -> str:
    blob = content if isinstance(content, bytes) else content.encode()
    return browser.post(path, {"step": "check"} | form, page=path, status=status, files={"file": (io.BytesIO(blob), name)}).text


def press_import(browser, path, page, *, status=200) -> str:
    kept = re.search(r'name="kept" value="(\d+)"', page)[1]
    return browser.post(path, {"step": "import", "kept": kept}, page=path, status=status).text
