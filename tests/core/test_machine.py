from enum import StrEnum

import pytest

from partnerships.core.actor import MANAGING, Role
from partnerships.core.errors import IllegalTransition, NotAllowed
from partnerships.core.machine import Machine, Transition, all_but, some


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Push(StrEnum):
    SHUT = "shut"
    LOCK = "lock"


SHUT = Transition(Push.SHUT, some(Door.OPEN), Door.SHUT, frozenset(Role), "Shut it")
LOCK = Transition(Push.LOCK, all_but(Door, Door.LOCKED), Door.LOCKED, MANAGING, "Lock it")
DOOR: Machine[Door, Push] = Machine("door", SHUT, LOCK)


def test_a_table_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="door: two transitions for open \\+ shut"):
        Machine("door", SHUT, SHUT)


def test_an_allowed_action_leads_to_its_target() -> None:
    assert DOOR.advance(Door.OPEN, Push.SHUT, Role.CREATOR) is Door.SHUT
    assert DOOR.advance(Door.SHUT, Push.LOCK, Role.OWNER) is Door.LOCKED


def test_an_action_that_is_over_is_told_from_one_that_is_forbidden() -> None:
    with pytest.raises(IllegalTransition):
        DOOR.advance(Door.LOCKED, Push.SHUT, Role.OWNER)
    with pytest.raises(NotAllowed):
        DOOR.advance(Door.SHUT, Push.LOCK, Role.CREATOR)


def test_only_what_may_be_done_is_offered_in_the_order_of_the_table() -> None:
    assert DOOR.available(Door.OPEN, Role.OWNER) == [SHUT, LOCK]
    assert DOOR.available(Door.OPEN, Role.CREATOR) == [SHUT]
    assert DOOR.available(Door.LOCKED, Role.OWNER) == []


def test_allowing_agrees_with_advancing_everywhere() -> None:
    for state in Door:
        for action in Push:
            for role in Role:
                try:
                    DOOR.advance(state, action, role)
                except (IllegalTransition, NotAllowed):
                    advanced = False
                else:
                    advanced = True

                assert DOOR.allows(state, action, role) is advanced


def test_every_edge_is_told_with_its_roles() -> None:
    assert set(DOOR.edges()) == {
        (Door.OPEN, Push.SHUT, Door.SHUT, frozenset(Role)),
        (Door.OPEN, Push.LOCK, Door.LOCKED, MANAGING),
        (Door.SHUT, Push.LOCK, Door.LOCKED, MANAGING),
    }
