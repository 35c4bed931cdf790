"""Write down what a post has reached: what somebody read off, never in the place of what was read off before."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.files.keeping import keep
from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Step

from .events import PostMeasured
from .finding import get_for, list_measured
from .rules.metrics import WHY_LENGTH, Figures, Source, check_day, check_figures, check_growth, known_on
from .tables import LivePost, Measurement

NOT_SEEN = N_("Numbers are taken once somebody has seen the post live.")
ONE_PHOTO = N_("Please add one screenshot, as a photo.")


def measure(
    work: Work,
    deliverable_id: int,
    post_id: int,
    *,
    figures: Figures,
    measured_on: date,
    why: str = "",
    screenshots: Sequence[ReceivedFile] = (),
    spoilt: Refused | None = None,
) -> Measurement:
    """Write down the numbers of one post of this content; sent twice, they are written down once.

    A creator sends a screenshot along, a manager may; `spoilt` is why it was refused while it was received. `why` says
    why a number is smaller than one that is known: both stay on record. Raise `Refused` with the field it is about.
    """
    deliverable = get_for(work, deliverable_id)
    posts = list_measured(work, deliverable_id)
    post = next((post for post in posts if post.id == post_id), None)
    if post is None:
        raise Refused(NOT_SEEN)
    source = Source.CREATOR if work.actor.role is Role.CREATOR else Source.MANAGER
    again = _find_same(post, source, measured_on, figures)
    if again is not None:
        return again
    if spoilt is not None:
        raise spoilt
    if len(screenshots) != 1 and (screenshots or source is Source.CREATOR):
        raise Refused(ONE_PHOTO, field="screenshot")
    if any(file.kind is not Kind.PHOTO for file in screenshots):
        raise Refused(ONE_PHOTO, field="screenshot")
    written = write_down(work, post, source, figures=figures, measured_on=measured_on, why=why)
    if screenshots:
        [written.screenshot] = keep(work, screenshots, deliverable.partnership.creator.account_id)
    work.session.flush()
    work.emit(told(written))
    finish_step(work, posts)
    return written


def finish_step(work: Work, posts: Sequence[LivePost]) -> None:
    """Ask the creator no longer, once all `posts` of one piece of content were measured on its step's day or later.

    What is read off before is kept too, but posts are compared after as many days.
    """
    deliverable = posts[0].deliverable
    step = work.session.scalars(
        select(Step).where(
            Step.partnership_id == deliverable.partnership_id,
            Step.key == deliverable.key,
            Step.kind == StepKind.METRICS,
            Step.done_at.is_(None),
        )
    ).one_or_none()
    if step is not None and all(any(read.measured_on >= step.due_on for read in post.measurements) for post in posts):
        step.finish(work.now)


def write_down(
    work: Work, post: LivePost, source: Source, *, figures: Figures, measured_on: date, why: str = ""
) -> Measurement:
    """Add the numbers to the post, or raise `Refused` with the field of the one that cannot be."""
    partnership, why = post.deliverable.partnership, why.strip()[:WHY_LENGTH]
    first = min(day_in(partnership.zone, post.added_at), partnership.anchor_on)
    check_day(measured_on, day_in(partnership.zone, work.now), first)
    check_figures(figures)
    if not why:
        readings = [(read.measured_on, read.figures) for read in post.measurements]
        check_growth(figures, *known_on(readings, measured_on))
    written = Measurement(
        org_id=post.org_id,
        source=source,
        measured_on=measured_on,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
        followers=post.followers,
        why=why,
        **{metric.value: count for metric, count in figures.items()},
    )
    post.measurements.append(written)
    return written


def told(written: Measurement) -> PostMeasured:
    """Return the event of numbers that have been flushed."""
    partnership = written.post.deliverable.partnership
    return PostMeasured(
        key=f"measurement:{written.id}",
        about=partnership.about,
        partnership_id=partnership.id,
        deliverable_id=written.post.deliverable_id,
        measurement_id=written.id,
        source=written.source,
        measured_on=written.measured_on,
        note=written.why,
    )


def _find_same(post: LivePost, source: Source, measured_on: date, figures: Figures) -> Measurement | None:
    """Return the newest numbers if they are these: the button was pressed once more."""
    last = post.measurements[-1] if post.measurements else None
    is_same = last is not None and (last.source, last.measured_on) == (source, measured_on)
    return last if last is not None and is_same and last.figures == figures else None
