"""Say in words what the history keeps: a sentence for every event about a partnership."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.authenticity.rules.rounds import ROUND_LABELS
from partnerships.check_ins.rules.check_ins import CHANNEL_LABELS
from partnerships.check_ins.rules.check_ins import STATE_LABELS as CHECK_IN_LABELS
from partnerships.core.words import N_
from partnerships.database.history import HistoryEntry
from partnerships.deliverables.rules.attestations import FREQUENCY_LABELS
from partnerships.deliverables.rules.deliverables import STATE_LABELS as DELIVERABLE_LABELS
from partnerships.deliverables.rules.licences import CAUSE_LABELS
from partnerships.deliverables.rules.licences import STATE_LABELS as LICENCE_LABELS
from partnerships.deliverables.rules.looks import SIGHT_LABELS
from partnerships.deliverables.rules.metrics import SOURCE_LABELS
from partnerships.deliverables.rules.payments import STATE_LABELS as PAYMENT_LABELS
from partnerships.deliverables.rules.waiting import PutOff
from partnerships.plans.rules.moves import SKIPPED, UNDONE, MoveKind
from partnerships.plans.rules.partnerships import (
    AGREED,
    DRAFTED,
    REASON_LABELS,
    RECEIVED,
    RESUMED,
    PartnershipAction,
    PartnershipState,
)
from partnerships.plans.rules.partnerships import STATE_LABELS as PARTNERSHIP_LABELS
from partnerships.plans.rules.proposals import STATE_LABELS as MOVE_LABELS
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.rules.stages import STATE_LABELS as STAGE_LABELS
from partnerships.plans.rules.terms import TERM_LABELS
from partnerships.reminders.events import Contact
from partnerships.web.formats import day_text, language, rupiah
from partnerships.web.words import gettext, ngettext, say

from .telling import Told

OUTCOMES = {
    "approved": N_("Approved"),
    "changes_requested": N_("Changes requested"),
    "rejected": N_("Rejected this version"),
}
CONTACT_LABELS: Mapping[str, str] = {
    Contact.UNREACHABLE: N_("Mail to the creator came back: nobody can be reached at this address"),
    Contact.RESTING: N_("Several mails to the creator came back: none goes out for a week"),
    Contact.COMPLAINED: N_("The creator called our mail unwanted: none goes out any more"),
    Contact.UNSUBSCRIBED: N_("The creator stopped the reminders"),
    Contact.BACK: N_("Mail goes to the creator again"),
}
VERSION_REASONS: Mapping[str, str] = {
    DRAFTED: N_("as planned"),
    RECEIVED: N_("after the product arrived"),
    AGREED: N_("as agreed"),
    RESUMED: N_("after a pause"),
    MoveKind.REST: N_("everything to come was moved"),
    MoveKind.ANCHOR: N_("the start was moved"),
    MoveKind.STAGE: N_("a stage became longer or shorter"),
    MoveKind.STEP: N_("one date was moved"),
    MoveKind.BACK: N_("moved back to earlier dates"),
    SKIPPED: N_("a stage was skipped"),
    UNDONE: N_("the move before was taken back"),
    PutOff.SENT_BACK: N_("after content was sent back"),
    PutOff.BRAND_LATE: N_("the brand took longer than two working days to review"),
    PutOff.GATE: N_("its stage opened later than planned"),
    PutOff.APPROVED_LATE: N_("content was approved close to its day, or after it"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the parts of one partnership are called, by kind and id."""

    check_ins: Mapping[int, str]
    deliverables: Mapping[int, str]
    stages: Mapping[int, str]
    payments: Mapping[int, str]

    @classmethod
    def of(cls, told: Told) -> "Names":
        """Return the names in the reader's language."""
        locale, template = language(), told.partnership.template
        return cls(
            check_ins={row.id: row.spec.title.in_(locale) for row in told.check_ins},
            deliverables={row.id: row.spec.title.in_(locale) for row in told.deliverables},
            stages={row.id: template.stage(row.key).title.in_(locale) for row in told.stages},
            payments={row.id: row.spec.label.in_(locale) for row in told.payments},
        )

    def content(self, facts: Mapping[str, Any]) -> str:
        """Return what the content is called that an event is about."""
        return self.deliverables.get(facts["deliverable_id"], "")


def told_in_words(entry: HistoryEntry, names: Names) -> str:
    """Return what happened, in the reader's language."""
    return SENTENCES.get(entry.name, _untold)(entry.facts, names)


def _untold(_facts: Mapping[str, Any], _names: Names) -> str:
    return gettext("Something was written down")


def _drafted(facts: Mapping[str, Any], _names: Names) -> str:
    return gettext("Planned the renewal") if facts.get("renews_id") else gettext("Planned the partnership")


def _partnership(facts: Mapping[str, Any], _names: Names) -> str:
    if facts["action"] == PartnershipAction.END_EARLY and facts["was"] == PartnershipState.DRAFT:
        return gettext("Discarded the plan")
    state = _label(PARTNERSHIP_LABELS, facts["now"])
    reason = facts.get("reason")
    if reason:
        return gettext("Partnership: %(state)s (%(reason)s)", state=state, reason=_label(REASON_LABELS, reason))
    return gettext("Partnership: %(state)s", state=state)


def _received(facts: Mapping[str, Any], _names: Names) -> str:
    day = day_text(date.fromisoformat(facts["received_on"]))
    return gettext("Confirmed that the product arrived on %(day)s", day=day)


def _sent(facts: Mapping[str, Any], _names: Names) -> str:
    day = day_text(date.fromisoformat(facts["sent_on"]))
    return gettext("Sent a parcel on %(day)s", day=day)


def _terms(facts: Mapping[str, Any], _names: Names) -> str:
    return gettext("Changed: %(what)s", what=", ".join(_label(TERM_LABELS, name) for name in facts["fields"]))


def _fee(facts: Mapping[str, Any], _names: Names) -> str:
    was, now = (gettext("to be agreed") if fee is None else rupiah(fee) for fee in (facts["was"], facts["now"]))
    return gettext("Fee: %(was)s → %(now)s", was=was, now=now)


def _missing(_facts: Mapping[str, Any], _names: Names) -> str:
    return gettext("Said that the parcel has not arrived")


def _damaged(_facts: Mapping[str, Any], _names: Names) -> str:
    return gettext("Said that the parcel arrived damaged")


def _refilled(facts: Mapping[str, Any], _names: Names) -> str:
    day = day_text(date.fromisoformat(facts["received_on"]))
    return gettext("Confirmed that a parcel arrived on %(day)s", day=day)


def _plan_moved(facts: Mapping[str, Any], _names: Names) -> str:
    moved = ngettext(
        "Moved the dates to come by %(num)s day", "Moved the dates to come by %(num)s days", int(facts["days"])
    )
    return _around_quiet(moved, facts)


def _around_quiet(moved: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence, with the quiet days that the new dates keep clear of, if there are any."""
    quiet = facts.get("quiet")
    if not quiet:
        return moved
    return gettext("%(moved)s, clear of quiet days (%(names)s)", moved=moved, names=quiet[language()])


def _dates_moved(facts: Mapping[str, Any], names: Names) -> str:
    state, count = facts["now"], int(facts["dates"])
    if facts["kind"] == MoveKind.SKIP:
        return _left_out(names.stages.get(facts.get("stage_id") or 0, "…"), state)
    if state == MoveState.UNDONE:
        is_pause = facts["kind"] == MoveKind.PAUSE
        return gettext("On hold again: the pause goes on") if is_pause else gettext("Took the move back")
    if state == MoveState.PROPOSED:
        proposed = ngettext("Proposed another day for %(num)s date", "Proposed other days for %(num)s dates", count)
        return _around_quiet(proposed, facts)
    if state == MoveState.APPLIED:
        return _around_quiet(ngettext("Moved %(num)s date", "Moved %(num)s dates", count), facts)
    return gettext("Proposed dates: %(state)s", state=_label(MOVE_LABELS, state))


def _left_out(stage: str, state: str) -> str:
    if state == MoveState.UNDONE:
        return gettext("Put the stage “%(name)s” back", name=stage)
    return gettext("Left out the stage “%(name)s”", name=stage)


def _put_off(facts: Mapping[str, Any], names: Names) -> str:
    name, why = names.content(facts), _label(VERSION_REASONS, facts["reason"])
    moved = ngettext(
        "“%(name)s”: due %(num)s day later", "“%(name)s”: due %(num)s days later", facts["days"], name=name
    )
    return _around_quiet(f"{moved} ({why})", facts)


def _waits(facts: Mapping[str, Any], names: Names) -> str:
    name = names.stages.get(facts["stage_id"], "")
    if not facts["needed"]:
        return gettext("“%(name)s” waits for content", name=name)
    counts = {"answered": facts["answered"], "needed": facts["needed"]}
    return gettext("“%(name)s” waits: %(answered)s of %(needed)s check-ins answered", name=name, **counts)


def _stage(facts: Mapping[str, Any], names: Names) -> str:
    return _stands(names.stages.get(facts["stage_id"], ""), _label(STAGE_LABELS, facts["now"]))


def _reaction(_facts: Mapping[str, Any], _names: Names) -> str:
    return gettext("Reported a reaction to the product")


def _contact(facts: Mapping[str, Any], _names: Names) -> str:
    said = _label(CONTACT_LABELS, facts["contact"])
    return f"{said} ({facts['note']})" if facts["note"] else said


def _reminded(facts: Mapping[str, Any], names: Names) -> str:
    return gettext("Reminded by hand of “%(name)s”", name=_thing(facts, names))


def _snoozed(facts: Mapping[str, Any], names: Names) -> str:
    day = day_text(date.fromisoformat(facts["until"]))
    return gettext("Wants to be reminded of “%(name)s” again on %(day)s", name=_thing(facts, names), day=day)


def _more_time(facts: Mapping[str, Any], names: Names) -> str:
    return gettext("Asked for another day for “%(name)s”", name=_thing(facts, names))


def _thing(facts: Mapping[str, Any], names: Names) -> str:
    table, _, number = facts["thing"].partition(":")
    known = names.check_ins if table == "check_in" else names.deliverables
    return known.get(int(number), "")


def _check_in(facts: Mapping[str, Any], names: Names) -> str:
    return _stands(names.check_ins.get(facts["check_in_id"], ""), _label(CHECK_IN_LABELS, facts["now"]))


def _answered(facts: Mapping[str, Any], names: Names) -> str:
    name = names.check_ins.get(facts["check_in_id"], "")
    if facts.get("confirmed"):
        return gettext("Answered “%(name)s”", name=name)
    channel = _label(CHANNEL_LABELS, facts["channel"])
    return gettext("Wrote down the answer to “%(name)s” (%(channel)s)", name=name, channel=channel)


def _replaced(facts: Mapping[str, Any], names: Names) -> str:
    name, channel = names.check_ins.get(facts["check_in_id"], ""), _label(CHANNEL_LABELS, facts["channel"])
    return gettext("Wrote down the answer to “%(name)s” anew (%(channel)s)", name=name, channel=channel)


def _confirmed(facts: Mapping[str, Any], names: Names) -> str:
    return gettext("Confirmed the answer to “%(name)s”", name=names.check_ins.get(facts["check_in_id"], ""))


def _mended(facts: Mapping[str, Any], names: Names) -> str:
    name = names.check_ins.get(facts["check_in_id"], "")
    return gettext("Sent another photo for “%(name)s”: the one before could not be shown", name=name)


def _spark(facts: Mapping[str, Any], names: Names) -> str:
    name, day = names.content(facts), day_text(date.fromisoformat(facts["until"]))
    return gettext("Gave a Spark code for “%(name)s”, valid until %(day)s", name=name, day=day)


def _round(facts: Mapping[str, Any], names: Names) -> str:
    said = {"name": names.content(facts), "rounds": facts["rounds"]}
    return gettext("Agreed on one more round of changes: “%(name)s”, now %(rounds)s", **said)


def _deliverable(facts: Mapping[str, Any], names: Names) -> str:
    said, counts = _stands(names.content(facts), _label(DELIVERABLE_LABELS, facts["now"])), ("answered", "needed")
    gate = gettext("%(answered)s of %(needed)s check-ins answered", **{name: facts.get(name) for name in counts})
    return f"{said} ({gate})" if facts.get("needed") else said


def _attested(facts: Mapping[str, Any], names: Names) -> str:
    day, often = day_text(date.fromisoformat(facts["used_since"])), _label(FREQUENCY_LABELS, facts["frequency"])
    said = {"name": names.content(facts), "day": day, "often": often}
    return gettext("Attested for “%(name)s”: used since %(day)s, %(often)s", **said)


def _looked_at(facts: Mapping[str, Any], names: Names) -> str:
    sight = _label(SIGHT_LABELS, facts["sight"])
    said = gettext("Looked at the post of “%(name)s” again: %(sight)s", name=names.content(facts), sight=sight)
    shown = gettext("with a screenshot")
    return f"{said} ({shown})" if facts["has_screenshot"] else said


def _measured(facts: Mapping[str, Any], names: Names) -> str:
    name, day = names.content(facts), day_text(date.fromisoformat(facts["measured_on"]))
    source = _label(SOURCE_LABELS, facts["source"])
    return gettext("Numbers of “%(name)s” on %(day)s, %(source)s", name=name, day=day, source=source)


def _payment(facts: Mapping[str, Any], names: Names) -> str:
    return _stands(names.payments.get(facts["payment_id"], ""), _label(PAYMENT_LABELS, facts["now"]))


def _licence(facts: Mapping[str, Any], names: Names) -> str:
    name = names.content(facts)
    said = gettext("Rights to “%(name)s”: %(state)s", name=name, state=_label(LICENCE_LABELS, facts["now"]))
    return f"{said} ({_label(CAUSE_LABELS, facts['cause'])})" if facts["cause"] else said


def _transfer_corrected(facts: Mapping[str, Any], names: Names) -> str:
    return gettext("Corrected what was written down about “%(name)s”", name=names.payments.get(facts["payment_id"], ""))


def _decided(facts: Mapping[str, Any], names: Names) -> str:
    outcome = _label(OUTCOMES, facts["outcome"])
    return gettext("Decided on “%(name)s”: %(outcome)s", name=names.content(facts), outcome=outcome)


def _undecided(facts: Mapping[str, Any], names: Names) -> str:
    outcome = _label(OUTCOMES, facts["outcome"])
    return gettext("Took the decision on “%(name)s” back: %(outcome)s", name=names.content(facts), outcome=outcome)


def _look_asked(facts: Mapping[str, Any], names: Names) -> str:
    look = _label(ROUND_LABELS, facts["round"])
    return gettext("Judged “%(name)s”; next: %(look)s", name=names.content(facts), look=look)


def _handed_over(facts: Mapping[str, Any], names: Names) -> str:
    return gettext("Made it %(person)s's turn to review “%(name)s”", person=facts["name"], name=names.content(facts))


def _of_content(sentence: str) -> Callable[[Mapping[str, Any], Names], str]:
    """Return what says `sentence` of one piece of content, by its name."""
    return lambda facts, names: gettext(sentence, name=names.content(facts))


def _stands(name: str, state: str) -> str:
    return gettext("“%(name)s”: %(state)s", name=name, state=state)


def _label(labels: Mapping[Any, str], value: str) -> str:
    """Return the label of a stored word; the word itself when it is none of ours any more."""
    label = labels.get(value)
    return say(label) if label else value


SENTENCES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "PartnershipDrafted": _drafted,
    "PartnershipMoved": _partnership,
    "ReceiptConfirmed": _received,
    "TermsChanged": _terms,
    "FeeChanged": _fee,
    "ShipmentSent": _sent,
    "ShipmentMissing": _missing,
    "ShipmentDamaged": _damaged,
    "RefillReceived": _refilled,
    "PlanMoved": _plan_moved,
    "DatesMoved": _dates_moved,
    "ContentPutOff": _put_off,
    "StageMoved": _stage,
    "StageWaits": _waits,
    "ReactionReported": _reaction,
    "ContactChanged": _contact,
    "RemindedByHand": _reminded,
    "ReminderSnoozed": _snoozed,
    "MoreTimeAsked": _more_time,
    "CheckInMoved": _check_in,
    "AnswerGiven": _answered,
    "AnswerReplaced": _replaced,
    "AnswerConfirmed": _confirmed,
    "EvidenceMended": _mended,
    "DeliverableMoved": _deliverable,
    "LabelSwitchedOn": _of_content(N_("Switched the ad label on: “%(name)s”")),
    "UseAsked": _of_content(N_("Asked whether the product is still used, as “%(name)s” is")),
    "UseAttested": _attested,
    "SparkCodeGiven": _spark,
    "RoundAgreed": _round,
    "MessageWritten": _of_content(N_("Wrote about “%(name)s”")),
    "PostLookedAt": _looked_at,
    "PostMeasured": _measured,
    "PaymentMoved": _payment,
    "TransferCorrected": _transfer_corrected,
    "LicenceMoved": _licence,
    "RevisionDecided": _decided,
    "DecisionTakenBack": _undecided,
    "SignalExplained": _of_content(N_("Said something about what programs found in “%(name)s”")),
    "LookAsked": _look_asked,
    "ReviewHandedOver": _handed_over,
    "AppealMade": _of_content(N_("Appealed against the decision on “%(name)s”")),
}
