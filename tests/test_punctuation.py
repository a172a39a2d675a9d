"""Chinese that people read has Chinese punctuation: sources, pages, translations and the Chinese README."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff》】][,;:!?()]|[,;:!?()][\u4e00-\u9fff《【]")
# What stands there are patterns that read what people wrote, in whatever width.
PATTERNS = {
    "gridops/domain/redaction.py", "gridops/domain/group_chat.py", "gridops/domain/contact.py", "gridops/domain/place_names.py", "gridops/domain/place_mentions.py", "gridops/domain/same_place.py", "gridops/domain/shared_words.py", "gridops/services/imports/cells.py",
    "gridops/learning/wording.py",
}
PATHS = sorted(
    path for pattern in ("gridops/**/*.py", "workers/*.py", "gridops/web/templates/**/*.html", "gridops/api/templates/*", "gridops/web/static/js/*.js",
                         "gridops/web/translations/zh/**/*.po", "*.zh.md")
    for path in ROOT.glob(pattern) if str(path.relative_to(ROOT)) not in PATTERNS)


def texts(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    return _strings(ast.parse(source)) if path.suffix == ".py" else iter(source.splitlines())


def _strings(tree: ast.Module) -> Iterator[str]:
    """All but docstrings: those are English, with a Chinese word in brackets here and there."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone)


def test_chinese_has_full_width_punctuation():
    assert len(PATHS) > 100
    assert [(str(path.relative_to(ROOT)), text) for path in PATHS for text in texts(path) if HALF_WIDTH.search(text)] == []


def test_the_check_sees_what_it_should():
    assert [bool(HALF_WIDTH.search(text)) for text in ("已受理,办理中", "(社区)", "已受理，办理中", "3,5 km", "名称: x")] == [True, True, False, False, True]
