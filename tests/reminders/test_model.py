"""The whole policy against a model that knows no cleverness: what the rules send is what the model says.

Three people in three zones, with holds, answers, snoozes, quiet days, an edited ladder, and a clockwork that stands
still now and then. The model asks of every hour what a patient colleague with a list would do in it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from partnerships.core.zones import day_in, moment
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import QuietHours
from partnerships.plans.rules.templates import Text
from partnerships.reminders.rules.ladder import USUAL, Period, Policy, Rung, Side, keeps_until, next_look, told_of

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
BEGIN = datetime(2026, 3, 1, 17, tzinfo=UTC)  # midnight in Jakarta
QUIET = frozenset({date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 12)})
DAYS = {day: Text("Tenang", "Quiet") for day in QUIET}
POLICIES = (
    USUAL,
    Policy(5, 2, 4, 9, time(10), Period(date(2026, 3, 4), date(2026, 3, 10), time(13))),
    Policy(1, 1, 2, 3, time(8)),
)
HOUR = timedelta(hours=1)
Sent = tuple[datetime, int, str, str]  # when, of which thing, on which rung, to which side


@dataclass
class Thing:
    """What both sides know of one awaited thing."""

    kind: StepKind
    due_on: date
    zone: str
    is_awaited: bool = True
    is_held: bool = False
    snoozed_until: date | None = None

    def is_wanted(self, side: str, today: date) -> bool:
        is_put_off = side == Side.CREATOR and self.snoozed_until is not None and today <= self.snoozed_until
        return self.is_awaited and not self.is_held and not is_put_off


@dataclass
class ByRules:
    """The product's rules, in the order in which tick and drain ask them."""

    things: list[Thing]
    policy: Policy
    rungs: dict[int, str] = field(default_factory=dict)
    looks_at: dict[int, datetime | None] = field(default_factory=dict)
    queued: list[tuple[datetime, datetime, int, str, str]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def run(self, now: datetime) -> None:
        self.tick(now)
        self.drain(now)

    def tick(self, now: datetime) -> None:
        for number, thing in enumerate(self.things):
            at = self.looks_at.get(number, now)
            if at is None or at > now or not thing.is_awaited or thing.is_held:
                continue
            rung = self.rungs.get(number)
            look = next_look(thing.kind, thing.due_on, thing.zone, now, rung, days=DAYS, policy=self.policy)
            self.looks_at[number] = look.next_action_at
            if look.rung is None:
                continue
            self.rungs[number] = look.rung.rung
            today = day_in(thing.zone, now)
            ready = max(now, moment(today, self.policy.hour_on(today), thing.zone))
            self.queued += [
                (ready, keeps_until(look, now), number, str(rung), str(side))
                for side, rung in told_of(look.come).items()
            ]

    def drain(self, now: datetime) -> None:
        waiting, self.queued = self.queued, []
        for ready, expires, number, rung, side in waiting:
            thing = self.things[number]
            if ready > now:
                self.queued.append((ready, expires, number, rung, side))
            elif expires > now and thing.is_wanted(side, day_in(thing.zone, now)):
                until = QuietHours().lets_go(now, thing.zone, DAYS)
                if until is None:
                    self.sent.append((now, number, rung, side))
                else:
                    self.queued.append((until, expires, number, rung, side))


@dataclass
class ByHand:
    """What somebody does who looks at the list every hour: no next moments, no postponing, only "is it now?"."""

    things: list[Thing]
    policy: Policy
    said: dict[int, int] = field(default_factory=dict)  # of each thing, how far down its list somebody has got
    notes: list[dict[str, object]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def list_of(self, thing: Thing) -> list[tuple[datetime, str, tuple[str, ...]]]:
        p = self.policy
        lines: list[tuple[int, str, tuple[str, ...]]] = [
            (0, "due", ("creator",)),
            (p.again_days, "again", ("creator",)),
        ]
        lines += [(p.manager_days, "manager", ("creator", "manager")), (p.owner_days, "owner", ("owner",))]
        if thing.kind is StepKind.DRAFT:
            lines.insert(0, (-p.soon_days, "soon", ("creator",)))
        return [(self.morning(thing, thing.due_on + timedelta(days=days)), rung, to) for days, rung, to in lines]

    def morning(self, thing: Thing, day: date) -> datetime:
        while day in QUIET:
            day += timedelta(days=1)
        return self.opening(thing, day)

    def opening(self, thing: Thing, day: date) -> datetime:
        period = self.policy.period
        is_special = period is not None and period.begins_on <= day <= period.ends_on
        at = period.sends_at if period is not None and is_special else self.policy.sends_at
        return datetime.combine(day, at, ZoneInfo(thing.zone)).astimezone(UTC)

    def run(self, now: datetime) -> None:
        for number, thing in enumerate(self.things):
            if not thing.is_awaited or thing.is_held:
                continue
            lines = self.list_of(thing)
            come = [place for place, (at, _, _) in enumerate(lines) if at <= now and place > self.said.get(number, -1)]
            later = [at for at, _, _ in lines if at > now]
            if come and not any(self.is_by(at, thing, now) for at in later):
                self.said[number] = come[-1]
                until = min(later) if later else now + timedelta(days=7)
                opens = self.opening(thing, now.astimezone(ZoneInfo(thing.zone)).date())
                last = {side: lines[place][1] for place in come for side in lines[place][2]}  # a later line wins
                self.notes += [
                    {"thing": number, "rung": rung, "side": side, "until": until, "opens": opens}
                    for side, rung in sorted(last.items())
                ]
        self.notes = [note for note in self.notes if not self.settle(note, now)]

    def is_by(self, at: datetime, thing: Thing, now: datetime) -> bool:
        """Say whether `at` is a moment of the day on which a note written now would go, or before it."""
        local = now.astimezone(ZoneInfo(thing.zone))
        day = local.date() + timedelta(days=local.hour >= 20)
        while day in QUIET:
            day += timedelta(days=1)
        return at.astimezone(ZoneInfo(thing.zone)).date() <= day

    def settle(self, note: dict[str, object], now: datetime) -> bool:
        """Send the note, or throw it away; False to keep it for the next hour."""
        number, side = int(str(note["thing"])), str(note["side"])
        thing = self.things[number]
        local = now.astimezone(ZoneInfo(thing.zone))
        is_early = isinstance(note["opens"], datetime) and now < note["opens"]
        if is_early:
            return False
        is_over = isinstance(note["until"], datetime) and note["until"] <= now
        if is_over or not thing.is_wanted(side, local.date()):
            return True
        if local.date() in QUIET or not 8 <= local.hour < 20:
            return False
        self.sent.append((now, number, str(note["rung"]), side))
        return True


things = st.integers(0, 2)


class Policies(RuleBasedStateMachine):
    """Weeks in the life of three awaited things."""

    @initialize(
        kinds=st.tuples(*[st.sampled_from([StepKind.CHECK_IN, StepKind.DRAFT])] * 3),
        days=st.tuples(*[st.integers(3, 10)] * 3),
        policy=st.sampled_from(POLICIES),
    )
    def begin(self, kinds: tuple[StepKind, ...], days: tuple[int, ...], policy: Policy) -> None:
        self.things = [
            Thing(kind, date(2026, 3, 1) + timedelta(days=day), zone)
            for kind, day, zone in zip(kinds, days, ZONES, strict=True)
        ]
        self.now, self.policy = BEGIN, policy
        self.engine, self.hand = ByRules(self.things, policy), ByHand(self.things, policy)

    @rule(hours=st.integers(1, 40))
    def live(self, hours: int) -> None:
        """Let hours pass with a clockwork that runs."""
        for _ in range(hours):
            self.now += HOUR
            self.engine.run(self.now)
            self.hand.run(self.now)

    @rule(hours=st.integers(1, 100))
    def stand_still(self, hours: int) -> None:
        """Let hours pass in which nothing runs."""
        self.now += hours * HOUR

    @rule(number=things)
    def answer(self, number: int) -> None:
        self.things[number].is_awaited = False

    @rule(number=things)
    def hold_or_resume(self, number: int) -> None:
        thing = self.things[number]
        thing.is_held = not thing.is_held
        if not thing.is_held and self.engine.looks_at.get(number) is not None:
            self.engine.looks_at[number] = self.now  # who resumes wakes it

    @rule(number=things, days=st.integers(1, 3))
    def snooze(self, number: int, days: int) -> None:
        thing = self.things[number]
        thing.snoozed_until = day_in(thing.zone, self.now) + timedelta(days=days)

    @invariant()
    def the_rules_send_what_the_model_says(self) -> None:
        if not hasattr(self, "engine"):
            return
        assert sorted(self.engine.sent) == sorted(self.hand.sent)

    @invariant()
    def nothing_goes_at_night_on_a_quiet_day_or_twice_even_on_one_day(self) -> None:
        if not hasattr(self, "engine"):
            return
        named = [(number, rung, side) for _, number, rung, side in self.engine.sent]
        assert len(set(named)) == len(named)
        days = [(number, side, day_in(self.things[number].zone, at)) for at, number, _, side in self.engine.sent]
        assert len(set(days)) == len(days)
        for at, number, rung, _ in self.engine.sent:
            local = at.astimezone(ZoneInfo(self.things[number].zone))
            assert local.date() not in QUIET
            assert 8 <= local.hour < 20
            assert Rung(rung)


Policies.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestPolicies = Policies.TestCase
