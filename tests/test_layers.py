"""The house keeps its order: imports point down only, and what has one owner has one owner. Read from the imports, not from promises."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("geo", "gridops", "workers")

# part -> the parts of this project that it may import. What is not listed here is refused.
SERVICES = {"gridops.services", "gridops.models", "gridops.domain", "gridops.errors", "gridops.db", "gridops.vault", "gridops.pictures", "gridops.films", "gridops.posters", "gridops.learning", "geo"}
EDGE = SERVICES | {"gridops.context", "gridops.logs", "gridops.schema", "config"}
MAY_IMPORT: dict[str, set[str]] = {
    "geo": set(),
    "gridops.errors": set(),
    "gridops.domain": {"gridops.errors"},
    "gridops.db": {"gridops.errors"},
    "gridops.vault": {"gridops.errors"},
    "gridops.pictures": {"gridops.errors"},
    "gridops.films": {"gridops.errors", "gridops.pictures"},
    "gridops.posters": {"gridops.errors"},
    "gridops.learning": set(),
    "gridops.transports": set(),
    "gridops.schema": {"gridops.db"},
    "gridops.logs": set(),
    "gridops.models": {"gridops.db", "gridops.domain"},
    "gridops.services": SERVICES | {"gridops.schema", "config"},
    "gridops.context": SERVICES | {"config"},
    "gridops.application": EDGE | {"gridops.api", "gridops.web", "gridops.open311"},
    "gridops": EDGE | {"gridops.application"},
    "gridops.api": EDGE,
    "gridops.web": EDGE | {"gridops.api"},
    "gridops.private": {"gridops.errors", "config"},
    "gridops.demo": EDGE,
    "gridops.cli": EDGE | {"gridops.private", "gridops.demo"},
    "gridops.__main__": {"gridops.cli"},
    "workers": EDGE | {"gridops.transports"},
}

SOLE_OWNERS = {
    "rq": ("workers",),
    "redis": ("workers",),
    "cryptography": ("gridops.vault",),
    "requests": ("gridops.transports",),
    "av": ("gridops.films",),
    "smtplib": ("gridops.transports",),
    "ahocorasick": ("gridops.learning",),
    "sklearn": ("gridops.learning",),
    "scipy": ("gridops.learning",),
    "flask": ("gridops.api", "gridops.web", "gridops.open311", "gridops.application", "gridops"),
}
STANDARD_LIBRARY_AND = {"geo": {"shapely", "numpy"}, "gridops.domain": {"tzdata"}, "gridops.learning": {"numpy", "ahocorasick", "sklearn", "scipy"}}


def modules() -> list[tuple[str, Path]]:
    return [(".".join(p.relative_to(ROOT).with_suffix("").parts), p) for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))]


def part_of(module: str) -> str:
    """The longest listed prefix."""
    names = module.split(".")
    prefixes = (".".join(names[:length]) for length in range(len(names), 0, -1))
    return next((prefix for prefix in prefixes if prefix in MAY_IMPORT), module)


def imports_of(module: str, path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, path, node)
            # "from gridops import errors" names a module, "from gridops.errors import X" a name in one.
            found.update(f"{base}.{alias.name}" if _is_module(base, alias.name) else base for alias in node.names)
    return found


def _absolute(module: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _is_module(base: str, name: str) -> bool:
    target = ROOT.joinpath(*base.split("."), name)
    return target.with_suffix(".py").exists() or target.is_dir()


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_imports_point_down_only(module, path):
    part = part_of(module.removesuffix(".__init__"))
    allowed = MAY_IMPORT.get(part)
    assert allowed is not None, f"{module} is in no part of the house"
    ours = {part_of(name) for name in imports_of(module, path) if name.split(".")[0] in (*PACKAGES, "config", "wsgi", "tests")}
    assert ours - allowed - {part} == set()


@pytest.mark.parametrize("library", SOLE_OWNERS)
def test_some_libraries_have_one_owner(library):
    owners = SOLE_OWNERS[library]
    users = {part_of(module.removesuffix(".__init__")) for module, path in modules() if any(n.split(".")[0] == library for n in imports_of(module, path))}
    assert users <= set(owners)


@pytest.mark.parametrize("part", STANDARD_LIBRARY_AND)
def test_pure_parts_stay_pure(part):
    import sys

    for module, path in modules():
        if part_of(module) == part:
            outside = {n.split(".")[0] for n in imports_of(module, path)} - sys.stdlib_module_names - {"geo", "gridops"}
            assert outside <= STANDARD_LIBRARY_AND[part], module


def test_only_training_knows_scikit_learn():
    """A web process, and a worker that only suggests, never load it."""
    users = {module for module, path in modules() if any(name.split(".")[0] in {"sklearn", "scipy"} for name in imports_of(module, path))}
    assert users <= {"gridops.learning.training"}


def sources(*parts: str):
    return [(module, path.read_text("utf-8")) for module, path in modules() if not module.startswith(parts)]


def test_the_environment_is_read_at_the_edges_only():
    readers = [m for m, text in sources("gridops.cli", "gridops.private", "workers", "gridops.__main__") if re.search(r"os\.environ|os\.getenv", text)]
    assert readers == []


def test_only_transaction_commits():
    """A savepoint may be kept, and workers end the empty transaction of the connection that only holds a lock."""
    committing = re.compile(r"(?<!savepoint)\.commit\(\)")
    assert [m for m, text in sources("gridops.db", "gridops.schema", "workers") if committing.search(text)] == []
    assert [m for m, text in sources("geo", "gridops") if "session.commit()" in text] == []


def test_services_and_domain_are_told_the_time():
    wanted = re.compile(r"datetime\.(now|utcnow)\(|date\.today\(|time\.time\(")
    clocks = [m for m, path in modules() if m.startswith(("gridops.services", "gridops.domain", "gridops.models", "geo")) and wanted.search(path.read_text())]
    assert clocks == []


def test_one_door_writes_the_status_of_a_ticket():
    writing = re.compile(r"ticket\.status\s*=[^=]|status=\"reported\"")
    writers = {m for m, text in sources() if writing.search(text)}
    assert writers == {"gridops.services.tickets", "gridops.services.intake"}


def test_migrations_never_import_the_models():
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not any(name.startswith("gridops") for name in imports_of(f"migrations.versions.{path.stem}", path)), path.name


BANNED = re.compile(r"(^|_)(utils?|helpers?|manager|misc|data|tasks?)($|_)")


def test_no_banned_names():
    bad = []
    for module, path in modules():
        if any(BANNED.search(part) for part in module.split(".")):
            bad.append(module)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else node.arg if isinstance(node, ast.arg) else getattr(node, "id", "")
            if BANNED.search(name.lower()):
                bad.append(f"{module}: {name}")
    assert bad == []
