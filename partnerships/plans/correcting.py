"""Write down the terms, and correct them: scope of work, address, variant, WhatsApp number, who is paid."""

from collections.abc import Mapping

from sqlalchemy.orm.attributes import flag_modified

from partnerships.core.actor import MANAGING, Role
from partnerships.core.errors import NotAllowed, Refused
from partnerships.core.words import N_
from partnerships.creators.rules.contacts import whatsapp_digits
from partnerships.database.work import Work

from .events import TermsChanged
from .finding import find_terms, get_for, standing_terms
from .rules.terms import SCOPE, open_terms
from .tables import Partnership, Terms


def correct(work: Work, partnership_id: int, given: Mapping[str, str]) -> Terms | None:
    """Keep what differs of `given`, by name; return the terms as they stand, or None while there are none.

    Raise `Refused` beside the field for what cannot be changed any more, `NotAllowed` for a creator who changes the
    scope of work. Who has read other terms has read another version of the partnership.
    """
    partnership, terms = get_for(work, partnership_id), find_terms(work, partnership_id)
    if work.actor.role not in MANAGING | {Role.CREATOR}:
        raise NotAllowed(N_("Your role may not do this."))
    wanted = dict(given)
    if "whatsapp" in wanted:
        wanted["whatsapp"] = whatsapp_digits(wanted["whatsapp"])
    stood = standing_terms(partnership, terms)
    changed = {name: words for name, words in wanted.items() if words != stood[name]}
    if not changed:
        return terms
    _check(work, partnership, changed)
    if terms is None:
        terms = Terms(org_id=partnership.org_id, partnership=partnership, **stood)
        work.session.add(terms)
    for name, words in changed.items():
        setattr(terms, name, words)
    terms.changed_at, terms.changed_by = work.now, work.actor.person_id
    if not partnership.is_agreed:
        flag_modified(partnership, "invitation_note")  # counts the version up
    work.session.flush()
    work.emit(
        TermsChanged(
            key=f"terms:{terms.id}:v{terms.version}",
            about=partnership.about,
            partnership_id=partnership.id,
            fields=sorted(changed),
            scope=[stood[SCOPE], changed[SCOPE]] if SCOPE in changed else [],
        )
    )
    return terms


def _check(work: Work, partnership: Partnership, changed: Mapping[str, str]) -> None:
    if SCOPE in changed and work.actor.role not in MANAGING:
        raise NotAllowed(N_("Your role may not do this."))
    closed = sorted(changed.keys() - open_terms(partnership.state))
    if closed:
        raise Refused(N_("This cannot be changed any more: what it is for has happened already."), field=closed[0])
