"""Who listens to what happened, in the order in which they are told: first what follows for others, then the mails."""

from .authenticity import assigning
from .check_ins import ending as check_in_ending
from .check_ins import leaving as check_in_leaving
from .check_ins import preparing as check_in_preparing
from .check_ins import reacting, refilling, reopening
from .check_ins import skipping as check_in_skipping
from .database.work import Listener
from .deliverables import attesting, completing, lapsing, licensing, paying, rescheduling, resting
from .deliverables import ending as deliverable_ending
from .deliverables import leaving as deliverable_leaving
from .deliverables import preparing as deliverable_preparing
from .deliverables import skipping as deliverable_skipping
from .plans import clocking, ruling
from .reminders import (
    announcing,
    convening,
    informing,
    notifying,
    readdressing,
    realigning,
    regretting,
    relaying,
    repeating,
    warning,
)

LISTENERS: tuple[Listener, ...] = (
    clocking.turn,
    ruling.seed,
    check_in_preparing.prepare,
    deliverable_preparing.prepare,
    reacting.react,
    reopening.reopen,
    check_in_skipping.skip,
    deliverable_skipping.skip,
    check_in_leaving.leave,
    deliverable_leaving.leave,
    check_in_ending.end,
    deliverable_ending.end,
    lapsing.lapse,
    paying.earn,
    rescheduling.reschedule,
    rescheduling.wait_with_stage,
    resting.rest,
    licensing.license_content,
    attesting.stop_use,
    refilling.refill,
    assigning.assign,
    notifying.tell,
    announcing.announce,
    convening.convene,
    informing.inform,
    warning.warn,
    relaying.relay,
    regretting.regret,
    realigning.realign,
    repeating.repeat,
    readdressing.readdress,
    completing.complete,
)
