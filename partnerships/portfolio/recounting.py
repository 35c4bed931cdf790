"""Lay out the history of a partnership: who did what, when and why, with the versions of the plan where they belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from partnerships.core.actor import Role
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.history import HistoryEntry
from partnerships.mail.finding import Gone
from partnerships.mail.letters import find_letter
from partnerships.mail.rules.states import STATE_LABELS
from partnerships.mail.tables import MailKind
from partnerships.plans.finding import Agreement
from partnerships.plans.rules.differences import difference
from partnerships.plans.rules.partnerships import HoldCause
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import Partnership, PlanVersion
from partnerships.plans.wording import change_text, skips_text
from partnerships.web.formats import clock_text, day_text, moment_text
from partnerships.web.words import gettext, ngettext, say

from .narrating import VERSION_REASONS, Names, told_in_words
from .rules.delays import WHOSE_LABELS, delays_of
from .rules.stories import MADE_VERSIONS, UNTOLD, WORDS_SHARED
from .telling import Chronicle, Told

CLOCK = N_("Sahabat")
SOMEBODY = N_("Somebody who has left")
YOU = N_("You")
MAIL_SENTENCES = {  # by the kind of mail, and whether it is its recipient who reads of it
    (MailKind.REMINDER, False): N_("Reminder to %(name)s: “%(subject)s” (%(state)s)"),
    (MailKind.REMINDER, True): N_("Reminder to you: “%(subject)s” (%(state)s)"),
    (MailKind.NOTICE, False): N_("Mail to %(name)s: “%(subject)s” (%(state)s)"),
    (MailKind.NOTICE, True): N_("Mail to you: “%(subject)s” (%(state)s)"),
}


@dataclass(frozen=True, slots=True)
class Dates:
    """One version of the plan: its number, when and why it was made, and what is not as in the one before."""

    number: int
    moment: str
    who: str
    why: str
    note: str
    moved: str
    changes: tuple[str, ...] = ()
    agreed: str = ""  # by whom and when, if it was


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history as people read it; `why` is in somebody's own words, or empty."""

    at: datetime
    day: str
    machine_moment: str
    moment: str
    time: str
    who: str
    what: str
    why: str = ""
    version: Dates | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """For whom it is laid out. Creators read "you", and know of the team their manager, and else the brand."""

    partnership: Partnership
    names: Mapping[int, str]
    is_creator: bool

    def who(self, account_id: int | None, role: Role | None = None) -> str:
        """Return the name of who acted; the clock is called by the product's name."""
        if account_id is None or role is Role.SYSTEM:
            return say(CLOCK)
        if self.is_creator and account_id == self.partnership.creator.account_id:
            return say(YOU)
        if self.is_creator and account_id != self.partnership.manager_id:
            return self.partnership.campaign.brand.name
        return self.names.get(account_id) or say(SOMEBODY)


def history_lines(chronicle: Chronicle, told: Told, *, for_creator: bool = False) -> list[Line]:
    """Return one page of the history in words, the newest first; times are the creator's."""
    reader = _Reader(told.partnership, chronicle.names, for_creator)
    names = Names.of(told)
    pairs = [_Pair(None, _mail_line(mail, reader)) for mail in chronicle.mails]
    pairs += [_Pair(entry, _line(entry, names, reader)) for entry in chronicle.entries if entry.name not in UNTOLD]
    pairs.sort(key=lambda pair: pair.line.at, reverse=True)  # of one moment, the mails about it stand above it
    for before, version in pairwise((None, *chronicle.versions)):
        if version is not None and chronicle.holds(version.made_at):
            _put(pairs, version, _dates(before, version, chronicle, reader), reader)
    return [pair.line for pair in pairs]


def version_lines(chronicle: Chronicle, partnership: Partnership) -> list[Dates]:
    """Return the plan's versions, the newest first."""
    reader = _Reader(partnership, chronicle.names, is_creator=False)
    pairs = pairwise((None, *chronicle.versions))
    return [_dates(before, version, chronicle, reader) for before, version in pairs if version][::-1]


def delays_text(chronicle: Chronicle, asked: Mapping[int, int]) -> str:
    """Return what made dates later, and by how many days, such as "the parcel 9 days"; empty when nothing did.

    `asked` are the days by which moves were to move, by the version that each made.
    """
    return " \u00b7 ".join(
        f"{say(WHOSE_LABELS[whose])} {ngettext('%(num)s day', '%(num)s days', days)}"
        for whose, days in delays_of(chronicle.versions, asked)
    )


def by_day(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines under the days on which they happened."""
    return [(day, list(these)) for day, these in groupby(lines, key=lambda line: line.day)]


@dataclass(slots=True)
class _Pair:
    """An entry of the history and its line; a version of the plan that nothing tells of has no entry."""

    entry: HistoryEntry | None
    line: Line

    def tells_of(self, version: PlanVersion, names: frozenset[str]) -> bool:
        """Say whether the plan got this version by what happened here, one of the events called `names`."""
        if self.entry is None or self.line.version or self.entry.at != version.made_at:
            return False
        made = self.entry.facts.get("version", version.number)
        if made is not None and self.entry.facts.get("now") == MoveState.UNDONE:
            made += 1  # what was taken back is the version before: each move makes one, and so does its undoing
        return self.entry.name in names and made == version.number


def _put(pairs: list[_Pair], version: PlanVersion, dates: Dates, reader: _Reader) -> None:
    """Put a version of the plan beside what made it, or where it belongs by its moment."""
    made = next((pair for names in MADE_VERSIONS for pair in pairs if pair.tells_of(version, names)), None)
    if made is not None:
        made.line = replace(made.line, version=dates)
        return
    line = replace(_at(version.made_at, reader), who=dates.who, what=gettext("Wrote the dates down"), version=dates)
    place = next((n for n, pair in enumerate(pairs) if pair.line.at <= version.made_at), len(pairs))
    pairs.insert(place, _Pair(None, line))


def _line(entry: HistoryEntry, names: Names, reader: _Reader) -> Line:
    is_shared = not reader.is_creator or entry.name in WORDS_SHARED
    return replace(
        _at(entry.at, reader),
        who=reader.who(entry.account_id, entry.role),
        what=told_in_words(entry, names),
        why=_why(entry.name, entry.facts) if is_shared else "",
    )


def _mail_line(gone: Gone, reader: _Reader) -> Line:
    """Say what kind of mail went to whom, and how it stands; it was worded in its reader's language."""
    letter = find_letter(gone.mail)
    sentence = MAIL_SENTENCES[gone.mail.kind, reader.is_creator]
    state, subject = say(STATE_LABELS[gone.state]), letter.subject if letter else "…"
    if gone.digest is not None:
        state = gettext("%(state)s, in the one mail of the day", state=state)
    what = gettext(sentence, name=gone.mail.recipient.name, subject=subject, state=state)
    return replace(_at(gone.at, reader), who=say(CLOCK), what=what)


def _at(moment: datetime, reader: _Reader) -> Line:
    """Return an empty line of that moment."""
    zone = reader.partnership.zone
    return Line(
        at=moment,
        day=day_text(day_in(zone, moment)),
        machine_moment=moment.isoformat(),
        moment=moment_text(moment, zone),
        time=clock_text(moment, zone),
        who="",
        what="",
    )


def _why(name: str, facts: Mapping[str, Any]) -> str:
    if facts.get("hold_cause") == HoldCause.REACTION:
        return gettext("Reaction to the product")
    if name == "RevisionDecided":  # the move of the content, in the same moment, keeps what the creator was told
        return ""
    if facts.get("scope"):
        return "\n→ ".join(words or "\u2013" for words in facts["scope"])
    return str(facts.get("note") or facts.get("message") or facts.get("description") or "")


def _dates(before: PlanVersion | None, version: PlanVersion, chronicle: Chronicle, reader: _Reader) -> Dates:
    template = reader.partnership.template
    changes = difference(before.dates, version.dates) if before else []
    skipped = skips_text(chronicle.skips, before.number, version.number, template) if before else []
    moved = sum(bool(change.days) for change in changes)
    return Dates(
        number=version.number,
        moment=moment_text(version.made_at, reader.partnership.zone),
        who=reader.who(version.made_by),
        why=say(VERSION_REASONS[version.reason]) if version.reason in VERSION_REASONS else version.reason,
        note=version.note or "",
        moved=_moved(len(version.dates) if before is None else moved, is_first=before is None),
        changes=(*skipped, *(change_text(change, template) for change in changes)),
        agreed=_agreed(chronicle.agreements.get(version.number), reader),
    )


def _agreed(agreement: Agreement | None, reader: _Reader) -> str:
    """Return by whom and when a version was agreed; empty when it was not."""
    if agreement is None:
        return ""
    moment = moment_text(agreement.at, reader.partnership.zone)
    return gettext("Agreed: %(name)s, %(moment)s", name=reader.who(agreement.account_id), moment=moment)


def _moved(count: int, *, is_first: bool) -> str:
    if is_first:
        return ngettext("%(num)s date", "%(num)s dates", count)
    return ngettext("%(num)s date moved", "%(num)s dates moved", count) if count else gettext("no date moved")
