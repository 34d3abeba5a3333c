"""The years of a family as plain data and back: what `--format json` gives and what is kept."""

from dataclasses import asdict
from typing import Any

import numpy as np

from leftbehind.base.person import ALTERNATIVES
from leftbehind.counts.reasons import UNKNOWN, Change, Decision, Flip, Weight
from leftbehind.model.processes.spell import EVENTS
from leftbehind.model.processes.weighing import TERMS
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member

ARRAYS = ("terms", "shock", "facts", "income", "law")


def plain(years: list[FamilyYear]) -> list[dict[str, Any]]:
    """One dictionary a year that `years_of` reads back, equal to the last bit."""
    return [{**asdict(y), "decision": _decision(y.decision) if y.decision else None} for y in years]


def years_of(rows: list[dict[str, Any]]) -> list[FamilyYear]:
    """The years that `plain` wrote."""
    return [_year(row) for row in rows]


def told(years: list[FamilyYear]) -> list[dict[str, Any]]:
    """The years for readers of JSON: keys in hexadecimal, each decision by name.

    A decision has its alternatives, each with whether it was open, its utility term by term, what
    the model does not know of it, its total and its yearly income (yuan of 2010); what began the
    circumstances and when; why the choice changed; which changes would have turned it.
    """
    return [_told(year) for year in years]


def _told(y: FamilyYear) -> dict[str, Any]:
    return {
        "year": y.year,
        "together": y.together,
        "sent_home_yuan_2010": y.sent,
        "members": [_hex(m) for m in y.members()],
        "choice": ALTERNATIVES[y.decision.choice] if y.decision else None,
        "decision": _reasons(y.decision) if y.decision else None,
        "change": asdict(y.change) if y.change else None,
        "flips": [asdict(flip) for flip in y.flips],
    }


def _hex(member: Member) -> dict[str, Any]:
    keys = {k: f"{getattr(member, k):016x}" for k in ("key", "partner", "carer")}
    return {**asdict(member), **{k: v if int(v, 16) else None for k, v in keys.items()}}


def _reasons(made: Decision) -> dict[str, Any]:
    return {
        "before": ALTERNATIVES[made.before],
        "choice": ALTERNATIVES[made.choice],
        "circumstances_since": made.began,
        "event": EVENTS[made.event],
        "alternatives": [
            {
                "alternative": name,
                "open": bool(made.possible[j]),
                "terms": {t: float(v) for t, v in zip(TERMS, made.terms[j], strict=True)},
                UNKNOWN: float(made.shock[j]),
                "total": float(made.totals[j]) if made.possible[j] else None,
                "income_yuan_2010": float(made.income[j]),
            }
            if made.possible[j]
            else {"alternative": name, "open": False}
            for j, name in enumerate(ALTERNATIVES)
        ],
    }


def _decision(made: Decision) -> dict[str, Any]:
    return {**vars(made), **{name: getattr(made, name).tolist() for name in ARRAYS}}


def _year(row: dict[str, Any]) -> FamilyYear:
    def person(of: dict[str, Any] | None) -> Member | None:
        return Member(**{**of, "hours": tuple(of["hours"])}) if of else None

    def change(of: dict[str, Any]) -> Change:
        sides = {k: tuple(Weight(**w) for w in of[k]) for k in ("reasons", "against")}
        return Change(**{**of, **sides})

    made, why = row["decision"], row["change"]
    arrays = {name: np.array(made[name]) for name in ARRAYS} if made else {}
    return FamilyYear(
        **{
            **row,
            "mother": person(row["mother"]),
            "father": person(row["father"]),
            "children": tuple(person(c) for c in row["children"]),
            "elders": tuple(person(e) for e in row["elders"]),
            "decision": Decision(**{**made, **arrays}) if made else None,
            "change": change(why) if why else None,
            "flips": tuple(Flip(**flip) for flip in row["flips"]),
        }
    )
