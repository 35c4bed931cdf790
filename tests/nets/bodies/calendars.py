"""What is sent about quiet days and hours."""

from datetime import date

from partnerships.plans import ruling
from tests.nets.bodies import Knock, Scene, sends

EID = date(2026, 3, 21)


def quiet_day(scene: Scene) -> int:
    """Return a quiet day of Glow's."""
    with scene.transactions.begin(scene.people.manager) as work:
        return ruling.add_day(work, EID, "Eid").id


@sends("plans.edit_quiet_day")
def edit_quiet_day(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"rule_id": quiet_day(scene)}, {"on": "2026-03-20", "estimated": "y"})


@sends("plans.remove_quiet_day")
def remove_quiet_day(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"rule_id": quiet_day(scene)})


@sends("plans.restore_quiet_day")
def restore_quiet_day(scene: Scene) -> Knock:
    rule_id = quiet_day(scene)
    with scene.transactions.begin(scene.people.manager) as work:
        ruling.remove_day(work, rule_id)
    return Knock(scene.people.manager, {"rule_id": rule_id})
