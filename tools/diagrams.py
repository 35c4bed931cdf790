"""Draw the state machines of docs/concepts.md from the tables that drive the product.

python -m tools.diagrams           print the page as it should be
python -m tools.diagrams --write   bring docs/concepts.md up to date
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from partnerships.check_ins.rules import check_ins
from partnerships.core.actor import MANAGING, STAFF, Role
from partnerships.core.machine import Machine, Transition
from partnerships.deliverables.rules import deliverables, licences, payments
from partnerships.mail.rules import states
from partnerships.plans.rules import partnerships, proposals, stages

PAGE = Path(__file__).resolve().parent.parent / "docs" / "concepts.md"
PLACE = re.compile(r"(<!-- machine: (?P<name>[a-z-]+) -->\n).*?(<!-- end of machine -->)", re.DOTALL)
MANY = 5  # an action possible in so many states is drawn once, from a frame around them
FRAME = "any_of_these"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A machine with the words for its states, in the order in which they are lived through."""

    machine: Machine[Any, Any]
    words: Mapping[Any, str]

    def transitions(self) -> list[Transition[Any, Any]]:
        """Return every transition once, in the order of the machine's table."""
        order = list(dict.fromkeys((action, target) for _, action, target, _ in self.machine.edges()))
        found = (self.machine.available(state, role) for state in self.words for role in Role)
        once = dict.fromkeys(transition for some in found for transition in some)
        return sorted(once, key=lambda one: order.index((one.action, one.target)))

    def sources(self, transition: Transition[Any, Any]) -> list[Any]:
        """Return what `transition` leaves, in the order of life."""
        return [state for state in self.words if state in transition.sources]


MACHINES = {
    drawn.machine.name: drawn
    for drawn in (
        Drawn(partnerships.PARTNERSHIP, partnerships.STATE_LABELS),
        Drawn(stages.STAGE, stages.STATE_LABELS),
        Drawn(proposals.MOVE, proposals.STATE_LABELS),
        Drawn(check_ins.CHECK_IN, check_ins.STATE_LABELS),
        Drawn(deliverables.DELIVERABLE, deliverables.STATE_LABELS),
        Drawn(payments.PAYMENT, payments.STATE_LABELS),
        Drawn(licences.LICENCE, licences.STATE_LABELS),
        Drawn(states.MAIL, states.STATE_LABELS),
    )
}


def refreshed(page: str) -> str:
    """Return `page` with a new diagram and table in every place marked for one; raise `KeyError` for a strange name."""

    def fill(place: re.Match[str]) -> str:
        drawn = MACHINES[place["name"]]
        return "\n".join([place[1], *_diagram(drawn), "", *_table(drawn), "", place[3]])

    return PLACE.sub(fill, page)


def _diagram(drawn: Drawn) -> Iterator[str]:
    """Yield the lines of a Mermaid state diagram; who takes each step stands in the table below it."""
    framed = _framed(drawn)
    yield from ("```mermaid", "stateDiagram-v2")
    yield from (f'  state "{word}" as {state}' for state, word in drawn.words.items() if state not in framed)
    if framed:
        yield f'  state "from any of these" as {FRAME} {{'
        yield from (f'    state "{word}" as {state}' for state, word in drawn.words.items() if state in framed)
        yield "  }"
    yield f"  [*] --> {next(iter(drawn.words))}"
    for transition in drawn.transitions():
        sources: list[StrEnum | str] = [FRAME] if transition.sources == framed else drawn.sources(transition)
        for source in sources:
            yield f"  {source} --> {transition.target} : {transition.label}"
    yield "```"


def _framed(drawn: Drawn) -> frozenset[Any]:
    """Return the first large set of states that an action may leave from; a state can stand in one frame only."""
    return next((one.sources for one in drawn.transitions() if len(one.sources) >= MANY), frozenset())


def _table(drawn: Drawn) -> Iterator[str]:
    """Yield the lines of a table of every step, also of those that share an arrow above."""
    yield from ("| step | from | to | who |", "|---|---|---|---|")
    for one in drawn.transitions():
        sources = " · ".join(drawn.words[state] for state in drawn.sources(one))
        yield f"| {one.label} | {sources} | {drawn.words[one.target]} | {_who(one.roles)} |"


def _who(roles: frozenset[Role]) -> str:
    """Return who takes the step, in as few words as possible."""
    group = STAFF if roles >= STAFF else MANAGING if roles >= MANAGING else frozenset()
    words = {STAFF: ["staff"], MANAGING: ["manager"]}.get(group, [])
    single = [str(role) for role in Role if role in roles - group and role is not Role.SYSTEM]
    return ", ".join([*words, *single, *(["clock"] if Role.SYSTEM in roles else [])])


def main() -> None:
    """Print the page as it should be, or write it."""
    page = refreshed(PAGE.read_text())
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page)
    else:
        print(page, end="")


if __name__ == "__main__":
    main()
