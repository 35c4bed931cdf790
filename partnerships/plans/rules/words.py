"""What the kinds of things in a template are called."""

from collections.abc import Mapping

from partnerships.core.words import N_

from .editing import Section
from .templates import AnchorKind, ClaimLevel, DeliverableKind, Fact, Meaning, QuestionKind, Quiet

ANCHORS: Mapping[AnchorKind, str] = {
    AnchorKind.PRODUCT_RECEIVED: N_("The product arrives"),
    AnchorKind.AGREEMENT_START: N_("The agreement begins"),
    AnchorKind.CALENDAR_EVENT: N_("A day in the calendar, such as Lebaran"),
}
CLAIM_LABELS: Mapping[ClaimLevel, str] = {
    ClaimLevel.NONE: N_("No claims yet"),
    ClaimLevel.IMPRESSION: N_("First impression only, no results"),
    ClaimLevel.ROUTINE_AND_MINUS: N_("Routine and drawbacks, no results"),
    ClaimLevel.OWN_RESULT: N_("Own result allowed"),
}
DELIVERABLE_LABELS: Mapping[DeliverableKind, str] = {
    DeliverableKind.STORY_SET: N_("Story set"),
    DeliverableKind.SHORT_VIDEO: N_("Short video"),
    DeliverableKind.LONG_VIDEO: N_("Long video"),
    DeliverableKind.LIVE: N_("Live session"),
    DeliverableKind.OPTIONAL_POST: N_("Optional post"),
    DeliverableKind.RAW_CLIPS: N_("Raw clips"),
    DeliverableKind.TASK: N_("Task"),
}
QUESTION_KINDS: Mapping[QuestionKind, str] = {
    QuestionKind.SCALE: N_("Scale"),
    QuestionKind.NUMBER: N_("Number"),
    QuestionKind.YES_NO: N_("Yes or no"),
    QuestionKind.TEXT: N_("Text"),
    QuestionKind.PHOTO: N_("Photo or video"),
    QuestionKind.SAME_ANGLE_PHOTO: N_("Photo from the same angle"),
    QuestionKind.ATTESTATION: N_("Still in use, and how often"),
    QuestionKind.CHOICE: N_("One of several"),
}
MEANINGS: Mapping[Meaning, str] = {
    Meaning.REACTION: N_("A reaction: yes pauses everything"),
    Meaning.STILL_USING: N_("Whether it is still used: a no flags the rights"),
    Meaning.DAYS_USED: N_("On how many days it was used"),
    Meaning.MINUS: N_("The drawback"),
    Meaning.REFILL: N_("Whether more is needed: yes asks somebody to send it"),
    Meaning.KEEP_GOING: N_("Whether to go on: no offers “not for me”"),
}
QUIET: Mapping[Quiet, str] = {
    Quiet.NEXT: N_("Move to the next day that is not quiet"),
    Quiet.PREVIOUS: N_("Move to the last day before"),
    Quiet.SKIP: N_("Leave it out"),
    Quiet.KEEP: N_("Keep the day"),
}
FACTS: Mapping[Fact, str] = {
    Fact.PRODUCT_RECEIVED: N_("The product has arrived"),
    Fact.CHECK_IN_ANSWERED: N_("Answered: %(name)s"),
    Fact.STAGE_CLOSED: N_("Over: %(name)s"),
    Fact.LIVE_VERIFIED: N_("Seen live: %(name)s"),
    Fact.APPROVED: N_("Approved: %(name)s"),
    Fact.DONE: N_("Done: %(name)s"),
}
SECTIONS: Mapping[Section, str] = {
    Section.BASICS: N_("Basics"),
    Section.STAGES: N_("Stages"),
    Section.CHECK_INS: N_("Check-ins"),
    Section.QUESTIONS: N_("Questions"),
    Section.DELIVERABLES: N_("Content"),
    Section.PAYMENTS: N_("Payments"),
}
NEW_LINES: Mapping[Section, str] = {
    Section.STAGES: N_("New stage"),
    Section.CHECK_INS: N_("New check-in"),
    Section.QUESTIONS: N_("New question"),
    Section.DELIVERABLES: N_("New content"),
    Section.PAYMENTS: N_("New payment"),
}
FIELDS: Mapping[str, str] = {
    "title": N_("Title"),
    "purpose": N_("Purpose"),
    "intro": N_("Introduction"),
    "label": N_("Words"),
    "hint": N_("Hint"),
    "options": N_("Options"),
    "brief": N_("Brief"),
    "suits": N_("What it suits"),
    "anchor_event": N_("Which feast"),
    "disclosure": N_("Ad label"),
    "saturation_limit": N_("Other brands in a month"),
    "exclusivity_days": N_("Exclusive for days after the end"),
    "rights_days": N_("Rights of use in days"),
    "paid_use": N_("Content may be used in advertisements"),
}
