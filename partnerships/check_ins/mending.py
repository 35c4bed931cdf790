"""Send another photo in the place of one that cannot be shown; the answer stays as it was given."""

from collections.abc import Mapping, Sequence

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.files.keeping import keep
from partnerships.files.receiving import ReceivedFile

from .events import EvidenceMended
from .finding import get_with_photos
from .rules.answers import Incomplete
from .tables import Answer


def mend(
    work: Work,
    check_in_id: int,
    photos: Mapping[str, Sequence[ReceivedFile]],
    spoilt: Mapping[str, Refused] | None = None,
) -> Answer:
    """Put what was sent, by the key of its question, in the place of what failed; pressing twice mends once.

    `spoilt` names the questions whose file was refused while it was received. Raise `Incomplete` when one is missing.
    """
    check_in = get_with_photos(work, check_in_id)
    given = check_in.answer
    if given is None:
        raise Refused(N_("This check-in has not been answered yet."))
    problems = dict(spoilt or {})
    failed = [photo for photo in given.photos if photo.file.has_failed]
    missing = {photo.question for photo in failed} - photos.keys() - problems.keys()
    problems |= {key: Refused(N_("Please choose a photo or video.")) for key in missing}
    if problems:
        raise Incomplete(problems)
    waiting = {key: list(files) for key, files in photos.items()}
    was_files, files = [], []
    for photo in failed:
        if waiting[photo.question]:
            (row,) = keep(work, [waiting[photo.question].pop(0)], check_in.partnership.creator.account_id)
            was_files.append(photo.file_id)
            photo.file = row
            files.append(row)
    work.session.flush()
    if files:
        work.emit(
            EvidenceMended(
                key=f"check_in:{check_in.id}:mended:{files[0].id}",
                about=check_in.partnership.about,
                partnership_id=check_in.partnership_id,
                check_in_id=check_in.id,
                was_files=was_files,
                files=[row.id for row in files],
            )
        )
    return given
