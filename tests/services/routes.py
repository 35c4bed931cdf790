"""What addresses are built with, compiled once for all tests: every test makes an application, of 120 rules."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


@contextmanager
def compiled_once() -> Iterator[None]:
    """Compile a rule's builder once while the block lasts, however many applications have the rule.

    werkzeug writes and compiles two functions for each rule, which was three quarters of making an application. They
    depend on the rule's text alone, and find its converters through the rule that they are called on.
    """
    made: dict[tuple[str, tuple[tuple[bool, str], ...], bool], Builder] = {}
    compile_builder = Rule._compile_builder

    def take(self: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - as werkzeug has it
        if self.defaults:  # these are written into the function
            return compile_builder(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in made:
            made[key] = compile_builder(self, append_unknown)
        return made[key]

    Rule._compile_builder = take  # type: ignore[method-assign]  # there is no public place for a cache
    try:
        yield
    finally:
        Rule._compile_builder = compile_builder  # type: ignore[method-assign]
