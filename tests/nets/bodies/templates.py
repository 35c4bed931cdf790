"""What is sent about an organisation's own templates."""

from partnerships.plans import archiving, copying, editing
from partnerships.plans.rules.editing import Place, Section, digest, find
from partnerships.plans.tables import OwnTemplate
from tests.nets.bodies import Knock, Scene, sends

FIT = Place(Section.STAGES, "fit")
STAGE = {
    "id_title": "Cocok",
    "en_title": "Fits",
    "id_purpose": "Lihat",
    "en_purpose": "Look",
    "from_day": "-20",
    "to_day": "-1",
    "claim_level": "none",
}


def _copied(scene: Scene) -> int:
    with scene.transactions.begin(scene.people.manager) as work:
        return copying.copy_built_in(work, "usage-3m").id


def _seen(scene: Scene, template_id: int, place: Place) -> str:
    with scene.transactions.looking(scene.people.manager) as reading:
        return digest(find(reading.get(OwnTemplate, template_id).template, place))


@sends("plans.copy_template")
def copy_template(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"template_id": _copied(scene)})


@sends("plans.publish_template")
def publish(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"template_id": _copied(scene)})


@sends("plans.archive_template")
def archive(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"template_id": _copied(scene), "action": "archive"})


@sends("plans.archive_template:restore")
def restore(scene: Scene) -> Knock:
    template_id = _copied(scene)
    with scene.transactions.begin(scene.people.manager) as work:
        archiving.archive(work, template_id)
    return Knock(scene.people.manager, {"template_id": template_id, "action": "restore"})


@sends("plans.edit_basics")
def edit_basics(scene: Scene) -> Knock:
    template_id = _copied(scene)
    fields = {
        "seen": _seen(scene, template_id, Place(Section.BASICS)),
        "id_title": "Cerita",
        "en_title": "Story",
        "anchor": "product_received",
        "anchor_event": "",
        "quiet_check_ins": "next",
        "quiet_deliverables": "keep",
        "exclusivity_days": "30",
        "rights_days": "90",
    }
    return Knock(scene.people.manager, {"template_id": template_id}, fields)


@sends("plans.add_line")
def add_line(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"template_id": _copied(scene), "section": "stages"}, STAGE | {"seen": ""})


@sends("plans.edit_line")
def edit_line(scene: Scene) -> Knock:
    template_id = _copied(scene)
    fields = STAGE | {"seen": _seen(scene, template_id, FIT)}
    return Knock(scene.people.manager, _line(template_id), fields)


@sends("plans.change_line")
def remove(scene: Scene) -> Knock:
    return Knock(scene.people.manager, _line(_copied(scene)) | {"action": "remove"})


@sends("plans.change_line:down")
def move_down(scene: Scene) -> Knock:
    return Knock(scene.people.manager, _line(_copied(scene)) | {"action": "down"})


@sends("plans.put_back")
def put_back(scene: Scene) -> Knock:
    template_id = _copied(scene)
    with scene.transactions.begin(scene.people.manager) as work:
        editing.remove(work, template_id, FIT)
    return Knock(scene.people.manager, {"template_id": template_id})


def _line(template_id: int) -> dict[str, int | str]:
    return {"template_id": template_id, "section": "stages", "line_key": "fit"}
