"""Practise reviewing: invented content to rate first, and then the reasoning. Nothing is kept."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from partnerships.authenticity import wording
from partnerships.authenticity.rules.rubric import OUTCOME_LABELS
from partnerships.authenticity.rules.training import compare, get_example, load_training, read_levels
from partnerships.people.rules.words import CATEGORIES
from partnerships.plans.rules.words import DELIVERABLE_LABELS
from partnerships.web.words import gettext

from .blueprint import pages

WORDS = {
    "kind_labels": DELIVERABLE_LABELS,
    "category_labels": CATEGORIES,
    "outcome_labels": OUTCOME_LABELS,
    "anchors_of": wording.anchors_of,
    "title_of": wording.title_of,
}


@pages.get("/training")
def training() -> ResponseReturnValue:
    """Show what there is to practise on."""
    rubric, examples = load_training()
    return render_template("authenticity/training.html", rubric=rubric, examples=examples, **WORDS)


@pages.get("/training/<example_key>")
def practise(example_key: str) -> ResponseReturnValue:
    """Show one example to rate; with every level in the address, how an experienced reviewer rates it, and why."""
    example, after = get_example(example_key)
    rubric, _ = load_training()
    asked = rubric.criteria_for(example.kind)
    tried = read_levels(asked, request.args)
    missing = [one.key for one in asked if one.key not in tried] if "tried" in request.args else []
    is_whole = "tried" in request.args and not missing
    shown = render_template(
        "authenticity/practise.html",
        example=example,
        after=after,
        rubric=rubric,
        asked=asked,
        typed={key: "na" if level is None else str(level) for key, level in tried.items()},
        wrong=dict.fromkeys(missing, gettext("Choose a level, or “not applicable”.")),
        compared=compare(asked, example, tried) if is_whole else (),
        scores=(rubric.score(tried), rubric.score({key: one.level for key, one in example.levels.items()})),
        **WORDS,
    )
    return shown, 422 if missing else 200
