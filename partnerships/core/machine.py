"""State machines as data: one table drives the rules, the buttons, the diagrams and the tests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from .actor import Role
from .errors import IllegalTransition, NotAllowed
from .words import N_

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[State, Action]):
    """`action` takes any of `sources` to `target` when done by one of `roles`; `label` is its button's word."""

    action: Action
    sources: frozenset[State]
    target: State
    roles: frozenset[Role]
    label: str


class Machine(Generic[State, Action]):
    """A named table of transitions, checked for contradictions when it is built."""

    def __init__(self, name: str, *transitions: Transition[State, Action]) -> None:
        """Raise `ValueError` when two transitions disagree about the same state and action."""
        self.name = name
        self._table: dict[tuple[State, Action], Transition[State, Action]] = {}
        for transition in transitions:
            for source in transition.sources:
                if (source, transition.action) in self._table:
                    raise ValueError(f"{name}: two transitions for {source} + {transition.action}")
                self._table[source, transition.action] = transition

    def advance(self, state: State, action: Action, role: Role) -> State:
        """Return the next state, or raise `IllegalTransition` or `NotAllowed`."""
        transition = self._table.get((state, action))
        if transition is None:
            raise IllegalTransition(
                N_("This is not possible any more: someone or something has moved it on. Please look again."),
            )
        if role not in transition.roles:
            raise NotAllowed(N_("Your role may not do this."))
        return transition.target

    def allows(self, state: State, action: Action, role: Role) -> bool:
        """Say whether `role` may take `action` now."""
        transition = self._table.get((state, action))
        return transition is not None and role in transition.roles

    def available(self, state: State, role: Role) -> list[Transition[State, Action]]:
        """Return the transitions to offer `role`, in the order of the table."""
        return [t for (source, _), t in self._table.items() if source == state and role in t.roles]

    def edges(self) -> Iterator[tuple[State, Action, State, frozenset[Role]]]:
        """Yield every edge with its roles, for diagrams and exhaustive tests."""
        for (source, action), transition in self._table.items():
            yield source, action, transition.target, transition.roles


def some(*states: State) -> frozenset[State]:
    """Return `states` as the sources of a transition."""
    return frozenset(states)


def all_but(states: Iterable[State], *excluded: State) -> frozenset[State]:
    """Return every state except `excluded`."""
    return frozenset(states) - frozenset(excluded)
