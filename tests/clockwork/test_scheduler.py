from pathlib import Path
from threading import Event, Thread

from partnerships.clockwork.lock import held_alone, waited_for
from partnerships.clockwork.scheduler import TICK_SECONDS, Taking, build_scheduler


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
