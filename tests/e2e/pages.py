"""Every page that a role can open, and every form that can be sent with nothing in it."""

from collections.abc import Iterator

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.actor import Actor
from partnerships.deliverables.rules.deliverables import DeliverableState
from tests.e2e.conftest import World

ASKING = (CheckInState.OPEN, CheckInState.LATE)
TO_REVIEW = (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW)
PUBLIC = (DeliverableState.LIVE_VERIFIED, DeliverableState.KEEPING_LIVE, DeliverableState.DONE)


def pages_of_visitors(_: World) -> Iterator[str]:
    """Yield what somebody sees whom nobody knows; the last is no page."""
    yield from ("/sign-in", "/forgotten-password", "/s/nobody-made-this-link", "/nowhere")


def pages_of_managers(world: World) -> Iterator[str]:
    """Yield the manager's rooms."""
    yield from ("/review/quality", "/review/rubric", "/review/training", "/review/training/tea-collab")
    yield "/review/training/tea-collab?tried=1&C1=3&C2=3&C4=na"
    yield from ("/", "/partnerships", "/partnerships?q=nobody", "/partnerships/new", "/review")
    yield from ("/calendar", "/calendar?view=month", "/calendar?view=week", "/calendar?view=agenda", "/calendar/feed")
    yield from ("/calendar/rules", f"/calendar/rules/{world.feast}", "/calendar/rules/hours")
    for partnership_id in (world.running, world.forgotten, world.drafted, world.invited, world.preparing, world.held):
        yield f"/partnerships/{partnership_id}"
    yield from (f"/partnerships/new/{world.sketched}/{step}" for step in ("template", "people", "dates"))
    yield f"/partnerships/new/{world.planned}"
    yield from ("/partnerships?pick=1", "/partnerships?pick=all", f"/partnerships/{world.running}/versions")
    yield f"/partnerships/{world.running}/dates?what=rest&days=3&way=later"
    yield f"/partnerships/{world.running}/dates?what=rest&days=0"
    yield f"/partnerships/{world.running}/dates?what=skip:close"
    yield f"/partnerships/dates?id={world.running}&id={world.forgotten}&id={world.drafted}&days=30&way=earlier"
    yield from (f"/partnerships/{world.running}/history", f"/partnerships/{world.drafted}/history?kind=payments")
    yield f"/partnerships/{world.preparing}/receipt"
    yield f"/partnerships/{world.drafted}/terms"
    yield from (f"/partnerships/{world.running}/details", f"/partnerships/{world.running}/send")
    yield from ("/campaigns", "/campaigns/new", f"/campaigns/{world.people.campaign_id}")
    yield f"/campaigns/{world.people.campaign_id}/numbers"
    yield from ("/templates", "/templates/built-in/usage-3m", f"/templates/{world.template}")
    yield from (f"/templates/{world.template}/edit", f"/templates/{world.template}/basics")
    yield f"/templates/{world.template}/stages/habit"
    yield f"/templates/{world.template}/questions/still_using?of=first-days"
    yield f"/templates/{world.template}/deliverables/first-impression"
    yield f"/templates/{world.template}/payments/start"
    for section in ("stages", "check_ins", "questions?of=first-days", "deliverables", "payments"):
        yield f"/templates/{world.template}/new/{section}"
    yield from ("/creators", "/creators/new", f"/creators/{world.people.creator_id}")
    yield from ("/brands", "/brands/new", f"/brands/{world.people.brand_id}", "/products/new")
    yield f"/products/{world.people.product_id}"
    yield f"/check-ins/{world.check_in(world.running, CheckInState.ANSWERED)}"
    yield f"/check-ins/{world.check_in(world.running, *ASKING)}"
    yield f"/check-ins/{world.check_in(world.running, *ASKING)}/record"
    yield f"/deliverables/{world.deliverable(world.running, *PUBLIC)}"
    yield f"/deliverables/{world.deliverable(world.running, *PUBLIC)}/numbers"
    yield f"/deliverables/{world.kept_live()}/live"
    yield f"/deliverables/{world.deliverable(world.running, *TO_REVIEW)}"
    yield f"/deliverables/{world.deliverable(world.running, *TO_REVIEW)}/licence"
    yield f"/deliverables/{world.deliverable(world.forgotten, DeliverableState.DRAFTING)}/post"
    yield f"/deliverables/{world.deliverable(world.crowd[0], DeliverableState.PUBLISHED_UNVERIFIED)}/live"
    yield f"/deliverables/{world.revised(world.running)}/compare"
    yield f"/deliverables/{world.revised(world.running)}/dossier"
    yield f"/partnerships/{world.running}/dossier"
    yield from ("/today/wa", "/admin/reminders", "/admin/mail/preview", "/admin/mail/preview/check_in")
    yield from ("/admin/mail", "/admin/mail?state=failed", f"/admin/mail/{world.mail()}", "/admin/mail/addresses")
    yield from ("/payments", "/payments?state=planned", f"/payments/{world.payment()}/paid")
    yield from ("/profile", "/profile/password", "/dev/outbox/", f"/dev/outbox/{world.mail()}")


def pages_of_owners(_: World) -> Iterator[str]:
    """Yield what only an owner may open."""
    yield from ("/team", "/team/new", "/admin/health", "/review/rubric", "/review/rubric/copy")


def pages_of_creators(world: World) -> Iterator[str]:
    """Yield Dewi's pages."""
    yield from ("/me", "/me/calendar", "/me/calendar?view=agenda", "/me/calendar/feed")
    for partnership_id in (world.running, world.invited, world.preparing):
        yield f"/me/partnerships/{partnership_id}"
    yield from (f"/me/partnerships/{world.running}/history", f"/me/partnerships/{world.running}/details")
    yield f"/me/dates/{world.proposed}"
    yield f"/me/invitations/{world.invited}"
    yield f"/me/receipts/{world.preparing}"
    yield f"/me/receipts/{world.running}"
    for check_in in ((CheckInState.ANSWERED,), ASKING, (CheckInState.SCHEDULED,)):
        yield f"/me/check-ins/{world.check_in(world.running, *check_in)}"
    for content in (PUBLIC, TO_REVIEW, (DeliverableState.PLANNED,)):
        yield f"/me/deliverables/{world.deliverable(world.running, *content)}"
    yield f"/me/deliverables/{world.deliverable(world.running, *PUBLIC)}/numbers"
    yield f"/deliverables/{world.revised(world.running)}/compare"
    yield f"/review/{world.deliverable(world.running, *TO_REVIEW)}/signals"
    yield f"/review/{world.deliverable(world.running, *PUBLIC)}/appeal"
    yield f"/me/check-ins/{world.check_in(world.running, *ASKING)}/later"
    yield f"/me/partnerships/{world.running}/reaction"
    yield f"/me/partnerships/{world.running}/not-for-me"
    yield "/profile"


def pages_of_the_other_creator(world: World) -> Iterator[str]:
    """Yield Galih's: everything is late."""
    draft = world.deliverable(world.forgotten, DeliverableState.DRAFTING)
    yield from ("/me", f"/me/deliverables/{draft}", f"/me/deliverables/{draft}/post", f"/me/deliverables/{draft}/later")


def rooms(world: World) -> list[tuple[Actor | None, Iterator[str]]]:
    """Return who opens which pages."""
    people = world.people
    return [
        (None, pages_of_visitors(world)),
        (people.manager, pages_of_managers(world)),
        (people.owner, pages_of_owners(world)),
        (people.creator, pages_of_creators(world)),
        (people.other_creator, pages_of_the_other_creator(world)),
    ]


def forms(world: World) -> list[tuple[Actor | None, str]]:
    """Return who can send which form with nothing in it, and be told what is missing."""
    people = world.people
    draft = world.deliverable(world.forgotten, DeliverableState.DRAFTING)
    unverified = world.deliverable(world.crowd[0], DeliverableState.PUBLISHED_UNVERIFIED)
    return [
        (None, "/sign-in"),
        (None, "/forgotten-password"),
        (people.manager, f"/partnerships/new/{world.begun}/people"),
        (people.manager, f"/partnerships/new/{world.sketched}/dates"),
        (people.manager, f"/partnerships/{world.preparing}/receipt"),
        (people.manager, f"/templates/{world.template}/stages/habit"),
        (people.manager, "/campaigns/new"),
        (people.manager, "/creators/new"),
        (people.manager, "/brands/new"),
        (people.manager, "/products/new"),
        (people.manager, f"/check-ins/{world.check_in(world.running, *ASKING)}/record"),
        (people.manager, f"/deliverables/{draft}/post"),
        (people.manager, f"/deliverables/{unverified}/live"),
        (people.manager, "/admin/reminders"),
        (people.manager, f"/payments/{world.payment()}/paid"),
        (people.manager, "/profile"),
        (people.owner, "/team/new"),
        (people.owner, "/review/rubric/copy"),
        (people.creator, f"/me/receipts/{world.preparing}"),
        (people.creator, f"/me/check-ins/{world.check_in(world.running, *ASKING)}"),
        (people.creator, f"/me/check-ins/{world.check_in(world.running, *ASKING)}/later"),
        (people.other_creator, f"/me/deliverables/{draft}"),
        (people.other_creator, f"/me/deliverables/{draft}/post"),
    ]
