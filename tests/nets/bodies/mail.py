"""What is sent about mail that waits or came back."""

from sqlalchemy import select

from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.suppressing import suppress
from partnerships.mail.tables import OutboxMail
from tests.nets.bodies import Knock, Scene, sends


@sends("delivery.handle")
def handle_mail(scene: Scene) -> Knock:
    scene.invited()
    with scene.transactions.looking(scene.people.manager) as reading:
        mail_id = reading.session.scalars(select(OutboxMail.id)).one()
    return Knock(scene.people.manager, {"mail_id": mail_id, "action": "cancel"})


@sends("delivery.lift")
def lift(scene: Scene) -> Knock:
    with scene.transactions.begin(scene.people.manager) as work:
        row = suppress(work, "dewi@creator.example", Reason.UNREACHABLE, "550")
    return Knock(scene.people.manager, {"suppression_id": row.id}, {"reason": "Alamatnya sudah benar"})
