"""Workers share one PostgreSQL: what is asked for in a transaction, who does it, and what a killed one leaves."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import NullPool, create_engine, select, text

from partnerships import cli, doctor
from partnerships.clockwork.engine import Job
from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database import job_tables
from partnerships.database.heartbeat import WORKER, Heartbeat
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.files.keeping import keep
from partnerships.files.receiving import Limits, receive
from partnerships.files.tables import StoredFile
from partnerships.mail.leasing import BATCH
from partnerships.mail.tables import MailState, OutboxMail, token_of
from partnerships.mail.waking import wake
from tests.conftest import MakeDatabase
from tests.mail.scenes import queue_notices
from tests.services.smtp import SmtpServer, running_smtp
from tests.stories import People

pytestmark = pytest.mark.workers

ROOT = Path(__file__).parents[2]
AGAIN = 60.0  # seconds until a killed job runs again
LONGEST = 120.0  # for anything, on a busy machine


@pytest.fixture
def put(transactions: Transactions, people: People) -> Callable[[int], None]:
    """Return a function that queues so many mails in one transaction."""

    return lambda mails: queue_notices(transactions, people, mails=mails)


@pytest.fixture
def jobs(transactions: Transactions) -> Callable[[], list[str]]:
    """Return a function that tells which jobs wait or run."""

    def now() -> list[str]:
        with transactions.everywhere() as everywhere:
            return list(everywhere.scalars(text("SELECT task_name FROM procrastinate_jobs ORDER BY task_name")))

    return now


@pytest.fixture
def post() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


PATIENT, IMPATIENT = 300.0, 5.0  # seconds until a silent worker counts as killed
Hire = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def hire(settings: Settings, post: SmtpServer, tmp_path: Path) -> Iterator[Hire]:
    """Return a function that starts a worker in a folder of its own, writing as the sender of that name."""
    hired: list[subprocess.Popen[str]] = []

    def start(name: str, silent: float = PATIENT) -> subprocess.Popen[str]:
        folder = tmp_path / name
        folder.mkdir()
        settings.data_dir.joinpath("files").mkdir(exist_ok=True)
        folder.joinpath("files").symlink_to(settings.data_dir / "files")  # as a shared disk
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        with (folder / "log").open("w") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.clockwork.fast_worker", str(silent)],
                cwd=folder,
                env=kept
                | {"PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "DATABASE_URL": settings.database_url}
                | {"SECRET_KEY": settings.secret_key, "MAIL_URL": post.url, "MAIL_FROM": f"{name}@sahabat.example"},
                stderr=log,
                text=True,
            )
        hired.append(worker)
        return worker

    yield start
    for worker in hired:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def until(is_so: Callable[[], object], seconds: float = LONGEST) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.2)


def states(transactions: Transactions) -> Counter[MailState]:
    with transactions.everywhere() as everywhere:
        return Counter(everywhere.scalars(select(OutboxMail.state)))


def test_a_job_is_asked_for_in_the_transaction_that_needs_it_and_once(
    put: Callable[[int], None], jobs: Callable[[], list[str]], transactions: Transactions, people: People
) -> None:
    def change_ones_mind() -> None:
        with transactions.begin(people.manager) as work:
            transactions.engine.enqueue(work.session, Job.MAIL)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        change_ones_mind()
    rolled_back = jobs()

    put(1)
    once = jobs()
    put(2)  # the same key again, and a new one

    assert (rolled_back, once, jobs()) == ([], ["mail"], ["mail"])
    assert states(transactions) == {MailState.QUEUED: 2}


def test_mail_for_later_wakes_nobody_until_the_tick_finds_it(
    put: Callable[[int], None], jobs: Callable[[], list[str]], transactions: Transactions, clock: ManualClock
) -> None:
    put(1)
    with transactions.sweeping() as sweep:
        sweep.session.execute(text("DELETE FROM procrastinate_jobs"))  # the job was lost
        sweep.session.scalars(select(OutboxMail)).one().send_after = clock.now().replace(year=2027)

    wake(transactions)
    early = jobs()
    clock.set(clock.now().replace(year=2027))
    wake(transactions)

    assert (early, jobs()) == ([], ["mail"])


def test_an_engine_that_is_broken_spoils_no_transaction(
    put: Callable[[int], None], transactions: Transactions, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    job_tables.take_down(settings.database_url)

    put(1)

    assert states(transactions) == {MailState.QUEUED: 1}
    assert "the tick will ask again" in caplog.text


def test_workers_in_folders_of_their_own_share_a_backlog_once_and_outlive_their_connections(
    put: Callable[[int], None], hire: Hire, post: SmtpServer, transactions: Transactions, settings: Settings
) -> None:
    mails = BATCH + BATCH // 4
    for name in ("first", "second"):
        hire(name)
    until(lambda: _workers_that_showed_life(transactions) == 2)

    put(mails)
    until(lambda: states(transactions)[MailState.SENT] == mails)

    copies = Counter(str(letter.message["Message-ID"]) for letter in post.letters)
    assert (len(copies), max(copies.values())) == (mails, 1)
    assert {letter.message["From"].addresses[0].username for letter in post.letters} == {"first", "second"}

    _cut_all_connections(settings)
    put(mails + 3)
    until(lambda: states(transactions)[MailState.SENT] == mails + 3)


def _cut_all_connections(settings: Settings) -> None:
    """End every session, as a restart of the server does."""
    db.session.remove()
    db.engine.dispose()
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        ended = connection.scalars(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")).all()
    assert len(ended) > 2


def _workers_that_showed_life(transactions: Transactions) -> int:
    with transactions.everywhere() as everywhere:
        return len(everywhere.scalars(select(Heartbeat).where(Heartbeat.name.startswith(WORKER))).all())


def test_a_mail_whose_worker_was_killed_is_sent_by_another_within_a_minute(
    put: Callable[[int], None], hire: Hire, post: SmtpServer, transactions: Transactions, jobs: Callable[[], list[str]]
) -> None:
    put(3)
    post.pause = 3600
    killed = hire("killed")
    until(lambda: post.begun == 1)

    killed.kill()
    at = time.monotonic()
    left = states(transactions)
    post.pause = 0
    hire("other", IMPATIENT)
    until(lambda: states(transactions)[MailState.SENT] == 3)
    took = time.monotonic() - at

    assert left == {MailState.SENDING: 3}
    assert took < AGAIN
    assert len({str(letter.message["Message-ID"]) for letter in post.letters}) == len(post.letters) == 3
    assert {letter.message["From"].addresses[0].username for letter in post.letters} == {"other"}
    until(lambda: "mail" not in jobs())


def test_told_to_end_a_worker_sends_the_mail_in_hand_and_gives_the_others_back(
    put: Callable[[int], None], hire: Hire, post: SmtpServer, transactions: Transactions
) -> None:
    put(20)
    post.pause = 0.5
    worker = hire("only")
    until(lambda: post.begun >= 2)

    worker.send_signal(signal.SIGTERM)
    code = worker.wait(LONGEST)

    sent = len(post.letters)
    with transactions.everywhere() as everywhere:
        rows = everywhere.execute(select(OutboxMail.state, OutboxMail.attempts, OutboxMail.lease_token)).all()
    assert code == 0
    assert sent == post.begun < 20
    assert Counter(tuple(row) for row in rows) == {
        (MailState.SENT, 1, None): sent,
        (MailState.QUEUED, 0, None): 20 - sent,
    }
    assert _workers_that_showed_life(transactions) == 0


def test_a_photo_whose_worker_was_killed_is_prepared_by_another_within_a_minute(
    app: Flask, hire: Hire, transactions: Transactions, people: People, jobs: Callable[[], list[str]]
) -> None:
    content = BytesIO()
    Image.new("RGB", (6200, 6200), "teal").save(content, "PNG")  # takes a second to decode
    content.seek(0)
    received = receive(content, "large.png", Limits(), app.extensions["store"])
    with transactions.begin(people.creator) as work:
        (row,) = keep(work, [received], people.creator.person_id)

    def find() -> StoredFile:
        with transactions.everywhere() as everywhere:
            return everywhere.get_one(StoredFile, row.id)

    asked = jobs()
    killed = hire("killed")
    until(lambda: find().lease_token)
    killed.kill()
    at, left = time.monotonic(), find()
    hire("other", IMPATIENT)
    until(lambda: find().is_ready)

    assert "media" in asked
    assert (left.is_preparing, left.attempts) == (True, 1)
    assert (time.monotonic() - at < AGAIN, find().attempts) == (True, 2)


def test_what_a_gone_holder_leased_is_free_and_what_others_hold_is_not(
    put: Callable[[int], None], app: Flask, transactions: Transactions
) -> None:
    put(2)
    until_then = transactions.machine.now().replace(year=2027)
    with transactions.sweeping() as sweep:
        for holder, mail in zip(("job-1-0", "job-11-0"), sweep.session.scalars(select(OutboxMail)), strict=True):
            mail.lease(token_of(holder), until_then)

    app.extensions["worker"]._free("job-1-0")

    with transactions.everywhere() as everywhere:
        abandoned = select(OutboxMail.lease_token).where(OutboxMail.abandoned(transactions.machine.now()))
        (token,) = everywhere.scalars(abandoned)
    assert str(token).startswith("job-1-0.")


def test_a_process_that_serves_pages_never_ticks(
    app: Flask, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beats: list[int] = []
    kit = cli.Kit(
        app,
        settings,
        lambda: beats.append(1),
        app.extensions["worker"],
        wake=lambda: False,
        seed=lambda: False,
        tidy=lambda: None,
        check=list,
    )

    with cli._scheduling(kit, seconds=0.02):
        time.sleep(0.3)
        threads = {thread.name for thread in threading.enumerate()}

    assert beats == []
    assert not {name for name in threads if "APScheduler" in name}
    assert not (tmp_path / "scheduler.lock").exists()
    assert "run `flask --app app worker`" in capsys.readouterr().out


def test_health_and_doctor_know_whether_a_worker_is_alive(
    app: Flask, transactions: Transactions, settings: Settings, clock: ManualClock
) -> None:
    worker = app.extensions["worker"]
    answers = [app.test_client().get("/healthz").json]
    worker._show("machine 1")
    worker.tick()
    answers.append(app.test_client().get("/healthz").json)
    clock.advance(days=2)
    worker._show("machine 2")
    answers.append(app.test_client().get("/healthz").json)

    assert [(answer or {})["workers_alive"] for answer in answers] == [0, 1, 1]
    assert [(answer or {})["status"] for answer in answers] == ["the tick is old", "ok", "the tick is old"]
    assert _workers_that_showed_life(transactions) == 1  # the one that was silent for two days is forgotten
    assert "flask --app app worker" in str(dict(doctor.examine(settings))["Workers"])


def test_the_tables_of_jobs_come_and_go_as_often_as_one_likes(make_database: MakeDatabase) -> None:
    url = make_database()
    fresh = _made(url)

    job_tables.bring_up(url)
    again = _made(url)
    job_tables.take_down(url)
    job_tables.take_down(url)
    gone, behind = _made(url), job_tables.is_behind(url)
    job_tables.bring_up(url)

    assert fresh == again == _made(url)
    assert (gone, behind, job_tables.is_behind(url)) == (set(), True, False)


def test_older_tables_of_jobs_are_brought_up_step_by_step(make_database: MakeDatabase) -> None:
    url = make_database()
    fresh = _made(url)
    job_tables.take_down(url)
    early = [step for step in job_tables._steps() if step < "03."]
    with job_tables._alone(url) as connection:
        for step in early:
            job_tables._driver(connection).execute(job_tables._read(step).encode())
        connection.exec_driver_sql(f"COMMENT ON TABLE {job_tables.TABLE} IS '{job_tables.NOTE}{early[-1]}'")

    behind = job_tables.is_behind(url)
    job_tables.bring_up(url)

    assert behind
    assert not job_tables.is_behind(url)
    assert _made(url) >= fresh  # a step leaves what older workers still call


def test_tables_that_somebody_else_made_are_left_alone(make_database: MakeDatabase, settings: Settings) -> None:
    url = make_database()
    with job_tables._alone(url) as connection:
        connection.exec_driver_sql(f"COMMENT ON TABLE {job_tables.TABLE} IS NULL")

    with pytest.raises(job_tables.NotOurs, match="its own database"):
        job_tables.bring_up(url)

    assert "its own database" in str(dict(doctor.examine(replace(settings, database_url=url)))["Workers"])


def _made(url: str) -> set[str]:
    """Return the names of everything that belongs to the engine."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return {name for question in job_tables.MADE.values() for name in connection.scalars(text(question))}
