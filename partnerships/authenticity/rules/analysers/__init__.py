"""Every analyser there is, in the order of the cards. A new one is a module beside this and a line below."""

from collections.abc import Mapping

from partnerships.authenticity.rules.signals import Analyser

from .captions import CLAIMS, COPIES, DISCLOSURE, SUPERLATIVES
from .capture import CAPTURE
from .credentials import CREDENTIALS
from .engagement import ENGAGEMENT
from .reuse import REUSE
from .saturation import SATURATION
from .use import USE

ANALYSERS: tuple[Analyser, ...] = (
    USE,
    CAPTURE,
    CREDENTIALS,
    REUSE,
    DISCLOSURE,
    CLAIMS,
    SUPERLATIVES,
    COPIES,
    ENGAGEMENT,
    SATURATION,
)
BY_NAME: Mapping[str, Analyser] = {analyser.name: analyser for analyser in ANALYSERS}
