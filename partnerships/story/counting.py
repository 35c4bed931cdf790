"""Count what a story brought about: from the database and from the mailer, never from what was intended."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from partnerships.authenticity.tables import Review
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable, LivePost
from partnerships.mail.mailers import FolderMailer, Mailer, MemoryMailer
from partnerships.mail.tables import OUT_OF_DATE, UNSENT, MailKind, MailState, OutboxMail
from partnerships.plans.tables import Partnership, Stage

from .owing import untold


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted. `lost`: mail that should have gone out and did not; `duplicates`: copies beyond the first.

    None is what nobody can count here: the copies of a mail that was handed to a server.
    """

    days: int
    stages: int
    check_ins: int
    answered: int
    reminders_sent: int
    deliverables: int
    done: int  # of these: posted and kept up, handed over, settled
    waived: int
    reviews: int
    published: int
    verified: int
    duplicates: int | None
    lost: int

    def as_dict(self) -> dict[str, int | None]:
        """Return the figures by name."""
        return asdict(self)


def count(session: Session, mailer: Mailer, now: datetime, *, resumed: bool = False) -> Figures:
    """Return the figures of every partnership that `session` sees; `resumed`: another process has sent some mail."""

    def number(statement: object) -> int:
        return int(session.scalar(statement) or 0)  # type: ignore[call-overload]  # any counting select

    sent_ids = None if resumed and isinstance(mailer, MemoryMailer) else message_ids(mailer)
    sent = select(func.count()).select_from(OutboxMail).where(OutboxMail.state == MailState.SENT)
    answered = select(func.count()).select_from(CheckIn).where(CheckIn.state == CheckInState.ANSWERED)
    content = select(func.count()).select_from(Deliverable)
    return Figures(
        days=_days(session, now),
        stages=number(select(func.count()).select_from(Stage)),
        check_ins=number(select(func.count()).select_from(CheckIn)),
        answered=number(answered),
        reminders_sent=number(sent.where(OutboxMail.kind == MailKind.REMINDER)),
        deliverables=number(content),
        done=number(content.where(Deliverable.state == DeliverableState.DONE)),
        waived=number(content.where(Deliverable.state == DeliverableState.WAIVED)),
        reviews=number(select(func.count()).select_from(Review).where(Review.decided_at.is_not(None))),
        published=number(select(func.count(LivePost.deliverable_id.distinct()))),
        verified=number(select(func.count()).select_from(LivePost).where(LivePost.found.is_(True))),
        duplicates=None if sent_ids is None else len(sent_ids) - len(set(sent_ids)),
        lost=_lost(session, sent_ids, now) + len(untold(session, now)),
    )


def message_ids(mailer: Mailer) -> list[str] | None:
    """Return the Message-ID of every mail that went out, once for each time that it did; None when nobody can say."""
    if isinstance(mailer, MemoryMailer):
        return [str(message["Message-ID"]).strip("<>") for message in mailer.sent]
    if isinstance(mailer, FolderMailer):
        return [_message_id(path) for path in sorted(mailer.folder.glob("*.eml"))]
    return None  # handed to a server: the copies are not ours to count


def _message_id(path: Path) -> str:
    return str(message_from_bytes(path.read_bytes())["Message-ID"]).strip("<>")


def _lost(session: Session, sent_ids: Sequence[str] | None, now: datetime) -> int:
    """Count mail that is overdue and unsent, given up, called off for coming too late, or sent without a copy."""
    overdue = and_(OutboxMail.state.in_(UNSENT | {MailState.DEAD}), OutboxMail.send_after <= now)
    too_late = and_(OutboxMail.state == MailState.CANCELLED, OutboxMail.last_error == OUT_OF_DATE)
    lost = session.scalars(select(OutboxMail.message_id).where(or_(overdue, too_late))).all()
    marked = session.scalars(select(OutboxMail.message_id).where(OutboxMail.state == MailState.SENT)).all()
    return len(lost) + (0 if sent_ids is None else len(set(marked) - set(sent_ids)))


def _days(session: Session, now: datetime) -> int:
    """Return how many days the longest timeline took, from the first stage's start to its last stage's end or today."""
    first, last = session.execute(select(func.min(Stage.starts_on), func.max(Stage.ends_on))).one()
    running = session.scalars(select(Partnership).where(Partnership.end_reason.is_not(None))).first()
    until: date | None = min(last, running.moved_at.date()) if running and last else last
    return (until - first).days + 1 if first and until else 0


def timeline(session: Session) -> list[tuple[date, str, str]]:
    """Return every check-in and deliverable as date, title and where it stands, in order."""
    rows = [
        (one.step.due_on, one.spec.title.en, str(one.state)) for one in session.scalars(select(CheckIn)).unique().all()
    ]
    rows += [
        (one.publish_step.due_on, one.spec.title.en, str(one.state))
        for one in session.scalars(select(Deliverable)).unique().all()
    ]
    return sorted(rows)
