"""What a hundred uploads at once do to a page that somebody else opens: its 95th percentile before and meanwhile."""

import base64
import hashlib
import http.client
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import SystemClock
from partnerships.database.session import db
from partnerships.files.tables import StoredFile
from partnerships.people.tables import Account, Membership
from partnerships.web.tus import PIECE, PIECE_BYTES

from .crowd import Seat, multiply, plant
from .figures import Extent, Figure, doing, percentile
from .pages import RECEIVED, WARMING, signed_in
from .places import Opened, empty_place, opened
from .servers import READY_SECONDS, Browser, Server, serving

PAGES = ("/", "/partnerships")
BEFORE = 40  # pages opened while nothing else goes on
OF_ONE = 10  # uploads at once of one person; the product allows twice as many
FORM = "/profile"  # its form carries the token that uploads need too


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure: seconds of a page, alone and beside the uploads, and how many of those arrived whole."""
    with empty_place() as settings:
        with doing(f"{extent.uploads} uploads of {extent.upload_mb} MB"), opened(settings, SystemClock()) as place:
            crowd = plant(place.transactions, place.transactions.clock.now(), RECEIVED)
            multiply(db.engine, min(extent.partnerships) - 1)
            manager = signed_in(place, crowd.seats[Role.MANAGER])
            org_id = crowd.seats[Role.MANAGER].org_id
            senders = [signed_in(place, _creator(place, org_id, one)) for one in range(-(-extent.uploads // OF_ONE))]
        with serving(settings) as server, doing("  beside each other"):
            browser = Browser(server.port, {"session": manager})
            for number in range(WARMING):
                _seconds(browser, number)
            alone = [_seconds(browser, number) for number in range(BEFORE)]
            idle = most = _memory(server)
            context = get_context("spawn")
            ready, size = context.Event(), extent.upload_mb << 20
            sending = context.Process(target=send_all, args=(server.port, senders, extent.uploads, size, ready))
            sending.start()
            ready.wait(READY_SECONDS)
            begun, beside = time.perf_counter(), [_seconds(browser, 0)]
            while sending.is_alive():
                beside.append(_seconds(browser, len(beside)))
                most = max(most, _memory(server))
            took = time.perf_counter() - begun
        with opened(settings, SystemClock()) as place, place.transactions.everywhere() as everywhere:
            arrived = everywhere.scalars(select(StoredFile.original_sha256)).all()
    before, meanwhile = percentile(alone, 95), percentile(beside, 95)
    yield {
        "measure": "uploads",
        "of": f"{extent.uploads} of {extent.upload_mb} MB",
        "database": "sqlite",
        "lost": extent.uploads - len(set(arrived)),
        "seconds": round(took, 1),
        "pages": len(beside),
        "p95_alone": before,
        "p95_beside": meanwhile,
        "times": round(meanwhile / before, 2),
        "rss_mb_more": round((most - idle) / 2**20, 1),
    }


def send_all(port: int, sessions: Sequence[str], count: int, size: int, ready: Event) -> None:
    """Send `count` files at once, each another one, in pieces as our own page does; raise when one does not arrive."""
    heads = [_head(port, session) for session in sessions]
    ready.set()
    with ThreadPoolExecutor(count) as pool:
        for sent in [pool.submit(_send, port, heads[one % len(heads)], one, size) for one in range(count)]:
            sent.result()


def _head(port: int, session: str) -> dict[str, str]:
    """Return what goes with every request of one person."""
    browser = Browser(port, {"session": session})
    token = browser.token_on(FORM)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return {"Cookie": cookies, "Tus-Resumable": "1.0.0", "X-CSRFToken": token}


def _send(port: int, always: Mapping[str, str], number: int, size: int) -> None:
    # A PNG as far as anybody looks while it arrives: its head, one long part, its end.
    head, end = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0\0\0\0\0", b"\0\0\0\0IEND\0\0\0\0"
    body = hashlib.sha256(str(number).encode()).digest() * ((size - len(head) - len(end) - 12) // 32)
    content = head + len(body).to_bytes(4, "big") + b"IDAT" + body + b"\0\0\0\0" + end
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    named = f"filename {base64.b64encode(b'noise.png').decode()}"
    told = {"Upload-Length": str(len(content)), "Upload-Metadata": named}
    line.request("POST", "/uploads", headers={**always, **told})
    address = _answer(line, 201)
    for at in range(0, len(content), PIECE_BYTES):
        more = {"Upload-Offset": str(at), "Content-Type": PIECE}
        line.request("PATCH", address, content[at : at + PIECE_BYTES], {**always, **more})
        _answer(line, 204)
    line.close()


def _answer(line: http.client.HTTPConnection, expected: int) -> str:
    answer = line.getresponse()
    text = answer.read().decode()
    if answer.status != expected:
        raise RuntimeError(f"{answer.status} instead of {expected}: {text[:500]}")
    return answer.headers.get("Location", "")


def _memory(server: Server) -> int:
    """Return the bytes of the server alone: children that prepare pictures come and go."""
    return int(server.process.memory_info().rss)


def _seconds(browser: Browser, number: int) -> float:
    begun = time.perf_counter()
    browser.get(PAGES[number % len(PAGES)])
    return time.perf_counter() - begun


def _creator(place: Opened, org_id: int, number: int) -> Seat:
    """Add a creator who only sends files."""
    with place.transactions.everywhere() as everywhere:
        name, now = f"sender{number}", place.transactions.clock.now()
        account = Account(email=f"{name}@demo.example", name=name, fs_uniquifier=name, created_at=now)
        everywhere.add(account)
        everywhere.flush()
        everywhere.add(Membership(org_id=org_id, account_id=account.id, role=Role.CREATOR, created_at=now))
        everywhere.commit()
    return Seat(name, org_id)
