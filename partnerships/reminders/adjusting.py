"""Change how an organisation reminds: what is planned follows at once, what was sent stays sent."""

from sqlalchemy import select

from partnerships.database.work import Reading, Work
from partnerships.plans.tables import Step, quiet_hours_of

from .events import RemindingChanged
from .rules.ladder import EDITABLE, Policy, check_policy
from .tables import ReminderPolicy, forget_policy, policy_of


def find_policy(reading: Reading) -> Policy:
    """Return how the organisation reminds now."""
    return policy_of(reading.session)


def set_policy(work: Work, policy: Policy) -> None:
    """Remind so from now on. Raise `Refused` for a ladder that makes no sense, or an hour that is quiet."""
    check_policy(policy, quiet_hours_of(work.session))
    row = work.session.scalars(select(ReminderPolicy)).one_or_none()
    if row is None:
        row = ReminderPolicy(org_id=work.actor.org_id)
        work.session.add(row)
    row.take(policy)
    work.session.flush()
    forget_policy(work.session)
    watched = select(Step).where(Step.next_action_at.is_not(None), Step.kind.in_(EDITABLE))
    for step in work.session.scalars(watched):
        step.wake(work.now)  # when it is looked at next followed from the old ladder
    period = policy.period
    work.emit(
        RemindingChanged(
            key=f"reminder_policy:{row.id}:v{row.version}:{work.now.isoformat()}",
            about=f"reminder_policy:{row.id}",
            soon_days=policy.soon_days,
            again_days=policy.again_days,
            manager_days=policy.manager_days,
            owner_days=policy.owner_days,
            sends_at=policy.sends_at.isoformat("minutes"),
            period=f"{period.begins_on}/{period.ends_on} {period.sends_at:%H:%M}" if period else "",
        )
    )
