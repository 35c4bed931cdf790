"""What creators send who want to be reminded later."""

from tests.nets.bodies import Knock, Scene, sends

LATER = {"days": "2", "reason": "Sedang di luar kota"}


@sends("reminders.later_check_in")
def later_check_in(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"check_in_id": scene.check_in()}, LATER)


@sends("reminders.later_deliverable")
def later_deliverable(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"deliverable_id": scene.content()}, LATER)
