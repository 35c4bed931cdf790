"""The dossier: what was recorded of a partnership, or of one piece of its content, to be printed or kept."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.authenticity.gathering import lines
from partnerships.authenticity.listing import STANDING_LABELS
from partnerships.authenticity.rules.rounds import CAUSE_SENTENCES, ROUND_LABELS
from partnerships.authenticity.rules.rubric import OUTCOME_LABELS
from partnerships.authenticity.rules.signals import RESPONSE_LABELS, STRENGTH_LABELS
from partnerships.authenticity.wording import card_sentence, standing_sentence, title_of
from partnerships.check_ins.rules.check_ins import CHANNEL_LABELS
from partnerships.check_ins.rules.check_ins import STATE_LABELS as CHECK_IN_LABELS
from partnerships.database.work import Reading
from partnerships.deliverables.rules.attestations import FREQUENCY_LABELS, HOLDS_DAYS, SOURCE_LABELS
from partnerships.deliverables.rules.deliverables import STATE_LABELS as CONTENT_LABELS
from partnerships.deliverables.rules.licences import CAUSE_LABELS, USE_LABELS, WHITELISTING_LABELS
from partnerships.deliverables.rules.licences import STATE_LABELS as LICENCE_LABELS
from partnerships.deliverables.rules.looks import SIGHT_LABELS
from partnerships.deliverables.rules.posts import NAMES
from partnerships.plans.rules.partnerships import label_of
from partnerships.plans.rules.words import CLAIM_LABELS, DELIVERABLE_LABELS
from partnerships.portfolio import compiling
from partnerships.portfolio.compiling import Dossier
from partnerships.portfolio.recounting import history_lines
from partnerships.web.context import looking
from partnerships.web.formats import language
from partnerships.web.shell import LOCALES
from partnerships.web.words import speaking

from .blueprint import pages

WORDS = {
    "causes": CAUSE_SENTENCES,
    "channels": CHANNEL_LABELS,
    "check_in_states": CHECK_IN_LABELS,
    "claims": CLAIM_LABELS,
    "content_states": CONTENT_LABELS,
    "days": HOLDS_DAYS,
    "frequencies": FREQUENCY_LABELS,
    "kinds": DELIVERABLE_LABELS,
    "licence_causes": CAUSE_LABELS,
    "licence_states": LICENCE_LABELS,
    "outcomes": OUTCOME_LABELS,
    "platforms": NAMES,
    "responses": RESPONSE_LABELS,
    "rounds": ROUND_LABELS,
    "sights": SIGHT_LABELS,
    "sources": SOURCE_LABELS,
    "standings": STANDING_LABELS,
    "strengths": STRENGTH_LABELS,
    "uses": USE_LABELS,
    "whitelisting": WHITELISTING_LABELS,
}


@pages.get("/partnerships/<int:partnership_id>/dossier")
def dossier(partnership_id: int) -> ResponseReturnValue:
    """Show what was recorded of the whole partnership."""
    home = url_for(".show", partnership_id=partnership_id)
    return _page(lambda reading: compiling.compile_partnership(reading, partnership_id), home)


@pages.get("/deliverables/<int:deliverable_id>/dossier")
def content_dossier(deliverable_id: int) -> ResponseReturnValue:
    """Show what was recorded of one piece of content and of the use behind it."""
    home = url_for("deliverables.show", deliverable_id=deliverable_id)
    return _page(lambda reading: compiling.compile_content(reading, deliverable_id), home)


def _page(compile_it: Callable[[Reading], Dossier], home: str) -> ResponseReturnValue:
    """Write it in the language that the address asks for: who reads it need not be who prints it."""
    asked = request.args.get("lang", "")
    with looking() as reading, speaking(asked if asked in LOCALES else language()):
        made = compile_it(reading)
        partnership = made.partnership
        return render_template(
            "portfolio/dossier.html",
            dossier=made,
            partnership=partnership,
            state=label_of(partnership.state, partnership.end_reason),
            history=history_lines(made.chronicle, made.told),
            home=home,
            w=WORDS,
            lines=lines,
            card_sentence=card_sentence,
            standing_sentence=standing_sentence,
            title_of=title_of,
            maker=reading.actor.name,
            org=reading.actor.org_name,
        )
