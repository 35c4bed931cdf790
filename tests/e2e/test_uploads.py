"""A file over a line that breaks: the same bytes arrive, whoever sends it."""

import hashlib
import random
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from tusclient.client import TusClient

from partnerships.deliverables.tables import Revision
from partnerships.files.tables import StoredFile
from partnerships.web.tus import PIECE_BYTES
from tests.check_ins.scenes import running
from tests.conftest import MakeDatabase
from tests.deliverables.scenes import deliverable_called
from tests.e2e.house import House, open_house
from tests.files.samples import make_mp4
from tests.services.faults import Line, breaking_line
from tests.stories import People, settle

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
CUTS = 10


def noise(side: int) -> bytes:
    """Return a photo that hardly shrinks: three bytes a pixel, nearly."""
    drawn = Image.frombytes("RGB", (side, side), random.Random(5).randbytes(side * side * 3))
    content = BytesIO()
    drawn.save(content, "PNG")
    return content.getvalue()


PHOTO = noise(1100)
FILM_BYTES = 60 << 20
# What a creator reads on the way.
WORDS = {
    "id": {
        "pause": "Jeda",
        "arrived": "noise.png · 3,6 MB · sudah masuk",
        "often": "Hampir tiap hari",
        "sent": "Terkirim. Terima kasih!",
    },
    "en": {
        "pause": "Pause",
        "arrived": "noise.png · 3.6 MB · has arrived",
        "often": "Most days",
        "sent": "Sent. Thank you!",
    },
}


@pytest.fixture
def house(make_database: MakeDatabase, tmp_path: Path) -> Iterator[House]:
    with open_house(make_database(), tmp_path / "house") as opened:
        yield opened


@pytest.fixture
def people(house: House) -> People:
    with house.app.app_context():
        return settle(house.transactions)


@pytest.fixture
def deliverable_id(house: House, people: People) -> int:
    with house.app.app_context():
        partnership_id = running(house.transactions, people)
        return deliverable_called(house.transactions, people, partnership_id, "first-impression")


@pytest.fixture
def line(house: House) -> Iterator[Line]:
    with breaking_line(int(house.url.rpartition(":")[2])) as line:
        yield line


def arrived(house: House) -> list[str]:
    """Return the SHA-256 of each file as it was sent."""
    with house.app.app_context(), house.transactions.everywhere() as everywhere:
        return list(everywhere.scalars(select(StoredFile.original_sha256)))


def test_an_independent_client_gets_its_file_through_ten_cuts(
    house: House, people: People, deliverable_id: int, line: Line
) -> None:
    film = make_mp4(frames=random.Random(5).randbytes(FILM_BYTES))
    address = f"{house.url}/me/deliverables/{deliverable_id}"
    page = requests.get(address, cookies={"session": house.session_of(people.creator, "en")}, timeout=10)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    client = TusClient(
        f"http://127.0.0.1:{line.port}/uploads",
        headers={"Cookie": f"session={page.cookies['session']}", "X-CSRFToken": token[1]},
    )
    uploader = client.uploader(
        file_stream=BytesIO(film),
        chunk_size=PIECE_BYTES // 4,  # small enough for the server to hold in memory while they come
        metadata={"filename": "noise.mp4"},
        retries=CUTS,
        retry_delay=0,
        upload_checksum=True,
    )
    line.cuts = [4_500_000 + 100_000 * number for number in range(CUTS)]

    uploader.upload()

    assert (line.done, arrived(house)) == (CUTS, [hashlib.sha256(film).hexdigest()])
    assert line.sent < FILM_BYTES * 1.5  # only what a cut took is sent again


@pytest.mark.browser
@pytest.mark.parametrize("locale", WORDS)
def test_a_phone_goes_on_after_a_dead_tunnel_and_a_reload_and_sends(
    browser: Browser, house: House, people: People, deliverable_id: int, line: Line, tmp_path: Path, locale: str
) -> None:
    words = WORDS[locale]
    photo = tmp_path / "noise.png"
    photo.write_bytes(PHOTO)
    context = house.signed_in(browser, people.creator, locale=locale, base_url=f"http://127.0.0.1:{line.port}", **PHONE)
    page = context.new_page()
    thrown_away: list[str] = []
    page.on("request", lambda request: thrown_away.append(request.url) if request.method == "DELETE" else None)
    page.goto(f"/me/deliverables/{deliverable_id}")
    page.fill("textarea[name=caption]", "My first days")
    line.cuts, line.stays_dead = [int(PIECE_BYTES * 1.5)], True
    _choose(page, photo)
    while not line.is_dead:
        page.wait_for_timeout(50)
    page.get_by_role("button", name=words["pause"]).click()

    line.is_dead, got_through = False, line.sent
    page.reload()
    _choose(page, photo)
    arrived_there = page.get_by_text(words["arrived"])
    expect(arrived_there).to_be_visible(timeout=15_000)
    with page.expect_response("**/typed", timeout=15_000):
        page.fill("textarea[name=caption]", "My first days")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.reload()
    expect(arrived_there).to_be_visible()
    expect(page.locator("textarea[name=caption]")).to_have_value("My first days")
    page.get_by_text(words["often"], exact=True).tap()  # she has answered no check-in that would say so
    page.locator("button[value=draft]").click()

    expect(page.get_by_role("heading", name=words["sent"])).to_be_visible()
    with house.app.app_context(), house.transactions.looking(people.manager) as reading:
        (revision,) = reading.session.scalars(select(Revision)).unique()
        (sent,) = revision.media
        assert sent.file.original_sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert thrown_away == []  # to pause is not to give up
    assert got_through > PIECE_BYTES
    assert line.sent - got_through < len(PHOTO)  # what had arrived was not sent again
    context.close()


def _choose(page: Page, photo: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator('label.btn[for="files"]').tap()
    chooser.value.set_files(photo)
