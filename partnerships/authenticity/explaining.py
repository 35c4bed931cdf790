"""Explain what programs found in one's own content, before anybody decides: in a sentence that the reviewer reads."""

from collections.abc import Mapping

from sqlalchemy import select

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.deliverables.finding import find_last_revision, get_for

from .events import SignalExplained
from .finding import WAITING
from .tables import Signal, SignalRun

LENGTH = 500  # a sentence or two
DECIDED = N_("This has been decided already, or you have it back. Nothing was kept.")
TOO_LONG = N_("Please keep this shorter: at most %(limit)s characters.")


def explain(work: Work, deliverable_id: int, words: Mapping[int, str]) -> int:
    """Keep the creator's words about findings of their newest version; return about how many they are new.

    Raise `Refused` once it is decided, and for words that are too long, with the field they stand in.
    """
    deliverable = get_for(work, deliverable_id)
    revision = find_last_revision(work, deliverable.id)
    if revision is None:
        raise NotFound(N_("There is nothing here."))
    if deliverable.state not in WAITING:
        raise Refused(DECIDED)
    signals = work.session.scalars(
        select(Signal).join(Signal.run).where(SignalRun.revision_id == revision.id, Signal.id.in_(words))
    ).all()
    said = {signal: words[signal.id].replace("\r\n", "\n").strip() for signal in signals}
    for signal, text in said.items():
        if len(text) > LENGTH:
            raise Refused(TOO_LONG, field=f"explain-{signal.id}", limit=LENGTH)
    changed = [(signal, text) for signal, text in said.items() if text != signal.explanation]
    for signal, text in changed:
        signal.explain(text, work.now)
        work.emit(
            SignalExplained(
                key=f"signal:{signal.id}:explained:{work.now.isoformat()}",
                about=deliverable.partnership.about,
                partnership_id=deliverable.partnership_id,
                deliverable_id=deliverable.id,
                signal_id=signal.id,
            )
        )
    return len(changed)
