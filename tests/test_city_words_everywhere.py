"""Where Chinese with a field term stands in the code: each such module says it in the city's words, or a person has decided that it must not.

A new one fails here until somebody has thought of it. Pages' own texts stand in the catalogue of translations, which is said as a whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from gridops.domain import terms

ROOT = Path(__file__).resolve().parents[1]
TERM = re.compile("|".join(sorted(map(re.escape, terms.TERMS.values()), key=len, reverse=True)))
NO_TEXTS_OF_OURS = ("gridops/learning/", "gridops/demo/")  # what residents say, and an invented street
SAID = {
    # headings of sheets: api.sheets says them
    "gridops/api/check_ins.py", "gridops/api/message_deliveries.py", "gridops/api/overdue_appeals.py", "gridops/api/sheets.py", "gridops/api/supervisions.py",
    "gridops/api/upstream.py", "gridops/web/audit.py", "gridops/web/comparison.py", "gridops/web/suspended.py",
    # messages of the interface: api.errors, api.field_messages and web.file_import say them
    "gridops/api/catalogue.py", "gridops/api/field_messages.py", "gridops/api/import_messages.py", "gridops/api/timing_messages.py",
    # what leaves the house or is read on pages: through story_words.said, terms.said or field_terms.said
    "gridops/posters/layout.py", "gridops/services/decisions.py", "gridops/services/desk.py", "gridops/services/emergencies/calling.py",
    "gridops/services/indicators/report.py", "gridops/services/indicators/words.py", "gridops/services/lost_codes.py", "gridops/services/messages/preview.py",
    "gridops/services/messages/residents.py", "gridops/services/messages/topic_words.py", "gridops/services/promise_words.py", "gridops/services/story_words.py",
    "gridops/services/template_words.py", "gridops/services/trends.py",
    # files that come back: read and written both ways
    "gridops/services/imports/accounts.py", "gridops/services/imports/addresses.py", "gridops/services/imports/area_file.py", "gridops/services/imports/areas.py",
    "gridops/services/imports/claims.py", "gridops/services/imports/people_words.py", "gridops/services/imports/post_duties.py",
    "gridops/services/imports/shift_words.py", "gridops/services/taxonomy/filing.py", "gridops/web/people_import.py",
}
NOT_SAID = {
    "gridops/domain/terms.py": "the terms themselves", "gridops/domain/place_mentions.py": "how residents say where", "gridops/domain/place_names.py": "names of places",
    "gridops/domain/redaction.py": "how people write where they live", "gridops/domain/result_texts.py": "a placeholder is a key",
    "gridops/services/actions/upstream.py": "a remark in the trail", "gridops/services/grids.py": "the name of a new cell, kept as its own",
    "gridops/api/field_terms.py": "an example with a city's word", "gridops/api/action_docs.py": "documents of the interface",
}
EXAMPLES = {f"gridops/api/{name}.py" for name in (  # of the interface, in its documents only
    "accounts", "communities", "duty_examples", "emergency_examples", "examples", "grid_examples", "hot_issue_examples", "indicator_examples", "meeting_schemas",
    "message_examples", "people_examples", "place_examples", "tickets", "timing_examples", "understand_schemas", "upstream_examples")}


def texts(file: Path) -> Iterator[str]:
    """Strings that are no docstrings."""
    tree = ast.parse(file.read_text())
    documented = {id(node.body[0].value) for node in ast.walk(tree)
                  if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)}
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented)


def test_every_module_with_a_field_term_has_been_thought_of():
    found = set()
    for file in [*(ROOT / "gridops").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]:
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(NO_TEXTS_OF_OURS) and any(TERM.search(text) for text in texts(file)):
            found.add(name)
    assert found - SAID - set(NOT_SAID) - EXAMPLES == set()
    assert (SAID | set(NOT_SAID) | EXAMPLES) - found == set(), "what is gone is forgotten here too"
