"""What is sent about content and what is paid for it."""

from partnerships.deliverables import paying
from partnerships.deliverables.rules.payments import PaymentAction
from tests.deliverables.scenes import POST_URL, approved, asked, deliverable_called, granted, look, post, send
from tests.files.samples import make_jpeg
from tests.nets.bodies import Knock, Scene, sends
from tests.stories import USED_FIELDS, start

PHOTO = make_jpeg(64, 48)
LINK = {"url": POST_URL, "label_on": "yes"}
WHY = {"reason": "Agreed on the phone."}


@sends("deliverables.submit")
def submit(scene: Scene) -> Knock:
    fields = {"act": "draft", "caption": "My first days #iklan", "note": "", **USED_FIELDS}
    return Knock(scene.people.creator, {"deliverable_id": scene.content("first-impression")}, fields, {"files": PHOTO})


@sends("deliverables.submit:post")
def submit_the_link(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"deliverable_id": _approved(scene)}, {"act": "post", **LINK})


@sends("deliverables.pull_back")
def pull_back(scene: Scene) -> Knock:
    deliverable_id = scene.content()
    send(scene.transactions, scene.people.creator, deliverable_id)
    return Knock(scene.people.creator, {"deliverable_id": deliverable_id})


@sends("deliverables.publish")
def publish(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"deliverable_id": _approved(scene)}, {"act": "post", **LINK})


@sends("deliverables.record_post")
def record_post(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"deliverable_id": _approved(scene)}, LINK)


@sends("deliverables.check_live")
def check_live(scene: Scene) -> Knock:
    return Knock(
        scene.people.reviewer,
        {"deliverable_id": _posted(scene)},
        {"found": "yes", "label_on": "y"},
        {"screenshot": PHOTO},
    )


@sends("deliverables.take_down")
def take_down(scene: Scene) -> Knock:
    return Knock(scene.people.reviewer, {"deliverable_id": _posted(scene)}, WHY)


@sends("deliverables.submit:take_down")
def take_down_oneself(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"deliverable_id": _posted(scene)}, {"act": "take_down", **WHY})


@sends("deliverables.waive")
def waive(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"deliverable_id": scene.content()}, WHY)


@sends("deliverables.fulfil")
def fulfil(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"deliverable_id": _task(scene)}, WHY)


@sends("deliverables.submit:task")
def settle_oneself(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"deliverable_id": _task(scene)}, {"act": "task", "note": "All ads are off."})


@sends("deliverables.agree_round")
def agree_round(scene: Scene) -> Knock:
    deliverable_id = scene.content()
    send(scene.transactions, scene.people.creator, deliverable_id)
    return Knock(scene.people.manager, {"deliverable_id": deliverable_id}, WHY)


@sends("deliverables.talk")
def talk(scene: Scene) -> Knock:
    return Knock(scene.people.reviewer, {"deliverable_id": scene.content()}, {"act": "say", "message": "Is it done?"})


@sends("deliverables.submit:say")
def talk_back(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"deliverable_id": scene.content()}, {"act": "say", "message": "Nearly"})


@sends("deliverables.revoke")
def revoke(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"deliverable_id": _approved(scene)}, WHY)


@sends("deliverables.move_payment")
def earn_by_hand(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"payment_id": scene.payment(), "action": "earn"}, WHY)


@sends("deliverables.ask_licence")
def ask_for_rights(scene: Scene) -> Knock:
    term = {"use": "paid", "from_on": "2026-01-05", "to_on": "2026-04-05", "places": "TikTok"}
    return Knock(scene.people.manager, {"deliverable_id": _approved(scene)}, term)


@sends("deliverables.move_licence")
def revoke_rights(scene: Scene) -> Knock:
    licence_id = granted(scene.transactions, scene.people, _approved(scene))
    return Knock(scene.people.manager, {"licence_id": licence_id, "action": "revoke"}, WHY)


@sends("deliverables.submit:grant")
def grant_rights(scene: Scene) -> Knock:
    deliverable_id = _approved(scene)
    licence_id = asked(scene.transactions, scene.people, deliverable_id)
    return Knock(scene.people.creator, {"deliverable_id": deliverable_id}, {"act": "grant", "licence": licence_id})


@sends("deliverables.record_transfer")
def record_as_paid(scene: Scene) -> Knock:
    payment_id = scene.payment()
    with scene.transactions.begin(scene.people.manager) as work:
        for action in (PaymentAction.EARN, PaymentAction.APPROVE):
            paying.move_payment(work, payment_id, action, WHY["reason"])
    today = scene.clock.now().date().isoformat()
    return Knock(
        scene.people.manager, {"payment_id": payment_id}, {"paid_on": today, "gross": "900000", "withheld": "none"}
    )


@sends("deliverables.send_numbers")
def send_numbers(scene: Scene) -> Knock:
    deliverable_id, numbers = _seen(scene)
    return Knock(scene.people.creator, {"deliverable_id": deliverable_id}, numbers, {"screenshot": PHOTO})


@sends("deliverables.record_numbers")
def record_numbers(scene: Scene) -> Knock:
    deliverable_id, numbers = _seen(scene)
    return Knock(scene.people.manager, {"deliverable_id": deliverable_id}, numbers)


@sends("deliverables.numbers")
def take_sheet(scene: Scene) -> Knock:
    _seen(scene)
    rows = f"post,measured_on,likes\n{POST_URL},{scene.clock.now().date().isoformat()},480\n"
    return Knock(scene.people.manager, {"campaign_id": scene.people.campaign_id}, {}, {"sheet": rows.encode()})


def _seen(scene: Scene) -> tuple[int, dict[str, object]]:
    deliverable_id = _approved(scene)
    post_id = post(scene.transactions, scene.people.creator, deliverable_id)
    look(scene.transactions, scene.people, deliverable_id)
    today = scene.clock.now().date().isoformat()
    return deliverable_id, {"post": post_id, "measured_on": today, "reach": "12.500", "likes": "480"}


def _approved(scene: Scene) -> int:
    return approved(scene.transactions, scene.people, scene.running(), "two-weeks-in")


def _task(scene: Scene) -> int:
    today = scene.clock.now().date()
    partnership_id = start(scene.transactions, scene.people, today, template_key="ugc-license")
    return deliverable_called(scene.transactions, scene.people, partnership_id, "take-down-proof")


def _posted(scene: Scene) -> int:
    deliverable_id = _approved(scene)
    post(scene.transactions, scene.people.creator, deliverable_id)
    return deliverable_id
