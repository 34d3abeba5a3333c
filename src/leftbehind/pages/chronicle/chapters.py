"""The chapters that look closely at one year: kin, work and money, the children's week."""

from leftbehind.base.person import FEMALE, IN_PRISON, SAME_HOME
from leftbehind.model.processes.week import SLOTS
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.pages.chronicle.family import FamilyYear, Member
from leftbehind.pages.chronicle.money import WORKING_DAYS, dollars, nominal, yuan_text
from leftbehind.pages.chronicle.record import Chapter, Grid, Sentence, Source
from leftbehind.pages.chronicle.roles import ELDERS, capital
from leftbehind.pages.chronicle.words import STAGE_WORDS, Words, is_away, person

ASSUMED_HOURS = "assumed hours; compare places and scenarios, not levels"
SLOT_WORDS = {
    "sleep": "sleep",
    "school": "school",
    "travel": "way to school",
    "farm": "farm work",
    "chores": "chores",
    "with_parent": "with a parent",
    "with_grandparent": "with a grandparent",
    "with_other_adult": "with another adult",
    "with_sibling": "with brothers or sisters only",
    "alone": "alone",
}


def kin(now: FamilyYear, words: Words) -> Chapter:
    """Who belongs to the family, how old, where they live and how far away."""
    rows = []
    for member in (now.mother, now.father, *now.children):
        if member:
            rows.append(
                (capital(words.role(member.key)), _age(member, now), _lives(member, now, words))
            )
    for which, elder in enumerate(now.elders):
        if elder is None:
            rows.append((capital(ELDERS[which]), "", "not in the record"))
        else:
            rows.append((capital(ELDERS[which]), _age(elder, now), _walk(elder, which, now, words)))
    sources = person("destination", now.year, *now.members()) + person("home", now.year, now.mother)
    note = (
        "Walking minutes are drawn once for the family from assumed distributions "
        "and stay the same."
    )
    grid = Grid(("Who", "Age", "Where"), tuple(rows), note, sources)
    return Chapter(f"The family in {now.year}", grid=grid)


def _age(member: Member, now: FamilyYear) -> str:
    if member.alive:
        return str(member.age(now.year))
    return f"died {member.death_year}, aged {member.death_year - member.birth_year}"


def _lives(member: Member, now: FamilyYear, words: Words) -> str:
    if not member.alive:
        return ""
    if member.at >= 0:
        return words.inside(member.at)
    if member.at == IN_PRISON:
        return "in prison"
    if member.age(now.year) >= CHILD_AGE:
        return "at home"
    at_school = ", at school on school days" if member.boards else ""
    return f"at home, {words.care(member)}{at_school}"


def _walk(elder: Member, which: int, now: FamilyYear, words: Words) -> str:
    if not elder.alive:
        return ""
    limited = ", in poor health" if elder.limited else ""
    if elder.at >= 0:
        return f"works {words.inside(elder.at)}{limited}"
    if elder.at == IN_PRISON:
        return f"in prison{limited}"
    if which < 2 and now.home == SAME_HOME:
        return f"in the same home{limited}"
    if elder.minutes < 0:
        return f"in another county{limited}"
    return f"{elder.minutes:.0f} minutes' walk away{limited}"


def work(years: list[FamilyYear], now: FamilyYear, words: Words) -> Chapter:
    """Where the parents worked, for what wage, and what they sent home."""
    sentences = [
        sentence
        for parent in (now.mother, now.father)
        if parent and is_away(parent)
        for sentence in _work_of(parent, now, words)
    ]
    if not sentences:
        sentences = [
            Sentence(
                f"In {now.year} neither parent worked away.",
                person("destination", now.year, now.mother, now.father),
            )
        ]
    for parent in (now.mother, now.father):
        if parent and parent.at == IN_PRISON:
            text = f"{capital(words.role(parent.key))} was in prison, since {parent.away_since}."
            sentences.append(Sentence(text, person("destination", now.year, parent)))
        gone = [
            y.year
            for y in years
            for m in (y.mother, y.father)
            if m and parent and m.key == parent.key and is_away(m)
        ]
        if parent and gone:
            text = (
                f"{capital(words.role(parent.key))} was away in {len(gone)} of the {len(years)} "
                f"years told, the first time in {gone[0]}."
            )
            sentences.append(Sentence(text, person("destination", gone[0], parent)))
    return Chapter("Work and money", tuple(sentences))


def _work_of(parent: Member, now: FamilyYear, words: Words) -> list[Sentence]:
    year = now.year
    pay = nominal(parent.monthly_pay, year)
    day = pay / WORKING_DAYS
    who = capital(words.role(parent.key))
    sources = (
        *person("destination", year, parent),
        Source("places", "wage", year),
        Source("national_series", "cpi", year),
        Source("national_series", "exchange_rate", year),
    )
    text = (
        f"In {year} {words.role(parent.key)} worked {words.inside(parent.at)} for about "
        f"{yuan_text(pay)} a month, {dollars(day, year):.0f} US dollars a day (expected pay there "
        f"for {'her' if parent.sex == FEMALE else 'his'} schooling, age and sex; a month counted "
        f"as {WORKING_DAYS} days, assumed)."
    )
    months = (
        f"{who} was away {parent.months} months of that year; this absence began in "
        f"{parent.away_since}."
    )
    sent = (
        f"Of this about {yuan_text(nominal(parent.sent_home, year))} went home in the year "
        "(assumed share of pay)."
    )
    return [
        Sentence(text, sources, assumed=True),
        Sentence(months, person("months", year, parent) + person("away_since", year, parent)),
        Sentence(sent, (*sources, Source("parameters", "remit", year)), assumed=True),
    ]


def week(now: FamilyYear, words: Words) -> Chapter | None:
    """The children's week in hours; None if no child under 18 lives in the family."""
    children = [c for c in now.children if c.alive and c.hours]
    if not children:
        return None
    columns = ("", *(f"{capital(words.role(c.key))}, {c.age(now.year)}" for c in children))
    rows = []
    for n, slot in enumerate(SLOTS):
        if any(c.hours[n] >= 0.5 for c in children):
            rows.append((SLOT_WORDS[slot], *(f"{c.hours[n]:.0f}" for c in children)))
    rows.append(("waking hours without an adult", *(f"{c.unsupervised:.0f}" for c in children)))
    sources = person("arrangement", now.year, *children) + person("boards", now.year, *children)
    note = f"Hours of a mean week of the year, {ASSUMED_HOURS}."
    sentences = tuple(_school(c, now, words) for c in children)
    return Chapter(
        f"The children's week in {now.year}", sentences, Grid(columns, tuple(rows), note, sources)
    )


def _school(child: Member, now: FamilyYear, words: Words) -> Sentence:
    who = capital(words.role(child.key))
    if child.stage == "none":
        school = "did not go to school"
        if child.age(now.year) < 7:
            school = "was too young for school"
    else:
        school = f"went to {STAGE_WORDS[child.stage]}"
        school += " and lived there on school days" if child.boards else ""
    where = words.inside(child.at) if child.at >= 0 else words.care(child)
    sources = person("enrolled", now.year, child) + person("arrangement", now.year, child)
    return Sentence(f"{who}, {child.age(now.year)}, {school}, {where}.", sources)
