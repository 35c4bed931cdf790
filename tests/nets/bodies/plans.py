"""What is sent about campaigns and partnerships."""

from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Partnership
from tests.nets.bodies import Knock, Scene, sends
from tests.stories import agree, move, prepare


@sends("plans.create_campaign", ids=("product_id", "owner_id"))
def create_campaign(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {}, _campaign(scene))


@sends("plans.edit_campaign", ids=("product_id", "owner_id"))
def edit_campaign(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"campaign_id": scene.people.campaign_id}, _campaign(scene))


def _campaign(scene: Scene) -> dict[str, str | int]:
    people = scene.people
    return {"name": "New diary", "product_id": people.product_id, "owner_id": people.owner.person_id, "brief": "Be you"}


@sends("plans.move")
def invite(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"partnership_id": scene.drafted(), "action": "invite"})


@sends("plans.move:hold")
def hold(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"partnership_id": scene.running(), "action": "hold"}, {"note": "She travels"})


@sends("plans.move:resume")
def resume(scene: Scene) -> Knock:
    partnership_id = scene.running()
    move(scene.transactions, scene.people.manager, partnership_id, PartnershipAction.HOLD)
    return Knock(scene.people.manager, {"partnership_id": partnership_id, "action": "resume"})


@sends("plans.move:end_early")
def end_early(scene: Scene) -> Knock:
    fields = {"reason": "brand_stopped", "note": "The product is withdrawn"}
    return Knock(scene.people.manager, {"partnership_id": scene.running(), "action": "end_early"}, fields)


@sends("plans.offer")
def offer(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"partnership_id": scene.drafted()}, {"fee": "2.500.000", "note": "A word"})


@sends("plans.correct")
def correct_terms(scene: Scene) -> Knock:
    partnership_id = agree(scene.transactions, scene.people)
    return Knock(scene.people.manager, {"partnership_id": partnership_id}, {"address": "Jalan Demo 1"})


@sends("plans.my_details")
def correct_own_terms(scene: Scene) -> Knock:
    partnership_id = agree(scene.transactions, scene.people)
    return Knock(scene.people.creator, {"partnership_id": partnership_id}, {"address": "Jalan Demo 1"})


@sends("plans.send")
def send_parcel(scene: Scene) -> Knock:
    partnership_id = agree(scene.transactions, scene.people)
    return Knock(
        scene.people.manager, {"partnership_id": partnership_id}, {"sent_on": "2026-01-05", "carrier": "Kurir"}
    )


@sends("plans.confirm_receipt")
def confirm_receipt(scene: Scene) -> Knock:
    partnership_id = prepare(scene.transactions, scene.people)
    return Knock(scene.people.manager, {"partnership_id": partnership_id}, {"received_on": "2026-01-05"})


@sends("plans.receipt")
def receive(scene: Scene) -> Knock:
    partnership_id = prepare(scene.transactions, scene.people)
    return Knock(scene.people.creator, {"partnership_id": partnership_id}, {"received_on": "2026-01-05"})


@sends("plans.invitation")
def accept(scene: Scene) -> Knock:
    partnership_id = scene.invited()
    with scene.transactions.looking(scene.people.creator) as reading:
        version = reading.get(Partnership, partnership_id).version
    return Knock(scene.people.creator, {"partnership_id": partnership_id}, {"answer": "accept", "seen": str(version)})


@sends("plans.not_for_me")
def not_for_me(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"partnership_id": scene.running()}, {"words": "It is not mine."})


@sends("plans.reaction")
def reaction(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"partnership_id": scene.running()}, {"words": "Red cheeks since today."})
