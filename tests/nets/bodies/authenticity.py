"""What a reviewer sends, step by step."""

from partnerships.authenticity.listing import own_cards
from partnerships.authenticity.rules.signals import Finding, RunStatus, Strength
from tests.authenticity.stories import RUBRIC, Sent, examined, rate_blind, rejected, send, start_review
from tests.authenticity.stories import decide as take_decision
from tests.nets.bodies import Knock, Scene, sends

WHOLE = {f"C{number}": "3" for number in range(1, 8)}
BLIND = {criterion.key: "3" for criterion in RUBRIC.criteria_for("short_video") if criterion.blind}


@sends("authenticity.review")
def start(scene: Scene) -> Knock:
    return _knock(scene, _sent(scene), {"step": "start"})


@sends("authenticity.review:blind", ids=("review_id",))
def rate(scene: Scene) -> Knock:
    sent = _sent(scene)
    review_id = start_review(scene.transactions, scene.people.reviewer, sent)
    return _knock(scene, sent, {"step": "blind", "review_id": str(review_id), **BLIND})


@sends("authenticity.review:decide", ids=("review_id",))
def decide(scene: Scene) -> Knock:
    sent = _sent(scene)
    review_id = rate_blind(scene.transactions, scene.people.reviewer, sent)
    decision = {"step": "decide", "review_id": str(review_id), "outcome": "approved", "tags": ["home"]}
    return _knock(scene, sent, {**decision, **WHOLE})


@sends("authenticity.signals")
def explain(scene: Scene) -> Knock:
    sent = _sent(scene)
    examined(scene.transactions, RunStatus.OK, Finding("earlier", Strength.WEAK))
    with scene.transactions.looking(scene.people.creator) as reading:
        signal_id = next(one.id for card in own_cards(reading, sent.deliverable_id).cards for one in card.signals)
    words = {f"explain-{signal_id}": "Jam HP saya salah."}
    return Knock(scene.people.creator, {"deliverable_id": sent.deliverable_id}, words)


@sends("authenticity.undo")
def undo(scene: Scene) -> Knock:
    review_id = rate_blind(scene.transactions, scene.people.reviewer, _sent(scene))
    take_decision(scene.transactions, scene.people.reviewer, review_id)
    return Knock(scene.people.reviewer, {"review_id": review_id})


def _sent(scene: Scene) -> Sent:
    return send(scene.transactions, scene.people, answered=2)


def _knock(scene: Scene, sent: Sent, fields: dict[str, object]) -> Knock:
    return Knock(scene.people.reviewer, {"deliverable_id": sent.deliverable_id}, fields)


@sends("authenticity.appeal")
def appeal(scene: Scene) -> Knock:
    sent = rejected(scene.transactions, scene.people)
    return Knock(scene.people.creator, {"deliverable_id": sent.deliverable_id}, {"words": "Saya lihat ini berbeda."})


@sends("authenticity.hand_over", ids=("account_id",))
def hand_over(scene: Scene) -> Knock:
    sent = _sent(scene)
    return Knock(
        scene.people.reviewer,
        {"deliverable_id": sent.deliverable_id},
        {"account_id": str(scene.people.owner.person_id)},
    )
