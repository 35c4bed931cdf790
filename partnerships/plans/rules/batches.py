"""How many are planned at once, and in which portions."""

MOST_CREATORS = 200  # in one run
PORTION = 20  # in one transaction: less than a second, and little to do again after a kill
