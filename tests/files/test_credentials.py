"""What the signed record of a file comes to, on files that are signed here with certificates of our own."""

import hashlib
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from partnerships.files.credentials import CredentialReason, CredentialState, _reason, read_credentials
from partnerships.files.probe import Kind
from partnerships.files.reporting import inspect
from tests.files.samples import make_jpeg
from tests.files.signed import Signer, change, make_signer, sign

AI = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")


@pytest.fixture(scope="module")
def signer() -> Signer:
    return make_signer()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def read(photo: bytes, trust: bytes = b"") -> dict[str, Any]:
        source, known = tmp_path / "sent.jpg", tmp_path / "trust.pem"
        source.write_bytes(photo)
        known.write_bytes(trust)
        return read_credentials(source, "image/jpeg", known if trust else None)

    return read


def test_the_states_of_honest_files(read: Callable[..., dict[str, Any]], signer: Signer) -> None:
    signed = sign(make_jpeg(), signer)

    assert read(make_jpeg()) == {"state": "none", "reason": "", "issuer": None, "declared_ai": False}
    assert read(signed) == {"state": "valid", "reason": "", "issuer": None, "declared_ai": False}
    assert read(signed, signer.root) == {
        "state": "trusted",
        "reason": "",
        "issuer": "Kamera Demo",
        "declared_ai": False,
    }
    assert read(signed, make_signer().root)["state"] == "valid"


def test_an_edit_that_was_written_down_is_valid(read: Callable[..., dict[str, Any]], signer: Signer) -> None:
    edited = sign(sign(make_jpeg(), signer), signer, edited=True)

    assert read(edited)["state"] == "valid"


@pytest.mark.parametrize("source", AI)
def test_ai_is_declared_by_the_record_or_by_that_of_what_it_was_made_of(
    read: Callable[..., dict[str, Any]], signer: Signer, source: str
) -> None:
    made = sign(make_jpeg(), signer, source=source)

    assert read(made)["declared_ai"]
    assert read(sign(made, signer, edited=True))["declared_ai"]


def test_ai_is_declared_by_xmp_too(read: Callable[..., dict[str, Any]]) -> None:
    said = b'<x Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/%s"/>'
    photo = make_jpeg()

    assert read(photo + said % AI[0].encode())["declared_ai"]
    assert not read(photo + said % b"digitalCapture")["declared_ai"]


@pytest.mark.parametrize(
    ("mark", "after", "state", "reason"),
    [
        (b"\xff\xda", 40, "invalid", "content_changed"),
        (b"digitalCapture", 0, "invalid", "record_changed"),
        (b"alg", 9, "invalid", None),
        (b"claim_generator_info", 0, None, None),
    ],
)
def test_what_was_changed_after_signing_is_never_valid(
    read: Callable[..., dict[str, Any]],
    signer: Signer,
    mark: bytes,
    after: int,
    state: str | None,
    reason: str | None,
) -> None:
    told = read(change(sign(make_jpeg(), signer), mark, after), signer.root)

    assert told["state"] in ({state} if state else {"invalid", "unreadable"})
    assert reason is None or told["reason"] == reason


def test_an_expired_certificate_is_called_so(read: Callable[..., dict[str, Any]]) -> None:
    signed = sign(make_jpeg(), make_signer(lasts=timedelta(seconds=2)))
    time.sleep(3)

    told = read(signed)

    assert (told["state"], told["reason"]) == ("invalid", "cert_expired")


def test_a_record_elsewhere_is_never_fetched(tmp_path: Path, signer: Signer) -> None:
    knocks: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(5)

        def wait() -> None:
            with pytest.raises(TimeoutError):
                knocks.append(door.accept())

        waiting = Thread(target=wait)
        waiting.start()
        source = tmp_path / "sent.jpg"
        address = f"http://127.0.0.1:{door.getsockname()[1]}/record.c2pa"
        source.write_bytes(sign(make_jpeg(), signer, remote=address))
        told = inspect(source, Kind.PHOTO, ["credentials"])["credentials"]
        waiting.join()

    assert (told["status"], told["state"], knocks) == ("ok", "remote", [])


@pytest.mark.parametrize("cut", [0.1, 0.2, 0.3])
def test_a_broken_record_harms_nothing(read: Callable[..., dict[str, Any]], signer: Signer, cut: float) -> None:
    signed = sign(make_jpeg(), signer)
    start = signed.index(b"jumb")
    at = int(start + (signed.index(b"\xff\xda") - start) * cut)

    told = read(signed[:at] + bytes(200) + signed[at + 200 :])

    assert told["state"] in set(CredentialState)
    assert told["state"] not in {"valid", "trusted"}


@pytest.mark.parametrize(
    ("code", "words", "reason"),
    [
        ("assertion.dataHash.mismatch", "hash verification( Hashes do not match )", "content_changed"),
        ("assertion.bmffHash.mismatch", "Hashes do not match", "content_changed"),
        ("assertion.dataHash.mismatch", "exclusion range past the end", "layout_nonconforming"),
        ("assertion.boxesHash.mismatch", "unexpected box order", "layout_nonconforming"),
        ("claim.malformed", "", "layout_nonconforming"),
        ("assertion.hashedURI.mismatch", "hash does not match assertion data", "record_changed"),
        ("claimSignature.mismatch", "", "signature_bad"),
        ("signingCredential.invalid", "", "signature_bad"),
        ("signingCredential.expired", "", "cert_expired"),
        ("signingCredential.untrusted", "", None),
    ],
)
def test_a_layout_of_another_time_is_never_called_a_change(code: str, words: str, reason: str | None) -> None:
    assert _reason({"code": code, "explanation": words}) == (reason and CredentialReason(reason))


def test_a_report_says_which_list_of_signers_it_was_held_to(tmp_path: Path) -> None:
    source, known = tmp_path / "sent.jpg", tmp_path / "trust.pem"
    source.write_bytes(make_jpeg())
    known.write_bytes(make_signer().root)
    os.utime(known, (1_780_000_000, 1_780_000_000))  # 28 May 2026

    with_list = inspect(source, Kind.PHOTO, ["credentials"], trust=known)["credentials"]
    without = inspect(source, Kind.PHOTO, ["credentials"])["credentials"]

    assert with_list["trust"] == f"2026-05-28 {hashlib.sha256(known.read_bytes()).hexdigest()[:12]}"
    assert without["trust"] == ""
