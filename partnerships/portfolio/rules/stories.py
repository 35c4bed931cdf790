"""What the history of a partnership is made of: kinds of events, whom they are told to, where a page of it begins."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from partnerships.core.words import N_


class StoryKind(StrEnum):
    """What a part of the history is about, as people narrow it. Stands in addresses."""

    PLAN = "plan"
    CHECK_INS = "check_ins"
    CONTENT = "content"
    PAYMENTS = "payments"
    MAIL = "mail"


KIND_LABELS: Mapping[StoryKind, str] = {
    StoryKind.PLAN: N_("Plan"),
    StoryKind.CHECK_INS: N_("Check-ins"),
    StoryKind.CONTENT: N_("Content"),
    StoryKind.PAYMENTS: N_("Payments"),
    StoryKind.MAIL: N_("Mail"),
}
# Every event about a partnership, by its name; tests/nets/test_history.py misses one that is forgotten.
EVENTS: Mapping[StoryKind, frozenset[str]] = {
    StoryKind.PLAN: frozenset(
        {
            "PartnershipDrafted",
            "PartnershipMoved",
            "TermsChanged",
            "FeeChanged",
            "ShipmentSent",
            "ShipmentMissing",
            "ShipmentDamaged",
            "RefillReceived",
            "ReceiptConfirmed",
            "PlanMoved",
            "DatesMoved",
            "ContentPutOff",
            "StageMoved",
            "StageWaits",
            "ReactionReported",
            "ContactChanged",
            "RemindedByHand",
            "ReminderSnoozed",
            "MoreTimeAsked",
        }
    ),
    StoryKind.CHECK_INS: frozenset(
        {"CheckInMoved", "AnswerGiven", "AnswerReplaced", "AnswerConfirmed", "EvidenceMended"}
    ),
    StoryKind.CONTENT: frozenset(
        {
            "AppealMade",
            "DecisionTakenBack",
            "DeliverableMoved",
            "LabelSwitchedOn",
            "LicenceMoved",
            "LookAsked",
            "MessageWritten",
            "PostLookedAt",
            "PostMeasured",
            "ReviewHandedOver",
            "RevisionDecided",
            "RoundAgreed",
            "SignalExplained",
            "SparkCodeGiven",
            "UseAsked",
            "UseAttested",
        }
    ),
    StoryKind.PAYMENTS: frozenset({"PaymentMoved", "TransferCorrected"}),
    StoryKind.MAIL: frozenset(),  # no event tells of it: the outbox does
}
# Beside which a version of the plan stands that was made in the same moment: the first there is of the first of these.
MADE_VERSIONS = (
    frozenset({"PartnershipDrafted", "ReceiptConfirmed", "PlanMoved", "DatesMoved", "ContentPutOff"}),
    frozenset({"PartnershipMoved"}),
)
UNTOLD = frozenset({"AnswerNeedsPerson"})  # the answer itself stands beside it
# About an organisation, a template or a creator's file, never about one partnership.
ELSEWHERE = frozenset(
    {
        "OrganisationFounded",
        "QuietDayChanged",
        "QuietHoursChanged",
        "AddressSuppressed",
        "AddressLifted",
        "MailSentAgain",
        "MailCalledOff",
        "RemindingChanged",
        "MemberAdded",
        "MembershipEnded",
        "PasswordChosen",
        "CreatorEnlisted",
        "CreatorReaddressed",
        "FileFailed",
        "TemplateCopied",
        "TemplatePublished",
        "TemplateArchived",
        "TemplateEdited",
        "RubricPublished",
    }
)
# What creators do not read: it was before they were asked, or is the team's own affair.
TEAM_ONLY = frozenset(
    {
        "AnswerReplaced",
        "ContactChanged",
        "DecisionTakenBack",
        "LookAsked",
        "PartnershipDrafted",
        "RemindedByHand",
        "ReviewHandedOver",
        *UNTOLD,
    }
)
# Whose words (reason, note, message) the creator was told when it happened, or wrote.
WORDS_SHARED = frozenset(
    {
        "AppealMade",
        "PartnershipMoved",
        "TermsChanged",
        "ShipmentDamaged",
        "DatesMoved",
        "ReactionReported",
        "ReminderSnoozed",
        "MoreTimeAsked",
        "CheckInMoved",
        "DeliverableMoved",
        "MessageWritten",
        "RoundAgreed",
        "PaymentMoved",
        "PostMeasured",
        "TransferCorrected",
    }
)
# What stands in a dossier: all that creators read and each look at content, but nothing of money, terms and messages.
DOSSIER = (
    (EVENTS[StoryKind.PLAN] | EVENTS[StoryKind.CHECK_INS] | EVENTS[StoryKind.CONTENT] | {"LookAsked"})
    - (TEAM_ONLY - {"LookAsked", "AnswerReplaced", "DecisionTakenBack"})
    - {"FeeChanged", "TermsChanged", "MessageWritten", "MoreTimeAsked", "ReminderSnoozed"}
)


def names_of(kind: StoryKind | None, *, for_creator: bool) -> frozenset[str]:
    """Return the names of the events that a reader sees of `kind`, or of all."""
    names = frozenset().union(*EVENTS.values()) if kind is None else EVENTS[kind]
    return names - TEAM_ONLY if for_creator else names


def read_turn(text: str) -> datetime | None:
    """Return the moment, in UTC, before which a page of the history begins; None when `text` is none that we wrote."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.utcoffset() == timedelta(0) else None
