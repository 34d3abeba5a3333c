"""The model: the order of the year, its processes, the people, and the tallies of a year."""
