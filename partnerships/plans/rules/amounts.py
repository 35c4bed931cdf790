"""How people write an amount in rupiah."""

import re

# Plain digits, or groups of three with one kind of separator between them; then, perhaps, no cents at all.
_AMOUNT = re.compile(
    r"(?:rp\.?)?\s*(?P<whole>[0-9]+|[0-9]{1,3}(?P<by>[., ])[0-9]{3}(?:(?P=by)[0-9]{3})*)(?P<rest>[.,]00|,-)?",
    re.IGNORECASE,
)


def digits_of(written: str) -> str | None:
    """Return the digits of an amount in whole rupiah, None when it is not written as one.

    "Rp 1.500.000", "1,500,000.00" and "1500000,-" are all 1500000. A separator that could be meant otherwise, as in
    "1.5" or "1.500.00", makes it none: nothing is guessed about money.
    """
    found = _AMOUNT.fullmatch(written.strip())
    if found is None or (found["by"] and found["rest"] and found["rest"].startswith(found["by"])):
        return None
    return re.sub(r"[., ]", "", found["whole"])
