"""A chronicle from beginning to end: choose a family, follow it, tell it short or in full."""

from dataclasses import asdict

from leftbehind.base.errors import InputError
from leftbehind.base.person import WITH_PARENT
from leftbehind.counts.find import Like, choose, find
from leftbehind.counts.world import World
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.pages.chronicle.chapters import kin, week, work
from leftbehind.pages.chronicle.family import FamilyYear, follow, mother_of_family
from leftbehind.pages.chronicle.picture import lifelines
from leftbehind.pages.chronicle.record import Chapter, Page, Sentence
from leftbehind.pages.chronicle.roles import capital
from leftbehind.pages.chronicle.timeline import events
from leftbehind.pages.chronicle.twin import twin
from leftbehind.pages.chronicle.weighing import closest_year, weighing, why
from leftbehind.pages.chronicle.words import Words, choice_words, decision, person
from leftbehind.runs.replay import AS_COUNTED, Replay

SHORT_EVENTS = 12


def tell(
    world: World,
    place: str,
    year: int,
    *,
    like: Like | None = None,
    key: int | None = None,
    full: bool = False,
    other: "World | None" = None,
    replay: Replay | None = None,
) -> Page:
    """The chronicle of one family of `place`, seen from `year`.

    The family is that of the person with `key`, else one chosen by the run's seed among those that
    are `like` (relaxed stepwise if there is none, which the page says). `other` adds the same
    family's life in another world of the same seed and scale. Raises InputError for an unknown
    place, year or person, or a world that cannot be replayed or compared.
    """
    replay = replay or Replay(world)
    prefecture = replay.places.find(place)
    if year not in world.years():
        raise InputError(f"--year {year}: the run holds {world.years()[0]} to {world.years()[-1]}")
    chosen = ""
    if key is None:
        mother, chosen = _choose(replay, prefecture, year, like or Like(both_away=True))
    else:
        mother = _of_person(replay, prefecture, year, key)
    years = follow(replay, prefecture, mother)
    told = _at(years, year)
    words = Words(years, replay.places, prefecture)
    chapters = _full(years, told, words) if full else _short(years, told, words)
    if other is not None:
        chapters.append(_twin(replay, other, prefecture, mother, years, words))
    name = replay.places.table["name"][prefecture]
    province = replay.places.table["province"][prefecture]
    return Page(
        title=f"A family of {name}, {province}",
        notice=_notice(world, replay.scale),
        chosen=chosen,
        chapters=tuple(chapters),
        facts=_facts(replay, str(name), mother, told.year, years),
    )


def _choose(replay: Replay, prefecture: int, year: int, like: Like) -> tuple[int, str]:
    found = find(replay, prefecture, year, like, country=False)
    mother = choose(found.families, int(replay.world.manifest["seed"]))
    number = found.families.height
    text = (
        f"Chosen by the run's seed among the {number} simulated there in {year} with: "
        f"{found.used.words(replay.places)}."
    )
    if found.relaxed:
        text = (
            f"Looked for: {found.asked.words(replay.places)}; none at this scale, so "
            f"{', '.join(found.relaxed)}. {text}"
        )
    return mother, text


def _of_person(replay: Replay, prefecture: int, year: int, key: int) -> int:
    for moment in replay.moments(prefecture, year):
        if moment.year == year and moment.stage == AS_COUNTED:
            return mother_of_family(moment, key)
    raise AssertionError("a replay ends with its last year's count")


def _at(years: list[FamilyYear], year: int) -> FamilyYear:
    if not years:
        raise InputError("this person never has a partner or child in the record: nothing to tell")
    return min(years, key=lambda y: abs(y.year - year))


def _notice(world: World, scale: int) -> str:
    return (
        "This family is simulated. It is nobody real, and stands for about "
        f"{scale:,} real families. Every sentence comes from the simulated record (run "
        f"{world.manifest['scenario'].get('name', 'baseline')}, seed {world.manifest['seed']}, "
        f"1:{scale:,}) and names the fields it rests on."
    )


def _short(years: list[FamilyYear], told: FamilyYear, words: Words) -> list[Chapter]:
    """One screen: kin, work, the week, the weightiest events, the closest return."""
    chapters = [kin(told, words), work(years, told, words)]
    children = week(told, words)
    if children:
        chapters.append(children)
    near = sorted(events(years, words), key=lambda e: (abs(e[0] - told.year), e[0]))
    near = sorted(near[:SHORT_EVENTS], key=lambda e: e[0])
    chapters.append(Chapter("Around that year", tuple(_dated(year, s) for year, s in near)))
    chapters.append(weighing(years, words))
    return chapters


def _full(years: list[FamilyYear], told: FamilyYear, words: Words) -> list[Chapter]:
    """Year by year, with a close look at the year told."""
    timeline = events(years, words)
    chapters = [
        kin(told, words),
        Chapter(f"{years[0].year} to {years[-1].year}", picture=lifelines(years, words)),
        work(years, told, words),
    ]
    children = week(told, words)
    if children:
        chapters.append(children)
    chapters.append(weighing(years, words))
    for now in years:
        happened = [s for year, s in timeline if year == now.year]
        chapters.append(Chapter(str(now.year), tuple([*happened, *why(now), *_state(now, words)])))
    return chapters


def _dated(year: int, sentence: Sentence) -> Sentence:
    return Sentence(f"{year}: {sentence.text}", sentence.sources, sentence.assumed)


def _state(now: FamilyYear, words: Words) -> list[Sentence]:
    """A year in one or two sentences: the choice, and the children's care."""
    out = []
    if now.decision:
        text = f"This year: {choice_words(now, now.decision.choice)}."
        out.append(Sentence(text, decision("choice", now)))
    left = [
        c
        for c in now.children
        if c.alive and c.age(now.year) < CHILD_AGE and c.at < 0 and c.arrangement != WITH_PARENT
    ]
    for child in left:
        who = capital(words.role(child.key))
        text = (
            f"{who}, {child.age(now.year)}, was {words.care(child)}; about "
            f"{child.unsupervised:.0f} waking hours a week without an adult (assumed hours)."
        )
        out.append(Sentence(text, person("arrangement", now.year, child), assumed=True))
    return out


def _twin(
    replay: Replay,
    other: World,
    prefecture: int,
    mother: int,
    years: list[FamilyYear],
    words: Words,
) -> Chapter:
    world = replay.world
    for setting in ("seed", "scale"):
        if world.manifest[setting] != other.manifest[setting]:
            raise InputError(
                f"{other.folder}: its {setting} is {other.manifest[setting]}, not "
                f"{world.manifest[setting]}: only worlds of the same seed and scale hold the same "
                "people"
            )
    last = min(world.years()[-1], other.years()[-1])
    elsewhere = Replay(other, replay.scale)
    there = follow(elsewhere, prefecture, mother, last)
    here = [year for year in years if year.year <= last]
    title = str(other.manifest["scenario"].get("title", other.manifest["scenario"].get("name")))
    return twin(here, there, title, words, Words(there, elsewhere.places, prefecture))


def _facts(
    replay: Replay, place: str, mother: int, year: int, years: list[FamilyYear]
) -> dict[str, object]:
    """The record behind the page as plain data."""
    closest = closest_year(years)
    return {
        "simulated": True,
        "place": place,
        "year": year,
        "scale": replay.scale,
        "seed": replay.world.manifest["seed"],
        "scenario": replay.world.manifest["scenario"],
        "mother_key": f"{mother:016x}",
        "closest_to_return": closest.year if closest else None,
        "years": [
            {
                "year": y.year,
                "choice": y.decision.choice if y.decision else None,
                "members": [
                    {
                        **asdict(m),
                        "key": f"{m.key:016x}",
                        "partner": f"{m.partner:016x}",
                        "carer": f"{m.carer:016x}" if m.carer else None,
                    }
                    for m in y.members()
                ],
            }
            for y in years
        ],
    }
