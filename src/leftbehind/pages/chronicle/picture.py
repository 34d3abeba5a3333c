"""The years as a picture: one line a person, where it lived and with whom. Plain inline SVG."""

from leftbehind.base.markdown import render
from leftbehind.base.person import ALONE, IN_PRISON, SIBLINGS, WITH_PARENT
from leftbehind.model.tallies.headcount import CHILD_AGE
from leftbehind.pages.chronicle.family import FamilyYear, Member
from leftbehind.pages.chronicle.roles import capital
from leftbehind.pages.chronicle.words import Words

STATES = {
    "home": "at home, with a parent",
    "away": "away",
    "carer": "with grandparents or relatives",
    "none": "without an adult",
    "prison": "in prison",
}


def lifelines(years: list[FamilyYear], words: Words) -> str:
    """SVG of parents and children by year; states are told by colour, pattern and title."""
    children = {child.key: child for year in years for child in year.children}
    parents = [m for m in (years[-1].mother, years[-1].father) if m]
    lives: dict[int, list[tuple[int, str]]] = {
        m.key: [] for m in (*parents, *sorted(children.values(), key=lambda c: c.birth_year))
    }
    for year in years:
        for now in year.members():
            if now.key in lives and now.alive:
                lives[now.key].append((year.year, _state(now, year.year)))
    return render(
        __package__,
        "templates/lifelines.html",
        lives=[(capital(words.role(key)), life) for key, life in lives.items()],
        first=years[0].year,
        last=years[-1].year,
        states=STATES,
    )


def _state(member: Member, year: int) -> str:
    if member.at >= 0:
        return "away"
    if member.at == IN_PRISON:
        return "prison"
    if member.age(year) >= CHILD_AGE or member.arrangement == WITH_PARENT:
        return "home"
    return "none" if member.arrangement in (SIBLINGS, ALONE) else "carer"
