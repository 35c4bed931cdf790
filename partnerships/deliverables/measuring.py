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
from .finding import get_for, list_campaign_posts, list_measured
from .rules.metrics import WHY_LENGTH, Figures, Source, check_day, check_figures, check_growth, known_on
from .rules.sheets import POST, SheetRefused, Wrong, read_sheet
from .tables import Deliverable, LivePost, Measurement

NOT_SEEN = N_("Numbers are taken once somebody has seen the post live.")
NOT_HERE = N_("Nobody has seen this post live in this campaign.")
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
    finish_steps(work, posts)
    return written


def measure_sheet(work: Work, campaign_id: int, content: bytes) -> int:
    """Write down the numbers in a CSV file of a campaign's posts, all or none; return of how many posts.

    What is on record already is passed over. Raise `SheetRefused` with all that is wrong in its rows.
    """
    sheet = read_sheet(content)
    wrong = list(sheet.wrong)
    posts = {post.url: post for post in list_campaign_posts(work, campaign_id)}
    written = []
    for row in sheet.rows:
        post = posts.get(row.url)
        if post is None:
            wrong.append(Wrong(row.number, POST, Refused(NOT_HERE)))
            continue
        if any(read.measured_on == row.measured_on and read.figures == row.figures for read in post.measurements):
            continue
        try:
            written.append(
                write_down(work, post, Source.CSV, figures=row.figures, measured_on=row.measured_on, why=row.why)
            )
        except Refused as refusal:
            wrong.append(Wrong(row.number, refusal.field or "", refusal))
    if wrong:
        raise SheetRefused(sorted(wrong, key=lambda one: one.row))
    work.session.flush()
    for one in written:
        work.emit(told(one))
    touched = {one.post.deliverable_id for one in written}
    finish_steps(work, [post for post in posts.values() if post.deliverable_id in touched])
    return len(written)


def finish_steps(work: Work, posts: Sequence[LivePost]) -> None:
    """Ask for no more, where all `posts` of a piece of content were measured on its step's day or later.

    What is read off before is kept too, but posts are compared after as many days.
    """
    asked = work.session.execute(
        select(Step, Deliverable.id)
        .join(Deliverable, (Deliverable.partnership_id == Step.partnership_id) & (Deliverable.key == Step.key))
        .where(Step.kind == StepKind.METRICS, Step.done_at.is_(None))
        .where(Deliverable.id.in_({post.deliverable_id for post in posts}))
    )
    for step, deliverable_id in asked.all():
        theirs = [post for post in posts if post.deliverable_id == deliverable_id]
        if all(any(read.measured_on >= step.due_on for read in post.measurements) for post in theirs):
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
