"""The people: the start of 1950, the growing array, and kin look-ups."""
