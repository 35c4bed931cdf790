"""From the file as it came to the card that a reviewer reads: with the real children, on real pictures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageOps
from sqlalchemy import select

from partnerships.authenticity import examining
from partnerships.authenticity.listing import Card, Standing, cards_of
from partnerships.authenticity.rules.analysers import BY_NAME
from partnerships.authenticity.rules.signals import Likeness, Material, Medium, Outcome, RunStatus
from partnerships.authenticity.rules.signals import examine as examine_one
from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.deliverables import submitting
from partnerships.deliverables.finding import find_last_revision
from partnerships.files.child import ChildFailed, ChildTooSlow
from partnerships.files.keeping import keep
from partnerships.files.making import Made, make
from partnerships.files.preparing import prepare
from partnerships.files.receiving import Limits, ReceivedFile, receive
from partnerships.files.tables import FileReport, MediaFingerprint
from tests.authenticity.stories import Sent, rate_blind, send
from tests.conftest import SignIn
from tests.files.samples import make_jpeg
from tests.stories import USED, People

PICTURES = Path(__file__).parents[2] / "partnerships" / "story" / "pictures"


def jpeg(number: int, *, mirrored: bool = False, quality: int = 90) -> bytes:
    out = BytesIO()
    image = Image.open(PICTURES / f"{number:02}.jpg").convert("RGB")
    (ImageOps.mirror(image) if mirrored else image).save(out, "JPEG", quality=quality)
    return out.getvalue()


class Desk:
    """Creators send files here, which are prepared and examined for real."""

    def __init__(self, app: Flask, transactions: Transactions) -> None:
        self.app, self.transactions, self.store = app, transactions, app.extensions["store"]

    def receive(self, content: bytes) -> ReceivedFile:
        return receive(BytesIO(content), "foto.jpg", Limits(), self.store)

    def keep(self, who: Actor, content: bytes) -> int:
        """Have `who` send a photo for something else; return its id."""
        received = self.receive(content)
        with self.transactions.begin(who) as work:
            (row,) = keep(work, [received], who.person_id)
        self.prepare()
        return row.id

    def prepare(self) -> None:
        prepare(self.transactions, self.store, context=self.app.app_context)

    def send(self, people: People, sent: Sent, *contents: bytes) -> dict[str, Card]:
        """Have Dewi send a version with these photos; return the cards of it by the analysers' names."""
        files = [self.receive(content) for content in contents]
        with self.transactions.begin(people.creator) as work:
            submitting.submit(
                work,
                sent.deliverable_id,
                caption="Baru #iklan",
                note="",
                files=files,
                statement="drafts-1",
                attestation=USED,
            )
        self.prepare()
        examining.examine(self.transactions)
        return self.cards(people, sent)

    def cards(self, people: People, sent: Sent) -> dict[str, Card]:
        with self.transactions.looking(people.reviewer) as reading:
            revision = find_last_revision(reading, sent.deliverable_id)
            assert revision is not None
            return {card.analyser.name: card for card in cards_of(reading, revision)}


@pytest.fixture
def desk(app: Flask, transactions: Transactions) -> Desk:
    return Desk(app, transactions)


def test_a_picture_that_others_sent_is_shown_beside_the_new_one_and_never_another_organisations(
    desk: Desk, transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    theirs = desk.keep(people.other_creator, jpeg(1))
    desk.keep(people.stranger_creator, jpeg(1))
    desk.keep(people.creator, jpeg(8))
    sent = send(transactions, people)

    cards = desk.send(people, sent, jpeg(1, mirrored=True, quality=40), jpeg(9))

    (signal,) = cards["reuse"].signals
    assert (signal.code, signal.data["other_id"], signal.data["position"]) == ("others_same", theirs, 1)
    assert cards["credentials"].standing is Standing.NOT_FOUND
    assert cards["capture"].standing is Standing.NOT_FOUND
    rate_blind(transactions, people.reviewer, sent)
    page = sign_in(people.reviewer).get(f"/review/{sent.deliverable_id}").text
    assert page.count(f"/media/{theirs}/small") == 1
    assert "Galih" in page


def test_what_was_sent_for_the_same_content_before_is_meant_to_be_alike(
    desk: Desk, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    desk.send(people, sent, jpeg(1))

    again = desk.send(people, sent, jpeg(1, quality=50))

    assert again["reuse"].standing is Standing.NOT_FOUND


def test_a_creators_own_picture_of_another_time_is_named_as_such(
    desk: Desk, transactions: Transactions, people: People
) -> None:
    desk.keep(people.creator, jpeg(1))
    sent = send(transactions, people)

    cards = desk.send(people, sent, jpeg(1, quality=50))

    assert [signal.code for signal in cards["reuse"].signals] == ["own_same"]


def test_files_of_before_there_was_a_check_are_not_checked(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    examining.examine(transactions)

    with transactions.looking(people.reviewer) as reading:
        revision = find_last_revision(reading, sent.deliverable_id)
        assert revision is not None
        standings = {card.analyser.name: card.standing for card in cards_of(reading, revision)}
    assert standings["reuse"] is standings["credentials"] is Standing.NOT_CHECKED


def test_a_file_whose_inspector_fails_is_prepared_all_the_same(
    desk: Desk, transactions: Transactions, people: People
) -> None:
    received = desk.receive(make_jpeg())
    with transactions.begin(people.creator) as work:
        keep(work, [received], people.creator.person_id)

    def half_made(kind: object, sent: Path) -> Made:
        parts = {"capture": {"status": "timeout"}, "credentials": {"status": "error"}, "views": {"status": "error"}}
        return replace(make(kind, sent), report=parts)  # type: ignore[arg-type]  # what preparing hands over

    report = prepare(transactions, desk.store, context=desk.app.app_context, make=half_made)

    assert report.ready == 1
    with transactions.everywhere() as everywhere:
        assert [row.parts["views"]["status"] for row in everywhere.scalars(select(FileReport))] == ["error"]
        assert everywhere.scalars(select(MediaFingerprint)).all() == []


@pytest.mark.parametrize(
    ("failure", "standing"), [(ChildFailed("gone"), RunStatus.ERROR), (ChildTooSlow("late"), RunStatus.TIMEOUT)]
)
def test_a_search_that_fails_is_said_to_have_failed(
    monkeypatch: pytest.MonkeyPatch, failure: ChildFailed, standing: RunStatus, desk: Desk, people: People
) -> None:
    def fail(*_: object) -> list[object]:
        raise failure

    monkeypatch.setattr(examining, "match", fail)
    sent = send(desk.transactions, people)

    cards = desk.send(people, sent, jpeg(1))

    assert cards["reuse"].run is not None
    assert cards["reuse"].run.status is standing
    assert cards["reuse"].standing is Standing.COULD_NOT_CHECK


def material(**parts: object) -> Material:
    medium = Medium(7, 1, "photo", None, None, dict(parts) or None)
    return Material("", "general", date(2026, 1, 5), datetime(2026, 1, 20, 3, tzinfo=UTC), media=(medium,))


def look(name: str, told: Material) -> Outcome:
    return examine_one(BY_NAME[name], told)


@pytest.mark.parametrize("name", ["reuse", "credentials"])
@pytest.mark.parametrize(
    ("part", "status", "reason"),
    [
        ({"status": "error"}, RunStatus.ERROR, ""),
        ({"status": "timeout"}, RunStatus.TIMEOUT, ""),
        ({"status": "library_missing"}, RunStatus.SKIPPED, "library_missing"),
        (None, RunStatus.SKIPPED, "not_inspected"),
    ],
)
def test_what_became_of_a_files_part_is_what_the_card_says(
    name: str, part: object, status: RunStatus, reason: str
) -> None:
    parts = {} if part is None else {"views" if name == "reuse" else "credentials": part}

    outcome = look(name, material(**parts))

    assert (outcome.status, outcome.reason) == (status, reason)
    assert look(name, replace(material(), media=())).reason == "no_media"


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({"state": "none"}, ["none"]),
        ({"state": "valid", "declared_ai": True}, ["valid", "declared_ai"]),
        ({"state": "trusted", "issuer": "Kamera"}, ["trusted"]),
        ({"state": "remote"}, ["remote"]),
        ({"state": "unreadable"}, ["unreadable"]),
        ({"state": "invalid", "reason": "content_changed"}, ["content_changed"]),
        ({"state": "invalid", "reason": "record_changed"}, ["record_changed"]),
        ({"state": "invalid", "reason": "signature_bad"}, ["signature_bad"]),
        ({"state": "invalid", "reason": "cert_expired"}, ["cert_expired"]),
        ({"state": "invalid", "reason": "layout_nonconforming"}, ["layout_nonconforming"]),
        ({"state": "invalid", "reason": "something of tomorrow"}, ["layout_nonconforming"]),
    ],
)
def test_each_state_of_credentials_has_its_sentence(told: dict[str, object], codes: list[str]) -> None:
    outcome = look("credentials", material(credentials={"status": "ok", **told}))

    assert [finding.code for finding in outcome.findings] == codes
    words = BY_NAME["credentials"].words.sentences
    assert set(codes) <= set(words)
    assert all(finding.data["trust"] == told.get("trust") for finding in outcome.findings if "trust" in finding.data)
    assert not any("fake" in words[code].lower() or "tamper" in words[code].lower() for code in codes)


@pytest.mark.parametrize(
    ("distance", "is_own", "codes"),
    [
        (0, False, ["others_same"]),
        (31, False, ["others_same"]),
        (32, True, ["own_likely"]),
        (64, False, ["others_likely"]),
        (65, False, []),
    ],
)
def test_how_near_two_pictures_are_decides_what_is_said(distance: int, is_own: bool, codes: list[str]) -> None:  # noqa: FBT001
    alike = (Likeness(7, 0, 9, 0, distance, is_own), Likeness(8, 0, 9, 0, 0, is_own))

    outcome = look("reuse", replace(material(views={"status": "ok"}), alike=alike))

    assert [finding.code for finding in outcome.findings] == codes


@pytest.mark.parametrize(
    ("at", "offset", "code"),
    [
        ("2026-01-04T23:00:00", "+07:00", "earlier"),  # the day before, where the creator lives
        ("2026-01-05T00:30:00", "+07:00", "inside"),
        ("2026-01-04T23:00:00", None, "inside"),  # without a zone it may have been the day after
        ("2026-01-20T10:00:01", "+07:00", "unreadable"),  # after it was sent
        ("2026-01-20T09:59:00", "+07:00", "inside"),
        ("9999-12-31T23:59:59", "-14:00", "unreadable"),
        (None, None, "absent"),
    ],
)
def test_a_date_with_a_zone_is_a_moment_and_one_without_is_not(at: str | None, offset: str | None, code: str) -> None:
    told = replace(material(capture={"status": "ok", "at": at, "offset": offset}), zone="Asia/Jakarta")

    (finding,) = look("capture", told).findings

    assert finding.code == code
