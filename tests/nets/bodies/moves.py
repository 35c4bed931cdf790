"""What is sent about the dates of a plan that runs."""

from datetime import date, timedelta

from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.tables import Partnership
from tests.nets.bodies import Knock, Scene, sends
from tests.plans.bending import REST, WHY, seen, shift

LATER = {"what": "rest", "days": 3, "way": "later", "note": WHY}


@sends("plans.move_dates")
def move_dates(scene: Scene) -> Knock:
    partnership_id = scene.running()
    number = seen(scene.transactions, scene.people.manager, partnership_id)[partnership_id]
    fields = LATER | {"seen": f"{partnership_id}:{number}"}
    return Knock(scene.people.manager, {"partnership_id": partnership_id}, fields)


@sends("plans.move_many")
def move_many(scene: Scene) -> Knock:
    partnership_id = scene.running()
    number = seen(scene.transactions, scene.people.manager, partnership_id)[partnership_id]
    fields = {"days": 3, "way": "later", "note": WHY, "seen": f"{partnership_id}:{number}"}
    return Knock(scene.people.manager, {}, fields)


@sends("plans.undo_move")
def undo_move(scene: Scene) -> Knock:
    made = shift(scene.transactions, scene.people.manager, scene.running(), Move(REST, 3))
    return Knock(scene.people.manager, {"move_id": made.id})


@sends("plans.withdraw_move")
def withdraw_move(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"move_id": _proposed(scene)})


@sends("plans.new_dates")
def new_dates(scene: Scene) -> Knock:
    return Knock(scene.people.creator, {"move_id": _proposed(scene)}, {"answer": "accept"})


def _proposed(scene: Scene) -> int:
    """Propose that the last check-in comes a day earlier, and return the move."""
    partnership_id = scene.running()
    with scene.transactions.looking(scene.people.manager) as reading:
        steps = reading.get(Partnership, partnership_id).steps
        last = max((step.due_on, step.name) for step in steps if step.name.startswith("check_in:"))
    day: date = last[0] - timedelta(days=1)
    return shift(scene.transactions, scene.people.manager, partnership_id, Move(MoveKind.STEP, key=last[1], to=day)).id
