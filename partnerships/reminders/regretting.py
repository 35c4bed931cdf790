"""Tell creators that a file of theirs cannot be shown, with the link to send it again."""

from collections.abc import Iterator

from sqlalchemy import select

from partnerships.check_ins.tables import Answer, CheckIn, EvidencePhoto
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.deliverables.tables import Deliverable, LivePost, Measurement, Revision, RevisionMedia
from partnerships.files.events import FileFailed
from partnerships.files.tables import StoredFile
from partnerships.plans.tables import Partnership

from .mails import Message, both, notify, person
from .rules.ladder import Side

FAILED = "file_failed"


def regret(work: Work, event: Event) -> None:
    """Listen for files that cannot be shown. What belongs to nothing yet, its sender still has before them."""
    if not isinstance(event, FileFailed):
        return
    for thing, purpose in _things(work, event.file_id):
        name = work.get(StoredFile, event.file_id).display_name
        context = {"title": both(thing.spec.title), "file": name, "problem": event.problem, "purpose": purpose}
        message = Message(FAILED, event.key, thing.about, context, purpose=purpose, thing_id=thing.id)
        creator = person(work, thing.partnership, Side.CREATOR)
        notify(work, thing.partnership, creator, message, at_once=True)  # they have only just sent it


def _things(work: Work, file_id: int) -> Iterator[tuple[CheckIn | Deliverable, str]]:
    """Yield what the file belongs to, and which page takes it again, while its partnership goes on."""
    content = select(Deliverable).join(Revision).join(RevisionMedia).where(RevisionMedia.file_id == file_id)
    numbers = select(Deliverable).join(LivePost).join(Measurement).where(Measurement.screenshot_id == file_id)
    answers = select(CheckIn).join(Answer).join(EvidencePhoto).where(EvidencePhoto.file_id == file_id)
    for statement, purpose in ((content, "deliverable"), (numbers, "numbers"), (answers, "check_in")):
        for thing in work.session.scalars(statement).unique():
            partnership: Partnership = thing.partnership
            if not partnership.is_over:
                yield thing, purpose
