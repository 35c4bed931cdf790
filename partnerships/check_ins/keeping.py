"""Keep an answer with its photos, and say aloud what a person should look at: for answering and for recording."""

from collections.abc import Collection, Mapping, Sequence

from partnerships.database.work import Work
from partnerships.files.keeping import keep
from partnerships.files.receiving import ReceivedFile
from partnerships.plans.rules.templates import Meaning

from .events import AnswerGiven, AnswerNeedsPerson, AnswerReplaced
from .rules.answers import Value, asked_photos, find_concern, find_use, words_beside
from .rules.check_ins import Channel, CheckInAction, is_late
from .tables import Answer, CheckIn, EvidencePhoto


def keep_answer(
    work: Work,
    check_in: CheckIn,
    values: Mapping[str, Value],
    photos: Mapping[str, Sequence[ReceivedFile]],
    channel: Channel,
    *,
    statement: str = "",
    note: str = "",
) -> Answer:
    """Return the answer, added to the session with its photos; the step of the check-in is done.

    What comes through our own page is the creator's word; anything else waits until the creator confirms it.
    """
    concern, asked = find_concern(check_in.spec.questions, values), asked_photos(check_in.spec.questions, values)
    given = Answer(
        org_id=check_in.org_id,
        check_in=check_in,
        answered_at=work.now,
        given_by=work.actor.person_id,
        channel=channel,
        data=dict(values),
        still_using=find_use(check_in.spec.questions, values),
        late=is_late(work.now, check_in.step.due_at),
        statement=statement,
        confirmed_at=work.now if channel is Channel.WEB else None,
        note=note,
        photos=_photos(work, check_in, photos, asked),
    )
    work.session.add(given)
    check_in.needs_person = concern
    check_in.step.finish(work.now)
    return given


def replace_answer(
    work: Work,
    check_in: CheckIn,
    given: Answer,
    values: Mapping[str, Value],
    photos: Mapping[str, Sequence[ReceivedFile]],
    *,
    channel: Channel,
    note: str,
) -> None:
    """Put another answer in the place of `given`, which nobody has confirmed; the history keeps what stood there.

    Photos stay unless others come for the same question. The same once more changes nothing.
    """
    if not photos and (dict(values), channel, note) == (given.data, given.channel, given.note):
        return
    questions, asked = check_in.spec.questions, asked_photos(check_in.spec.questions, values)
    was_data, was_channel, was_note = given.data, given.channel, given.note
    was_files = [photo.file_id for photo in given.photos]
    for photo in [photo for photo in given.photos if photo.question in photos or photo.question not in asked]:
        given.photos.remove(photo)
        work.session.delete(photo)
    given.photos.extend(_photos(work, check_in, photos, asked))
    given.data, given.channel, given.note, given.given_by = dict(values), channel, note, work.actor.person_id
    given.still_using = find_use(questions, values)
    is_news = check_in.renew(find_concern(questions, values), work.now)
    work.session.flush()
    work.emit(
        AnswerReplaced(
            key=f"check_in:{check_in.id}:v{check_in.version}:replaced",
            about=check_in.partnership.about,
            partnership_id=check_in.partnership_id,
            check_in_id=check_in.id,
            template_key=check_in.key,
            channel=channel,
            note=note,
            data=dict(values),
            was_channel=was_channel,
            was_note=was_note,
            was_data=was_data,
            was_files=was_files,
        )
    )
    if is_news:
        _tell_concern(work, check_in, given)


def _photos(
    work: Work, check_in: CheckIn, photos: Mapping[str, Sequence[ReceivedFile]], asked: Collection[str]
) -> list[EvidencePhoto]:
    return [
        EvidencePhoto(org_id=check_in.org_id, question=key, file=file)
        for key, received in photos.items()
        if key in asked
        for file in keep(work, received, check_in.partnership.creator.account_id)
    ]


def settle(work: Work, check_in: CheckIn, given: Answer) -> None:
    """Move the check-in on, and tell of its answer and of what a person should look at in it."""
    was = check_in.move(CheckInAction.ANSWER, work.actor.role, work.now)
    work.session.flush()
    work.emit(
        AnswerGiven(
            key=f"check_in:{check_in.id}:answer",
            about=check_in.partnership.about,
            partnership_id=check_in.partnership_id,
            check_in_id=check_in.id,
            template_key=check_in.key,
            channel=given.channel,
            late=given.late,
            confirmed=given.confirmed_at is not None,
        )
    )
    work.emit(check_in.moved(was, CheckInAction.ANSWER))
    _tell_concern(work, check_in, given)


def _tell_concern(work: Work, check_in: CheckIn, given: Answer) -> None:
    """Emit what a person should look at, if the answer holds such a thing."""
    if check_in.needs_person is None:
        return
    meaning = Meaning(check_in.needs_person)
    work.emit(
        AnswerNeedsPerson(
            key=f"check_in:{check_in.id}:v{check_in.version}:needs_person",
            about=check_in.partnership.about,
            partnership_id=check_in.partnership_id,
            check_in_id=check_in.id,
            meaning=meaning,
            words=words_beside(check_in.spec.questions, given.data, meaning),
        )
    )
