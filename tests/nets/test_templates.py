"""Templates: every one is drawn by a test, no macro lies unused, nothing unsafe is written in them."""

import re
from functools import cache

import pytest
from flask import Flask
from jinja2 import Environment, nodes

from tests.nets.drawn import DRAWN
from tests.nets.source import PACKAGE, TEMPLATES

pytestmark = pytest.mark.once

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
PARSER = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
EVENT_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
# A person may follow a link elsewhere; the page itself fetches nothing there.
OTHER_HOST = re.compile(r"""(?:\b(?:src|srcset|action)|<link\b[^>]*\bhref)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)

every_template = pytest.mark.parametrize("name", NAMES)


@cache
def parsed(name: str) -> nodes.Template:
    return PARSER.parse((TEMPLATES / name).read_text())


@pytest.mark.usefixtures("whole_run")
def test_every_template_is_drawn_by_some_test() -> None:
    drawn = {name for name in NAMES if name in DRAWN}
    drawn |= {parent for name in drawn for parent in ancestors(name)}
    # Wordings are no templates of the application: tests/mail/test_letters.py words each in both languages.
    pages = {name for name in NAMES if not name.endswith(".txt") and name != "mail/layout.html"}

    assert sorted(pages - drawn) == []


def ancestors(name: str) -> set[str]:
    """Return what `name` extends, and what that extends: parents are drawn without a context of their own."""
    parents = {
        node.template.value for node in parsed(name).find_all(nodes.Extends) if isinstance(node.template, nodes.Const)
    }
    return parents | {elder for parent in parents for elder in ancestors(parent)}


def test_a_missing_value_in_a_template_is_an_error(app: Flask) -> None:
    assert app.jinja_env.undefined.__name__ == "StrictUndefined"


def test_every_template_compiles(app: Flask) -> None:
    for name in NAMES:
        assert app.jinja_env.get_template(name).name == name


def test_no_macro_lies_unused() -> None:
    macros = {macro.name for name in NAMES for macro in parsed(name).find_all(nodes.Macro)}
    python = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))

    unused = {macro for macro in macros - called_names() if not re.search(rf"\b{macro}\b", python)}

    assert not unused


def called_names() -> set[str]:
    called = set()
    for name in NAMES:
        for call in parsed(name).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name):
                called.add(call.node.name)
            elif isinstance(call.node, nodes.Getattr):
                called.add(call.node.attr)
    return called


@every_template
def test_no_import_lies_unused(name: str) -> None:
    tree = parsed(name)
    taken = {
        entry[1] if isinstance(entry, tuple) else entry
        for node in tree.find_all(nodes.FromImport)
        for entry in node.names
    } | {node.target for node in tree.find_all(nodes.Import)}
    spoken = {node.name for node in tree.find_all(nodes.Name)}

    assert not taken - spoken


@every_template
def test_nothing_escapes_the_escaping(name: str) -> None:
    filters = {node.name for node in parsed(name).find_all(nodes.Filter)}

    assert "safe" not in filters
    assert "{% autoescape" not in (TEMPLATES / name).read_text()


@every_template
def test_no_script_or_handler_stands_inline_and_nothing_comes_from_elsewhere(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    inline = [tag for tag in re.findall(r"<script\b[^>]*>", source) if "src=" not in tag and "nonce=" not in tag]

    assert not inline
    assert name.startswith("mail/") or not OTHER_HOST.search(source)
    assert not EVENT_HANDLER.search(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL))
