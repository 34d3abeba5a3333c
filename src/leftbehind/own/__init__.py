"""A user's own data: files of parameters, a starting population, extracts of IPUMS International.

    leftbehind run --parameters mine.csv --population people.parquet

One schema a kind of file (`population_schema.py`, `parameter_file.py`) says which columns there
are and what they may hold; the check, the Frictionless descriptor and the page docs/OWN_DATA.md all
come from it.
"""
