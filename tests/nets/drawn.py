"""A record of every template drawn while the tests run, made before the first application draws one."""

from typing import Any

from jinja2 import Template
from jinja2.runtime import Context

DRAWN: set[str] = set()


def keep_record() -> None:
    """Let every template that is drawn, included or imported from write its name down."""
    make_context = Template.new_context

    def recording(self: Template, *args: Any, **kwargs: Any) -> Context:
        if self.name:
            DRAWN.add(self.name)
        return make_context(self, *args, **kwargs)

    Template.new_context = recording  # type: ignore[method-assign] # the one place that every drawing passes
