"""Refresh what others wrote and the pages use: the files in `static/vendor` and the icons in `static/sprite.svg`.

Run by hand, never while the product runs:

    python tools/vendor.py           fetch the pinned packages, write the files and their lock
    python tools/vendor.py --check   compare the files with `static/vendor/lock.json`, without a network
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
LOCK = STATIC / "vendor" / "lock.json"
SPRITE = "sprite.svg"


@dataclass(frozen=True)
class Package:
    """One package of the npm registry at one version, and which of its files stand where under `static`."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


LUCIDE = Package("lucide-static", "1.62.0", "ISC", {"LICENSE": "vendor/licences/lucide-static.txt"})
PACKAGES = (
    Package(
        "htmx.org",
        "4.0.1",
        "0BSD",
        {
            "dist/htmx.min.js": "vendor/htmx.min.js",
            "dist/ext/hx-csp.min.js": "vendor/hx-csp.min.js",
            "LICENSE": "vendor/licences/htmx.org.txt",
        },
    ),
    Package(
        "@fontsource-variable/plus-jakarta-sans",
        "5.3.0",
        "OFL-1.1",
        {
            "files/plus-jakarta-sans-latin-wght-normal.woff2": "vendor/plus-jakarta-sans.woff2",
            "LICENSE": "vendor/licences/plus-jakarta-sans.txt",
        },
    ),
    Package(
        "tus-js-client",
        "4.3.1",
        "MIT",
        {"dist/tus.min.js": "vendor/tus.min.js", "LICENSE": "vendor/licences/tus-js-client.txt"},
    ),
    LUCIDE,
)

# fmt: off
ICONS = (
    "arrow-left", "arrow-right", "banknote", "bell", "calendar", "calendar-clock", "calendar-plus", "camera", "check",
    "chevron-down", "chevron-left", "chevron-right", "circle-alert", "circle-check", "circle-question-mark",
    "circle-slash", "circle-user", "clock", "copy", "download", "ellipsis", "external-link", "eye", "fast-forward",
    "file-text", "flag", "hand-heart", "heart-pulse", "history", "image", "info", "languages", "link", "list-filter",
    "log-in", "log-out", "mail", "megaphone", "menu", "message-circle", "minus", "package", "package-check", "pause",
    "pencil", "play", "plus", "refresh-cw", "search", "send", "settings", "shield-check", "smartphone", "sun-moon",
    "tags", "trash-2", "triangle-alert", "undo-2", "upload", "users", "wallet", "x",
)
# fmt: on

# Our own shapes: they differ in outline, not only in colour, and stay apart at 14 pixels.
MARKS = {
    "planned": '<circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" stroke-width="2"/>',
    "due": '<path d="M7 0l7 7-7 7-7-7z" fill="currentColor"/>',
    "overdue": '<path d="M7 .5l7 13H0z" fill="currentColor"/>',
    "submitted": '<circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" stroke-width="4"/>',
    "changes": '<path d="M1 1h12v12H1z" fill="currentColor"/>',
    "approved": '<circle cx="7" cy="7" r="7" fill="currentColor"/>',
    "published": '<circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    '<circle cx="7" cy="7" r="3.6" fill="currentColor"/>',
    "waived": '<circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-dasharray="3 2"/>',
}


class Mismatch(Exception):
    """A vendored file is not the one that was locked."""


def refresh() -> None:
    """Fetch every package, write its files and the sprite, and lock their SHA-256."""
    locked: list[dict[str, object]] = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            unpacked = _unpack(package, Path(folder))
            written = [_copy(unpacked / source, target) for source, target in package.files.items()]
            if package is LUCIDE:
                written.append(_write_sprite(unpacked))
        locked.append(
            {
                "name": package.name,
                "version": package.version,
                "licence": package.licence,
                "files": {path: _sha256(STATIC / path) for path in written},
            }
        )
    LOCK.write_text(json.dumps(locked, indent=2) + "\n")


def check() -> None:
    """Raise `Mismatch` for the first file that is missing or differs from the lock."""
    for path, expected in _locked_files():
        file = STATIC / path
        if not file.is_file() or _sha256(file) != expected:
            raise Mismatch(f"static/{path} is not the locked file; run tools/vendor.py")


def _locked_files() -> Iterator[tuple[str, str]]:
    for package in json.loads(LOCK.read_text()):
        yield from package["files"].items()


def _unpack(package: Package, folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"


def _copy(source: Path, target: str) -> str:
    destination = STATIC / target
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.write_bytes(source.read_bytes())
    return target


def _write_sprite(lucide: Path) -> str:
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">']
    lines += [f'<symbol id="i-{name}" viewBox="0 0 14 14">{shape}</symbol>' for name, shape in MARKS.items()]
    lines += [_symbol(name, (lucide / "icons" / f"{name}.svg").read_text()) for name in ICONS]
    (STATIC / SPRITE).write_text("\n".join([*lines, "</svg>", ""]))
    return SPRITE


def _symbol(name: str, drawing: str) -> str:
    inner = re.sub(r"\s*\n\s*", "", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.index("</svg>")])
    stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="i-{name}" viewBox="0 0 24 24" {stroke}>{inner.strip().replace(" />", "/>")}</symbol>'


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Refresh, or with `--check` only compare; a difference ends with status 1 and the file's name."""
    parser = argparse.ArgumentParser(description="Refresh or check what is vendored.")
    parser.add_argument("--check", action="store_true", help="only compare the files with the lock")
    if parser.parse_args().check:
        try:
            check()
        except Mismatch as difference:
            sys.exit(str(difference))
    else:
        refresh()


if __name__ == "__main__":
    main()
