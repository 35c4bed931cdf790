"""The application as an operator meets it: started in a process of its own, asked from outside, ended by a signal."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, cast

import pytest
from babel.dates import format_date
from flask import Flask
from sqlalchemy import NullPool, create_engine, text, update
from sqlalchemy.exc import OperationalError
from waitress.server import create_server

from partnerships import cli, doctor, factory
from partnerships.clockwork.lock import held_alone
from partnerships.config import BadSetting, Settings, database_url, read_settings
from partnerships.core.clock import SystemClock
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.database import migrating
from partnerships.database.heartbeat import TICK, Heartbeat
from partnerships.database.work import Transactions
from partnerships.demo.casting import PARTNERSHIPS
from partnerships.people.tables import Organisation
from tests.conftest import MakeDatabase
from tests.services.ports import free_port
from tests.services.smtp import running_smtp
from tests.stories import People

ROOT = Path(__file__).parents[1]
START_SECONDS, STOP_SECONDS = 240.0, 10.0  # a demo is played first, perhaps beside other tests
ALONE = "this one serves pages only"
NEWER_THAN_FIRST = len(list(migrating.FOLDER.glob("versions/*.py"))) - 1


@dataclass
class Running:
    """A process that serves, and where."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of the page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, path: str) -> int:
        """Return the status of an empty form sent there."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Wait until it answers; fail with what it said when it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.get("/healthz")
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"it does not serve:\n{self.log.read_text()[-3000:]}")
                time.sleep(0.1)
            else:
                return

    def stop(self) -> tuple[int, float]:
        """Ask it to end; return its exit code and how many seconds it took."""
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS + 5)
        return code, time.monotonic() - asked


Serve = Callable[..., Running]


def environment(folder: Path, **more: str) -> Mapping[str, str]:
    """Return the settings of an installation in `folder`, and nothing of this process's own."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return kept | {"DATA_DIR": str(folder)} | more


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a function that starts a server in the test's folder; all are ended afterwards."""
    started: list[Running] = []

    def start(**settings: str) -> Running:
        port = free_port()
        log = tmp_path / f"{port}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "serve"],
                cwd=ROOT,
                env=environment(tmp_path / "var", PORT=str(port), **settings),
                stdout=output,
                stderr=output,
                text=True,
            )
        running = Running(process, port, log)
        started.append(running)
        running.wait_until_ready()
        return running

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def run(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.once  # with PostgreSQL workers schedule, see tests/clockwork/test_distributed.py
def test_it_serves_schedules_and_ends_when_told_to(serve: Serve, make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database()
    stale = tmp_path / "var" / "files" / "quarantine" / "killed"
    stale.mkdir(parents=True)
    os.utime(stale, (0, 0))

    first = serve(DATABASE_URL=url, DEMO="0")
    status, page = first.get("/start")
    demo = first.post("/demo/sign-in/manager"), first.get("/dev/outbox/")[0]
    health = _healthy(first)
    second = serve(DATABASE_URL=url, DEMO="0")
    said = second.log.read_text()
    ends = [second.stop(), first.stop()]

    assert status == 200
    assert '<html lang="id"' in page
    assert demo == (404, 404)
    assert health["status"] == "ok"
    assert not stale.exists()
    assert ALONE in said
    assert ALONE not in first.log.read_text()
    assert f"http://127.0.0.1:{first.port}" in first.log.read_text()
    assert [code for code, _ in ends] == [0, 0]
    assert max(seconds for _, seconds in ends) < STOP_SECONDS
    assert "Traceback" not in first.log.read_text() + said


@pytest.mark.once
def test_a_worker_is_refused_where_one_process_does_everything(tmp_path: Path) -> None:
    told = run(tmp_path / "var", "worker", DEMO="1")

    assert told.returncode == 1
    assert "With SQLite `flask serve` sends the reminders itself." in told.stderr
    assert "Traceback" not in told.stderr


def test_setup_makes_the_database_first_when_there_is_none(tmp_path: Path) -> None:
    answers = ["--organisation", "Glow", "--name", "Wulan", "--email", "owner@glow.example", "--password"]

    made = run(tmp_path / "var", "setup", *answers, "kopi susu gula aren", DEMO="0")

    assert made.returncode == 0, made.stderr
    assert "Glow is ready. Sign in as owner@glow.example." in made.stdout
    assert "Traceback" not in made.stderr


def _healthy(running: Running) -> dict[str, object]:
    """Return what /healthz says as soon as the scheduler has ticked once."""
    deadline = time.monotonic() + 40
    while True:
        status, facts = running.get("/healthz")
        if status == 200 or time.monotonic() > deadline:
            found: dict[str, object] = json.loads(facts)
            return found
        time.sleep(0.5)


def test_in_demo_mode_the_doors_are_open_and_a_standing_organisation_is_left_alone(
    serve: Serve, settings: Settings, transactions: Transactions, people: People
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.execute(update(Organisation).values(is_demo=True))
        everywhere.commit()

    running = serve(DATABASE_URL=settings.database_url, DEMO="1")

    page = running.get("/sign-in")[1]
    code, _ = running.stop()

    assert re.search(r'action="/demo/sign-in/manager"', page)
    assert "choose who you want to be" in running.log.read_text()
    assert "The demo is not there yet" not in running.log.read_text()
    assert code == 0


@pytest.mark.slow
@pytest.mark.once
def test_a_demo_whose_filling_was_killed_is_filled_up_to_today_by_the_next_start(serve: Serve, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "seed"],
        cwd=ROOT,
        env=environment(tmp_path / "var", DEMO="1"),
    ) as filling:
        _wait_until(lambda: -120 * 86_400 < _seconds_ahead(tmp_path / "var") < 0)
        filling.kill()

    half = _count_partnerships(tmp_path / "var")
    running = serve(DEMO="1")
    page = running.get("/sign-in")[1]

    assert 0 < half < len(PARTNERSHIPS)
    assert _count_partnerships(tmp_path / "var") == len(PARTNERSHIPS)
    assert f"{format_date(day_in(DEFAULT_ZONE, SystemClock().now()), 'd MMM y', locale='id')}" in page
    sent = [path.name.split("-")[1] for path in (tmp_path / "var" / "mail").glob("*.eml")]
    assert len(sent) - len(set(sent)) <= 1  # the one that was in the sender's hands


@pytest.mark.slow
@pytest.mark.once
def test_told_to_end_while_the_demo_is_filled_it_ends_and_leaves_nobody_playing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "serve"],
        cwd=ROOT,
        env=environment(tmp_path / "var", DEMO="1", PORT=str(free_port())),
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        _wait_until(lambda: _seconds_ahead(tmp_path / "var") < 0)
        serving.terminate()
        _, said = serving.communicate(timeout=STOP_SECONDS)

    assert serving.returncode == 1
    assert "Traceback" not in said
    with held_alone(tmp_path / "var" / "seed.lock") as alone:
        assert alone


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.1)


def _seconds_ahead(data_dir: Path) -> int:
    """Return how far ahead of the machine's clock the demo's stands; 0 while there is none."""
    try:
        found = _ask(data_dir, "SELECT ahead_seconds FROM business_clock")
    except OperationalError:  # no database or no table yet
        return 0
    return found or 0


def _count_partnerships(data_dir: Path) -> int:
    return _ask(data_dir, "SELECT count(*) FROM partnership") or 0


def _ask(data_dir: Path, question: str) -> int | None:
    engine = create_engine(f"sqlite:///file:{data_dir / 'sahabat.db'}?mode=ro&uri=true", poolclass=NullPool)
    with engine.connect() as connection:
        found: int | None = connection.scalar(text(question))
    return found


@pytest.mark.parametrize("command", ["serve", "seed"])
def test_demo_mode_does_not_start_where_somebody_really_works(
    command: str, settings: Settings, people: People, tmp_path: Path
) -> None:
    told = run(tmp_path / "var", command, DATABASE_URL=settings.database_url, DEMO="1", PORT=str(free_port()))

    assert told.returncode == 1
    assert "these are no demo: Glow, Other. Set DEMO=0 (such as `make run DEMO=0`)" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_doctor_says_that_a_demo_must_not_run_where_somebody_really_works(
    settings: Settings, people: People
) -> None:
    there, in_real_use = (dict(doctor.examine(replace(settings, demo=demo))) for demo in (True, False))

    assert there["Demo mode"] == "Anybody can sign in, but these are no demo: Glow, Other. Set DEMO=0."
    assert "Demo mode" not in in_real_use


def test_requests_in_hand_are_answered_before_the_end() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(_environ: object, start: Callable[..., object]) -> list[bytes]:
        begun.set()
        may_end.wait(10)
        start("200 OK", [("Content-Length", "4")])
        return [b"done"]

    sockets: dict[int, Any] = {}
    server = create_server(slow, sockets, host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    running = Running(cast("Any", None), int(server.effective_port), Path())
    answers: list[tuple[int, str]] = []
    asking = threading.Thread(target=lambda: answers.append(running.get("/")))
    asking.start()
    begun.wait(10)

    threading.Timer(0.5, may_end.set).start()
    cli.finish_requests(server, sockets, seconds=10)
    is_over = may_end.is_set()
    server.close()
    asking.join(10)

    assert is_over
    assert answers == [(200, "done")]


def test_the_heart_beats_before_a_long_delivery_too(
    app: Flask, transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(factory, "deliver", hang)

    with pytest.raises(KeyboardInterrupt):
        app.extensions["beat"]()

    with transactions.everywhere() as everywhere:
        assert everywhere.get_one(Heartbeat, TICK).beat_at == transactions.machine.now()


def test_one_tick_can_be_run_by_hand(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["tick"])

    assert (told.exit_code, told.output) == (0, "Beat(opened=0, sent=0)\n")


def test_the_doctor_finds_a_new_folder_without_tables_and_says_how_to_mend_it(tmp_path: Path) -> None:
    told = run(tmp_path / "new", "doctor")

    assert told.returncode == 1
    assert re.search(r"^BAD +Database: \d+ migrations are missing\. Run `make migrate`\.$", told.stdout, re.MULTILINE)
    assert re.search(r"^ok +Data folder$", told.stdout, re.MULTILINE)


def test_the_doctor_is_content_with_what_is_well(settings: Settings) -> None:
    with running_smtp() as post:
        well = replace(settings, mail_url=post.url, public_base_url="https://sahabat.example")
        found = doctor.examine(well)

    assert [(name, mend) for name, mend in found if mend and "1 GiB" not in mend and name != "Workers"] == []
    assert post.letters == []


@pytest.mark.parametrize(
    ("change", "name", "mend"),
    [
        ({"public_base_url": "http://sahabat.example"}, "Address", "https"),
        ({"public_base_url": "https://sahabat.example", "demo": True}, "Demo mode", "Set DEMO=0"),
        ({"mail_url": "pigeon:post"}, "Mail", "MAIL_URL"),
        ({"mail_url": "folder:/tmp/x"}, "Mail", "reach nobody"),
        ({"database_url": "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"}, "Database", "DATABASE_URL"),
    ],
)
def test_the_doctor_says_what_is_wrong_and_gives_no_secret_away(
    settings: Settings, change: dict[str, object], name: str, mend: str
) -> None:
    findings = doctor.examine(replace(settings, **change))  # type: ignore[arg-type]  # values of its own fields

    wrong = {found.partition(":")[0]: how for found, how in findings if how}
    assert mend in wrong[name]
    assert "secret" not in str(findings)


def test_the_doctor_knocks_at_the_mail_server(settings: Settings) -> None:
    nobody_there = f"smtp://mailer:a-secret@127.0.0.1:{free_port()}"
    with running_smtp() as post:
        wants_no_password = post.url.replace("//", "//mailer:a-secret@")
        found = [dict(doctor.examine(replace(settings, mail_url=url))) for url in (nobody_there, wants_no_password)]

    for findings in found:
        assert "Check what MAIL_URL names" in str(findings["Mail"])
        assert "a-secret" not in str(findings)
    assert "refused" in str(found[0]["Mail"])


def test_the_doctor_looks_whether_mails_can_be_written_into_their_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    findings = dict(doctor.examine(replace(settings, mail_url=f"folder:{tmp_path / 'file' / 'mail'}", demo=True)))

    assert "The folder of MAIL_URL cannot be written" in str(findings["Mail"])


@pytest.mark.parametrize(("demo", "word"), [(True, "on"), (False, "off")])
def test_the_doctor_says_whether_this_is_the_demo(settings: Settings, demo: bool, word: str) -> None:  # noqa: FBT001 - a case
    assert f"Demo mode: {word}" in dict(doctor.examine(replace(settings, demo=demo)))


@pytest.mark.parametrize(
    ("folder", "said"),
    [("var", "var"), ("./var/../data", "data"), ("/srv/sahabat", "/srv/sahabat"), ("~/sahabat", "~/sahabat")],
)
def test_a_folder_is_named_the_way_people_look_for_it(
    folder: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))

    assert cli.readable(Path(folder).expanduser()) == said


def test_the_doctor_sees_a_folder_that_cannot_be_written(settings: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    findings = dict(doctor.examine(replace(settings, data_dir=in_the_way / "data")))

    assert "DATA_DIR" in str(findings["Data folder"])


def test_the_doctor_looks_for_the_mailbox_of_what_comes_back(settings: Settings, tmp_path: Path) -> None:
    asked = replace(settings, bounce_folder=tmp_path / "box")

    missing = dict(doctor.examine(asked))["Mail that comes back"]
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)

    assert missing is not None
    assert "is no Maildir" in missing
    assert dict(doctor.examine(asked))["Mail that comes back"] is None
    assert "Mail that comes back" not in dict(doctor.examine(settings))


def test_the_doctor_counts_the_migrations_that_are_missing(settings: Settings) -> None:
    migrating.downgrade(settings.database_url, "0001")

    findings = dict(doctor.examine(settings))

    assert findings["Database"] == f"{NEWER_THAN_FIRST} migrations are missing. Run `make migrate`."
    with create_engine(settings.database_url, poolclass=NullPool).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PORT", "eighty", "PORT must be a whole number"),
        ("PORT", "0", "PORT must be a whole number"),
        ("DEMO", "maybe", "DEMO must be 1 or 0"),
        ("SECRET_KEY", "short", "at least 32 bytes"),
        ("PUBLIC_BASE_URL", "sahabat.example", "PUBLIC_BASE_URL must look like"),
        ("PUBLIC_BASE_URL", "ftp://sahabat.example", "PUBLIC_BASE_URL must look like"),
        ("UPLOAD_MAX_MB", "-3", "UPLOAD_MAX_MB must be a whole number"),
        ("CATCH_UP_PER_MINUTE", "0", "CATCH_UP_PER_MINUTE must be a whole number"),
        ("UPLOAD_QUOTA_MB", "1.5", "UPLOAD_QUOTA_MB must be a whole number"),
        ("METRICS_TOKEN", "short", "at least 16 plain characters"),
        ("BOUNCE_ADDRESS", "bounces", "BOUNCE_ADDRESS must look like"),
        ("BOUNCE_ADDRESS", "bounces+x@mail.example", "BOUNCE_ADDRESS must look like"),
        ("BOUNCE_ADDRESS", "a-rather-long-name-for-it@mail.example", "at most 17 characters"),
        ("BOUNCE_FOLDER", "/tmp/box", "BOUNCE_FOLDER needs BOUNCE_ADDRESS"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(tmp_path: Path, setting: str, value: str, sentence: str) -> None:
    with pytest.raises(BadSetting, match=sentence):
        read_settings({"DATA_DIR": str(tmp_path), setting: value})


def test_a_start_with_a_setting_that_cannot_be_says_which(tmp_path: Path) -> None:
    told = run(tmp_path, "doctor", PORT="eighty")

    assert told.returncode != 0
    assert "PORT must be a whole number above zero." in told.stderr
    assert "Traceback" not in told.stderr


def test_a_new_data_folder_is_made_also_when_the_key_comes_from_elsewhere(tmp_path: Path) -> None:
    told = run(tmp_path / "not" / "yet", "db", "upgrade", SECRET_KEY="a key for tests only, long enough to pass")

    assert (told.returncode, told.stdout) == (0, "The database is at the newest revision.\n"), told.stderr
    assert (tmp_path / "not" / "yet" / "sahabat.db").exists()


@pytest.mark.parametrize("key", ["", "a key for tests only, long enough to pass"])
def test_a_data_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path, key: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(BadSetting, match=r"DATA_DIR: .*file/data cannot be made \(Not a directory\)"):
        read_settings({"DATA_DIR": str(tmp_path / "file" / "data"), "SECRET_KEY": key})


def test_a_key_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()

    with pytest.raises(BadSetting, match=r"secret_key cannot be used \(Is a directory\)"):
        read_settings({"DATA_DIR": str(tmp_path)})


def test_everything_has_a_default_and_the_secret_is_made_once(tmp_path: Path) -> None:
    first, second = (read_settings({"DATA_DIR": str(tmp_path / "var")}) for _ in range(2))

    assert first == second
    assert (first.port, first.host, first.demo) == (8000, "127.0.0.1", False)
    assert first.mail_url == f"folder:{tmp_path / 'var' / 'mail'}"
    assert len(first.secret_key) >= 32
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_key_that_was_cut_off_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()

    with pytest.raises(BadSetting, match=r"secret_key must have at least 32 bytes"):
        read_settings({"DATA_DIR": str(tmp_path)})


def test_a_key_stands_only_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", stop)

    with pytest.raises(KeyboardInterrupt):
        read_settings({"DATA_DIR": str(tmp_path)})

    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_address_of_postgresql_gets_the_driver_that_is_there(scheme: str) -> None:
    assert database_url(f"{scheme}://u@h/d") == "postgresql+psycopg://u@h/d"


def test_cookies_are_bound_to_tls_where_there_is_some(tmp_path: Path) -> None:
    there = read_settings({"DATA_DIR": str(tmp_path), "PUBLIC_BASE_URL": "https://sahabat.example/"})

    assert there.is_secure
    assert there.public_base_url == "https://sahabat.example"
    assert there.mail_from == "sahabat@sahabat.example"
