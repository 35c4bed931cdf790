"""What is sent on the three steps of planning, and while a plan is carried out."""

from datetime import date

from partnerships.plans import batching, sketching
from partnerships.plans.sketching import Terms
from partnerships.plans.tables import PlanningRun
from tests.nets.bodies import Knock, Scene, sends


def begun(scene: Scene, *, chosen: bool = False, started: bool = False) -> int:
    """Return a planning run; with Dewi chosen for it, or with nothing left but its portions."""
    people = scene.people
    with scene.transactions.begin(people.manager) as work:
        run = sketching.begin(
            work,
            "usage-3m",
            campaign_id=people.campaign_id if chosen or started else None,
            creator_ids=[people.creator_id] if chosen or started else [],
        )
        if started:
            terms = Terms(anchor_on=date(2026, 2, 2), fee=None, fees={}, note="", again=False)
            sketching.take_terms(work, run.id, terms)
            batching.start(work, run.id)
        return run.id


@sends("plans.choose_template")
def choose_template(scene: Scene) -> Knock:
    run_id = begun(scene)
    with scene.transactions.begin(scene.people.manager) as work:
        work.get(PlanningRun, run_id).template_key = "another"
    return Knock(scene.people.manager, {"run_id": run_id}, {"template_key": "usage-3m"})


@sends("plans.choose_people", ids=("campaign_id", "chosen"))
def choose_people(scene: Scene) -> Knock:
    people = scene.people
    fields = {"campaign_id": people.campaign_id, "chosen": people.creator_id, "next": "1"}
    return Knock(people.manager, {"run_id": begun(scene)}, fields)


@sends("plans.choose_dates")
def choose_dates(scene: Scene) -> Knock:
    fields = {"anchor_on": "2026-02-02", "fee": "3.000.000", "note": "Come along"}
    return Knock(scene.people.manager, {"run_id": begun(scene, chosen=True)}, fields)


@sends("plans.carry_on")
def carry_on(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"run_id": begun(scene, started=True)})


@sends("plans.invite_all")
def invite_all(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"run_id": begun(scene, started=True)})
