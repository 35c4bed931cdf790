"""Plan a partnership from a template: every date at once, counted from an anchor that is still an estimate."""

from datetime import date

from sqlalchemy import select

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Work

from .events import PartnershipDrafted
from .renewing import last_completed
from .rules.dates import check_anchor, planned_stages
from .rules.partnerships import DRAFTED, OVER
from .rules.quiet import clear_steps
from .rules.templates import Template
from .tables import Campaign, Partnership, PlanVersion, Renewal, Stage, Step, newest, quiet_days_of


def draft(
    work: Work,
    *,
    campaign_id: int,
    creator_id: int,
    template_key: str,
    anchor_on: date,
    fee: int | None = None,
    note: str = "",
    again: bool = True,
) -> Partnership:
    """Return a new partnership with its stages and steps, managed by the actor, or raise `Refused`.

    `anchor_on` is day 0 as far as it is known, as a day in the creator's zone; `fee` is in rupiah. What would have been
    due before today was done before Sahabat knew of it.
    Without `again`, a creator who has a partnership in this campaign that is not over is refused a second one.
    """
    campaign, creator, renews_id = _find(work, campaign_id, creator_id)
    if not again:
        _refuse_second(work, campaign, creator)
    zone = creator.membership.account.zone
    template = newest(work.session, template_key)
    check_anchor(anchor_on, day_in(zone, work.now), template)
    partnership = Partnership(
        org_id=work.actor.org_id,
        campaign_id=campaign.id,
        creator_id=creator.id,
        manager_id=work.actor.person_id,
        template_key=template.key,
        template_version=template.version,
        moved_at=work.now,
        zone=zone,
        anchor_on=anchor_on,
        fee=fee,
        invitation_note=note,
        created_at=work.now,
    )
    _lay_out(work, partnership, template)
    if renews_id is not None:
        work.session.add(Renewal(org_id=partnership.org_id, partnership_id=partnership.id, renews_id=renews_id))
    work.emit(
        PartnershipDrafted(
            key=f"partnership:{partnership.id}:drafted",
            about=partnership.about,
            partnership_id=partnership.id,
            renews_id=renews_id,
        )
    )
    return partnership


def _find(work: Work, campaign_id: int, creator_id: int) -> tuple[Campaign, Creator, int | None]:
    """Return what is planned with whom, and the partnership that this goes on from; raise `Refused` without one.

    Whoever plans with the same creator at the same moment waits, and sees what was planned here.
    """
    campaign = work.find(Campaign, campaign_id)
    if campaign is None:
        raise Refused(N_("Please choose a campaign."), field="campaign_id")
    chosen = select(Creator, last_completed(campaign)).where(Creator.id == creator_id)
    found = work.session.execute(chosen.with_for_update(key_share=True, of=Creator)).first()
    if found is None:
        raise Refused(N_("Please choose a creator."), field="creator_id")
    creator, renews_id = found
    return campaign, creator, renews_id


def _refuse_second(work: Work, campaign: Campaign, creator: Creator) -> None:
    """Raise `Refused` while the creator has a partnership in this campaign that is not over."""
    going_on = select(Partnership.id).where(
        Partnership.campaign_id == campaign.id, Partnership.creator_id == creator.id, Partnership.state.not_in(OVER)
    )
    if work.session.scalars(going_on.limit(1)).first() is not None:
        raise Refused(
            N_("%(name)s has a partnership in this campaign already. Tick this if you want another one."),
            field="again",
            name=creator.name,
        )


def _lay_out(work: Work, partnership: Partnership, template: Template) -> None:
    """Give the partnership the template's stages and steps, and write down the first version of its dates."""
    partnership.stages = [
        Stage(
            org_id=partnership.org_id,
            key=planned.key,
            position=position,
            from_day=spec.from_day,
            to_day=spec.to_day,
            starts_on=planned.starts_on,
            ends_on=planned.ends_on,
            claim_level=spec.claim_level,
        )
        for position, (planned, spec) in enumerate(
            zip(planned_stages(template, partnership.anchor_on), template.stages, strict=True)
        )
    ]
    partnership.steps = []  # empty, as everybody knows who made it: nobody need look
    work.session.add(partnership)
    work.session.flush()
    stages = {stage.key: stage for stage in partnership.stages}
    today = day_in(partnership.zone, work.now)
    partnership.steps = [
        Step.of(planned, stages[planned.stage], partnership.zone)
        for planned in clear_steps(template, partnership.anchor_on, quiet_days_of(work.session), today)
    ]
    PlanVersion.keep(work, partnership, DRAFTED)
    work.session.flush()
