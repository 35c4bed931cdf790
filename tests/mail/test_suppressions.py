import pytest

from partnerships.mail.rules.suppressions import STOPS, MailKind, Reason, is_nobody_there


@pytest.mark.parametrize(
    ("code", "told", "expected"),
    [
        (550, "5.1.1 no such user", True),
        (550, "no such user", True),
        (550, "relay not permitted", False),
        (551, "5.1.6 moved away", True),
        (550, "5.2.1 mailbox disabled", True),
        (552, "5.2.2 mailbox full", False),
        (550, "5.7.1 blocked by policy", False),
        (554, "no thanks", False),
        (None, "", False),
    ],
)
def test_only_an_address_where_nobody_is_says_so(code: int | None, told: str, *, expected: bool) -> None:
    assert is_nobody_there(code, told) is expected


def test_who_wants_no_reminders_still_gets_notices() -> None:
    assert {reason for reason, kinds in STOPS.items() if MailKind.NOTICE not in kinds} == {Reason.UNSUBSCRIBED}
    assert all(MailKind.REMINDER in kinds for kinds in STOPS.values())
    assert STOPS.keys() == set(Reason)
