import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event, Thread
from typing import ClassVar, Self

import apscheduler.schedulers.base as scheduler_base
import apscheduler.triggers.interval as trigger_base
import pytest

import partnerships.core.clock as machine_clock
from partnerships.clockwork.lock import held_alone, waited_for
from partnerships.clockwork.scheduler import TICK_SECONDS, Bell, Taking, build_scheduler


class Stepped(datetime):
    """The wall clock after somebody has set it; only the machine's owner could set the real one."""

    step: ClassVar[timedelta]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.step


def test_the_scheduler_only_ticks() -> None:
    scheduler = build_scheduler(lambda: None)

    scheduler.start(paused=True)
    (job,) = scheduler.get_jobs()
    scheduler.shutdown()

    assert job.trigger.interval.total_seconds() == TICK_SECONDS
    assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)
    assert str(job.trigger.timezone) == "UTC"


def test_it_beats_and_stops_after_the_beat_in_hand() -> None:
    began, may_end, ended = Event(), Event(), Event()

    def beat() -> None:
        began.set()
        may_end.wait(10)
        ended.set()

    scheduler = build_scheduler(beat, seconds=0.05)
    scheduler.start()
    assert began.wait(10)

    stopping = Thread(target=scheduler.shutdown)
    stopping.start()
    assert not ended.is_set()
    may_end.set()
    stopping.join(10)

    assert ended.is_set()
    assert not scheduler.running


def test_a_beat_that_fails_does_not_stop_the_clock() -> None:
    beats: list[int] = []
    second = Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) == 1:
            raise RuntimeError("once")
        second.set()

    scheduler = build_scheduler(beat, seconds=0.05)
    scheduler.start()
    came_again = second.wait(10)
    scheduler.shutdown()

    assert came_again


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=1), timedelta(days=3653)])
def test_the_beat_goes_on_without_a_burst_when_the_clock_is_set(
    step: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[float] = []
    came = Event()

    def beat() -> None:
        beats.append(time.monotonic())
        came.set()

    scheduler = build_scheduler(beat, seconds=0.2)
    scheduler.start()
    assert came.wait(10)

    for module in (scheduler_base, trigger_base, machine_clock):
        monkeypatch.setattr(module, "datetime", type("Stepped", (Stepped,), {"step": step}))
    before = set_at = time.monotonic()
    came.clear()
    while time.monotonic() < before + 10 and sum(at > set_at for at in beats) < 4:
        time.sleep(0.05)
    took = time.monotonic() - set_at
    scheduler.shutdown()

    after = [at for at in beats if at > set_at]
    assert 4 <= len(after) <= took / 0.2 + 2
    assert after[0] - set_at < 4 * 0.2 + 1  # of a second on a busy machine; the step back alone would last an hour


def test_only_one_process_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "var" / "scheduler.lock"

    with held_alone(path) as first, held_alone(path) as second:
        assert (first, second) == (True, False)
    with held_alone(path) as third:
        assert third


def test_whoever_waits_for_the_lock_gets_it_in_turn(tmp_path: Path) -> None:
    path, order = tmp_path / "var" / "seed.lock", list[str]()

    def wait() -> None:
        with waited_for(path):
            order.append("second")

    with waited_for(path):
        waiting = Thread(target=wait)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join(10)

    assert order == ["first", "second"]


def test_one_caller_at_a_time_does_the_round() -> None:
    rounds: list[str] = []
    taking = Taking(lambda: rounds.append("done"))

    with taking.held() as do:
        waiting = Thread(target=taking)
        waiting.start()
        do()
        assert rounds == ["done"]
    waiting.join(10)

    assert rounds == ["done", "done"]


def test_what_is_rung_for_is_done_at_once_and_once_more_when_it_was_rung_meanwhile() -> None:
    began, may_go_on, done = Event(), Event(), []

    def do() -> None:
        began.set()
        may_go_on.wait(10)
        done.append(1)

    bell = Bell(do)
    with bell.hung():
        bell.ring()
        assert began.wait(10)
        began.clear()
        bell.ring()
        bell.ring()
        may_go_on.set()
        assert began.wait(10)

    assert done == [1, 1]


def test_what_fails_when_it_is_rung_for_can_be_rung_for_again() -> None:
    tries, heard = [], Event()

    def do() -> None:
        tries.append(1)
        heard.set()
        raise RuntimeError("the disk is full")

    bell = Bell(do)
    with bell.hung():
        for _ in range(2):
            bell.ring()
            assert heard.wait(10)
            heard.clear()

    assert len(tries) == 2
