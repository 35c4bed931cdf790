"""Word every mail of invented people, so that those who answer for them can read them before anybody gets one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from partnerships.web.addresses import public_url

from .letters import FOLDER, LANGUAGES, Letter, together, worded

OTHER_SIDE = frozenset({"welcome", "password"})  # those who sign in, whatever they are
# What they tell here.
DIGESTS = {"digest": ("overdue", "review_waits", "payment_waits"), "digest_creator": ("check_in", "draft", "publish")}
LATE = {"at_risk": 7}  # days, usually
WHY = ("you look after", "you are the owner", "you review content")  # the words by which a reader of the team is known

CONTEXT: Mapping[str, Any] = {
    "name": "Dewi",
    "brand": "Contoh Glow",
    "product": "Contoh Serum",
    "creator": "Dewi Contoh",
    "manager": "Rina Contoh",
    "organisation": "Contoh Glow",
    "by": "Rina Contoh",
    "title": {"id": "Dua minggu pemakaian", "en": "Two weeks of use"},
    "intro": {"id": "Sudah dua minggu; ceritakan apa adanya.", "en": "Two weeks already; tell it as it is."},
    "file": "IMG_2041.HEIC",
    "problem": "damaged",
    "note": "Tolong sebut juga minusnya, ya.",
    "description": "Pipi agak merah sejak kemarin.",
    "reason": "not_for_me",
    "meaning": "refill",
    "anchor_on": "2026-01-26",
    "received_on": "2026-01-27",
    "since": "2026-02-05",
    "fields": ["address", "payee"],
    "sent_on": "2026-01-23",
    "carrier": "Kurir Contoh",
    "receipt_number": "CONTOH-1",
    "inside": "varian 2",
    "is_refill": False,
    "is_first": True,
    "due_on": "2026-02-09",
    "late": 3,
    "waits_for": "check_in",
    "rung": "due",
    "check_ins": 8,
    "deliverables": 5,
    "months": 4,
    "weeks": 0,
    "moved_days": 1,
    "course": "post",
    "starts_on": "2026-01-26",
    "waits_for_parcel": True,
    "again": False,
    "min_days_live": 30,
    "unapproved": False,
    "put_off": "",
    "sent_back": False,
    "pay_by": "2026-02-23",
    "use": "paid",
    "places": "TikTok, Instagram",
    "whitelisting": True,
    "from_on": "2026-02-09",
    "to_on": "2026-05-09",
    "standing": "suspended",
    "not_used": True,
    "number": 3,
    "count": 3,
    "move_id": 1,
    "agreed": True,
    "changes": [
        {
            "kind": kind,
            "title": {"id": "Kesan pertama", "en": "First impression"},
            "was": "2026-02-09",
            "now": "2026-02-12",
        }
        for kind in ("check_in", "draft", "publish")
    ],
    "is_back": False,
    "requests": [
        {"what": "Label iklan di awal, ya.", "kind": "video", "medium": 1, "time": "0:02", "words": ""},
        {"what": "Belum terbukti.", "kind": "words", "medium": None, "time": "", "words": "hilang dalam seminggu"},
    ],
    "stage": {"id": "Kebiasaan", "en": "Habit"},
    "things": [{"kind": "check_in", "title": {"id": "Empat minggu", "en": "Four weeks"}}],
    "contact": "unreachable",
    "colleague": "Bayu Contoh",
    "told": "550 5.1.1 no such user",
    "reminders": "unreachable",
    "what": "clockwork",
    "days": 90,
    "hours": 3,
    "minutes": 180,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail in both languages."""

    name: str
    letters: tuple[Letter, ...]

    @property
    def is_for_team(self) -> bool:
        """Say whether a member of the team gets it rather than a creator."""
        return self.name in OTHER_SIDE or any(words in letter.why for letter in self.letters for words in WHY)


def wordings() -> list[str]:
    """Return the names of all wordings, in order."""
    return sorted(path.stem for path in (FOLDER / LANGUAGES[0]).glob("*.txt"))


def samples() -> list[Sample]:
    """Return every mail."""
    return [sample(name) for name in wordings()]


def sample(name: str) -> Sample:
    """Return the mail called `name`, which is one of `wordings`; its button leads to a page that does not exist."""
    if name in DIGESTS:
        items = [{"template": one, "context": {**CONTEXT, "path": "/s/contoh"}, "nonce": None} for one in DIGESTS[name]]
        door = public_url("/") if name == "digest" else None
        return Sample(name, tuple(together(name, locale, items, "Dewi", door) for locale in LANGUAGES))
    context = {**CONTEXT, "late": LATE.get(name, CONTEXT["late"])}
    letters = [worded(name, locale, context, None) for locale in LANGUAGES]
    door = public_url("/s/contoh")
    # A wording without words for a button has nothing to open.
    return Sample(name, tuple(replace(letter, url=door) if letter.button else letter for letter in letters))
