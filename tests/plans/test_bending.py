"""Any sequence of moves, pauses, answers, agreements and second thoughts leaves a plan whole, on a real database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from partnerships.check_ins import excusing
from partnerships.check_ins.rules.check_ins import UNSETTLED, CheckInAction, CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Transactions
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.plans import consenting, finding, shifting, undoing
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.proposals import MoveAction, MoveState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Quiet, QuietPolicy, load
from partnerships.plans.tables import Partnership, PlanMove, Step, reminderless_days_of
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.plans.bending import WHY, published, seen
from tests.stories import People, move, start

TEMPLATE = load("usage-3m")
STAGES = [stage.key for stage in TEMPLATE.stages]
ASKED = [
    *(f"check_in:{one.key}" for one in TEMPLATE.check_ins),
    *(f"draft:{one.key}" for one in TEMPLATE.deliverables if one.draft_day is not None),
    *(f"publish:{one.key}" for one in TEMPLATE.deliverables),
]
QUIET = "first"  # the stage that is quiet in half of the plans
MONDAY = ManualClock().now()
WAITING = (MailState.QUEUED, MailState.RETRY)
Days = dict[str, tuple[date, str | None, bool]]
Reminders = dict[int, tuple[str, str, MailState]]
Things = dict[tuple[str, str], Step]


class Plan(RuleBasedStateMachine):
    """One running partnership, and everything that people and time do to its dates."""

    transactions: Transactions
    people: People
    clock: ManualClock
    mailer: MemoryMailer
    resting: str  # the template with a quiet stage

    @initialize(is_quiet=st.booleans())
    def begin(self, is_quiet: bool) -> None:  # noqa: FBT001 - drawn
        self.clock.set(MONDAY)  # what came before is over, and nothing of it looks at the clock
        key = self.resting if is_quiet else TEMPLATE.key
        self.is_quiet, self.id = is_quiet, start(self.transactions, self.people, self.today(), template_key=key)
        self.proposed: int | None = None
        self.pass_days(0)

    def teardown(self) -> None:
        with self.transactions.looking(self.people.manager) as reading:
            over = reading.get(Partnership, self.id).is_over
        if not over:
            move(self.transactions, self.people.creator, self.id, PartnershipAction.END_EARLY)

    # What people do.

    @rule(days=st.integers(-6, 20), kind=st.sampled_from([MoveKind.REST, MoveKind.ANCHOR]))
    def shift(self, days: int, kind: MoveKind) -> None:
        self.bend(Move(kind, days))

    @rule(days=st.integers(-12, 12), key=st.sampled_from(STAGES))
    def resize(self, days: int, key: str) -> None:
        self.bend(Move(MoveKind.STAGE, days, key))

    @rule(days=st.integers(-10, 10), name=st.sampled_from(ASKED))
    def place(self, days: int, name: str) -> None:
        self.bend(Move(MoveKind.STEP, key=name, to=self.steps()[name][0] + timedelta(days=days)))

    @rule(number=st.integers(1, 6))
    def go_back(self, number: int) -> None:
        with self.transactions.looking(self.people.manager) as reading:
            last = len(finding.list_versions(reading, self.id))
        self.bend(Move(MoveKind.BACK, number=min(number, last)))

    @rule(key=st.sampled_from(STAGES))
    def skip(self, key: str) -> None:
        """Leave a stage out: nothing of it is waited for any more, and nobody is reminded of it."""
        stood = self.states()
        if self.bend(Move(MoveKind.SKIP, key=key)) is None:
            return
        with self.transactions.looking(self.people.manager) as reading:
            [stage] = [one for one in reading.get(Partnership, self.id).stages if one.key == key]
            gone = [check_in for check_in in self.check_ins(reading) if check_in.step.stage_id == stage.id]
            assert stage.state is StageState.SKIPPED
            assert not {check_in.state for check_in in gone} & UNSETTLED
            settled = {check_in.about for check_in in gone if check_in.state != stood[check_in.about]}
        assert not settled & {about for about, _, state in self.reminders().values() if state in WAITING}

    @rule(key=st.sampled_from(STAGES), seconds=st.integers(0, 10))
    def skip_and_think_twice(self, key: str, seconds: int) -> None:
        before, waiting, stood = self.steps(), self.reminders(), self.states()
        made = self.bend(Move(MoveKind.SKIP, key=key))
        if made is None:
            return
        self.clock.current += timedelta(seconds=seconds)
        with self.transactions.begin(self.people.manager) as work:
            undoing.undo(work, made.id)
        assert (self.steps(), self.reminders(), self.states()) == (before, waiting, stood)

    @precondition(lambda self: self.is_quiet)
    @rule()
    def skip_what_is_quiet(self) -> None:
        """Leave the quiet stage out: from then on it holds nothing back."""
        self.bend(Move(MoveKind.SKIP, key=QUIET))
        with self.transactions.looking(self.people.manager) as reading:
            plan = reading.get(Partnership, self.id)
            [stage] = [one for one in plan.stages if one.key == QUIET]
            assert bool(reminderless_days_of(reading.session, plan)) == (stage.state is not StageState.SKIPPED)

    @rule(days=st.integers(0, 9), seconds=st.integers(0, 10))
    def resume_and_think_twice(self, days: int, seconds: int) -> None:
        """Stop for some days, go on, and stand still as before: then go on for good."""
        if self.state() is not PartnershipState.ACTIVE:
            return
        move(self.transactions, self.people.manager, self.id, PartnershipAction.HOLD)
        self.pass_days(days)
        self.send()
        before, waiting, stood = self.steps(), self.reminders(), self.states()
        move(self.transactions, self.people.manager, self.id, PartnershipAction.RESUME)
        with self.transactions.looking(self.people.manager) as reading:
            made = finding.find_resumption(reading, self.id)
        self.clock.current += timedelta(seconds=seconds)
        if self.state() is PartnershipState.ACTIVE and made is not None:  # nothing may have been left to do
            with self.transactions.begin(self.people.manager) as work:
                undoing.undo(work, made.id)
            assert (self.steps(), self.reminders(), self.states()) == (before, waiting, stood)
            assert self.state() is PartnershipState.ON_HOLD
            move(self.transactions, self.people.manager, self.id, PartnershipAction.RESUME)

    @rule(days=st.integers(1, 20), excused=st.booleans(), seconds=st.integers(0, 10))
    def think_twice(self, days: int, excused: bool, seconds: int) -> None:  # noqa: FBT001 - drawn
        """Move everything, perhaps excuse a check-in meanwhile, and take the move back."""
        before, waiting = self.steps(), self.reminders()
        made = self.bend(Move(MoveKind.REST, days))
        if made is None:
            return
        gone, about = self.excuse_first() if excused else (None, None)
        self.clock.current += timedelta(seconds=seconds)
        with self.transactions.begin(self.people.manager) as work:
            undoing.undo(work, made.id)
        after = self.steps()
        assert {name: step for name, step in after.items() if name != gone} == {
            name: step for name, step in before.items() if name != gone
        }
        kept, stood = (
            {mail: told for mail, told in each.items() if told[0] != about} for each in (self.reminders(), waiting)
        )
        assert kept == stood

    @precondition(lambda self: self.proposed is not None)
    @rule(action=st.sampled_from([MoveAction.ACCEPT, MoveAction.DECLINE]))
    def answer_proposal(self, action: MoveAction) -> None:
        proposed, self.proposed = self.proposed or 0, None
        before = self.steps()
        try:
            with self.transactions.begin(self.people.creator) as work:
                consenting.decide(work, proposed, action)
        except Refused:
            assert self.steps() == before
        if action is MoveAction.DECLINE:
            assert self.steps() == before

    @rule()
    def answer(self) -> None:
        with self.transactions.begin(self.people.creator) as work:
            for check_in in self.check_ins(work):
                if check_in.state is CheckInState.OPEN and check_in.partnership.is_running:
                    check_in.move(CheckInAction.ANSWER, work.actor.role, work.now)
                    check_in.step.finish(work.now)

    @rule()
    def excuse(self) -> None:
        self.excuse_first()

    @rule(days=st.integers(0, 15))
    def pause(self, days: int) -> None:
        if self.state() is not PartnershipState.ACTIVE:
            return
        before = self.steps()
        move(self.transactions, self.people.creator, self.id, PartnershipAction.HOLD)
        self.pass_days(days)
        assert self.steps() == before
        move(self.transactions, self.people.manager, self.id, PartnershipAction.RESUME)
        moved = {(on - before[name][0]).days for name, (on, _, done) in self.steps().items() if not done}
        assert moved <= {0, days}

    # What time does.

    @rule(days=st.sampled_from([0, 1, 1, 2, 3, 5, 9]))
    def pass_days(self, days: int) -> None:
        for _ in range(days or 1):
            self.clock.advance(days=1 if days else 0, minutes=1)
            tick(self.transactions)

    @rule()
    def send(self) -> None:
        with self.transactions.looking(self.people.manager) as reading:
            steps = steps_by_thing(reading, self.id)
            waits = {mail.id: mail for mail in self.mails(reading, steps) if mail.state in WAITING}
        deliver(self.transactions, self.mailer, still_wanted, lambda: 0)
        with self.transactions.looking(self.people.manager) as reading:
            sent = [mail for mail in self.mails(reading, steps) if mail.id in waits and mail.state is MailState.SENT]
        assert not sent or not self.rests()
        for mail in sent:
            step = steps[mail.about, mail.context["waits_for"]]
            assert mail.context["due_on"] == step.due_on.isoformat()
            assert step.done_at is None or step.kind is StepKind.CHECK_IN

    # What always holds.

    @invariant()
    def is_whole(self) -> None:
        """Look at everything through one session: to open one for each was a third of this test's time."""
        with self.transactions.looking(self.people.manager) as reading:
            plan = reading.get(Partnership, self.id)
            self.stages_follow_each_other(plan)
            self.check_ins_lie_inside_their_stages(reading)
            self.every_version_is_there_and_the_last_one_is_the_plan(reading, plan)
            self.no_reminder_waits_for_a_day_that_is_none_any_more(reading)

    def stages_follow_each_other(self, plan: Partnership) -> None:
        left = [one for one in plan.stages if one.state in {StageState.UPCOMING, StageState.OPEN}]
        assert all(one.starts_on <= one.ends_on for one in plan.stages)
        assert all(before.ends_on < after.starts_on for before, after in pairwise(left))

    def check_ins_lie_inside_their_stages(self, reading: Reading) -> None:
        for check_in in self.check_ins(reading):
            stage, step = check_in.step.stage, check_in.step
            if check_in.state in UNSETTLED and step.due_on >= self.today():
                assert stage.starts_on <= step.due_on <= stage.ends_on, (check_in.key, step.due_on)

    def every_version_is_there_and_the_last_one_is_the_plan(self, reading: Reading, plan: Partnership) -> None:
        versions = finding.list_versions(reading, self.id)
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        assert versions[-1].dates == {step.name: step.due_on.isoformat() for step in plan.steps}
        assert all(version.reason for version in versions)

    def no_reminder_waits_for_a_day_that_is_none_any_more(self, reading: Reading) -> None:
        steps = steps_by_thing(reading, self.id)
        for mail in self.mails(reading, steps):
            if mail.state in WAITING:
                step = steps[mail.about, mail.context["waits_for"]]
                assert mail.context["due_on"] == step.due_on.isoformat(), (mail.idem_key, step.due_on)

    # How this is done and seen.

    def bend(self, wanted: Move) -> PlanMove | None:
        """Move the plan if the rules let it; what has happened is untouched by it, whatever is asked for."""
        before = self.steps()
        try:
            looked = seen(self.transactions, self.people.manager, self.id)
            with self.transactions.begin(self.people.manager) as work:
                made = shifting.shift(work, looked, wanted, WHY)[0]
        except Refused as refusal:
            note(str(refusal))
            assert self.steps() == before
            return None
        after = self.steps()
        if made.state is MoveState.PROPOSED:
            self.proposed = made.id
            assert after == before
            return made
        self.proposed = None
        for name, (on, _, done) in before.items():
            is_past = on < self.today() and wanted.kind is not MoveKind.STEP
            assert after[name][0] == on or not (done or is_past), name
            assert after[name][0] == on or after[name][0] >= self.today(), name
        return made

    def excuse_first(self) -> tuple[str | None, str | None]:
        """Excuse the first check-in that can be; return the name of its step, and what its mails are about."""
        with self.transactions.begin(self.people.manager) as work:
            for check_in in self.check_ins(work):
                if check_in.state in UNSETTLED:
                    excusing.excuse(work, check_in.id, "She is ill")
                    return check_in.step.name, check_in.about
        return None, None

    def today(self) -> date:
        return day_in("Asia/Jakarta", self.clock.now())

    def rests(self) -> bool:
        """Say whether the quiet stage lasts, so that nobody is reminded."""
        with self.transactions.looking(self.people.manager) as reading:
            stages = reading.get(Partnership, self.id).stages
        quiet = [one for one in stages if self.is_quiet and one.key == QUIET and one.state is not StageState.SKIPPED]
        return any(one.starts_on <= self.today() <= one.ends_on for one in quiet)

    def state(self) -> PartnershipState:
        with self.transactions.looking(self.people.manager) as reading:
            return reading.get(Partnership, self.id).state

    def steps(self) -> Days:
        """Return day, rung and whether it is done, of every step by name."""
        with self.transactions.looking(self.people.manager) as reading:
            steps = reading.get(Partnership, self.id).steps
            return {step.name: (step.due_on, step.rung, step.done_at is not None) for step in steps}

    def states(self) -> dict[str, str]:
        """Return how stages, check-ins and content stand, by what they are."""
        with self.transactions.looking(self.people.manager) as reading:
            content = select(Deliverable).where(Deliverable.partnership_id == self.id)
            parts = [*self.check_ins(reading), *reading.session.scalars(content)]
            stages = {stage.key: str(stage.state) for stage in reading.get(Partnership, self.id).stages}
            return stages | {part.about: str(part.state) for part in parts}

    def reminders(self) -> Reminders:
        """Return thing, day and state of every reminder."""
        with self.transactions.looking(self.people.manager) as reading:
            mails = self.mails(reading, steps_by_thing(reading, self.id))
            return {mail.id: (mail.about, mail.context["due_on"], mail.state) for mail in mails}

    def check_ins(self, reading: Reading) -> Sequence[CheckIn]:
        return reading.session.scalars(
            select(CheckIn).where(CheckIn.partnership_id == self.id).order_by(CheckIn.number)
        ).all()

    def mails(self, reading: Reading, steps: Things) -> Sequence[OutboxMail]:
        about = {thing for thing, _ in steps}
        return reading.session.scalars(
            select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER, OutboxMail.about.in_(about))
        ).all()


def steps_by_thing(reading: Reading, partnership_id: int) -> Things:
    """Return the step that each reminder is about, by thing and kind."""
    found: Things = {}
    known = reading.get(Partnership, partnership_id).steps  # at once: each would be asked for by itself below
    assert known
    for check_in in reading.session.scalars(select(CheckIn).where(CheckIn.partnership_id == partnership_id)):
        found[check_in.about, StepKind.CHECK_IN] = check_in.step
    for content in reading.session.scalars(select(Deliverable).where(Deliverable.partnership_id == partnership_id)):
        found[content.about, StepKind.PUBLISH] = content.publish_step
        if content.draft_step is not None:
            found[content.about, StepKind.DRAFT] = content.draft_step
    return found


@pytest.mark.slow
@pytest.mark.hypothesis
def test_whatever_is_done_to_a_plan_it_stays_whole(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    class This(Plan):
        pass

    This.transactions, This.people, This.clock, This.mailer = transactions, people, clock, mailer
    stages = tuple(replace(stage, quiet=stage.key == QUIET) for stage in TEMPLATE.stages)
    kept = QuietPolicy(Quiet.KEEP, Quiet.KEEP)
    This.resting = published(transactions, people, replace(TEMPLATE, stages=stages, quiet_policy=kept))

    run_state_machine_as_test(
        This,
        settings=settings(
            max_examples=settings().max_examples * 12 // 100,  # 12 in the suite, 120 in `make explore`
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes minutes on a real database
        ),
    )
