"""Families that were found as a table of words: ages, places of work, carers; keys if asked for."""

import polars as pl

from leftbehind.base.person import AT_HOME, IN_PRISON
from leftbehind.counts.find import Found
from leftbehind.counts.siblings import GONE
from leftbehind.pages.chronicle.asked import differs
from leftbehind.pages.chronicle.words import Say


def table(found: Found, prefecture: int, year: int, say: Say, keys: bool) -> pl.DataFrame:
    """One row a family, in the order found; heads and cells in the language of `say`."""
    rows = []
    for row in found.families.iter_rows(named=True):
        cells: dict[str, object] = {
            "place": say.place(prefecture),
            "year": year,
            "ages": " ".join(map(str, row["ages"])),
            "left": row["left"],
            "mother": _where(row["mother_at"], say),
            "father": _where(row["father_at"], say),
            "care": _care(row, say),
            "grandmother": _grandmother(row["grandmother_minutes"], say),
        }
        if not found.met:
            cells["differs"] = say("list.clause").join(differs(found, row["key"], say))
        if keys:
            cells["key"] = f"{row['key']:016x}"
        rows.append({say(f"find.{name}"): cell for name, cell in cells.items()})
    return pl.DataFrame(rows)


def _where(at: int, say: Say) -> str:
    nowhere = {AT_HOME: "find.at_home", IN_PRISON: "find.in_prison", GONE: "find.gone"}
    return say(nowhere[at]) if at in nowhere else say.place(at)


def _care(row: dict[str, object], say: Say) -> str:
    words = say.words("carer")
    text = words.get(str(row["arrangement"]), str(row["arrangement"]))
    text = text.format(minutes=row["minutes"])
    return say("list.clause").join(
        [text, say("find.board", number=row["boards"])] if row["boards"] else [text]
    )


def _grandmother(minutes: float | None, say: Say) -> str:
    if minutes is None:
        return say("find.none_near")
    return say("find.same_home") if minutes < 1 else say("find.walk", minutes=f"{minutes:.0f}")
