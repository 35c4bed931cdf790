"""Keep the list of certificates that content credentials are held to: a file that an operator gets and updates."""

import ssl
from pathlib import Path

LARGEST_BYTES = 4 << 20
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def trust_list(data_dir: Path) -> Path:
    """Return where the list lies, whether there is one or not."""
    return data_dir / "trust.pem"


def update_trust_list(data_dir: Path, source: Path) -> int:
    """Take over the certificates in `source` (PEM) and return how many they are; `ValueError` when it has none."""
    if source.stat().st_size > LARGEST_BYTES:
        raise ValueError("it is larger than any such list")
    certificates = [_certificate(block) for block in source.read_text("ascii").split(BEGIN)[1:]]
    if not certificates:
        raise ValueError("there is no certificate in PEM in it")
    fresh = trust_list(data_dir).with_suffix(".new")
    fresh.write_text("".join(certificates), "ascii")
    fresh.replace(trust_list(data_dir))
    return len(certificates)


def _certificate(block: str) -> str:
    """Return one certificate without what stands around it."""
    body, end, _ = block.partition(END)
    pem = f"{BEGIN}{body}{END}\n"
    if not end or not ssl.PEM_cert_to_DER_cert(pem).startswith(b"\x30"):  # the sequence that every certificate is
        raise ValueError("a certificate in it is damaged")
    return pem
