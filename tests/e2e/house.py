"""The application behind a real server, with a clock that a test moves. All people are invented."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select
from waitress.server import create_server

from partnerships.config import Settings
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.zones import DEFAULT_ZONE, moment
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.factory import create_app
from partnerships.people.tables import Account
from tests.services.ports import free_port
from tests.services.smtp import Letter, SmtpServer

PASSWORD = "kopi pagi di teras rumah"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/s/[\w-]+")


@dataclass(frozen=True)
class House:
    """A running application. What a test does here itself, the scheduler or the machine's clock would do."""

    app: Flask
    url: str
    clock: ManualClock

    @property
    def transactions(self) -> Transactions:
        """What opens units of work."""
        made: Transactions = self.app.extensions["transactions"]
        return made

    def beat(self) -> None:
        """Tick once and deliver what became due."""
        self.app.extensions["beat"]()

    def wait_until(self, day: date, at: time = time(9, 5)) -> None:
        """Let time pass until `at` in Jakarta, and do what became due."""
        self.clock.set(moment(day, at, DEFAULT_ZONE))
        self.beat()

    def fingerprint(self) -> str:
        """Return a digest of every row of every table."""
        digest = hashlib.sha256()
        with self.app.app_context(), db.engine.connect() as connection:
            for table in sorted(db.metadatas[None].tables.values(), key=lambda each: each.name):
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                digest.update(f"{table.name} {len(rows)} {rows}".encode())
        return digest.hexdigest()

    def give_password(self, *actors: Actor, locale: str = "en") -> None:
        """Let `actors` sign in at the door with `PASSWORD`; they read `locale`."""
        with self.app.app_context(), self.transactions.everywhere() as everywhere:
            for actor in actors:
                account = everywhere.get_one(Account, actor.account_id)
                account.take_password(hash_password(PASSWORD))
                account.locale = locale
            everywhere.commit()

    def address_of(self, actor: Actor) -> str:
        """Return the e-mail address of `actor`."""
        with self.app.app_context(), self.transactions.everywhere() as everywhere:
            return str(everywhere.get_one(Account, actor.account_id).email)

    def signed_in(self, browser: Browser, actor: Actor | None, *, locale: str, **look: object) -> BrowserContext:
        """Give a browser in which `actor` (or nobody) came through the door before."""
        look = {"base_url": self.url, **look}
        context = browser.new_context(**look)  # type: ignore[arg-type]  # as Playwright names them
        cookie = {"name": "session", "value": self.session_of(actor, locale), "url": str(look["base_url"])}
        context.add_cookies([cookie])  # type: ignore[list-item]  # likewise
        return context

    def session_of(self, actor: Actor | None, locale: str) -> str:
        """Return the cookie of somebody who came through the door before."""
        kept: dict[str, object] = {"locale": locale}
        if actor is not None:
            with self.app.app_context(), self.transactions.everywhere() as everywhere:
                account = everywhere.get_one(Account, actor.account_id)
                now = self.clock.now().isoformat()
                kept |= {"_user_id": account.fs_uniquifier, "_fresh": True, "org_id": actor.org_id}
                kept |= {"since": now, "seen": now}
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(serializer.dumps(kept))


@contextmanager
def open_house(
    database_url: str, data_dir: Path, *, mail_url: str = "memory:", store_url: str = "", demo: bool = False
) -> Iterator[House]:
    """Serve on a free port until the block is left. Nothing ticks by itself."""
    port, clock = free_port(), ManualClock()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        data_dir=data_dir,
        secret_key="a key for tests only, long enough to pass",
        database_url=database_url,
        mail_url=mail_url,
        store_url=store_url,
        mail_from="sahabat@sahabat.example",
        public_base_url=url,
        port=port,
        demo=demo,
    )
    app = create_app(settings, clock=clock)
    server = create_server(app, host="127.0.0.1", port=port, threads=4, ident=None)
    serving = threading.Thread(target=server.run, daemon=True, name="house")
    serving.start()
    try:
        yield House(app, url, clock)
    finally:
        server.trigger.pull_trigger(server.close)
        serving.join(timeout=5)
        with app.app_context():
            db.session.remove()
            app.extensions["accounts"].remove()
            db.engine.dispose()


def letters_to(post: SmtpServer, address: str) -> list[Letter]:
    """Return what arrived for `address`, the oldest first."""
    return [letter for letter in post.letters if address in letter.recipients]


def link_in(letter: Letter) -> str:
    """Return the address behind the mail's button."""
    body = letter.message.get_body(preferencelist=("plain",))
    assert body is not None
    (link,) = set(LINK.findall(body.get_content()))
    return str(link)
