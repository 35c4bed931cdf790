"""How the people of a story behave: each does what lies in front of them, through the use cases that pages call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import and_, or_, select

from partnerships.authenticity import reviewing
from partnerships.authenticity.rules.decision import Outcome, Rating
from partnerships.authenticity.rules.rubric import Rubric
from partnerships.authenticity.rules.rubric import load as load_rubric
from partnerships.check_ins import answering
from partnerships.check_ins.rules.check_ins import ANSWERABLE
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Refused
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.creators.tables import Creator, Platform
from partnerships.database.work import Reading, Transactions, Work
from partnerships.deliverables import fulfilling, paying, publishing, submitting, verifying
from partnerships.deliverables.rules.attestations import Attestation, Frequency
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.payments import PaymentAction, PaymentState
from partnerships.deliverables.rules.transfers import Transfer
from partnerships.deliverables.tables import Deliverable, Payment, Revision
from partnerships.files.receiving import ReceivedFile
from partnerships.files.store import Store
from partnerships.plans import moving, offering, receiving, sending
from partnerships.plans.finding import find_last_shipment
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.partnerships import OVER, EndReason, PartnershipAction, PartnershipState
from partnerships.plans.rules.templates import PHOTO_KINDS, DeliverableKind, Meaning, QuestionKind
from partnerships.plans.tables import Partnership, Step

from . import insights, voices
from .answers import answers_to
from .bending import AS_PLANNED, Bends, bend, go_on
from .camera import take
from .casting import Team
from .insights import is_awake

STATEMENT = "story-1"
OFTEN = Frequency.MOST_DAYS
USED = "Aku sendiri memakai produknya sejak tanggal ini, sesering yang kutulis di sini."
POSTS = {
    Platform.TIKTOK: "https://www.tiktok.com/@{name}/video/{number}",
    Platform.INSTAGRAM: "https://www.instagram.com/reel/{number}/",
}
MESSAGE = "Sudah terasa seperti kamu. Tolong taruh label iklan di baris pertama ya."
TALKING = (PartnershipState.INVITED, PartnershipState.NEGOTIATING)
WISH = "Boleh kirim varian yang tanpa pewangi?"
AGREED_WORDS = "Boleh, kami kirim yang tanpa pewangi."
SETTLED = "Sudah dibicarakan lewat telepon dan disepakati berdua."
PARCEL_GOES, PARCEL_COMES = 7, 10  # days after the first
IMPROVABLE = frozenset({"two-weeks-in", "month-2", "family-habit", "raw-clips"})
PAYS_AFTER = timedelta(days=9)
OWED = (PaymentState.EARNED,)
WAITING = (DeliverableState.DRAFTING, DeliverableState.CHANGES_REQUESTED)
TO_REVIEW = (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW)
LIVE_TO_COME = (DeliverableState.PLANNED, DeliverableState.DRAFTING)
MOVABLE = (*WAITING, *TO_REVIEW, DeliverableState.APPROVED, DeliverableState.PUBLISHED_UNVERIFIED)
# What has no draft can be posted from the start; everything else that is planned waits for the clock.
LIVE_PLANNED = (Deliverable.state == DeliverableState.PLANNED, Deliverable.draft_step_id.is_(None))


@dataclass(frozen=True, slots=True)
class Habit:
    """How one creator (and the brand around them) behaves. Days count from the anchor."""

    lag_days: int = 0  # after the due day, for check-ins
    content_lag_days: int = 0  # after the due day, for drafts and posts
    silent_after: int | None = None  # from this day on they do nothing more
    not_for_me_on: int | None = None
    reaction_on: int | None = None
    wants_refill: bool = False
    changes_for: frozenset[str] = IMPROVABLE  # deliverables whose first version needs changes
    unreviewed: frozenset[str] = frozenset()  # deliverables that the brand leaves lying
    bends: Bends = AS_PLANNED
    stops_at: PartnershipState | None = None  # they go no further than this
    invites_on: int = -6  # when the brand invites: whoever agrees gets a parcel, and has a week to confirm it
    wait_days: int = 0  # before each step on the way to day 0
    talks: bool = False  # about the terms, before they agree


@dataclass(slots=True)
class Stage:
    """Where people act: the application's parts, and who is who."""

    transactions: Transactions
    store: Store
    team: Team
    habits: dict[int, Habit] = field(default_factory=dict)  # by partnership


def act(stage: Stage) -> int:
    """Let everybody do what lies in front of them now; return how much was done."""
    with stage.transactions.looking(stage.team.manager) as reading:
        partnerships = reading.session.scalars(select(Partnership).where(Partnership.state.not_in(OVER))).all()
        check_ins, deliverables = _open_check_ins(reading), _open_deliverables(reading)
        earned = reading.session.scalars(select(Payment).where(Payment.state.in_(OWED))).all()
        scenes = [
            _Scene(
                stage,
                partnership,
                stage.habits.get(partnership.id, Habit()),
                day_in(partnership.zone, reading.now),
                check_ins.get(partnership.id, []),
                deliverables.get(partnership.id, []),
            )
            for partnership in partnerships
            if is_awake(partnership.zone, reading.now)
        ]
        is_office = is_awake(DEFAULT_ZONE, reading.now)
        due = [payment.id for payment in earned if is_office and _is_paid_today(payment, reading.now)]
        asked = insights.list_asked(reading, stage.habits)
    done = sum(scene.play() for scene in scenes) + sum(_pay(stage, payment_id) for payment_id in due)
    return done + sum(insights.send(stage.transactions, stage.store, one) for one in asked)


def _is_paid_today(payment: Payment, now: datetime) -> bool:
    return payment.earned_at is not None and now - payment.earned_at > PAYS_AFTER


def _pay(stage: Stage, payment_id: int) -> int:
    """Let the manager approve what is owed and write down that it was paid."""
    with stage.transactions.begin(stage.team.manager) as work:
        payment = paying.move_payment(work, payment_id, PaymentAction.APPROVE)
        today = day_in(payment.partnership.zone, work.now)
        paying.record_transfer(work, payment_id, Transfer(today, payment.amount or 0))
    return 1


def _open_check_ins(reading: Reading) -> dict[int, list[CheckIn]]:
    """Return the check-ins that wait for an answer, by partnership."""
    found = reading.session.scalars(
        select(CheckIn).where(CheckIn.state.in_(ANSWERABLE)).order_by(CheckIn.partnership_id, CheckIn.number)
    ).all()
    return {key: list(group) for key, group in groupby(found, key=lambda one: one.partnership_id)}


def _open_deliverables(reading: Reading) -> dict[int, list[Deliverable]]:
    """Return the deliverables that wait for somebody, by partnership."""
    found = reading.session.scalars(
        select(Deliverable)
        .where(or_(Deliverable.state.in_(MOVABLE), and_(*LIVE_PLANNED)))
        .order_by(Deliverable.partnership_id, Deliverable.number)
    ).all()
    return {key: list(group) for key, group in groupby(found, key=lambda one: one.partnership_id)}


@dataclass(frozen=True, slots=True)
class _Scene:
    """One partnership on one day."""

    stage: Stage
    partnership: Partnership
    habit: Habit
    today: date
    check_ins: Sequence[CheckIn]
    deliverables: Sequence[Deliverable]

    @property
    def day(self) -> int:
        """Days since the anchor."""
        return (self.today - self.partnership.anchor_on).days

    @property
    def creator(self) -> Actor:
        """The creator, as the one who acts."""
        return Actor(self.partnership.creator.account_id, self.partnership.org_id, Role.CREATOR)

    def play(self) -> int:
        """Return how much was done."""
        state = self.partnership.state
        if state is self.habit.stops_at:
            return 0
        if state is not PartnershipState.ACTIVE:
            return self._before(state)
        if self.habit.not_for_me_on is not None and self.day >= self.habit.not_for_me_on:
            return self._move(self.creator, PartnershipAction.END_EARLY)
        stage = self.stage
        if bend(stage.transactions, stage.team.manager, self.partnership, self.habit.bends, self.day):
            return 1
        if self.habit.silent_after is not None and self.day > self.habit.silent_after:
            return self._review() + self._verify() + self._settle()
        theirs = self._receive() + self._answer() + self._submit()
        return theirs + self._review() + self._publish() + self._verify() + self._settle()

    def _before(self, state: PartnershipState) -> int:
        if self._puts_beginning_off(state):
            return 0
        talks = self.habit.talks and self.partnership.invitation_note != AGREED_WORDS
        return self._talk(state) if talks and state in TALKING else self._begin(state)

    def _puts_beginning_off(self, state: PartnershipState) -> bool:
        """Say whether it is too early to invite, or somebody lets it lie for a while."""
        if state is PartnershipState.DRAFT and self.partnership.waits_for_parcel and self.day < self.habit.invites_on:
            return True
        if state is PartnershipState.ON_HOLD:
            return False
        waited = self.today - day_in(self.partnership.zone, self.partnership.moved_at)
        return waited.days < self.habit.wait_days

    def _begin(self, state: PartnershipState) -> int:
        manager = self.stage.team.manager
        match state:
            case PartnershipState.DRAFT:
                return self._move(manager, PartnershipAction.INVITE)
            case PartnershipState.INVITED | PartnershipState.NEGOTIATING:
                return self._move(self.creator, PartnershipAction.ACCEPT)
            case PartnershipState.ACCEPTED:
                with self.stage.transactions.begin(manager) as work:
                    sending.send(work, self.partnership.id, sent_on=self.today)
                return 1
            case PartnershipState.PREPARING if self.day >= self.habit.bends.parcel_late:
                with self.stage.transactions.begin(self.creator) as work:
                    receiving.confirm_receipt(work, self.partnership.id, self.today)
                return 1
            case PartnershipState.ON_HOLD:
                return self._stand()
        return 0

    def _talk(self, state: PartnershipState) -> int:
        """Let the creator ask for other terms, and the manager offer them."""
        if state is PartnershipState.INVITED:
            with self.stage.transactions.begin(self.creator) as work:
                moving.move(work, self.partnership.id, PartnershipAction.NEGOTIATE, note=WISH)
            return 1
        with self.stage.transactions.begin(self.stage.team.manager) as work:
            offering.offer(work, self.partnership.id, fee=self.partnership.fee, note=AGREED_WORDS)
        return 1

    def _stand(self) -> int:
        """Let the manager resume what she paused; a reaction ends it."""
        if self.habit.bends.pause:
            return go_on(self.stage.transactions, self.stage.team.manager, self.partnership, self.habit.bends)
        return self._end(EndReason.ADVERSE_REACTION)

    def _move(self, actor: Actor, action: PartnershipAction, reason: EndReason | None = None) -> int:
        with self.stage.transactions.begin(actor) as work:
            moving.move(work, self.partnership.id, action, reason=reason)
        return 1

    def _end(self, reason: EndReason) -> int:
        return self._move(self.stage.team.manager, PartnershipAction.END_EARLY, reason)

    def _answer(self) -> int:
        done = 0
        for check_in in self.check_ins:
            if self.today < check_in.step.due_on + timedelta(days=self.habit.lag_days):
                continue
            spec, creator = check_in.spec, self.partnership.creator
            photos = {
                question.key: [self._photo(check_in.number, same_angle=question.kind is QuestionKind.SAME_ANGLE_PHOTO)]
                for question in spec.questions
                if question.kind in PHOTO_KINDS
            }
            with self.stage.transactions.begin(self.creator) as work:
                said = answers_to(spec, self._worries(), niche=creator.niche, speaker=creator.id)
                answering.answer(work, check_in.id, said, photos, statement=STATEMENT)
            done += 1
        return done

    def _receive(self) -> int:
        """Let a parcel that no date counts from be sent in the second week of the plan, and arrive three days later."""
        day = self.day - self.partnership.template.first_day
        if self.partnership.waits_for_parcel or day not in {PARCEL_GOES, PARCEL_COMES}:
            return 0
        with self.stage.transactions.looking(self.creator) as reading:
            parcel = find_last_shipment(reading, self.partnership.id)
        if day == PARCEL_GOES and parcel is None:
            with self.stage.transactions.begin(self.stage.team.manager) as work:
                sending.send(work, self.partnership.id, sent_on=self.today)
            return 1
        if day == PARCEL_COMES and parcel is not None and parcel.is_awaited:
            with self.stage.transactions.begin(self.creator) as work:
                receiving.receive_refill(work, self.partnership.id, self.today)
            return 1
        return 0

    def _settle(self) -> int:
        """Let the manager settle the tasks whose day has come; too few check-ins may still stand in the way."""
        due = [one for one in self._in([DeliverableState.PLANNED]) if one.course is Course.TASK]
        return sum(self._fulfil(one) for one in due if self.today >= one.publish_step.due_on)

    def _fulfil(self, task: Deliverable) -> int:
        try:
            with self.stage.transactions.begin(self.stage.team.manager) as work:
                fulfilling.fulfil(work, task.id, SETTLED)
        except Refused:
            return 0
        return 1

    def _photo(self, number: int, **how: bool) -> ReceivedFile:
        return take(self.stage.store, self.partnership.creator.niche, number, **how)

    def _worries(self) -> set[Meaning]:
        reacts = self.habit.reaction_on is not None and self.day >= self.habit.reaction_on
        return {Meaning.REACTION} if reacts else {Meaning.REFILL} if self.habit.wants_refill else set()

    def _submit(self) -> int:
        done, creator = 0, self.partnership.creator
        for deliverable in self._in(WAITING):
            if deliverable.draft_step and self._puts_off(deliverable.draft_step):
                continue
            with self.stage.transactions.begin(self.creator) as work:
                submitting.submit(
                    work,
                    deliverable.id,
                    caption=voices.caption(creator.niche, deliverable.key, creator.id),
                    note="",
                    files=[self._photo(deliverable.number, is_prepared=deliverable.key not in self.habit.unreviewed)],
                    statement=STATEMENT,
                    attestation=Attestation(
                        min(self.partnership.anchor_on, self.today), Frequency.MOST_DAYS, words=USED
                    ),
                )
            done += 1
        return done

    def _puts_off(self, step: Step) -> bool:
        """Say whether a creator who lags with content still lets it lie; others send a draft as soon as it is asked."""
        lag = self.habit.content_lag_days
        return lag > 0 and self.today < step.due_on + timedelta(days=lag)

    def _review(self) -> int:
        waiting = [one for one in self._in(TO_REVIEW) if one.key not in self.habit.unreviewed]
        return sum(self._judge(deliverable) for deliverable in waiting)

    def _judge(self, deliverable: Deliverable) -> int:
        rubric, kind = load_rubric(), deliverable.spec.kind
        first = self._revisions(deliverable) == 1
        outcome = Outcome.CHANGES_REQUESTED if first and deliverable.key in self.habit.changes_for else Outcome.APPROVED
        try:
            with self.stage.transactions.begin(self.stage.team.reviewer) as work:
                review = reviewing.start(work, deliverable.id)
                if review.blind_at is None:
                    reviewing.rate_blind(work, review.id, ratings(rubric, kind, blind_only=True))
                reasons = () if outcome is Outcome.APPROVED else (rubric.reasons_for(outcome)[0].key,)
                reviewing.decide(
                    work,
                    review.id,
                    ratings=ratings(rubric, kind),
                    outcome=outcome,
                    blockers={},
                    reasons=reasons,
                    message=MESSAGE,
                )
        except Refused:  # the evidence gate is still closed: the reviewer waits for the check-ins
            return 0
        return 1

    def _publish(self) -> int:
        done = 0
        ready = [
            *self._in([DeliverableState.APPROVED]),
            *(one for one in self._in(LIVE_TO_COME) if one.spec.kind is DeliverableKind.LIVE),
        ]
        for deliverable in ready:
            if self.today < deliverable.publish_step.due_on or self._puts_off(deliverable.publish_step):
                continue
            with self.stage.transactions.begin(self.creator) as work:
                url = self._address(work, deliverable)
                publishing.add_post(work, deliverable.id, url=url, label_on=True, **self._code(deliverable))
            done += 1
        return done

    def _address(self, work: Work, deliverable: Deliverable) -> str:
        handle = work.get(Creator, self.partnership.creator_id).handles[0]
        return POSTS[handle.platform].format(name=handle.name, number=7_000_000_000 + deliverable.id)

    def _verify(self) -> int:
        posted = self._in([DeliverableState.PUBLISHED_UNVERIFIED])
        for one in posted:
            with self.stage.transactions.begin(self.stage.team.manager) as work:
                verifying.check_live(work, one.id, found=True, label_on=True, note="", **self._code(one))
        return len(posted)

    def _code(self, deliverable: Deliverable) -> dict[str, Any]:
        """Return the Spark code that goes with a post that is promised with one."""
        days = deliverable.spec.spark_days or 0
        return {"spark_code": f"#{deliverable.id:08}==" if days else "", "spark_until": self.today + timedelta(days)}

    def _in(self, states: Collection[DeliverableState]) -> list[Deliverable]:
        return [deliverable for deliverable in self.deliverables if deliverable.state in states]

    def _revisions(self, deliverable: Deliverable) -> int:
        with self.stage.transactions.looking(self.stage.team.manager) as reading:
            return len(
                reading.session.scalars(select(Revision.id).where(Revision.deliverable_id == deliverable.id)).all()
            )


def ratings(rubric: Rubric, kind: DeliverableKind, *, blind_only: bool = False) -> dict[str, Rating]:
    """Return a plausible set of levels with their notes."""
    criteria = [one for one in rubric.criteria_for(kind) if one.blind or not blind_only]
    return {one.key: Rating(level=3, note="") for one in criteria}
