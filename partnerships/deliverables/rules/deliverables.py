"""The life of a deliverable. Review, approval, publishing and live verification are four different things."""

from collections.abc import Mapping
from enum import StrEnum

from partnerships.core.actor import MANAGING, STAFF, Role
from partnerships.core.machine import Machine, Transition, all_but, some
from partnerships.core.words import N_
from partnerships.plans.rules.courses import Course


class DeliverableState(StrEnum):
    """Stored in the database: rename only with a migration."""

    PLANNED = "planned"
    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED_UNVERIFIED = "published_unverified"
    LIVE_VERIFIED = "live_verified"
    KEEPING_LIVE = "keeping_live"
    DONE = "done"
    TAKEN_DOWN = "taken_down"
    WITHDRAWN = "withdrawn"
    WAIVED = "waived"


class DeliverableAction(StrEnum):
    """What people and the clock do to a deliverable."""

    BEGIN = "begin"
    SUBMIT = "submit"
    PULL_BACK = "pull_back"
    START_REVIEW = "start_review"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    APPROVE = "approve"
    APPEAL = "appeal"
    REVOKE_APPROVAL = "revoke_approval"
    UNDO_DECISION = "undo_decision"
    PUBLISH = "publish"
    MISS_POST = "miss_post"
    MISS_EARLY_POST = "miss_early_post"
    MISS_SESSION = "miss_session"
    VERIFY = "verify"
    KEEP_LIVE = "keep_live"
    FINISH = "finish"
    HAND_OVER = "hand_over"
    FULFIL = "fulfil"
    TAKE_DOWN = "take_down"
    WITHDRAW = "withdraw"
    WAIVE = "waive"
    RESTORE = "restore"


STATE_LABELS = {
    DeliverableState.PLANNED: N_("Planned"),
    DeliverableState.DRAFTING: N_("Draft awaited"),
    DeliverableState.SUBMITTED: N_("Waiting for review"),
    DeliverableState.IN_REVIEW: N_("In review"),
    DeliverableState.CHANGES_REQUESTED: N_("Changes requested"),
    DeliverableState.APPROVED: N_("Approved"),
    DeliverableState.PUBLISHED_UNVERIFIED: N_("Posted, not checked yet"),
    DeliverableState.LIVE_VERIFIED: N_("Live"),
    DeliverableState.KEEPING_LIVE: N_("Live, must stay up"),
    DeliverableState.DONE: N_("Done"),
    DeliverableState.TAKEN_DOWN: N_("Taken down"),
    DeliverableState.WITHDRAWN: N_("Withdrawn"),
    DeliverableState.WAIVED: N_("Waived"),
}

MARKS = {
    DeliverableState.PLANNED: "planned",
    DeliverableState.DRAFTING: "due",
    DeliverableState.SUBMITTED: "submitted",
    DeliverableState.IN_REVIEW: "submitted",
    DeliverableState.CHANGES_REQUESTED: "changes",
    DeliverableState.APPROVED: "approved",
    DeliverableState.PUBLISHED_UNVERIFIED: "submitted",  # nobody has seen it: it waits for the brand
    DeliverableState.LIVE_VERIFIED: "published",
    DeliverableState.KEEPING_LIVE: "published",
    DeliverableState.DONE: "published",
    DeliverableState.TAKEN_DOWN: "waived",
    DeliverableState.WITHDRAWN: "waived",
    DeliverableState.WAIVED: "waived",
}

_S, _A = DeliverableState, DeliverableAction
_CLOCK, _CREATOR = frozenset({Role.SYSTEM}), frozenset({Role.CREATOR})
_POSTED = some(_S.PUBLISHED_UNVERIFIED, _S.LIVE_VERIFIED, _S.KEEPING_LIVE)
SETTLED = some(_S.DONE, _S.TAKEN_DOWN, _S.WITHDRAWN, _S.WAIVED)
UNPOSTED = all_but(_S, *_POSTED, *SETTLED)  # nothing of it is public yet
BRAND_OWES = some(_S.SUBMITTED, _S.IN_REVIEW, _S.PUBLISHED_UNVERIFIED)  # the next move is the brand's
IN_REVIEW = some(_S.SUBMITTED, _S.IN_REVIEW)  # a draft waits for the review, or is in it
DRAFT_OWED = some(_S.PLANNED, _S.DRAFTING, _S.CHANGES_REQUESTED)  # the next draft is the creator's
SUBMITTABLE = some(_S.PLANNED, _S.DRAFTING, _S.SUBMITTED, _S.CHANGES_REQUESTED)
LIVE = some(_S.LIVE_VERIFIED, _S.KEEPING_LIVE, _S.DONE)
PUBLIC = _POSTED | LIVE
MISSES = some(_A.MISS_POST, _A.MISS_EARLY_POST, _A.MISS_SESSION)
SENT_BACK = MISSES | {_A.REQUEST_CHANGES, _A.REJECT, _A.REVOKE_APPROVAL}  # the next move is the creator's again
UNDOABLE = some(_A.APPROVE, _A.REQUEST_CHANGES, _A.REJECT)  # within seconds, and not heard of before these are over
DECISIONS = SENT_BACK | {_A.APPROVE, _A.VERIFY, _A.WAIVE, _A.FULFIL}  # what is said about it

DELIVERABLE: Machine[DeliverableState, DeliverableAction] = Machine(
    "deliverable",
    Transition(_A.BEGIN, some(_S.PLANNED), _S.DRAFTING, _CLOCK, N_("Begin")),
    Transition(_A.SUBMIT, SUBMITTABLE, _S.SUBMITTED, _CREATOR, N_("Send draft")),
    Transition(_A.PULL_BACK, some(_S.SUBMITTED), _S.DRAFTING, _CREATOR, N_("Take draft back")),
    Transition(_A.START_REVIEW, some(_S.SUBMITTED), _S.IN_REVIEW, STAFF, N_("Start review")),
    Transition(_A.REQUEST_CHANGES, some(_S.IN_REVIEW), _S.CHANGES_REQUESTED, STAFF, N_("Request changes")),
    Transition(_A.REJECT, some(_S.IN_REVIEW), _S.DRAFTING, STAFF, N_("Reject this version")),
    Transition(_A.APPROVE, some(_S.IN_REVIEW), _S.APPROVED, STAFF, N_("Approve")),
    # The version that was sent back is looked at again, by somebody else.
    Transition(_A.APPEAL, some(_S.DRAFTING, _S.CHANGES_REQUESTED), _S.IN_REVIEW, _CREATOR, N_("Appeal")),
    Transition(_A.REVOKE_APPROVAL, some(_S.APPROVED), _S.CHANGES_REQUESTED, MANAGING, N_("Revoke approval")),
    # Within seconds, while nobody has heard of it.
    Transition(
        _A.UNDO_DECISION,
        some(_S.APPROVED, _S.CHANGES_REQUESTED, _S.DRAFTING),
        _S.IN_REVIEW,
        STAFF,
        N_("Take the decision back"),
    ),
    Transition(_A.PUBLISH, UNPOSTED, _S.PUBLISHED_UNVERIFIED, _CREATOR | MANAGING, N_("Add live link")),
    Transition(_A.MISS_POST, some(_S.PUBLISHED_UNVERIFIED), _S.APPROVED, STAFF, N_("Post not found")),
    # Nobody has approved it: a link that leads nowhere must not do so either.
    Transition(_A.MISS_EARLY_POST, some(_S.PUBLISHED_UNVERIFIED), _S.DRAFTING, STAFF, N_("Early post not found")),
    # A live session has no draft that could be awaited.
    Transition(_A.MISS_SESSION, some(_S.PUBLISHED_UNVERIFIED), _S.PLANNED, STAFF, N_("Live session not found")),
    Transition(_A.VERIFY, some(_S.PUBLISHED_UNVERIFIED), _S.LIVE_VERIFIED, STAFF, N_("Post is live")),
    Transition(_A.KEEP_LIVE, some(_S.LIVE_VERIFIED), _S.KEEPING_LIVE, STAFF | _CLOCK, N_("Keep live")),
    Transition(_A.FINISH, some(_S.KEEPING_LIVE), _S.DONE, _CLOCK, N_("Finish")),
    # Clips are the brand's as soon as they are approved, and nothing else is waited for.
    Transition(_A.HAND_OVER, some(_S.APPROVED), _S.DONE, _CLOCK, N_("Hand over")),
    # A task, which has no content.
    Transition(_A.FULFIL, some(_S.PLANNED), _S.DONE, _CREATOR | MANAGING, N_("Mark as done")),
    Transition(_A.TAKE_DOWN, _POSTED, _S.TAKEN_DOWN, STAFF | _CREATOR, N_("Taken down")),
    Transition(_A.WITHDRAW, UNPOSTED, _S.WITHDRAWN, _CLOCK | _CREATOR | MANAGING, N_("Withdraw")),
    # The clock lets go of what was left to the creator, once its stage is over.
    Transition(_A.WAIVE, UNPOSTED, _S.WAIVED, MANAGING | _CLOCK, N_("Waive")),
    # It follows by itself when the skip of its stage is taken back.
    Transition(_A.RESTORE, some(_S.WAIVED), _S.PLANNED, _CLOCK, N_("Ask for it after all")),
)


_REVIEWED = some(_A.START_REVIEW, _A.REQUEST_CHANGES, _A.REJECT, _A.APPROVE, _A.APPEAL)
_DRAFTED = _REVIEWED | {_A.BEGIN, _A.SUBMIT, _A.PULL_BACK}
_DROPPED = some(_A.WITHDRAW, _A.WAIVE, _A.RESTORE)
_PUBLISHED = all_but(_A, _A.HAND_OVER, _A.FULFIL)
ACTIONS: Mapping[Course, frozenset[DeliverableAction]] = {
    Course.POST: _PUBLISHED,
    Course.OPTIONAL_POST: _PUBLISHED,
    Course.CLIPS: _DRAFTED | _DROPPED | {_A.HAND_OVER},
    Course.TASK: _DROPPED | {_A.FULFIL},
}
"""What may happen to a deliverable at all, by its course; when, and by whom, stands in the machine."""


class Door(StrEnum):
    """How a deliverable meets the creator who comes to do something."""

    DRAFT = "draft"  # a draft is awaited
    SENT = "sent"  # it waits for the review, and may still be replaced
    REVIEW = "review"
    POST = "post"  # approved, or never in need of it: the live link is awaited
    POSTED = "posted"
    TASK = "task"  # somebody says that it is done
    NOT_YET = "not_yet"
    PAUSED = "paused"
    CLOSED = "closed"


SHUT: dict[Door, str] = {
    Door.REVIEW: N_("The review has begun: this version cannot be changed any more. You will hear from us."),
    Door.POST: N_("This is approved. What is missing now is the link to your post."),
    Door.POSTED: N_("This has been posted. Nothing more has to be sent."),
    Door.TASK: N_("Nothing is sent here: write how it was settled."),
    Door.NOT_YET: N_("This begins when the product has arrived. You do not have to do anything before."),
    Door.PAUSED: N_("Everything is paused for now. You do not have to send anything."),
    Door.CLOSED: N_("This is closed. Nothing more has to be sent."),
}

_DOORS: dict[DeliverableState, Door] = {
    **dict.fromkeys(DRAFT_OWED, Door.DRAFT),
    _S.SUBMITTED: Door.SENT,
    _S.IN_REVIEW: Door.REVIEW,
    _S.APPROVED: Door.POST,
    **dict.fromkeys(_POSTED, Door.POSTED),
    **dict.fromkeys(SETTLED, Door.CLOSED),
}
_WAITS_FOR_CLOCK = frozenset({Door.DRAFT, Door.SENT, Door.POST, Door.TASK})


def door(
    state: DeliverableState,
    *,
    has_draft: bool,
    is_running: bool,
    is_held: bool,
    is_over: bool,
    course: Course = Course.POST,
) -> Door:
    """Return how a deliverable meets its creator. Without a draft (a live session) only the post is awaited."""
    met = _DOORS[state]
    if course is Course.TASK and met is Door.DRAFT:
        met = Door.TASK
    if is_over and met in _WAITS_FOR_CLOCK | {Door.REVIEW}:
        return Door.CLOSED
    if met in _WAITS_FOR_CLOCK and not is_running:
        return Door.PAUSED if is_held else Door.NOT_YET
    return Door.POST if met is Door.DRAFT and not has_draft else met
