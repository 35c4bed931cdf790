"""Every analyser there is, in the order of the cards. A new one is a module beside this and a line below."""

from collections.abc import Mapping

from partnerships.authenticity.rules.signals import Analyser

from .capture import CAPTURE

ANALYSERS: tuple[Analyser, ...] = (CAPTURE,)
BY_NAME: Mapping[str, Analyser] = {analyser.name: analyser for analyser in ANALYSERS}
