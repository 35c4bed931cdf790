"""When a reviewer's decision may stand: a person decides, these rules ask that the decision is complete and fair."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.deliverables.rules.gates import Evidence

from .rubric import LEVELS, Outcome, Rubric, note_required

__all__ = ["Decision", "Outcome", "Rating", "check_blind", "check_decision", "check_round", "unexplained"]

OTHERWISE = N_("Changes are listed below, and the decision is another one. Request changes, or empty the list.")


@dataclass(frozen=True, slots=True)
class Rating:
    """The level that counts, 0 to 4, or None for "not applicable".

    `blind`: a level was already given before the signals were shown; it may have been revised since.
    """

    level: int | None
    note: str = ""
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer hands in: blockers and reasons by their keys, the message in the reviewer's own words."""

    outcome: Outcome
    ratings: Mapping[str, Rating]
    blockers: Collection[str] = ()
    reasons: Collection[str] = ()
    message: str = ""
    lists_changes: bool = False  # change requests say, one by one, what should change


def check_decision(rubric: Rubric, deliverable_kind: str, decision: Decision, evidence: Evidence) -> None:
    """Raise `Refused` with what is missing, the first thing first; the score plays no part in it."""
    _check_known(rubric, deliverable_kind, decision)
    check_blind(rubric, deliverable_kind, decision.ratings)
    _check_ratings(rubric, deliverable_kind, decision.ratings)
    if decision.outcome is Outcome.APPROVED:
        _check_approval(decision, evidence)
    else:
        _check_explained(decision)


def check_blind(rubric: Rubric, deliverable_kind: str, ratings: Mapping[str, Rating]) -> None:
    """Refuse to show the signals, or to decide, before every blind criterion has been rated blind."""
    missing = [
        criterion.key
        for criterion in rubric.criteria_for(deliverable_kind)
        if criterion.blind and not (criterion.key in ratings and ratings[criterion.key].blind)
    ]
    if missing:
        raise Refused(
            N_("Rate %(criteria)s before you look at the signals."), field=missing[0], criteria=", ".join(missing)
        )


def unexplained(
    outcome: Outcome, reasons: Collection[str], blockers: Collection[str], message: str, *, lists_changes: bool = False
) -> Iterator[Refused]:
    """Yield all that is missing before a creator could understand this decision; an approval speaks for itself."""
    if lists_changes and outcome is not Outcome.CHANGES_REQUESTED:
        yield Refused(OTHERWISE, field="outcome")
    if outcome is Outcome.APPROVED:
        return
    if not reasons and not blockers:
        yield Refused(N_("Choose at least one reason or blocker."), field="reasons")
    if not message.strip() and not lists_changes:
        yield Refused(N_("Write to the creator what to change, or why this cannot be accepted."), field="message")


def _check_known(rubric: Rubric, deliverable_kind: str, decision: Decision) -> None:
    """Refuse what the page never offers, so that only codes of this rubric are kept."""
    _refuse_unknown(decision.ratings, {criterion.key for criterion in rubric.criteria_for(deliverable_kind)})
    _refuse_unknown(decision.blockers, {blocker.key for blocker in rubric.blockers})
    if decision.outcome is not Outcome.APPROVED:
        _refuse_unknown(decision.reasons, {reason.key for reason in rubric.reasons_for(decision.outcome)})
    for key, rating in decision.ratings.items():
        if rating.level is not None and rating.level not in LEVELS:
            raise Refused(N_("A level of %(criterion)s is a number from 0 to 4."), field=key, criterion=key)


def _refuse_unknown(given: Iterable[str], known: Collection[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Refused(N_("“%(codes)s” cannot be chosen here."), codes=", ".join(unknown))


def _check_ratings(rubric: Rubric, deliverable_kind: str, ratings: Mapping[str, Rating]) -> None:
    keys = [criterion.key for criterion in rubric.criteria_for(deliverable_kind)]
    missing = [key for key in keys if key not in ratings]
    if missing:
        raise Refused(N_("Still to be rated: %(criteria)s."), field=missing[0], criteria=", ".join(missing))
    bare = [key for key in keys if note_required(ratings[key].level) and not ratings[key].note.strip()]
    if bare:
        sentence = N_("Levels 0, 1 and 4 need a note on what you saw: %(criteria)s.")
        raise Refused(sentence, field=bare[0], criteria=", ".join(bare))


def _check_approval(decision: Decision, evidence: Evidence) -> None:
    if decision.lists_changes:
        raise Refused(OTHERWISE, field="outcome")
    if decision.blockers:
        codes = ", ".join(sorted(decision.blockers))
        raise Refused(
            N_("It cannot be approved while a blocker is set: %(blockers)s."), field="blockers", blockers=codes
        )
    if not evidence.is_open:
        sentence = N_("It cannot be approved yet: %(answered)s of %(needed)s check-ins answered.")
        raise Refused(sentence, field="outcome", answered=evidence.answered, needed=evidence.needed)


def _check_explained(decision: Decision) -> None:
    told = decision.reasons, decision.blockers, decision.message
    for refusal in unexplained(decision.outcome, *told, lists_changes=decision.lists_changes):
        raise refusal


def check_round(number: int, rounds: int) -> None:
    """Refuse a round of changes, by its number from 1, beyond the `rounds` that are agreed on."""
    if number > rounds:
        sentence = N_("All %(rounds)s rounds of changes are used up. One more needs an agreement with the creator.")
        raise Refused(sentence, field="outcome", rounds=rounds)
