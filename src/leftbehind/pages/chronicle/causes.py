"""Why the family lived otherwise than the year before, and the year she came nearest.

Reasons are told as shares of all that moved or weighed; yuan are told only of money.
"""

from leftbehind.base.person import ALTERNATIVES
from leftbehind.counts.reasons import UNKNOWN, Change, Decision, Flip, Weight
from leftbehind.model.processes.spell import EVENTS, RENEWAL
from leftbehind.pages.chronicle.family import SHE_IS_HOME, FamilyYear, nearest_year
from leftbehind.pages.chronicle.record import Chapter, Sentence, decision, person
from leftbehind.pages.chronicle.words import Words

TOLD = 3  # reasons of a change at most
LEAST = 0.05  # of all that moved: a smaller reason is not told
WEIGHED = 3  # reasons of the year she came nearest
FLIPS = 2
WORTH_TELLING = 0.5  # what the model does not know, against the heaviest reason
NAMED = ("pay", "care", "law")  # terms of which the change's name says what moved in them


def why(now: FamilyYear, words: Words) -> list[Sentence]:
    """Why this year's choice is another than last year's; empty if it is the same."""
    change, made = now.change, now.decision
    if change is None or made is None:
        return []
    source = decision("terms", now)
    if change.opened or change.closed:
        return [Sentence(words("cause.opened" if change.opened else "cause.closed"), source)]
    out = []
    if made.began == now.year and made.event != RENEWAL:
        event = words.words("happened").get(EVENTS[made.event], EVENTS[made.event])
        out.append(Sentence(words("cause.event", event=event), decision("event", now)))
    return [*out, *_moved(change, now, words)]


def _moved(change: Change, now: FamilyYear, words: Words) -> list[Sentence]:
    """What moved most towards the new choice, what the model does not know among it."""
    known = list(change.reasons)
    sizes = sum(abs(w.utility) for w in (*known, *change.against)) + abs(change.unknown)
    unknown = Weight(UNKNOWN, change.unknown, change.unknown / (sizes or 1.0))
    ranked = sorted([*known, unknown], key=lambda w: -w.share)
    told = [_reason(change, w, words) for w in ranked[:TOLD] if w.share > LEAST]
    if not told:
        return [Sentence(words("cause.none"), decision("terms", now))]
    text = words("cause.reasons", reasons=words.listed(told))
    return [Sentence(text, decision("terms", now) + decision("shock", now))]


def _reason(change: Change, weight: Weight, words: Words) -> str:
    name = words.words("name").get(change.name)
    values = {"term": words.words("term")[weight.term], "share": words.percent(weight.share)}
    first = change.reasons[0].term if change.reasons else ""
    if weight.term == first and first in NAMED and name:
        return words("cause.named", name=name, **values)
    return words("cause.reason", **values)


def nearest(years: list[FamilyYear], words: Words) -> Chapter:
    """The chapter on the year the mother came closest to returning."""
    heading = words("chapter.nearest")
    now = nearest_year(years)
    if now is None or now.decision is None:
        last = years[-1]
        return Chapter(
            heading, (Sentence(words("nearest.never"), person("choice", last.year, last.mother)),)
        )
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
    reasons = words.listed(weighed(made, other, words))
    sentences = [
        Sentence(chose, decision("totals", now)),
        Sentence(money, decision("income", now)),
        Sentence(
            words.sentence(words("nearest.weighed", reasons=reasons)),
            decision("terms", now) + decision("shock", now),
        ),
    ]
    unknown = float(made.shock[made.choice] - made.shock[other])
    weights = made.weights(made.choice, other)
    if abs(unknown) > WORTH_TELLING * max(abs(w.utility) for w in weights):
        side = words("nearest.staying" if unknown > 0 else "nearest.returning")
        share = next(abs(w.share) for w in weights if w.term == UNKNOWN)
        text = words("nearest.unknown", share=words.percent(share), side=side)
        sentences.append(Sentence(text, decision("shock", now)))
    return Chapter(heading, (*sentences, _tips(now, made, words)))


def weighed(made: Decision, other: int, words: Words, most: int = WEIGHED) -> list[str]:
    """The heaviest reasons that the model knows, each with its side and share."""
    out = []
    for weight in made.weights(made.choice, other):
        if weight.term == UNKNOWN:
            continue
        key = "nearest.for_staying" if weight.utility > 0 else "nearest.for_return"
        term = words.words("term")[weight.term]
        out.append(words(key, term=term, share=words.percent(abs(weight.share))))
    return out[:most]


def _tips(now: FamilyYear, made: Decision, words: Words) -> Sentence:
    """What would have brought her home, as far as it lies within the family's means."""
    means = float(made.income[made.choice])
    turned = [f for f in now.flips if f.choice in SHE_IS_HOME and _within(f, means)]
    turned.sort(key=lambda f: abs(f.amount) / (abs(f.now) or means))
    if not turned:
        return Sentence(words("nearest.no_tip"), decision("flips", now))
    text = words("nearest.or").join(_flip(flip, now, words) for flip in turned[:FLIPS])
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
