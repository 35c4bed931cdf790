"""What the posts of stories have reached: plausible numbers, sent with a picture in the place of a screenshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from partnerships.core.actor import Actor, Role
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Transactions
from partnerships.deliverables import finding, measuring
from partnerships.deliverables.rules.metrics import Figures, Metric
from partnerships.deliverables.tables import Deliverable
from partnerships.files.store import Store
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Step

from .camera import take

AWAKE_FROM, AWAKE_UNTIL = time(8), time(21)  # nobody confirms a parcel at midnight
FOLLOWERS = 8_000  # of whom nobody knows how many they have


class Pace(Protocol):
    """How a creator lags."""

    @property
    def content_lag_days(self) -> int:
        """Days after the due day."""
        ...

    @property
    def silent_after(self) -> int | None:
        """From which day of the plan on they do nothing more."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Content whose posts' numbers a creator sends now."""

    creator: Actor
    niche: str
    deliverable_id: int


def is_awake(zone: str, now: datetime) -> bool:
    """Say whether people in `zone` do anything."""
    return AWAKE_FROM <= now.astimezone(ZoneInfo(zone)).time() < AWAKE_UNTIL


def list_asked(reading: Reading, paces: Mapping[int, Pace]) -> list[Asked]:
    """Return the content whose numbers are asked for, but for creators who lag or have fallen silent.

    `paces` stand by the partnership's id; whose is missing is punctual.
    """
    found = reading.session.execute(
        select(Step, Deliverable.id)
        .join(Deliverable, (Deliverable.partnership_id == Step.partnership_id) & (Deliverable.key == Step.key))
        .where(Step.kind == StepKind.METRICS, Step.done_at.is_(None))
        .order_by(Step.due_at, Step.id)
    )
    return [
        Asked(
            Actor(step.partnership.creator.account_id, step.org_id, Role.CREATOR),
            step.partnership.creator.niche,
            deliverable_id,
        )
        for step, deliverable_id in found
        if _sends(step, paces.get(step.partnership_id), reading.now)
    ]


def _sends(step: Step, pace: Pace | None, now: datetime) -> bool:
    today, lag = day_in(step.zone, now), timedelta(days=pace.content_lag_days if pace else 0)
    day = (today - step.partnership.anchor_on).days
    is_silent = pace is not None and pace.silent_after is not None and day > pace.silent_after
    is_there = is_awake(step.zone, now) and step.partnership.state is not PartnershipState.ENDED_EARLY
    return is_there and not is_silent and today >= step.due_on + lag


def send(transactions: Transactions, store: Store, asked: Asked) -> int:
    """Let the creator send the numbers of every post of this content; return of how many."""
    with transactions.begin(asked.creator) as work:
        posts = finding.list_measured(work, asked.deliverable_id)
        for post in posts:
            measuring.measure(
                work,
                asked.deliverable_id,
                post.id,
                figures=_figures(post.id, post.followers or FOLLOWERS),
                measured_on=day_in(post.deliverable.partnership.zone, work.now),
                screenshots=[take(store, asked.niche, post.id)],
            )
    return len(posts)


def _figures(post_id: int, followers: int) -> Figures:
    """Return numbers that differ from post to post and fit each other."""
    reach = followers * (35 + post_id * 7 % 50) // 100
    likes = reach * (30 + post_id * 11 % 40) // 1000
    comments = 6 + post_id * 13 % 40
    return {
        Metric.REACH: reach,
        Metric.IMPRESSIONS: reach * 13 // 10,
        Metric.VIEWS: reach * 12 // 10,
        Metric.LIKES: likes,
        Metric.COMMENTS: comments,
        Metric.SAVES: likes // 9,
        Metric.SHARES: likes // 15,
        Metric.REPLIES: comments * 4 // 5,
    }
