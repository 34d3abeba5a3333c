"""The processes of a year, one file each. `leftbehind.year` gives their order."""
