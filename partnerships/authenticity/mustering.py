"""Bring together what analysers see of one version."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from partnerships.check_ins.tables import Answer, CheckIn, EvidencePhoto
from partnerships.database.work import Reading
from partnerships.deliverables.tables import Deliverable, Revision, RevisionMedia
from partnerships.files.tables import FileReport, MediaFingerprint, StoredFile
from partnerships.plans.finding import find_received_on
from partnerships.plans.tables import Stage, Step

from .rules.signals import Material, Medium


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
    )
    library, own = _library(reading, deliverable) if asked else ({}, set())
    return Mustered(material, asked, library, own)


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
