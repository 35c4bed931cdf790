"""What is sent to the doors of single stages."""

from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Partnership
from tests.nets.bodies import Knock, Scene, sends


@sends("plans.open_stage")
def open_stage(scene: Scene) -> Knock:
    partnership_id = scene.running()
    with scene.transactions.begin(scene.people.manager) as work:
        stages = work.get(Partnership, partnership_id).stages
        waiting = next(stage for stage in stages if stage.state is StageState.UPCOMING)
        waiting.waits_since = work.now
        path = {"partnership_id": partnership_id, "stage_id": waiting.id}
    return Knock(scene.people.manager, path, {"note": "Disepakati lewat telepon"})
