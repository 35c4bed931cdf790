"""Every analyser there is, in the order of the cards. A new one is a module beside this and a line below."""

from collections.abc import Mapping

from partnerships.authenticity.rules.signals import Analyser

from .captions import CLAIMS, COPIES, DISCLOSURE, SUPERLATIVES
from .capture import CAPTURE
from .credentials import CREDENTIALS
from .reuse import REUSE

ANALYSERS: tuple[Analyser, ...] = (CAPTURE, CREDENTIALS, REUSE, DISCLOSURE, CLAIMS, SUPERLATIVES, COPIES)
BY_NAME: Mapping[str, Analyser] = {analyser.name: analyser for analyser in ANALYSERS}
