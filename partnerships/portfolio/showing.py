"""Lay out one partnership for its page: stages with what stands in them, money, and what may be done next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.check_ins.rules.check_ins import CheckInState, progress_of
from partnerships.check_ins.tables import CheckIn
from partnerships.core.machine import Transition
from partnerships.core.zones import day_in
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.gates import Evidence, Outlook
from partnerships.deliverables.tables import Deliverable
from partnerships.deliverables.wording import gate_text
from partnerships.plans.rules.clocks import OF_BRAND
from partnerships.plans.rules.courses import DAY_LABELS, Course
from partnerships.plans.rules.gates import reached_on
from partnerships.plans.rules.moves import SKIPS
from partnerships.plans.rules.partnerships import (
    GOING_ON,
    REASON_LABELS,
    HoldCause,
    PartnershipAction,
    PartnershipState,
    begins_later,
    label_of,
)
from partnerships.plans.rules.shipments import Standing
from partnerships.plans.rules.stages import LEFT, StageState, shown_days
from partnerships.plans.rules.stages import STATE_LABELS as STAGE_LABELS
from partnerships.plans.rules.words import CLAIM_LABELS
from partnerships.plans.tables import Partnership, Stage, Step
from partnerships.plans.wording import answered_text, progress_text, stage_gate_text, start_text, state_text
from partnerships.web.formats import away_text, day_text, due_text, language
from partnerships.web.words import gettext, ngettext, say

from .accounting import PaymentView, account_for
from .rules.marks import AWAITED, TO_POST, Mark, of_check_in, of_deliverable, of_partnership, of_stage, word_of
from .rules.waits import CLOCK_WORDS, OWN_LABELS, SOON_DAYS, WaitKind
from .telling import Told

Thing = CheckIn | Deliverable
# Sends where a thing is looked at or done: None where there is nothing to do yet.
Address = Callable[[Thing], str | None]

UNANSWERED = frozenset({CheckInState.OPEN, CheckInState.LATE})
WAITED_FOR = frozenset({Course.POST, Course.CLIPS})  # from the creator
# With a day before it was planned: left out already, or as soon as it starts.
LEFT_OUT = frozenset(
    {CheckInState.SCHEDULED, CheckInState.CANCELLED, DeliverableState.PLANNED, DeliverableState.WITHDRAWN}
)
FORWARD = frozenset(
    {PartnershipAction.INVITE, PartnershipAction.PREPARE, PartnershipAction.START, PartnershipAction.RESUME}
)
DEED_PAGES = {
    PartnershipAction.PREPARE: "plans.send",
    PartnershipAction.START: "plans.confirm_receipt",
    PartnershipAction.SPOIL: "plans.confirm_receipt",
}
TEXTS = 4  # reminders to copy from one page


@dataclass(frozen=True, slots=True)
class Item:
    """One dated thing, as the component "steps" draws it."""

    state: Mark
    word: str
    title: str
    date: str
    machine_date: str
    url: str | None
    note: str
    current: bool


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage with its items; `days` is its length, `waiting` what it waits for before it opens.

    `skip` is what the page on which dates are moved calls leaving it out; "" when that cannot be.
    """

    id: int
    title: str
    purpose: str
    dates: str
    days: int
    current: bool
    mark: Mark
    word: str
    claim: str
    waiting: str
    opens_by_hand: bool
    skip: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that may be done to the partnership now."""

    action: PartnershipAction
    label: str
    is_primary: bool
    page: str | None  # the endpoint of a page of its own, where it needs more than words
    needs_words: bool
    needs_reason: bool
    discards: bool


@dataclass(frozen=True, slots=True)
class Before:
    """Who moves next before day 0, for what, since when, and until when it is in time."""

    mark: Mark
    who: str
    what: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class View:
    """What the page of one partnership shows beside the rows themselves."""

    state: Mark
    word: str
    why: str  # it ended, or stands still
    words: str  # in which somebody said so
    anchor: str
    stages: list[StageView]
    deeds: list[Deed]
    payments: list[PaymentView]
    awaited: list[Thing]
    coming: Item | None  # a check-in that is not open yet, where it comes before everything that is owed
    next: Item | None
    next_label: str  # what the creator's button says
    before: Before | None  # it starts: None once it has
    held: bool
    dots: list[Mark]
    progress: str


def shown(told: Told, reading: Reading, address: Address) -> View:
    """Return the layout of `told` for whoever reads, at the present moment."""
    layout = _Layout(told, reading, address)
    partnership = told.partnership
    awaited, begins_on = layout.awaited(), layout.begins_on()
    return View(
        state=of_partnership(partnership.state, begins_on),
        word=state_text(label_of(partnership.state, partnership.end_reason), begins_on),
        why=_why(partnership),
        words=partnership.end_note if partnership.is_over else partnership.hold_note or told.wishes,
        anchor=start_text(partnership),
        stages=[layout.stage(stage) for stage in told.stages],
        deeds=[_deed(t) for t in partnership.actions_for(reading.actor.role) if _has_object(t.action, told)],
        payments=account_for(reading, told),
        awaited=awaited[:TEXTS],
        coming=layout.coming(awaited),
        next=layout.item(awaited[0]) if awaited else None,
        next_label=say(_own_label(awaited[0])) if awaited else "",
        before=_before(told, reading) if told.clock else None,
        held=partnership.held_at is not None,
        dots=[layout.item(check_in).state for check_in in told.check_ins],
        progress=progress_text(*progress_of([one.state for one in told.check_ins], is_over=partnership.is_over)),
    )


class _Layout:
    """The moment, the reader's language and the addresses that all items share."""

    def __init__(self, told: Told, reading: Reading, address: Address) -> None:
        self.told, self.now, self.address = told, reading.now, address
        self.running, self.locale = told.partnership.is_running, language()
        self.today = day_in(told.partnership.zone, reading.now)
        self.days = shown_days(told.stages)
        self.waiting = {stage.id for stage in told.stages if stage.waits_since is not None}
        self.things: list[Thing] = sorted(
            [*told.check_ins, *told.deliverables], key=lambda thing: (self.step(thing).due_on, thing.about)
        )

    def step(self, thing: Thing) -> Step:
        """Return the step that dates `thing` now: a deliverable's draft until that is approved, then its post."""
        if isinstance(thing, CheckIn):
            return thing.step
        is_draft = thing.draft_step is not None and thing.state not in TO_POST and thing.is_unposted
        return thing.draft_step if is_draft and thing.draft_step else thing.publish_step

    def stage(self, stage: Stage) -> StageView:
        """Return a stage with everything that stands in it."""
        spec, days = self.told.partnership.template.stage(stage.key), self.days.get(stage.key)
        return StageView(
            id=stage.id,
            title=spec.title.in_(self.locale),
            purpose=spec.purpose.in_(self.locale),
            dates=" \u2013 ".join(day_text(day, year=False) for day in days or ()),
            days=(days[1] - days[0]).days + 1 if days else 0,
            current=stage.state is StageState.OPEN,
            mark=of_stage(stage.state),
            word=say(STAGE_LABELS[stage.state]),
            claim=say(CLAIM_LABELS[stage.claim_level]),
            waiting=self._waiting(stage),
            opens_by_hand=stage.id in self.waiting and self.running,
            skip=f"{SKIPS}{stage.key}" if stage.state in LEFT and self.told.partnership.state in GOING_ON else "",
            items=[self.item(thing) for thing in self.things if self.step(thing).stage_id == stage.id],
        )

    def item(self, thing: Thing) -> Item:
        """Return one check-in or deliverable in words."""
        step = self.step(thing)
        mark, word, note = self._check_in(thing) if isinstance(thing, CheckIn) else self._deliverable(thing, step)
        kind = gettext("Check-in") if isinstance(thing, CheckIn) else self._content_kind(thing, step)
        return Item(
            state=mark,
            word=word,
            title=f"{kind}: {thing.spec.title.in_(self.locale)}",
            date=due_text(step.due_on, step.due_by, step.zone),
            machine_date=step.due_on.isoformat(),
            url=self.address(thing),
            note=" · ".join(part for part in (self._away(mark, step.due_on), note) if part),
            current=mark in {Mark.DUE, Mark.OVERDUE, Mark.CHANGES} and self.running,
        )

    def begins_on(self) -> date | None:
        """Return its first day, if that is agreed and still to come."""
        partnership = self.told.partnership
        first, _ = self.days.get(partnership.template.starts_with, (None, None))
        return begins_later(partnership.state, first, self.today)

    def awaited(self) -> list[Thing]:
        """Return what the creator owes now or this week, the earliest first."""
        if not self.running:
            return []
        until = self.today + timedelta(days=SOON_DAYS)
        return [thing for thing in self.things if self._is_owed(thing) and self.step(thing).due_on <= until]

    def coming(self, awaited: list[Thing]) -> Item | None:
        """Return this week's first check-in that is not open yet, where nothing of `awaited` comes before it."""
        before = self.step(awaited[0]).due_on if awaited else self.today + timedelta(days=SOON_DAYS + 1)
        for thing in self.things if self.running else ():
            on = self.step(thing).due_on
            if thing.state is CheckInState.SCHEDULED and self.today <= on < before:
                return self.item(thing)
        return None

    def _is_owed(self, thing: Thing) -> bool:
        if isinstance(thing, Deliverable) and (
            thing.course not in WAITED_FOR or thing.publish_step.stage_id in self.waiting
        ):
            return False
        return thing.state in UNANSWERED or thing.state in AWAITED

    def _check_in(self, check_in: CheckIn) -> tuple[Mark, str, str]:
        given = check_in.answer
        confirmed = given is None or given.confirmed_at is not None
        if self._is_left_out(check_in):
            return Mark.WAIVED, gettext("Before Sahabat"), ""
        mark = of_check_in(
            check_in.state, check_in.step.due_at, self.now, is_running=self.running, is_confirmed=confirmed
        )
        word = say(word_of(check_in.state, mark))
        if not confirmed:
            return mark, word, gettext("the creator has not confirmed it yet")
        return mark, word, gettext("came late") if given is not None and given.late else ""

    def _is_left_out(self, thing: Thing) -> bool:
        """Say whether its day had passed when it was planned, and nothing came of it here."""
        step = thing.step if isinstance(thing, CheckIn) else thing.publish_step
        return thing.state in LEFT_OUT and step.due_on < self.told.partnership.planned_on

    def _deliverable(self, deliverable: Deliverable, step: Step) -> tuple[Mark, str, str]:
        if self._is_left_out(deliverable):
            return Mark.WAIVED, gettext("Before Sahabat"), ""
        is_asked_for = self.running and step.stage_id not in self.waiting
        mark = of_deliverable(deliverable.state, step.due_at, self.now, is_running=is_asked_for)
        notes = (self._gate(deliverable, step), self._posting(deliverable, step))
        return mark, say(word_of(deliverable.state, mark)), " · ".join(note for note in notes if note)

    def _gate(self, deliverable: Deliverable, step: Step) -> str:
        """Return how many check-ins are answered of those asked for: before the approval, or a live session."""
        needed, counted = deliverable.spec.evidence_needed, self.told.evidence
        if not (needed and deliverable.is_submittable):
            return ""
        if deliverable.draft_step_id is None:
            return ngettext(
                "after %(num)s answered check-in: %(have)s so far",
                "after %(num)s answered check-ins: %(have)s so far",
                needed,
                have=min(counted.answered, needed),
            )
        if step is deliverable.publish_step:
            return ""
        if not self.running:
            return answered_text(counted.answered, needed, counted.before)
        opens_on = reached_on(counted.answered, needed, self.told.missing_answers)
        return gate_text(Outlook(Evidence(counted.answered, needed, counted.before), opens_on), self.today)

    def _waiting(self, stage: Stage) -> str:
        """Return what a stage that waits at its gate waits for."""
        gate = stage.shut_by
        if gate is None or not self.running:
            return ""
        stands = self.told.stand_of(gate)
        names = [
            self.told.partnership.template.deliverable(key).title.in_(self.locale)
            for key in dict.fromkeys((*stands.unapproved, *stands.not_live))
        ]
        reached = reached_on(stands.answered, stands.needed, self.told.missing_answers)
        opens_on = max(reached, stage.starts_on) if reached else None
        return stage_gate_text(stands, names, opens_on, self.today)

    def _posting(self, deliverable: Deliverable, step: Step) -> str:
        """Return when the post is planned, where the draft's day stands in front."""
        if step is deliverable.publish_step or deliverable.course is Course.CLIPS:
            return ""
        post = deliverable.publish_step
        return gettext("post on %(day)s", day=due_text(post.due_on, post.due_by, post.zone, year=False))

    def _content_kind(self, deliverable: Deliverable, step: Step) -> str:
        return say(DAY_LABELS[deliverable.course]) if step is deliverable.publish_step else gettext("Draft")

    def _away(self, mark: Mark, due_on: date) -> str:
        return away_text(due_on, self.today) if mark in {Mark.DUE, Mark.OVERDUE, Mark.CHANGES} else ""


def _before(told: Told, reading: Reading) -> Before | None:
    clock, partnership = told.clock, told.partnership
    if clock is None:
        return None
    since = day_in(clock.zone, clock.waiting_since or partnership.moved_at)
    return Before(
        mark=Mark.OVERDUE if clock.due_at < reading.now else Mark.DUE,
        who=partnership.manager.account.name if clock.kind in OF_BRAND else partnership.creator.name,
        what=say(CLOCK_WORDS[clock.kind]),
        since=f"{day_text(since)} ({away_text(since, day_in(clock.zone, reading.now))})",
        until=day_text(clock.due_on),
    )


def _own_label(thing: Thing) -> str:
    if isinstance(thing, CheckIn):
        return OWN_LABELS[WaitKind.CHECK_IN]
    return OWN_LABELS[WaitKind.POST if thing.state in TO_POST or thing.draft_step is None else WaitKind.DRAFT]


def _why(partnership: Partnership) -> str:
    if partnership.end_reason:
        return say(REASON_LABELS[partnership.end_reason])
    return gettext("Reaction to the product") if partnership.hold_cause is HoldCause.REACTION else ""


def _has_object(action: PartnershipAction, told: Told) -> bool:
    """Say whether there is something to do it to: a parcel that came broken is not received once more."""
    is_spoilt = bool(told.shipments) and told.shipments[0].standing is Standing.DAMAGED
    return action is not PartnershipAction.START or not is_spoilt


def _deed(transition: Transition[PartnershipState, PartnershipAction]) -> Deed:
    action, is_draft = transition.action, PartnershipState.DRAFT in transition.sources
    is_new_offer = action is PartnershipAction.INVITE and PartnershipState.NEGOTIATING in transition.sources
    return Deed(
        action=action,
        label=say(transition.label),
        is_primary=action in FORWARD and transition.target not in transition.sources,
        page="plans.offer" if is_new_offer else DEED_PAGES.get(action),
        needs_words=action in {PartnershipAction.HOLD, PartnershipAction.NEGOTIATE},
        needs_reason=action is PartnershipAction.END_EARLY and not is_draft,
        discards=action is PartnershipAction.END_EARLY and is_draft,
    )
