"""Signals: what analysers find in content. Evidence for a person to weigh; nothing here knows a score or a state."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from partnerships.core.words import N_


class RunStatus(StrEnum):
    """How one analyser fared with one version. Stored in the database: rename only with a migration."""

    OK = "ok"
    ERROR = "error"
    SKIPPED = "skipped"
    TIMEOUT = "timeout"


class Strength(StrEnum):
    """How much a finding can carry. Stored in the database, as above."""

    INFO = "info"
    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Response(StrEnum):
    """What the reviewer made of a finding. Stored in the database, as above."""

    RELEVANT = "relevant"
    EXPLAINED = "explained"
    WRONG = "wrong"


STRENGTH_LABELS: Mapping[Strength, str] = {
    Strength.INFO: N_("for information"),
    Strength.WEAK: N_("weak"),
    Strength.MEDIUM: N_("medium"),
    Strength.STRONG: N_("strong"),
}
RESPONSE_LABELS: Mapping[Response, str] = {
    Response.RELEVANT: N_("Relevant"),
    Response.EXPLAINED: N_("Explained"),
    Response.WRONG: N_("Wrong"),
}


LIBRARY_MISSING = "library_missing"
REASONS: Mapping[str, str] = {
    LIBRARY_MISSING: N_("A library is missing on this server. Whoever runs it adds it with requirements/media.txt."),
}
"""Sentences for reasons that every analyser may have."""


class NotChecked(Exception):
    """There was nothing to look at, or nothing to look with; `reason` is a word with a sentence in `Words.reasons`."""

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `code` names its sentence, `data` fills it and says where to look."""

    code: str
    strength: Strength
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Medium:
    """A photo or video of the version; `position` counts from 1, `report` is what was read from the file as it came."""

    file_id: int
    position: int
    kind: str  # "photo" or "video"
    taken_at: str | None
    camera: str | None
    report: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """A picture of the version that looks like another one that is kept; the seconds say where in a video."""

    file_id: int
    second: int
    other_id: int
    other_second: int
    distance: int  # bits of 256 that differ
    is_own: bool  # the other one is the same creator's


@dataclass(frozen=True, slots=True)
class Said:
    """Other words that a caption is held to: a brief's, the same creator's elsewhere, or another creator's."""

    whose: str  # "brief", "own" or "other"
    text: str
    deliverable_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attested:
    """What is known of the use when a version is sent: the creator's words beside it, and her confirmed check-ins.

    Days are those of the creator; None: nobody was asked, or nothing was said.
    """

    since: date | None = None
    still_using: bool | None = None  # with this version
    check_ins: int = 0  # answered before it
    photos: int = 0  # shown in them
    last_still_using: bool | None = None  # what the newest of them says that was asked
    last_days_used: int | None = None


@dataclass(frozen=True, slots=True)
class Endorsed:
    """Another brand that the same creator works for in this organisation; its days are the plan's."""

    brand: str
    category: str
    starts_on: date
    ends_on: date
    exclusivity_days: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A post of the same creator with what was read off it last: `rates` by the keys of the named formulas."""

    deliverable_id: int
    url: str
    on: date
    rates: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Material:
    """All that analysers see of one version: plain values that cross into a process of their own as JSON."""

    caption: str
    category: str  # of the product: the name of a rule pack
    received_on: date | None  # the product, as far as anybody has said so
    submitted_at: datetime
    zone: str = "UTC"  # where the creator lives
    media: tuple[Medium, ...] = ()
    alike: tuple[Likeness, ...] = ()
    said: tuple[Said, ...] = ()
    allowed: tuple[str, ...] = ()  # what the organisation lets people say of the product, in its own words
    banned: tuple[str, ...] = ()
    attested: Attested = Attested()
    endorsed: tuple[Endorsed, ...] = ()  # other brands
    most_brands: int | None = None  # that the plan allows in a month; None: it says nothing
    posts: tuple[Measured, ...] = ()  # measured ones, the newest first
    cohort: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # usual rates of others, by formula
    comparing: str = ""  # what went wrong while looking for likenesses: "timeout" or "error"

    def to_json(self) -> str:
        """Return it as one line of text."""
        return json.dumps(asdict(self), default=lambda moment: moment.isoformat())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` wrote."""
        raw = json.loads(text)
        attested = raw.pop("attested")
        return cls(
            received_on=_day(raw.pop("received_on")),
            attested=Attested(**attested | {"since": _day(attested["since"])}),
            endorsed=tuple(
                Endorsed(**one | {name: date.fromisoformat(one[name]) for name in ("starts_on", "ends_on")})
                for one in raw.pop("endorsed")
            ),
            posts=tuple(Measured(**one | {"on": date.fromisoformat(one["on"])}) for one in raw.pop("posts")),
            cohort={formula: tuple(rates) for formula, rates in raw.pop("cohort").items()},
            submitted_at=datetime.fromisoformat(raw.pop("submitted_at")),
            media=tuple(Medium(**medium) for medium in raw.pop("media")),
            alike=tuple(Likeness(**likeness) for likeness in raw.pop("alike")),
            said=tuple(Said(**said) for said in raw.pop("said")),
            allowed=tuple(raw.pop("allowed")),
            banned=tuple(raw.pop("banned")),
            **raw,
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says, in sentences marked with `N_`. `sentences` by the code of a finding, `reasons` of `NotChecked`.

    `nothing` stands where nothing was found: what looks for words says that they have to be read all the same.

    `to_creator` has those sentences that a creator reads differently; they never show another creator's content.
    """

    title: str
    cannot_show: str
    sentences: Mapping[str, str]
    nothing: str = N_("Nothing was found.")
    reasons: Mapping[str, str] = field(default_factory=dict)
    to_creator: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analyser:
    """Looks for one thing. `version` and `params` say exactly how: what they are different for is looked at anew.

    `examine` is pure, and may do anything else: it runs in a process of its own with limits. It raises `NotChecked`.
    """

    name: str
    version: str
    examine: Callable[[Material], Iterable[Finding]]
    words: Words
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def params_hash(self) -> str:
        """Return 16 hex digits of the SHA-256 over the parameters in canonical JSON."""
        canonical = json.dumps(self.params, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one analyser fared; `reason` is the word of `NotChecked`."""

    analyser: str
    status: RunStatus
    findings: tuple[Finding, ...] = ()
    reason: str = ""


def examine(analyser: Analyser, material: Material) -> Outcome:
    """Return what the analyser finds. Whatever goes wrong inside is its own trouble, and becomes a status."""
    try:
        return Outcome(analyser.name, RunStatus.OK, tuple(analyser.examine(material)))
    except NotChecked as reason:
        return Outcome(analyser.name, RunStatus.SKIPPED, reason=reason.reason)
    except ImportError:
        return Outcome(analyser.name, RunStatus.SKIPPED, reason=LIBRARY_MISSING)
    except TimeoutError:
        return Outcome(analyser.name, RunStatus.TIMEOUT)
    except Exception:  # noqa: BLE001 - the card says "could not check", and the others go on
        return Outcome(analyser.name, RunStatus.ERROR)


def outcome_to_json(outcome: Outcome) -> str:
    """Return the outcome as one line of text."""
    return json.dumps(asdict(outcome))


def outcome_from_json(text: str | bytes) -> Outcome:
    """Return what `outcome_to_json` wrote, or raise `ValueError`, `LookupError` or `TypeError`."""
    raw = json.loads(text)
    findings = tuple(Finding(str(one["code"]), Strength(one["strength"]), dict(one["data"])) for one in raw["findings"])
    return Outcome(str(raw["analyser"]), RunStatus(raw["status"]), findings, str(raw["reason"]))
