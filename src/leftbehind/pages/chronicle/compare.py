"""Two families side by side, in one year of one run."""

from leftbehind.counts.world import World
from leftbehind.pages.chronicle import clauses, elders
from leftbehind.pages.chronicle.causes import weighed
from leftbehind.pages.chronicle.eras import eras, head
from leftbehind.pages.chronicle.family import SHE_IS_HOME, FamilyYear, nearest_year
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.record import Chapter, Grid, Page, Sentence, person
from leftbehind.pages.chronicle.story import Asked, Family, Progress, facts, meet, notice
from leftbehind.runs.replay import Replays


def side_by_side(
    world: World,
    one: Asked,
    two: Asked,
    *,
    language: str = "en",
    keys: bool = False,
    progress: Progress | None = None,
) -> Page:
    """The two families that were asked for, row by row; errors: story.tell."""
    replays = Replays(world)
    pair = [meet(replays, asked, language, progress) for asked in (one, two)]
    say = pair[0].words
    names = [f"{mark}. {f.words.place(f.prefecture)}" for mark, f in zip("AB", pair, strict=True)]
    cells = [dict(_rows(family)) for family in pair]
    rows = tuple((say(f"side.{name}"), *(c[name] for c in cells)) for name in cells[0])
    sources = tuple(s for f in pair for s in person("destination", f.now.year, *f.now.parents()))
    grid = Grid((say("side.who"), *names), rows, sources=sources)
    chapters = [Chapter(say("chapter.side"), grid=grid)]
    for name, family in zip(names, pair, strict=True):
        points = tuple((head(era, family.words),) for era in eras(family.years))
        chosen = (Sentence(family.chosen),) if family.chosen else ()
        chapters.append(Chapter(name, sentences=chosen, points=points))
    found = [f"{f.mother:016x}" for f in pair]
    return Page(
        title=say("page.compare", year=pair[0].now.year),
        notice=notice(world, pair[0].scale, say),
        chosen="",
        chapters=tuple(chapters),
        roles=pair[0].words.roles | pair[1].words.roles,
        language=language,
        sources_title=say("page.sources"),
        assumed=say("page.assumed"),
        key=say("page.key", key=say("list.comma").join(found)) if keys else "",
        facts={"families": [facts(world, family) for family in pair]},
    )


def _rows(family: Family) -> list[tuple[str, str]]:
    """Cells of one family, by name of row."""
    now, words = family.now, family.words
    say, none = words, words("side.nothing")
    elder = elders.carer(now)
    young = now.young()
    pay = [f"{words.role(p.key)} {words.yuan(p.monthly_pay, now.year)}" for p in _earners(now)]
    hours = [f"{words.role(c.key)} {c.unsupervised:.0f}" for c in young]
    closest = nearest_year(family.years)
    reason = none
    if closest and closest.decision:
        other = closest.decision.best(SHE_IS_HOME)
        reason = weighed(closest.decision, other, words, most=1).rstrip(words("list.stop"))
    apart = sum(
        all(clauses.where_is(p, y) == "away" for p in y.parents()) and len(y.parents()) == 2
        for y in family.years
    )
    told = elders.now_told(elder, now, words).text if elder else none
    return [
        ("parents", words.sentence(clauses.parents(now, words, clauses.CLOSE))),
        ("children", words.sentence(words.who(young, now.year)) or none),
        ("care", words.sentence(clauses.children(now, words)) or none),
        ("grandmother", told),
        ("pay", say("list.comma").join(pay) or none),
        ("sent", words.yuan(now.sent, now.year) if now.sent > 0 else none),
        ("hours", say("list.comma").join(hours) or none),
        ("apart", str(apart)),
        ("nearest", str(closest.year) if closest else none),
        ("reason", words.sentence(reason)),
    ]


def _earners(now: FamilyYear) -> list[Member]:
    return [p for p in now.parents() if p.alive and p.monthly_pay > 0]
