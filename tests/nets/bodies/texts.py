"""What is sent about reminders that somebody sent by hand."""

from tests.nets.bodies import Knock, Scene, sends


@sends("portfolio.sent_check_in")
def sent_check_in(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"check_in_id": scene.check_in()})


@sends("portfolio.sent_deliverable")
def sent_deliverable(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"deliverable_id": scene.content()})
