"""One year from near: parents, children, school, pay, money sent home, hours without an adult."""

from leftbehind.model.processes.week import SCHOOL, SLOTS
from leftbehind.pages.chronicle import clauses
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.money import nominal
from leftbehind.pages.chronicle.record import Chapter, Grid, Sentence, Source, person
from leftbehind.pages.chronicle.words import Words

SCHOOL_AGE = 7  # younger children are at kindergarten, or too young for school


def paragraph(now: FamilyYear, words: Words, brief: bool = False) -> list[Sentence]:
    """Where parents and children were that year, and who went to which school."""
    year = now.year
    text = clauses.parents(now, words, clauses.CLOSE) + words("list.stop")
    sources = person("destination", year, *now.parents()) + person("months", year, *now.parents())
    out = [Sentence(words.sentence(text), sources)]
    young = now.young()
    if young:
        text = clauses.children(now, words, clauses.CLOSE) + words("list.stop")
        who = person("arrangement", year, *young) + person("carer", year, *young)
        out.append(Sentence(words.sentence(text), who))
        schools = words("list.clause").join(_schools(young, year, words)) + words("list.stop")
        enrolled = person("enrolled", year, *young) + person("boards", year, *young)
        out.append(Sentence(words.sentence(schools), enrolled))
        out += _at_home(now, words)
    return out if brief else [*out, *_grown(now, words)]


def _at_home(now: FamilyYear, words: Words) -> list[Sentence]:
    """For how many months children who were left had a parent at home."""
    states = {p: clauses.where_is(p, now) for p in now.parents()}
    gone = [p for p, state in states.items() if state == "away"]
    months = 12 - min((p.months for p in gone), default=12)  # both are home in the same months
    left = any(c.at < 0 and c.arrangement != "parent" for c in now.young())
    if not left or not months or set(states.values()) & {"home", "town"}:
        return []
    text = words("parent.back_one" if months == 1 else "parent.back", months=months)
    return [Sentence(text, person("months", now.year, *gone))]


def _grown(now: FamilyYear, words: Words) -> list[Sentence]:
    """Which of the children had grown up."""
    grown = [c for c in now.children if c.alive and not c.is_child(now.year)]
    if not grown:
        return []
    key = "school.grown_many" if len(grown) > 1 else "school.grown"
    text = words.sentence(words(key, who=words.who(grown, now.year)))
    return [Sentence(text, person("birth_year", now.year, *grown))]


def _schools(young: list[Member], year: int, words: Words) -> list[str]:
    """School of each child; children at the same are told together."""
    groups: dict[tuple[str, bool], list[Member]] = {}
    for child in young:
        stage = child.stage
        if stage == "none" and child.age(year) < SCHOOL_AGE:
            stage = "kindergarten" if child.hours and child.hours[SCHOOL] > 0 else "young"
        groups.setdefault((stage, child.boards), []).append(child)
    out = []
    for (stage, boards), members in groups.items():
        text = words(f"school.{stage}", who=words.who(members))
        if len(members) > 1:
            text = text.replace(" was ", " were ")
        out.append(text + (words("school.boards") if boards else ""))
    return out


def money(now: FamilyYear, words: Words) -> list[Sentence]:
    """What the parents earned away and what went home in the year."""
    year = now.year
    earners = [p for p in now.parents() if p.alive and p.monthly_pay > 0]
    if not earners:
        return []
    each = [
        words(
            "money.pay_next" if n else "money.pay_one",
            who=words.role(p.key),
            years=p.schooling,
            pay=words.yuan(p.monthly_pay, year),
            usd=words.usd_a_day(p.monthly_pay, year),
        )
        for n, p in enumerate(earners)
    ]
    sources = (
        *person("destination", year, *earners),
        *person("schooling", year, *earners),
        Source("places", "wage", year),
        Source("national_series", "cpi", year),
        Source("national_series", "exchange_rate", year),
    )
    told = words.sentence(words("list.pause").join(each)) + words("list.stop")
    sent = words("money.sent", sent=words.yuan(now.sent, year))
    if now.sent <= 0:
        sent = words("money.sent_none")
    return [
        Sentence(told, sources, assumed=True),
        Sentence(sent, (*sources, Source("parameters", "remit", year)), assumed=True),
    ]


def all_money(years: list[FamilyYear], words: Words) -> Sentence:
    """What went home over the years told."""
    sent = [y for y in years if y.sent > 0]
    source = (Source("parameters", "remit", years[-1].year),)
    if not sent:
        return Sentence(words("money.total_none"), source)
    most = max(sent, key=lambda y: nominal(y.sent, y.year))
    total = sum(nominal(y.sent, y.year) for y in sent)
    text = words(
        "money.total",
        number=len(sent),
        sum=words.yuan(total / nominal(1.0, 2010), 2010),
        year=most.year,
        most=words.yuan(most.sent, most.year),
    )
    used = (*person("months", most.year, *most.parents()), *source)
    return Sentence(text, used, assumed=True)


def alone(now: FamilyYear, words: Words) -> list[Sentence]:
    """Waking hours without an adult of each child."""
    young = now.young()
    if not young:
        return []
    sources = person("arrangement", now.year, *young)
    hours = [f"{c.unsupervised:.0f}" for c in young]
    if set(hours) == {"0"}:
        text = words("week.alone_none")
    elif len(young) == 1:
        text = words("week.alone_one", who=words.role(young[0].key), hours=hours[0])
    else:
        each = [
            words("week.each", who=words.role(c.key), hours=h)
            for c, h in zip(young, hours, strict=True)
            if h != "0"
        ]
        never = [c for c, h in zip(young, hours, strict=True) if h == "0"]
        if never:
            others = words("week.others") if len(never) > 1 else words.who(never)
            each.append(words("week.each_none", who=others))
        text = words("week.alone", each=words("list.comma").join(each))
    return [Sentence(words.sentence(text), sources, assumed=True)]


def week(now: FamilyYear, words: Words) -> Chapter | None:
    """The children's week in hours; None if no child under 18 lives in the family."""
    young = [c for c in now.young() if c.hours]
    if not young:
        return None
    columns = (words("week.slot"), *(words.sentence(words.who([c], now.year)) for c in young))
    rows = []
    for n, slot in enumerate(SLOTS):
        if any(c.hours[n] >= 0.5 for c in young):
            name = words.words("week").get("alone_slot" if slot == "alone" else slot, slot)
            rows.append((name, *(f"{c.hours[n]:.0f}" for c in young)))
    rows.append((words("week.unsupervised"), *(f"{c.unsupervised:.0f}" for c in young)))
    sources = person("arrangement", now.year, *young) + person("boards", now.year, *young)
    grid = Grid(columns, tuple(rows), words("week.note"), sources)
    return Chapter(words("chapter.week", year=now.year), grid=grid)
