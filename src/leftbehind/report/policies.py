"""Section 9: what policies would do, only if a comparison of two runs is given."""

from pathlib import Path

from leftbehind.errors import InputError
from leftbehind.report.facts import Facts
from leftbehind.report.section import DataTable, Section
from leftbehind.report.words import Words


def policies(facts: Facts, words: Words, compare: Path | None) -> Section:
    """The effects of a comparison, or how to make one."""
    if compare is not None:
        raise InputError(f"--compare {compare}: this version cannot read a comparison yet")
    commands = [
        (words("policies.how_run"),),
        (words("policies.how_report", folder=facts.world.folder),),
    ]
    return Section(
        "policies", words("policies.title"), [words("policies.text_none")],
        notes=[words("policies.note")], tables=[("", DataTable.of((), commands))],
    )  # fmt: skip
