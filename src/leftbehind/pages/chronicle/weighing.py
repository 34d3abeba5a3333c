"""What the family weighed: in the year the mother came closest to returning, and at every change.

The year shown is the one with the smallest gap, among the years in which the mother was away and
stayed away, between the choice made and the best choice with her at home.
"""

import math

from leftbehind.base.person import (
    CHILDREN_LEFT,
    CHILDREN_TAKEN,
    FATHER_AWAY,
    FATHER_AWAY_TOWN,
    HOME,
    MOTHER_AWAY,
    TOWN,
)
from leftbehind.counts.reasons import UNKNOWN, Change, Decision, Flip
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.money import nominal, yuan_text
from leftbehind.pages.chronicle.record import Chapter, Grid, Sentence
from leftbehind.pages.chronicle.roles import capital, listed
from leftbehind.pages.chronicle.words import TERM_WORDS, Words, choice_words, decision

SHE_IS_AWAY = (MOTHER_AWAY, CHILDREN_LEFT, CHILDREN_TAKEN)
SHE_IS_HOME = (HOME, FATHER_AWAY, TOWN, FATHER_AWAY_TOWN)
TOLD = 5  # reasons told; the rest are summed up


def closest_year(years: list[FamilyYear]) -> FamilyYear | None:
    """The year in which the mother came closest to returning; None if she never stayed away."""
    stayed = [
        y
        for y in years
        if y.decision
        and y.mother
        and y.mother.alive
        and y.decision.before in SHE_IS_AWAY
        and y.decision.choice in SHE_IS_AWAY
    ]
    return min(stayed, key=_gap_to_home, default=None)


def _gap_to_home(year: FamilyYear) -> float:
    assert year.decision
    return year.decision.gap(year.decision.best(SHE_IS_HOME))


def weighing(years: list[FamilyYear], words: Words) -> Chapter:
    """The chapter on the year the mother came closest to returning."""
    title = "The year she came closest to returning"
    now = closest_year(years)
    if now is None or now.decision is None:
        text = "In no year of this record was the mother away and stayed away."
        source = decision("choice", years[-1]) if years[-1].decision else ()
        return Chapter(title, (Sentence(text, source),))
    made = now.decision
    other = made.best(SHE_IS_HOME)
    gap = made.yuan(made.choice, made.gap(other))
    text = (
        f"In {now.year} the family chose: {choice_words(now, made.choice)}. The next best with her "
        f"at home was: {choice_words(now, other)}. The choice made was better by what "
        f"{_money(gap, now.year)} a year would be worth to them."
    )
    sentences = [Sentence(text, decision("terms", now))]
    sentences += [_flip(flip, now) for flip in now.flips if flip.choice in SHE_IS_HOME]
    if len(sentences) == 1:
        text = "None of the single changes tried would have brought her home that year."
        sentences.append(Sentence(text, decision("flips", now)))
    return Chapter(title, tuple(sentences), _weights(now, made, other))


def _weights(now: FamilyYear, made: Decision, other: int) -> Grid:
    rows = []
    for weight in made.weights(made.choice, other):
        side = "staying away" if weight.utility > 0 else "returning"
        amount = _money(abs(weight.yuan), now.year)
        rows.append((capital(TERM_WORDS[weight.term]), side, amount))
    note = (
        f"Yearly income, in yuan of {now.year}, that would weigh as much (derivative of the "
        "model's pay term at the income of the choice made; exact only for small amounts). "
        f"{capital(UNKNOWN)} is the model's random part: all that moved them and is not in it."
    )
    return Grid(
        ("What weighed", "For", "As much as, a year"),
        tuple(rows),
        note,
        decision("terms", now) + decision("shock", now),
    )


def _money(real: float, year: int) -> str:
    if math.isinf(real):  # a world in which the family does not look at money
        return "more than any income"
    return yuan_text(nominal(real, year))


def _flip(flip: Flip, now: FamilyYear) -> Sentence:
    assert flip.choice is not None
    year = now.year
    then = choice_words(now, flip.choice)
    amount = abs(flip.amount)
    change = {
        "income at home": f"{_money(amount, year)} a year more to earn at home",
        "pay in the cities, higher": f"{_money(amount, year)} a month more pay in the cities",
        "pay in the cities, lower": f"{_money(amount, year)} a month less pay in the cities",
        "a job near home": "a job off the farm near home",
        "a carer": "somebody to look after the children "
        f"(help raised from {flip.now:.0%} to {flip.now + flip.amount:.0%} of the need)",
        "no carer": f"less help with the children (from {flip.now:.0%} to "
        f"{flip.now + flip.amount:.0%} of the need)",
        "a school place in the city": "open city schools (the assumed barrier lowered from "
        f"{flip.now:.2f} to {flip.now + flip.amount:.2f})",
        "support for a child at home": f"support of {_money(amount, year)} a year for each child "
        "with a parent at home",
    }[flip.lever]
    text = f"With {change} and all else as it was, the choice would have been: {then}."
    return Sentence(text, decision("flips", now))


def why(now: FamilyYear) -> list[Sentence]:
    """Why this year's choice is another than last year's; empty if it is the same."""
    change = now.change
    if change is None:
        return []
    source = decision("terms", now)
    made = (
        f"The choice went from {choice_words(now, change.before)} to "
        f"{choice_words(now, change.choice)}"
    )
    if change.opened or change.closed:
        return [Sentence(f"{made}: {change.name}.", source)]
    out = [Sentence(f"{made}. {_reasons(change)}", source)]
    return out


def _reasons(change: Change) -> str:
    known = [TERM_WORDS[w.term] for w in change.reasons[:TOLD]]
    moved = sum(w.utility for w in change.reasons)
    if not known:
        return "Nothing the model knows had moved that way: a reason the model does not know."
    text = f"What had moved that way since the year before: {listed(known)}"
    if change.reasons[0].term in ("pay", "care", "law"):
        text += f" ({change.name})"
    if change.unknown > moved:
        text += "; more than these, a reason the model does not know"
    elif change.unknown > 0:
        text += "; and a reason the model does not know"
    return text + "."
