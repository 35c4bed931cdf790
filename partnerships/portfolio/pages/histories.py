"""The history of one partnership: the team's, and the creator's own."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.portfolio import telling
from partnerships.portfolio.recounting import by_day, history_lines
from partnerships.portfolio.rules.stories import KIND_LABELS, StoryKind, read_turn
from partnerships.web.context import looking
from partnerships.web.words import say

from .blueprint import pages


@pages.get("/partnerships/<int:partnership_id>/history")
def history(partnership_id: int) -> ResponseReturnValue:
    """Show the team who did what, when and why, from the newest back."""
    return _page("portfolio/history.html", ".history", partnership_id, for_creator=False)


@pages.get("/me/partnerships/<int:partnership_id>/history")
def my_history(partnership_id: int) -> ResponseReturnValue:
    """Show a creator what happened in their own partnership since they were asked."""
    return _page("portfolio/my_history.html", ".my_history", partnership_id, for_creator=True)


def _page(template: str, endpoint: str, partnership_id: int, *, for_creator: bool) -> ResponseReturnValue:
    asked = request.args.get("kind", "")
    kind = StoryKind(asked) if asked in set(StoryKind) else None
    before = read_turn(request.args.get("before", ""))

    def address(kind: StoryKind | None, before: datetime | None = None) -> str:
        place: dict[str, Any] = {"kind": kind, "before": before.isoformat() if before else None}
        return url_for(endpoint, partnership_id=partnership_id, **place)

    with looking() as reading:
        told = telling.tell(reading, partnership_id)
        chronicle = telling.look_back(reading, told, kind, before)
        return render_template(
            template,
            partnership=told.partnership,
            days=by_day(history_lines(chronicle, told, for_creator=for_creator)),
            kinds=[(say(label), address(one), one is kind) for one, label in KIND_LABELS.items()],
            all_url=address(None),
            is_narrowed=kind is not None,
            newest_url=address(kind) if before else None,
            older_url=address(kind, chronicle.next) if chronicle.next else None,
        )
