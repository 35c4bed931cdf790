"""What is sent about check-ins."""

from partnerships.check_ins import answering, recording
from partnerships.check_ins.rules.check_ins import Channel
from tests.check_ins.scenes import FIRST_DAYS, FOUR_WEEKS, received, spoil
from tests.files.samples import make_jpeg
from tests.nets.bodies import Knock, Scene, sends

PHOTO = make_jpeg(64, 48)


def typed(answers: dict[str, str]) -> dict[str, str]:
    """Return answers as the page posts them."""
    return {f"q-{key}": value for key, value in answers.items()}


@sends("check_ins.answer")
def answer(scene: Scene) -> Knock:
    fields = {"act": "answer", **typed(FOUR_WEEKS)}
    return Knock(scene.people.creator, {"check_in_id": scene.check_in()}, fields, {"q-angle_photo": PHOTO})


@sends("check_ins.record")
def record(scene: Scene) -> Knock:
    fields = {"channel": "whatsapp", "note": "Dewi, this morning", **typed(FOUR_WEEKS)}
    return Knock(scene.people.manager, {"check_in_id": scene.check_in()}, fields, {"q-angle_photo": PHOTO})


@sends("check_ins.confirm")
def confirm(scene: Scene) -> Knock:
    check_in_id = scene.check_in("first-days")
    with scene.transactions.begin(scene.people.manager) as work:
        given = recording.record(work, check_in_id, FIRST_DAYS, {}, channel=Channel.WHATSAPP, note="Dewi, today")
        edition = given.edition
    return Knock(scene.people.creator, {"check_in_id": check_in_id}, {"edition": edition})


@sends("check_ins.answer:confirm")
def confirm_where_it_is_asked(scene: Scene) -> Knock:
    asked = confirm(scene)
    return Knock(asked.who, asked.path, {"act": "confirm", **asked.fields})


@sends("check_ins.answer:mend")
def mend(scene: Scene) -> Knock:
    check_in_id = scene.check_in()
    with scene.transactions.begin(scene.people.creator) as work:
        given = answering.answer(work, check_in_id, FOUR_WEEKS, {"angle_photo": [received()]}, statement="answers-1")
        spoil(given.photos[0].file)
    return Knock(scene.people.creator, {"check_in_id": check_in_id}, {"act": "mend"}, {"q-angle_photo": PHOTO})


@sends("check_ins.excuse")
def excuse(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"check_in_id": scene.check_in()}, {"reason": "She is ill."})


@sends("check_ins.see")
def see(scene: Scene) -> Knock:
    check_in_id = scene.check_in("first-days")
    with scene.transactions.begin(scene.people.creator) as work:
        answering.answer(work, check_in_id, {**FIRST_DAYS, "still_using": "stopped"}, {}, statement="answers-1")
    return Knock(scene.people.manager, {"check_in_id": check_in_id})
