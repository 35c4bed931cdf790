"""What every page about a piece of content shows."""

from partnerships.core.zones import day_in
from partnerships.database.work import Reading
from partnerships.plans.rules.words import CLAIM_LABELS, DELIVERABLE_LABELS
from partnerships.web.formats import size_text
from partnerships.web.uploads import ACCEPT, max_bytes
from partnerships.web.words import say

from .rules.deliverables import MARKS, STATE_LABELS
from .rules.posts import NAMES
from .rules.revisions import STATEMENT_TEXT
from .tables import Deliverable


def frame(reading: Reading, deliverable: Deliverable, gate_text: str) -> dict[str, object]:
    """Return what the templates call by these names; `gate_text` is what stands between a draft and its approval."""
    partnership, spec = deliverable.partnership, deliverable.spec
    return {
        "deliverable": deliverable,
        "spec": spec,
        "partnership": partnership,
        "product": partnership.campaign.product,
        "brand": partnership.campaign.brand,
        "step": deliverable.draft_step or deliverable.publish_step,
        "publish_step": deliverable.publish_step,
        "today": day_in(partnership.zone, reading.now),
        "mark": MARKS[deliverable.state],
        "state_word": say(STATE_LABELS[deliverable.state]),
        "claim_word": say(CLAIM_LABELS[partnership.template.stage(spec.stage).claim_level]),
        "platforms": ", ".join(say(NAMES[name]) for name in spec.platforms),
        "gate_text": gate_text,
        "what": " · ".join([say(DELIVERABLE_LABELS[spec.kind]), *(say(NAMES[name]) for name in spec.platforms)]),
        "role": reading.actor.role,
        "statement": say(STATEMENT_TEXT),
        "accept": ACCEPT,
        "max_bytes": max_bytes(),
        "max_text": size_text(max_bytes()),
    }
