"""Add the link to a live post. An early one is no error: it is recorded, and checked like any other."""

import hashlib
from datetime import date

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.creators.tables import Platform
from partnerships.database.work import Work
from partnerships.plans.rules.courses import POSTED
from partnerships.plans.rules.partnerships import PartnershipState

from .events import LabelSwitchedOn, SparkCodeGiven
from .finding import find_post, get_for
from .rules.deliverables import DeliverableAction, DeliverableState
from .rules.posts import canonical
from .rules.sparks import read_code
from .tables import Deliverable, LivePost

FROM_ACCEPTANCE_ON = frozenset(
    {PartnershipState.ACCEPTED, PartnershipState.PREPARING, PartnershipState.ACTIVE, PartnershipState.ON_HOLD}
)


def add_post(
    work: Work, deliverable_id: int, *, url: str, label_on: bool, spark_code: str = "", spark_until: date | None = None
) -> LivePost:
    """Write down where the content stands; the same link again finds the post that was added with it.

    `label_on`: the creator says that the platform's own advertising label is switched on. Open from acceptance on; a
    further link (another platform) may follow until somebody has looked, and so may the Spark code of a post on TikTok
    that is promised with one. Raise `Refused` with field "url", "spark_code" or "spark_until".
    """
    deliverable = get_for(work, deliverable_id)
    today = day_in(deliverable.partnership.zone, work.now)
    spark = read_code(spark_code, spark_until, today) if deliverable.spec.spark_days else None
    if deliverable.course not in POSTED:
        raise Refused(N_("Nothing of this is posted, so it has no link."), field="url")
    link = canonical(url, deliverable.spec.platforms)
    known = find_post(work, link.url)
    if known is not None and known.deliverable_id == deliverable.id and known.found is not False:
        if spark is not None and known.platform is Platform.TIKTOK:
            known.take_code(spark)
        return known
    if known is not None and known.deliverable_id != deliverable.id:
        raise Refused(N_("This link has already been added, for other content."), field="url")
    if deliverable.partnership.state not in FROM_ACCEPTANCE_ON:
        raise Refused(N_("Links are taken from the day the partnership is accepted until it ends."), field="url")
    unapproved = _is_unapproved(deliverable)
    post = known or LivePost(org_id=deliverable.org_id, deliverable_id=deliverable.id, url=link.url)
    post.platform, post.label_on, post.unapproved = Platform(link.platform), label_on, unapproved
    post.added_at, post.added_by = work.now, work.actor.person_id
    if spark is not None and post.platform is Platform.TIKTOK:
        post.take_code(spark)
    post.found = post.checked_at = post.checked_by = None
    work.session.add(post)
    if deliverable.state is DeliverableState.PUBLISHED_UNVERIFIED and work.actor.role is not Role.REVIEWER:
        return post
    was = deliverable.move(DeliverableAction.PUBLISH, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.PUBLISH, unapproved=unapproved))
    return post


def add_code(work: Work, deliverable_id: int, *, spark_code: str, spark_until: date | None) -> LivePost:
    """Keep the Spark code of a post that is public already; a new one takes the place of the old one.

    Raise `Refused` with field "spark_code" or "spark_until", also when no code is awaited.
    """
    deliverable = get_for(work, deliverable_id)
    post, today = deliverable.spark_post, day_in(deliverable.partnership.zone, work.now)
    if post is None:
        raise Refused(N_("No Spark code is awaited for this."), field="spark_code")
    spark = read_code(spark_code, spark_until, today)
    if spark is None:
        raise Refused(N_("Please paste the Spark code."), field="spark_code")
    if (post.spark_code, post.spark_until) == (spark.code, spark.until):
        return post
    post.take_code(spark)
    which = hashlib.sha256(spark.code.encode()).hexdigest()[:16]
    work.emit(
        SparkCodeGiven(
            key=f"live_post:{post.id}:spark:{which}:{spark.until.isoformat()}:{work.now.isoformat()}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            until=spark.until,
        )
    )
    return post


def switch_label_on(work: Work, deliverable_id: int) -> Deliverable:
    """Take note that the creator has switched the platform's own advertising label on; once is enough."""
    deliverable = get_for(work, deliverable_id)
    for post in deliverable.unlabelled:
        post.label_on = True
        work.emit(
            LabelSwitchedOn(
                key=f"live_post:{post.id}:label_on:{work.now.isoformat()}",
                about=deliverable.partnership.about,
                partnership_id=deliverable.partnership_id,
                deliverable_id=deliverable.id,
            )
        )
    return deliverable


def _is_unapproved(deliverable: Deliverable) -> bool:
    """Say whether a draft was due and nobody has approved one."""
    if deliverable.state is DeliverableState.PUBLISHED_UNVERIFIED:
        return any(post.unapproved for post in deliverable.posts)
    return deliverable.draft_step_id is not None and deliverable.state is not DeliverableState.APPROVED
