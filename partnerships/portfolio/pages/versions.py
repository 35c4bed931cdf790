"""The versions of a plan: who moved what and why, and how any two differ."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from partnerships.core.actor import MANAGING
from partnerships.plans import finding
from partnerships.plans.rules.differences import difference, moved
from partnerships.plans.tables import PlanVersion
from partnerships.plans.wording import change_text, skips_text
from partnerships.portfolio import telling
from partnerships.portfolio.recounting import delays_text, version_lines
from partnerships.web.context import current_actor, looking

from .blueprint import pages


@pages.get("/partnerships/<int:partnership_id>/versions")
def versions(partnership_id: int) -> ResponseReturnValue:
    """Show every version with what changed, and the difference between any two that the address names."""
    with looking() as reading:
        told = telling.tell(reading, partnership_id)
        chronicle = telling.tell_newest(reading, told.partnership)
        old, new = _compared(chronicle.versions)
        template = told.partnership.template
        present = chronicle.versions[-1].dates
        return render_template(
            "portfolio/versions.html",
            partnership=told.partnership,
            lines=version_lines(chronicle, told.partnership),
            delays=delays_text(chronicle, finding.list_asked(reading, chronicle.versions)),
            old=old.number,
            new=new.number,
            differences=[
                *skips_text(chronicle.skips, old.number, new.number, template),
                *(change_text(change, template) for change in difference(old.dates, new.dates)),
            ],
            others={version.number for version in chronicle.versions if moved(version.dates, present)},
            can_move=current_actor().role in MANAGING and not told.partnership.is_over,
        )


def _compared(versions: Sequence[PlanVersion]) -> tuple[PlanVersion, PlanVersion]:
    """Return the versions that the address names; else the first and the last."""
    numbers = {version.number: version for version in versions}
    old = numbers.get(request.args.get("from", 0, type=int), versions[0])
    return old, numbers.get(request.args.get("to", 0, type=int), versions[-1])
