"""The project's files: nothing of one machine in them, every setting explained, no library with a known hole."""

import ast
import re
from importlib.metadata import version

import pytest
from packaging.version import Version

from tests.nets.source import PACKAGE, ROOT, project_files, text_of, tree_of

pytestmark = pytest.mark.once

# Written in two halves, so that this file does not find itself.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org"]
ONE_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"]) + r")/\w"
)

# The oldest release without the hole named beside it.
FLOORS = {
    "Babel": ("2.9.1", "CVE-2021-42771, a locale's name leads to a file anywhere"),
    "Flask": ("3.1.3", "CVE-2026-27205, Vary: Cookie is missing"),
    "Flask-Security": ("5.3.3", "CVE-2023-49438, open redirect after sign-in"),
    "Jinja2": ("3.1.6", "CVE-2025-27516, the sandbox can be left"),
    "Pillow": ("13.0.0", "a crafted JPEG overflows the heap in older ones"),
    "Werkzeug": ("3.1.6", "CVE-2026-27199, safe_join opens device names"),
    "dnspython": ("2.6.1", "CVE-2023-29483, a forged answer stops resolving"),
    "gunicorn": ("23.0.0", "CVE-2024-6827, request smuggling"),
    "idna": ("3.7", "CVE-2024-3651, a crafted name takes minutes"),
    "waitress": ("3.0.1", "CVE-2024-49768, a closed connection is processed"),
}


def test_no_registry_stands_in_any_file() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in project_files()
        for host in REGISTRIES
        if host in (text_of(path) or "")
    ]

    assert not found


def test_no_path_of_one_machine_stands_in_any_file() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in project_files()
        if "vendor" not in path.parts and (match := ONE_MACHINE.search(text_of(path) or ""))
    ]

    assert not found


@pytest.mark.parametrize("package", sorted(FLOORS))
def test_no_library_with_a_known_hole_is_installed(package: str) -> None:
    floor, hole = FLOORS[package]

    assert Version(version(package)) >= Version(floor), hole


def test_every_pinned_library_carries_its_hashes() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        pins = re.findall(r"^\S+==.*?(?=^\S|\Z)", path.read_text(), flags=re.MULTILINE | re.DOTALL)

        assert pins
        assert all("--hash=sha256:" in pin for pin in pins), path.name


def test_every_library_that_was_asked_for_is_pinned_and_explained() -> None:
    for path in (ROOT / "requirements").glob("*.in"):
        asked = [line for line in path.read_text().splitlines() if re.match(r"[A-Za-z]", line)]
        pinned = path.with_suffix(".txt").read_text().lower()
        unexplained = [line for line in asked if "#" not in line and not line.startswith(("types-", "uv=="))]

        assert not unexplained
        assert all(f"\n{re.split(r'[^A-Za-z0-9-]', line)[0].lower()}==" in f"\n{pinned}" for line in asked)


def test_every_setting_is_explained() -> None:
    config = PACKAGE / "config.py"
    if not config.exists():
        pytest.skip("there are no settings yet")
    pages = (ROOT / "docs" / "settings.md").read_text()
    named = {
        node.value
        for node in ast.walk(tree_of(config))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[A-Z][A-Z_]{3,}", node.value)
    }

    assert named
    assert not {name for name in named if f"`{name}`" not in pages}
