"""What a page and a sent form cost the server in CPU milliseconds, beside the floor in the same minute."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from partnerships.check_ins.forms import PREFIX
from partnerships.check_ins.tables import CheckIn
from partnerships.config import Settings
from partnerships.core.actor import Role
from partnerships.core.clock import SystemClock
from partnerships.database.session import db
from partnerships.plans.rules.templates import load
from partnerships.story.answers import answers_to
from partnerships.story.camera import FOLDER as PICTURES
from partnerships.story.telling import TEMPLATE

from .crowd import Seat, multiply, plant, reopen
from .figures import Extent, Figure, doing, median
from .floor import floor
from .places import Opened, empty_place, opened
from .servers import Browser, Server, serving

RECEIVED = timedelta(days=29)
ROWS_OF_ONE = 37  # steps of a partnership: what the floor's rows are compared with
PLAIN, WITH_PHOTO = "two-weeks", "four-weeks"
WARMING = 10
# What each is compared with. A page of the timeline draws 60 partnerships with about 18 marks: a thousand rows.
FLOORS = {
    "floor_orm_50": "floor_orm_50",
    "floor_core_50": "floor_orm_50",
    "floor_core_1000": "floor_core_1000",
    "floor_submit": "floor_submit",
    "today": "floor_orm_50",
    "timeline": "floor_core_1000",
    "submit": "floor_submit",
    "submit_with_photo": "floor_submit",
}
FLOOR_REQUESTS = 4  # times as many, because it is quick and the clock of the processes is coarse


@dataclass(slots=True)
class Target:
    """One thing to ask for again and again; `costs` are the milliseconds of each round."""

    name: str
    server: Server
    ask: Callable[[], None]
    times: int
    costs: list[float] = field(default_factory=list)

    def warm(self) -> None:
        """Let templates compile and caches fill."""
        for _ in range(min(WARMING, self.times)):
            self.ask()

    def run(self) -> None:
        """Ask for one round."""
        before = self.server.cpu_ms()
        for _ in range(self.times):
            self.ask()
        self.costs.append((self.server.cpu_ms() - before) / self.times)


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each page and each number of partnerships."""
    for partnerships in extent.partnerships:
        with empty_place() as settings:
            with doing(f"{partnerships:,} partnerships"):
                cookies, check_ins = fill(settings, partnerships)
            with serving(settings) as ours, floor(str(settings.data_dir), partnerships * ROWS_OF_ONE) as bare:
                with doing("  pages and forms"):
                    targets = [*_pages(extent, ours, bare, cookies), *_forms(extent, ours, bare, cookies, check_ins)]
                    _interleave(targets, extent.rounds)
                yield from _figures(targets, partnerships)


def fill(settings: Settings, partnerships: int) -> tuple[Mapping[Role, str], Mapping[str, list[int]]]:
    """Fill the database; return a session cookie for each role, and the check-ins that wait for an answer, by key."""
    clock = SystemClock()
    with opened(settings, clock) as place:
        crowd = plant(place.transactions, clock.now(), RECEIVED)
        multiply(db.engine, partnerships - 1)
        reopen(db.engine, PLAIN, WITH_PHOTO)
        check_ins = {key: _waiting(place, key) for key in (PLAIN, WITH_PHOTO)}
        return {role: signed_in(place, seat) for role, seat in crowd.seats.items()}, check_ins


def _waiting(place: Opened, key: str) -> list[int]:
    with place.transactions.everywhere() as everywhere:
        return list(everywhere.scalars(select(CheckIn.id).where(CheckIn.key == key).order_by(CheckIn.id)))


def signed_in(place: Opened, seat: Seat) -> str:
    """Return the session of somebody who has signed in."""
    signer = place.app.session_interface.get_signing_serializer(place.app)  # type: ignore[attr-defined]  # the default
    return str(signer.dumps({"_user_id": seat.uniquifier, "_fresh": True, "org_id": seat.org_id}))


def _pages(extent: Extent, ours: Server, bare: Server, cookies: Mapping[Role, str]) -> Iterator[Target]:
    manager, nobody = Browser(ours.port, {"session": cookies[Role.MANAGER]}), Browser(bare.port)
    yield Target("floor_orm_50", bare, lambda: _read(nobody, "/orm/50"), FLOOR_REQUESTS * extent.requests)
    yield Target("floor_core_50", bare, lambda: _read(nobody, "/core/50"), FLOOR_REQUESTS * extent.requests)
    yield Target("floor_core_1000", bare, lambda: _read(nobody, "/core/1000"), extent.requests)
    yield Target("today", ours, lambda: _read(manager, "/"), extent.requests)
    yield Target("timeline", ours, lambda: _read(manager, "/partnerships"), extent.requests)


def _forms(
    extent: Extent, ours: Server, bare: Server, cookies: Mapping[Role, str], check_ins: Mapping[str, list[int]]
) -> Iterator[Target]:
    nobody, title = Browser(bare.port), {"title": "Two weeks", "note": "A little sticky at noon."}
    yield Target("floor_submit", bare, lambda: nobody.post("/submit", title), FLOOR_REQUESTS * extent.requests)
    creator = Browser(ours.port, {"session": cookies[Role.CREATOR]})
    token = creator.token_on(f"/me/check-ins/{check_ins[PLAIN][0]}")
    photo = {f"{PREFIX}angle_photo": (PICTURES / "01.jpg").read_bytes()}
    for name, key, photos, most in (
        ("submit", PLAIN, None, extent.requests),
        ("submit_with_photo", WITH_PHOTO, photo, extent.photos),
    ):
        times = min(most, len(check_ins[key]) // (extent.rounds + 1))  # one more for warming up
        yield Target(name, ours, _sending(creator, _fields(key, token), photos, check_ins[key]), times)


def _fields(key: str, token: str) -> dict[str, str]:
    given = answers_to(load(TEMPLATE).check_in(key))
    return {"csrf_token": token, **{PREFIX + name: value for name, value in given.items()}}


def _sending(
    creator: Browser, fields: Mapping[str, str], photos: Mapping[str, bytes] | None, check_ins: Sequence[int]
) -> Callable[[], None]:
    """Return what answers the next check-in, each only once."""
    ahead = iter(check_ins)
    return lambda: creator.post(f"/me/check-ins/{next(ahead)}", fields, photos)


def _read(browser: Browser, path: str) -> None:
    browser.get(path)


def _interleave(targets: Sequence[Target], rounds: int) -> None:
    for target in targets:
        target.warm()
    for _ in range(rounds):
        for target in targets:
            target.run()


def _figures(targets: Sequence[Target], partnerships: int) -> Iterator[Figure]:
    costs = {target.name: median(target.costs, 3) for target in targets}
    for target in targets:
        under = FLOORS[target.name]
        yield {
            "measure": "request",
            "of": target.name,
            "database": "sqlite",
            "partnerships": partnerships,
            "cpu_ms": costs[target.name],
            "floors": round(costs[target.name] / costs[under], 2),
            "rounds": len(target.costs),
            "requests": target.times,
        }
