"""What the page shows, as CSV with its units and cautions, for a spreadsheet or a program."""

import csv
import io
from typing import Any

from leftbehind.pages.explorer.question import Question
from leftbehind.pages.explorer.words import DOWNLOADS, words_of

NOTE = (
    "simulated by leftbehind; parameters are priors, care is assumed; intervals (95 %) are of luck "
    "only; numbers are persons, shares per cent"
)
COLUMNS = (
    "year",
    "place",
    "definition",
    "as_it_was",
    "with_change",
    "difference",
    "difference_low",
    "difference_high",
    "share_as_it_was",
    "share_with_change",
    "seeds",
)


def table(shown: dict[str, Any], question: Question, provinces: list[str]) -> str:
    """One row a year and place (China, then provinces), and who cares for the children in China."""
    out = io.StringIO()
    out.write(
        f"# {NOTE}\n# settings: {question.scenario().title}, from {question.start}, "
        f"{question.where}\n"
    )
    reference = question.reference()
    if reference.moved:
        out.write(
            f"# as_it_was is another scenario: {reference.scenario().title}, from "
            f"{reference.start}, {reference.where}\n"
        )
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for scope, names in (("nation", ["China"]), ("provinces", provinces)):
        of = shown[scope]
        for g, name in enumerate(names):
            for t, year in enumerate(shown["years"]):
                before, after, half = (of[key][g][t] for key in ("before", "after", "half"))
                change = after - before
                shares = of["share_before"][g][t], of["share_after"][g][t]
                rows.writerow(
                    [
                        year,
                        name,
                        question.definition,
                        before,
                        after,
                        change,
                        change - half,
                        change + half,
                        *shares,
                        shown["seeds"],
                    ]
                )
    words = words_of(DOWNLOADS)
    for who in shown["care_before"]:
        counted = f"{question.definition}, with {words(f'who.{who}')} (assumed)"
        for t, year in enumerate(shown["years"]):
            before, after = (shown[f"care_{world}"][who][t] for world in ("before", "after"))
            rows.writerow(
                [
                    year,
                    "China",
                    counted,
                    before,
                    after,
                    after - before,
                    "",
                    "",
                    "",
                    "",
                    shown["seeds"],
                ]
            )
    return out.getvalue()
