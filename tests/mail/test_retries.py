from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.mail.rules.pauses import PAUSES, paused_until
from partnerships.mail.rules.retries import JITTER, MAX_ATTEMPTS, WAITS, Command, Outcome, judge, next_try

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_waits_grow_from_a_minute_to_six_hours_and_end() -> None:
    waits = [next_try(attempts, NOW, None, 0) for attempts in range(1, MAX_ATTEMPTS + 1)]

    assert waits == [*(NOW + wait for wait in WAITS), NOW + WAITS[-1], None]


def test_nothing_is_tried_again_after_it_is_out_of_date() -> None:
    assert next_try(1, NOW, NOW + timedelta(minutes=1), 0) is None
    assert next_try(1, NOW, NOW + timedelta(minutes=2), 0) == NOW + timedelta(minutes=1)


@given(st.integers(1, MAX_ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_jitter_only_adds_and_only_a_little(attempts: int, jitter: float) -> None:
    plain, spread = next_try(attempts, NOW, None, 0), next_try(attempts, NOW, None, jitter)

    assert plain is not None
    assert spread is not None
    assert plain <= spread <= NOW + (plain - NOW) * (1 + JITTER)


@pytest.mark.parametrize(
    ("command", "code", "outcome"),
    [
        (Command.RECIPIENT, 450, Outcome.RETRY),
        (Command.RECIPIENT, 550, Outcome.DEAD),
        (Command.RECIPIENT, 554, Outcome.DEAD),
        (Command.SENDER, 451, Outcome.RETRY),
        (Command.SENDER, 553, Outcome.PAUSE),
        (Command.SENDER, 552, Outcome.DEAD),
        (Command.DATA, 421, Outcome.RETRY),
        (Command.DATA, 552, Outcome.DEAD),
        (Command.DATA, 530, Outcome.PAUSE),
        (Command.CONNECT, 421, Outcome.CROWDED),
        (Command.CONNECT, 554, Outcome.PAUSE),
        (Command.CONNECT, 535, Outcome.PAUSE),
    ],
)
def test_an_answer_means_one_thing(command: Command, code: int, outcome: Outcome) -> None:
    assert judge(command, code) is outcome


def test_a_channel_rests_longer_the_more_often_it_fails() -> None:
    rests = [paused_until(failures, NOW) - NOW for failures in range(6)]

    assert rests == sorted(rests)
    assert (rests[1], rests[-1]) == (PAUSES[0], PAUSES[-1])


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("5.1.1 no such user", Outcome.GONE),
        ("User unknown in relay recipient table", Outcome.GONE),
        ("relay not permitted", Outcome.PAUSE),
        ("5.7.1 Relay access denied", Outcome.PAUSE),
        ("Sender verify failed", Outcome.PAUSE),
        ("5.4.5 Daily user sending limit exceeded", Outcome.PAUSE),
        ("Message rejected: Email address is not verified", Outcome.PAUSE),
        ("5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org", Outcome.PAUSE),
        ("5.7.1 Message rejected as spam", Outcome.DEAD),
        ("5.2.2 user over quota", Outcome.DEAD),
        ("Requested action not taken", Outcome.DEAD),
    ],
)
def test_what_a_server_says_of_us_is_no_fault_of_the_address(told: str, outcome: Outcome) -> None:
    assert judge(Command.RECIPIENT, 550, told) is outcome
    assert judge(Command.DATA, 550, told) is (Outcome.DEAD if outcome is Outcome.GONE else outcome)
