"""How many are planned at once, and in which portions."""

from partnerships.core.words import N_

MOST_CREATORS = 200  # in one run
PORTION = 20  # in one transaction: less than a second, and little to do again after a kill
UNREADABLE = N_(
    "Some of the pasted rows cannot be used. Please mend them or take them out: what is wrong stands below."
)
