"""The processes of a year, one file each. `leftbehind.model.year` gives their order."""
