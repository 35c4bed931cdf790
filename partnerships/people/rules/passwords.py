"""How long a password may be."""

SHORTEST = 12  # characters
LONGEST = 200  # characters: hashing is dear and takes 4,096 after NFKD, which makes at most 18 of one
