"""Who waits for whom, and for what: every kind has one next action."""

from enum import StrEnum

from partnerships.core.words import N_
from partnerships.plans.rules.dates import StepKind

SOON_DAYS = 7  # "this week"


class WaitKind(StrEnum):
    """What is waited for."""

    REVIEW = "review"
    CHECK_LIVE = "check_live"
    LOOK_AGAIN = "look_again"  # whether a post is still up
    NEEDS_PERSON = "needs_person"
    REACTION = "reaction"
    ON_HOLD = "on_hold"
    TO_INVITE = "to_invite"
    TERMS = "terms"
    TO_SEND = "to_send"
    TO_REPLACE = "to_replace"  # a parcel arrived damaged
    PARCEL_MISSING = "parcel_missing"
    PAYMENT = "payment"
    DISPUTED = "disputed"
    CHECK_IN = "check_in"
    MISSED = "missed"  # a check-in that nobody reminds of any more: somebody records an answer or excuses it
    COMING = "coming"  # a check-in of this week that has not opened yet
    DRAFT = "draft"
    POST = "post"
    NUMBERS = "numbers"  # what a post has reached, asked for a week after it was seen live
    MESSAGE = "message"  # about content, from the other side, and not seen yet
    TASK = "task"  # of the team: to be settled, with a word on how
    RECEIPT = "receipt"
    INVITATION = "invitation"
    CONFIRMATION = "confirmation"
    DATES = "dates"  # earlier ones that somebody proposed, and the creator has not agreed to yet
    AT_RISK = "at_risk"
    GATE = "gate"  # a stage that has waited for some days: what it asks for is not there


ACTION_LABELS = {
    WaitKind.REVIEW: N_("Review"),
    WaitKind.CHECK_LIVE: N_("Check the post"),
    WaitKind.LOOK_AGAIN: N_("Check the post again"),
    WaitKind.NEEDS_PERSON: N_("Read the answer"),
    WaitKind.REACTION: N_("Look after it"),
    WaitKind.ON_HOLD: N_("View"),
    WaitKind.TO_INVITE: N_("Look and invite"),
    WaitKind.TERMS: N_("Look and answer"),
    WaitKind.TO_SEND: N_("Send the product"),
    WaitKind.TO_REPLACE: N_("Send another parcel"),
    WaitKind.PARCEL_MISSING: N_("Look at the parcel"),
    WaitKind.PAYMENT: N_("Look at the payment"),
    WaitKind.DISPUTED: N_("Settle it"),
    WaitKind.CHECK_IN: N_("Record an answer"),
    WaitKind.MISSED: N_("Record or excuse"),
    WaitKind.COMING: N_("View"),
    WaitKind.DRAFT: N_("View"),
    WaitKind.POST: N_("View"),
    WaitKind.NUMBERS: N_("Write down the numbers"),
    WaitKind.MESSAGE: N_("Read the message"),
    WaitKind.TASK: N_("Settle it"),
    WaitKind.RECEIPT: N_("Confirm receipt"),
    WaitKind.INVITATION: N_("View"),
    WaitKind.CONFIRMATION: N_("View"),
    WaitKind.DATES: N_("Look at the dates"),
    WaitKind.AT_RISK: N_("View"),
    WaitKind.GATE: N_("Look at the stage"),
}
LOOK = N_("View")  # what the button says to somebody who may only look
# What a reviewer may do. Answers to check-ins stay closed to her here: she rates content blind first.
FOR_REVIEWERS = frozenset(
    {
        WaitKind.REVIEW,
        WaitKind.CHECK_LIVE,
        WaitKind.LOOK_AGAIN,
        WaitKind.DRAFT,
        WaitKind.POST,
        WaitKind.MESSAGE,
    }
)
# What the creator's own button says.
OWN_LABELS = {
    WaitKind.CHECK_IN: N_("Answer now"),
    WaitKind.COMING: N_("View"),
    WaitKind.DRAFT: N_("Send the draft"),
    WaitKind.POST: N_("Add the link of the post"),
    WaitKind.NUMBERS: N_("Send the numbers"),
    WaitKind.MESSAGE: N_("Read the message"),
    WaitKind.RECEIPT: N_("The product has arrived"),
    WaitKind.INVITATION: N_("Read the invitation"),
    WaitKind.CONFIRMATION: N_("Confirm your answer"),
    WaitKind.DATES: N_("Look and answer"),
}
# What the clocks before day 0 wait for.
CLOCK_WORDS = {
    StepKind.INVITATION: N_("Answer the invitation"),
    StepKind.NEGOTIATION: N_("Settle the terms"),
    StepKind.PARCEL: N_("Send the product"),
    StepKind.RECEIPT: N_("Say that the parcel has arrived"),
}
