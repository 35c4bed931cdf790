"""What roles and kinds of products are called."""

from partnerships.core.actor import Role
from partnerships.core.words import N_

ROLES = {
    Role.OWNER: N_("Owner"),
    Role.MANAGER: N_("Manager"),
    Role.REVIEWER: N_("Reviewer"),
    Role.CREATOR: N_("Creator"),
    Role.SYSTEM: N_("Clock"),
}
INVITED_ROLES = (Role.MANAGER, Role.REVIEWER)  # an organisation has the one owner who founded it

# The names are those of the rule packs about what may be claimed.
CATEGORIES = {
    "cosmetics": N_("Cosmetics and skin care"),
    "food": N_("Food and drink"),
    "supplements": N_("Supplements and herbal medicine"),
    "household": N_("Household"),
    "general": N_("Something else"),
}
