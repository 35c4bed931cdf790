"""Photos with content credentials, signed on the spot with certificates of our own making."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
QUIET = {
    "verify": {"verify_after_sign": False, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
SIGNING, AUTHORITY = (True, *[False] * 8), (True, *[False] * 4, True, True, False, False)


@dataclass(frozen=True)
class Signer:
    """A camera with its certificate, and the authority that vouches for it; both in PEM."""

    chain: bytes
    key: bytes
    root: bytes


def make_signer(lasts: timedelta = timedelta(days=300)) -> Signer:
    """Return a camera whose certificate is good for as long as it `lasts` from now."""
    now = datetime.now(UTC)  # noqa: TID251 - the library compares with the machine's clock
    root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    begins = now - timedelta(days=2)
    root = _certificate("Akar Demo", "Akar Demo", root_key, begins, now + timedelta(days=3000), AUTHORITY)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    camera = _certificate("Kamera Demo", "Akar Demo", key, begins, now + lasts, SIGNING)
    camera = camera.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    camera = camera.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    camera = camera.add_extension(issuer, critical=False)
    vouched = [one.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM) for one in (camera, root)]
    return Signer(b"".join(vouched), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), vouched[1])


def sign(
    photo: bytes, signer: Signer, *, source: str = "digitalCapture", remote: str = "", edited: bool = False
) -> bytes:
    """Return the JPEG with a record that says where it is from: in it, or at the address `remote`.

    An `edited` one carries the record of what it was before with it, and says only that it was opened.
    """
    created = {"action": "c2pa.created", "digitalSourceType": SOURCE + source}
    record: dict[str, Any] = {
        "claim_generator_info": [{"name": "Uji Demo", "version": "1"}],
        "title": "foto",
        "assertions": [] if edited else [{"label": "c2pa.actions", "data": {"actions": [created]}}],
    }
    out = BytesIO()
    alg = b"es256"
    info = c2pa.C2paSignerInfo(alg=alg, sign_cert=signer.chain, private_key=signer.key, ta_url=None)
    with c2pa.Context.from_dict(QUIET) as context, c2pa.Builder(record, context) as builder:
        if edited:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        if remote:
            builder.set_remote_url(remote)
            builder.set_no_embed()
        with c2pa.Signer.from_info(info) as pen:
            builder.sign(pen, "image/jpeg", BytesIO(photo), out)
    return out.getvalue()


def change(signed: bytes, mark: bytes, after: int = 0) -> bytes:
    """Return the file with one bit changed, `after` bytes behind where `mark` begins."""
    at = signed.index(mark) + after
    return signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]


def _certificate(
    name: str,
    issuer: str,
    key: EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
    usage: tuple[bool, ...],
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
