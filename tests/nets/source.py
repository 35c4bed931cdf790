"""The project's own files, as the nets read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "partnerships"
TEMPLATES = ROOT / "templates"
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {"core", "database", "clockwork", "files", "web"}
ROOFS = {"story", "demo", "cli"}  # they span slices
SLICES = {folder.parent.name for folder in PACKAGE.glob("*/__init__.py")} - FLOORS - ROOFS


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed module."""
    return ast.parse(path.read_text())


def place_of(path: Path) -> str:
    """Return the path as it is spoken of: `reminders/watching.py`."""
    return path.relative_to(PACKAGE).as_posix()


def rooms_of(path: Path) -> set[str]:
    """Return the names a module goes by: `reminders/rules/ladder.py` is in `reminders` and in `rules`."""
    return set(path.relative_to(PACKAGE).with_suffix("").parts)


def imports(path: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield the level (dots), the module and the names taken from it, for every import."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or "", tuple(alias.name for alias in node.names)


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call with the last word of what is called: `clock.now()` is `now`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def metadata() -> MetaData:
    """Return all tables of all slices, whether or not something else imports them."""
    for path in [*PACKAGE.glob("*/tables.py"), *PACKAGE.glob("*/tables/__init__.py")]:
        room = path.parent if path.stem == "tables" else path.parent.parent
        import_module(f"partnerships.{room.name}.tables")
    base = import_module("partnerships.database.base")
    import_module("partnerships.database.history")
    import_module("partnerships.database.heartbeat")
    found: MetaData = base.Base.metadata
    return found


@cache
def project_files() -> tuple[Path, ...]:
    """Return what is, or is about to be, under version control; everything in a tree without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        names = [path for path in ROOT.rglob("*") if not {".venv", "var"} & set(path.relative_to(ROOT).parts)]
    return tuple(path for path in names if path.is_file())


def text_of(path: Path) -> str | None:
    """Return the file's text, or None for a picture, a font or the like."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
