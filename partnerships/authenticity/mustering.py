"""Bring together what analysers see of one version."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from partnerships.check_ins.tables import Answer, CheckIn, EvidencePhoto
from partnerships.core.zones import day_in
from partnerships.database.work import Reading
from partnerships.deliverables.rules.attestations import Frequency
from partnerships.deliverables.tables import Deliverable, LivePost, Revision, RevisionMedia
from partnerships.files.tables import FileReport, MediaFingerprint, StoredFile
from partnerships.plans.finding import find_received_on
from partnerships.plans.rules.partnerships import UNAGREED
from partnerships.plans.rules.templates import Meaning, Template
from partnerships.plans.tables import Partnership, Stage, Step

from .rules.analysers.engagement import MOST_POSTS
from .rules.signals import Attested, Endorsed, Material, Measured, Medium, Said

MOST_CAPTIONS = 300  # that a caption is compared with
MOST_OF_COHORT = 300  # posts of other creators


@dataclass(frozen=True, slots=True)
class Mustered:
    """The material, and the fingerprints still to be compared: by file, of the version and of all that it is held to.

    `own` are those files that are the same creator's.
    """

    material: Material
    asked: Mapping[int, bytes]
    library: Mapping[int, bytes]
    own: Collection[int]


def muster(reading: Reading, revision: Revision) -> Mustered:
    """Return what analysers see of this version."""
    deliverable = reading.get(Deliverable, revision.deliverable_id)
    partnership = deliverable.partnership
    files = [one.file for one in revision.media if one.file.is_ready]
    reports = _reports(reading, [file.id for file in files])
    asked = _fingerprints_of(reading, [file.id for file in files])
    material = Material(
        caption=revision.caption,
        category=partnership.campaign.product.category,
        received_on=find_received_on(reading, partnership),
        submitted_at=revision.submitted_at,
        zone=partnership.zone,
        media=tuple(
            Medium(file.id, position, file.kind, file.taken_at, file.camera, reports.get(file.id))
            for position, file in enumerate(files, start=1)
        ),
        said=(*_briefs(deliverable), *_captions(reading, deliverable)),
        allowed=_lines(partnership.campaign.product.allowed_claims),
        banned=_lines(partnership.campaign.product.banned_claims),
        attested=_attested(reading, revision),
        endorsed=tuple(_endorsed(reading, partnership)),
        most_brands=partnership.template.saturation_limit,
        posts=tuple(_posts(reading, partnership)),
        cohort=_cohort(reading, partnership),
    )
    library, own = _library(reading, deliverable) if asked else ({}, set())
    return Mustered(material, asked, library, own)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _briefs(deliverable: Deliverable) -> Iterator[Said]:
    """Yield what the creator was given to read: the campaign's brief, and the content's in both languages."""
    brief = deliverable.spec.brief
    for text in (deliverable.partnership.campaign.brief, brief.id, brief.en):
        if text.strip():
            yield Said("brief", text)


def _captions(reading: Reading, deliverable: Deliverable) -> Iterator[Said]:
    """Yield the newest caption of other content of this creator and of this campaign, the latest first."""
    partnership = deliverable.partnership
    newest = select(func.max(Revision.id)).where(Revision.caption != "").group_by(Revision.deliverable_id)
    mine = Partnership.creator_id == partnership.creator_id
    rows = (
        select(Revision.deliverable_id, Revision.caption, Partnership.creator_id)
        .join(Revision.deliverable)
        .join(Deliverable.partnership)
        .where(
            Revision.id.in_(newest),
            Revision.deliverable_id != deliverable.id,
            or_(mine, Partnership.campaign_id == partnership.campaign_id),
        )
        .order_by(Revision.id.desc())
        .limit(MOST_CAPTIONS)
    )
    for row in reading.session.execute(rows):
        yield Said("own" if row.creator_id == partnership.creator_id else "other", row.caption, row.deliverable_id)


def _attested(reading: Reading, revision: Revision) -> Attested:
    """Return what is known of the use, of what was answered and confirmed before the version was sent."""
    partnership = revision.deliverable.partnership
    answers = reading.session.scalars(
        select(Answer)
        .join(Answer.check_in)
        .where(
            CheckIn.partnership_id == partnership.id,
            Answer.confirmed_at.is_not(None),
            Answer.answered_at <= revision.submitted_at,
        )
        .order_by(Answer.answered_at)
        .options(selectinload(Answer.photos))
    ).all()
    said = [answer.still_using for answer in answers if answer.still_using is not None]
    days = [found for answer in answers if (found := _days_used(partnership.template, answer)) is not None]
    attestation = revision.attestation
    return Attested(
        since=attestation.used_since if attestation else None,
        still_using=attestation.frequency is not Frequency.STOPPED if attestation else None,
        check_ins=len(answers),
        photos=sum(len(answer.photos) for answer in answers),
        last_still_using=said[-1] if said else None,
        last_days_used=days[-1] if days else None,
    )


def _days_used(template: Template, answer: Answer) -> int | None:
    """Return on how many days it was used, as far as the check-in asked and the creator said so."""
    asked = template.check_in(answer.check_in.key).questions
    said = (str(answer.data.get(question.key)) for question in asked if question.meaning is Meaning.DAYS_USED)
    return next((int(days) for days in said if days.isdecimal()), None)


def _endorsed(reading: Reading, partnership: Partnership) -> Iterator[Endorsed]:
    """Yield what the same creator has agreed on with other brands."""
    days = (
        select(Stage.partnership_id, func.min(Stage.starts_on).label("first"), func.max(Stage.ends_on).label("last"))
        .group_by(Stage.partnership_id)
        .subquery()
    )
    rows = reading.session.execute(
        select(Partnership, days.c.first, days.c.last)
        .join(days, days.c.partnership_id == Partnership.id)
        .where(
            Partnership.creator_id == partnership.creator_id,
            Partnership.id != partnership.id,
            Partnership.state.not_in(UNAGREED),
        )
        .order_by(Partnership.id)
    )
    for other, starts_on, ends_on in rows:
        brand = other.campaign.brand
        if brand.id != partnership.campaign.brand_id:
            over = day_in(other.zone, other.moved_at) if other.is_over else ends_on
            product, template = other.campaign.product, other.template
            last = min(over, ends_on)
            yield Endorsed(brand.name, product.category, starts_on, last, template.exclusivity_days)


def _posts(reading: Reading, partnership: Partnership) -> Iterator[Measured]:
    """Yield the same creator's measured posts, the newest first."""
    mine = Partnership.creator_id == partnership.creator_id
    for post in reading.session.scalars(_measured().where(mine).limit(MOST_POSTS)):
        if post.standing is not None:
            yield Measured(post.deliverable_id, post.url, post.standing.on, _rates(post))


def _cohort(reading: Reading, partnership: Partnership) -> dict[str, tuple[float, ...]]:
    """Return by formula the usual rate of each other creator of the campaign: the middle one of their posts."""
    others = _measured().where(
        Partnership.campaign_id == partnership.campaign_id, Partnership.creator_id != partnership.creator_id
    )
    rates: dict[tuple[str, int], list[float]] = defaultdict(list)
    for post in reading.session.scalars(others.limit(MOST_OF_COHORT)):
        for formula, rate in _rates(post).items():
            rates[formula, post.deliverable.partnership.creator_id].append(rate)
    usual: dict[str, tuple[float, ...]] = {}
    for (formula, _), theirs in rates.items():
        usual[formula] = (*usual.get(formula, ()), median(theirs))
    return usual


def _measured() -> Select[LivePost]:
    return (
        select(LivePost)
        .join(LivePost.deliverable)
        .join(Deliverable.partnership)
        .where(LivePost.measurements.any())
        .order_by(LivePost.id.desc())
        .options(
            selectinload(LivePost.measurements),
            contains_eager(LivePost.deliverable).contains_eager(Deliverable.partnership),
        )
    )


def _rates(post: LivePost) -> dict[str, float]:
    known = post.standing.rates if post.standing else {}
    return {formula.key: rate for formula, rate in known.items() if rate is not None}


def _reports(reading: Reading, file_ids: Collection[int]) -> dict[int, Mapping[str, object]]:
    rows = select(FileReport.file_id, FileReport.parts).where(FileReport.file_id.in_(file_ids))
    return dict(reading.session.execute(rows).all())


def _fingerprints_of(reading: Reading, file_ids: Collection[int]) -> dict[int, bytes]:
    rows = select(MediaFingerprint.file_id, MediaFingerprint.frames).where(MediaFingerprint.file_id.in_(file_ids))
    return dict(reading.session.execute(rows).all())


def _library(reading: Reading, deliverable: Deliverable) -> tuple[dict[int, bytes], set[int]]:
    """Return the fingerprints of all that creators sent to this organisation, and which are the same creator's.

    What was sent for the same content before, or shown in the same stage, is meant to be alike.
    """
    partnership = deliverable.partnership
    versions = (
        select(RevisionMedia.file_id).join(RevisionMedia.revision).where(Revision.deliverable_id == deliverable.id)
    )
    shown = (
        select(EvidencePhoto.file_id)
        .join(Answer, Answer.id == EvidencePhoto.answer_id)
        .join(CheckIn, CheckIn.id == Answer.check_in_id)
        .join(Step, Step.id == CheckIn.step_id)
        .join(Stage, Stage.id == Step.stage_id)
        .where(Stage.partnership_id == partnership.id, Stage.key == deliverable.spec.stage)
    )
    rows = reading.session.execute(
        select(MediaFingerprint.file_id, MediaFingerprint.frames, StoredFile.account_id)
        .join(StoredFile, StoredFile.id == MediaFingerprint.file_id)
        .where(
            StoredFile.loose_since.is_(None),
            MediaFingerprint.file_id.not_in(versions),
            MediaFingerprint.file_id.not_in(shown),
        )
    ).all()
    owner = partnership.creator.account_id
    return {row.file_id: row.frames for row in rows}, {row.file_id for row in rows if row.account_id == owner}
