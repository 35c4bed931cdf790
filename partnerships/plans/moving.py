"""Move a partnership through its life: invite, accept, hold, resume, end."""

import secrets

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .events import PlanMoved
from .finding import get_for
from .keeping import lock_plans
from .rules.partnerships import AGREED, RESUMED, EndReason, HoldCause, PartnershipAction, PartnershipState
from .rules.quiet import around
from .rules.stages import StageAction, StageState
from .tables import Partnership, PlanMove, PlanVersion, hold_of

# sending.py, complaining.py, receiving.py; the clock
ELSEWHERE = frozenset(
    {PartnershipAction.PREPARE, PartnershipAction.SPOIL, PartnershipAction.START, PartnershipAction.COMPLETE}
)


def move(
    work: Work,
    partnership_id: int,
    action: PartnershipAction,
    *,
    reason: EndReason | None = None,
    note: str = "",
    seen: int | None = None,
) -> Partnership:
    """Take one step in the partnership's life and tell whoever listens.

    `seen` is the version of the partnership whose terms were read. Raise `NotFound` for a creator whose partnership it
    is not, `Refused` when an ending or a hold has no reason, when a creator wants to talk without saying about what,
    and when the terms that would be accepted are not those that were read.
    """
    partnership = get_for(work, partnership_id)
    if action is PartnershipAction.ACCEPT:
        _check_seen(work, partnership, seen)
    if action in ELSEWHERE:
        raise Refused(N_("This has a page of its own: it needs to know the day."))
    if action is PartnershipAction.NEGOTIATE and work.actor.role is Role.CREATOR and not note:
        raise Refused(N_("Please say in a few words what you would like to talk about."), field="words")
    if action is PartnershipAction.HOLD and not note.strip() and partnership.allows(action, work.actor.role):
        raise Refused(N_("Please say in a few words why it is put on hold. Nothing was changed."), field="note")
    was = _take(work, partnership, action, reason, note)
    work.session.flush()  # counts the version up, which makes the event's key unique
    work.emit(partnership.moved(was, action, note))
    if action is PartnershipAction.ACCEPT and not partnership.waits_for_parcel:
        _start(work, partnership)
    if partnership.is_over:  # whoever listens has asked which stage was under way
        _leave_stages(work, partnership)
    return partnership


def _check_seen(work: Work, partnership: Partnership, seen: int | None) -> None:
    """Refuse to accept other terms than those that were read, while there is anything to accept."""
    is_stale = seen not in {None, partnership.version}
    if is_stale and partnership.allows(PartnershipAction.ACCEPT, work.actor.role):
        raise Refused(
            N_(
                "This invitation has changed since you opened it, so nothing is accepted yet. Please read what stands"
                " here now, then answer once more."
            )
        )


def _take(
    work: Work, partnership: Partnership, action: PartnershipAction, reason: EndReason | None, note: str
) -> PartnershipState:
    """Do what `action` means beyond the change of state; return the state before."""
    role = work.actor.role
    match action:
        case PartnershipAction.END_EARLY:
            why = None if partnership.state is PartnershipState.DRAFT else _allowed_reason(role, reason)
            return partnership.end_early(why, note, role, work.now)
        case PartnershipAction.HOLD:
            return partnership.hold(HoldCause.PAUSED, role, work.now, note)
        case PartnershipAction.RESUME:
            _resume(work, partnership)
            return PartnershipState.ON_HOLD
        case PartnershipAction.ACCEPT:
            _open_preparation(work, partnership)
    return partnership.move(action, role, work.now)


def _allowed_reason(role: Role, reason: EndReason | None) -> EndReason:
    """Return why it ends. A creator may always say "not for me"; judging is for managers, with a reason."""
    if role is Role.CREATOR:
        return EndReason.NOT_FOR_ME
    if reason is None:
        raise Refused(N_("Please say why it ends."), field="reason")
    return reason


def _start(work: Work, partnership: Partnership) -> None:
    """Let a plan run whose day 0 is known: an agreed day, or a feast. Its stages open by their dates."""
    was = partnership.move(PartnershipAction.START, Role.SYSTEM, work.now)
    partnership.confirm_anchor(partnership.anchor_on, work.now)
    PlanVersion.keep(work, partnership, AGREED)
    work.session.flush()
    work.emit(partnership.moved(was, PartnershipAction.START))


def _open_preparation(work: Work, partnership: Partnership) -> None:
    """Open the stages before the product arrives at once: they wait for people."""
    for stage in partnership.stages if partnership.waits_for_parcel else ():
        if stage.to_day >= 0 or stage.state is not StageState.UPCOMING:
            continue
        stage.move(StageAction.OPEN, Role.SYSTEM)
        work.session.flush()
        work.emit(stage.moved())


def _leave_stages(work: Work, partnership: Partnership) -> None:
    left = partnership.leave_stages()
    work.session.flush()
    for stage in left:
        work.emit(stage.moved())


def _resume(work: Work, partnership: Partnership) -> None:
    """Let it go on, as a move that can be taken back; write down the new plan, unless no day has passed."""
    lock_plans(work, [partnership.id])
    stood, seen = hold_of(partnership), PlanVersion.last_number(work, partnership.id)
    pause, bent = partnership.resume(work.actor.role, work.now)
    made = PlanMove.of(work, partnership, pause, bent, batch=secrets.token_hex(8), note="", seen=seen)
    made.let_go(stood)
    work.session.add(made)
    if not pause.days:
        return
    made.number = PlanVersion.keep(work, partnership, RESUMED, number=seen)
    work.emit(
        PlanMoved(
            key=f"partnership:{partnership.id}:plan:{made.number}",
            about=partnership.about,
            partnership_id=partnership.id,
            version=made.number,
            days=pause.days,
            reason=RESUMED,
            quiet=around(bent.quiet.values()),
        )
    )
