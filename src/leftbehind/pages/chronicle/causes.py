"""Why the family lived otherwise than the year before, and the year she came nearest.

Reasons are told as shares of all that moved or weighed; yuan are told only of money.
"""

from leftbehind.base.person import ALTERNATIVES
from leftbehind.counts.reasons import UNKNOWN, Change, Decision, Flip, Weight, away_in
from leftbehind.model.processes.spell import (
    AT_EIGHTEEN,
    AT_FIFTEEN,
    AT_ONE,
    AT_SIX,
    AT_TWELVE,
    DEATH,
    EVENTS,
    RENEWAL,
)
from leftbehind.pages.chronicle.family import SHE_IS_HOME, SHE_LEFT, FamilyYear, nearest_year
from leftbehind.pages.chronicle.record import Chapter, Sentence, decision, person
from leftbehind.pages.chronicle.words import Words

AGES = {AT_ONE: 1, AT_SIX: 6, AT_TWELVE: 12, AT_FIFTEEN: 15, AT_EIGHTEEN: 18}
TOLD = 3  # reasons of a change at most
LEAST = 0.1  # of all that moved: a smaller reason is not told
WEIGHED = 3  # reasons of the year she came nearest
FLIPS = 2
HAIR = 0.01  # of what it was: a smaller change is told as a trifle
WORTH_TELLING = 0.5  # what the model does not know, against the heaviest reason
NAMED = ("pay", "care", "law")  # terms of which the change's name says what moved in them


def why(now: FamilyYear, words: Words) -> list[Sentence]:
    """Why this year's choice is another than last year's; empty if it is the same.

    What an event sets off in a family is told as the event's, though the model draws it by lot.
    """
    change, made = now.change, now.decision
    if change is None or made is None:
        return []
    source = decision("terms", now)
    if change.opened or change.closed:
        return [Sentence(words("cause.opened" if change.opened else "cause.closed"), source)]
    happened = made.began == now.year and made.event != RENEWAL
    parts = _moved(change, _event(now, made.event, words) if happened else "", words)
    if not parts:
        return [Sentence(words("cause.none", year=now.year), source)]
    sources = source + decision("shock", now) + (decision("event", now) if happened else ())
    text = words("cause.why", reasons=parts[0])
    if len(parts) > 1:
        text = words("cause.why_more", first=parts[0], then=words.listed(parts[1:]))
    return [Sentence(text, sources)]


def _event(now: FamilyYear, event: int, words: Words) -> str:
    """An event of spell.EVENTS in words, with whom it befell."""
    if event == DEATH:
        befell = [e for e in now.elders if e and e.death_year == now.year]
    else:
        befell = [c for c in now.children if c.age(now.year) == AGES.get(event)]
    someone = words("care.a_grandparent" if event == DEATH else "role.child")
    return words.words("happened")[EVENTS[event]].format(who=words.who(befell) or someone)


def _moved(change: Change, event: str, words: Words) -> list[str]:
    """What moved most towards the new choice, in words; the circumstances by their `event`."""
    known = list(change.reasons)
    sizes = sum(abs(w.utility) for w in (*known, *change.against)) + abs(change.unknown)
    lot = Weight(UNKNOWN, change.unknown, change.unknown / (sizes or 1.0))
    ranked = sorted([*known, lot], key=lambda w: -w.share)[:TOLD]
    out = []
    for weight in ranked:
        if weight.share <= LEAST:
            continue
        if weight is lot:
            text = event or words("cause.unknown")
            out.append(words("cause.reason", term=text, share=words.percent(weight.share)))
        else:
            out.append(_reason(change, weight, words))
    return out


def _reason(change: Change, weight: Weight, words: Words) -> str:
    moved = away_in(change.before) != away_in(change.choice)  # names are of going and coming home
    name = words.words("name").get(change.term) if moved else None
    values = {"term": words.words("term")[weight.term], "share": words.percent(weight.share)}
    if weight.term == "constant":  # other constants hold for other households
        values["term"] = words("cause.household")
    if weight is change.reasons[0] and weight.term in NAMED and name:
        return words("cause.named", name=name, **values)
    return words("cause.reason", **values)


def nearest(years: list[FamilyYear], words: Words, brief: bool = False) -> Chapter:
    """The chapter on the year the mother came closest to returning."""
    now = nearest_year(years)
    if now is None or now.decision is None:
        return _never(years, words)
    made = now.decision
    other = made.best(SHE_IS_HOME)
    chose = words(
        "nearest.chose",
        year=now.year,
        choice=choice(now, made.choice, words),
        other=choice(now, other, words),
    )
    money = words(
        "nearest.money",
        away=words.yuan(float(made.income[made.choice]), now.year),
        home=words.yuan(float(made.income[other]), now.year),
    )
    sentences = [
        Sentence(chose, decision("totals", now)),
        *([] if brief else [Sentence(money, decision("income", now))]),
        Sentence(weighed(made, other, words), decision("terms", now) + decision("shock", now)),
    ]
    unknown = float(made.shock[made.choice] - made.shock[other])
    weights = made.weights(made.choice, other)
    if not brief and abs(unknown) > WORTH_TELLING * max(abs(w.utility) for w in weights):
        side = words("nearest.staying" if unknown > 0 else "nearest.returning")
        share = next(abs(w.share) for w in weights if w.term == UNKNOWN)
        text = words("nearest.unknown", share=words.percent(share), side=side)
        sentences.append(Sentence(text, decision("shock", now)))
    tips = _tips(now, made, words, 1 if brief else FLIPS)
    return Chapter(words("chapter.nearest"), (*sentences, tips))


def _never(years: list[FamilyYear], words: Words) -> Chapter:
    """Of a mother who was at home, had the children with her, or came back within a year."""
    left = [y for y in years if y.decision and y.decision.choice in SHE_LEFT and y.young()]
    last = left[-1] if left else years[-1]
    text = words("nearest.single", year=last.year) if left else words("nearest.never")
    source = person("choice", last.year, last.mother)
    return Chapter(words("chapter.never"), (Sentence(text, source),))


def weighed(made: Decision, other: int, words: Words, most: int = WEIGHED) -> str:
    """The heaviest reasons that the model knows, those for one side together."""
    known = [w for w in made.weights(made.choice, other) if w.term != UNKNOWN][:most]
    sides: dict[str, list[str]] = {}
    for weight in known:
        key = "nearest.for_staying" if weight.utility > 0 else "nearest.for_return"
        term = words.words("term")[weight.term]
        text = words("cause.reason", term=term, share=words.percent(abs(weight.share)))
        sides.setdefault(key, []).append(text)
    told = (words(key, reasons=words.listed(texts)) for key, texts in sides.items())
    return words("nearest.weighed", told=words("list.clause").join(told))


def _tips(now: FamilyYear, made: Decision, words: Words, most: int) -> Sentence:
    """What would have brought her home, as far as it lies within the family's means."""
    means = float(made.income[made.choice])
    turned = [f for f in now.flips if f.choice in SHE_IS_HOME and _within(f, means)]
    turned.sort(key=lambda f: abs(f.amount) / (abs(f.now) or means))
    if not turned:
        return Sentence(words("nearest.no_tip"), decision("flips", now))
    nearly = [f for f in turned if abs(f.amount) < HAIR * (abs(f.now) or means)]
    if nearly:
        return Sentence(words("nearest.hair"), decision("flips", now))
    text = words("nearest.or").join(_flip(flip, now, words) for flip in turned[:most])
    return Sentence(words("nearest.tip", flip=text), decision("flips", now))


def _within(flip: Flip, means: float) -> bool:
    """Whether an amount of money is at most what the family earns in a year (a month)."""
    if "yuan" not in flip.unit:
        return True
    return abs(flip.amount) <= (means / 12.0 if "month" in flip.unit else means)


def _flip(flip: Flip, now: FamilyYear, words: Words) -> str:
    return words.words("flip")[flip.lever].format(
        amount=words.yuan(abs(flip.amount), now.year), share=words.percent(abs(flip.amount))
    )


def choice(now: FamilyYear, alternative: int, words: Words) -> str:
    """A choice in words, for a couple or for one adult."""
    made = now.decision
    assert made is not None
    name = ALTERNATIVES[alternative]
    if made.mother and made.father:
        return words(f"choice.{name}")
    lone = {"children_left": "away", "children_taken": "taken", "family_in_town": "town"}
    return words(f"choice.lone_{lone.get(name, 'home')}")
