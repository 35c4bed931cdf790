"""The life of a licence, state by state, action by action, role by role."""

from itertools import product

import pytest

from partnerships.core.actor import Role
from partnerships.core.errors import IllegalTransition, NotAllowed
from partnerships.deliverables.rules.licences import LICENCE, STATE_LABELS, LicenceAction, LicenceState

S, A, R = LicenceState, LicenceAction, Role
MANAGING = {R.OWNER, R.MANAGER}
EXPECTED: dict[tuple[LicenceState, LicenceAction], tuple[LicenceState, set[Role]]] = {
    (S.DRAFT, A.GRANT): (S.GRANTED, {R.CREATOR}),
    (S.GRANTED, A.BEGIN): (S.ACTIVE, {R.SYSTEM}),
    (S.GRANTED, A.REVOKE): (S.REVOKED, {*MANAGING, R.CREATOR}),
    (S.ACTIVE, A.NEAR_END): (S.EXPIRING, {R.SYSTEM}),
    (S.ACTIVE, A.EXPIRE): (S.EXPIRED, {R.SYSTEM}),
    (S.ACTIVE, A.SUSPEND): (S.SUSPENDED, {*MANAGING, R.SYSTEM}),
    (S.ACTIVE, A.REVOKE): (S.REVOKED, {*MANAGING, R.CREATOR}),
    (S.EXPIRING, A.EXPIRE): (S.EXPIRED, {R.SYSTEM}),
    (S.EXPIRING, A.SUSPEND): (S.SUSPENDED, {*MANAGING, R.SYSTEM}),
    (S.EXPIRING, A.REVOKE): (S.REVOKED, {*MANAGING, R.CREATOR}),
    (S.SUSPENDED, A.RESTORE): (S.ACTIVE, {*MANAGING, R.SYSTEM}),
    (S.SUSPENDED, A.EXPIRE): (S.EXPIRED, {R.SYSTEM}),
    (S.SUSPENDED, A.REVOKE): (S.REVOKED, {*MANAGING, R.CREATOR}),
}


@pytest.mark.parametrize(("state", "action", "role"), list(product(LicenceState, LicenceAction, Role)))
def test_a_licence_moves_only_as_written(state: LicenceState, action: LicenceAction, role: Role) -> None:
    target, roles = EXPECTED.get((state, action), (None, set()))

    if target is None:
        with pytest.raises(IllegalTransition):
            LICENCE.advance(state, action, role)
    elif role not in roles:
        with pytest.raises(NotAllowed):
            LICENCE.advance(state, action, role)
    else:
        assert LICENCE.advance(state, action, role) is target


def test_every_state_has_its_word() -> None:
    assert set(STATE_LABELS) == set(LicenceState)
