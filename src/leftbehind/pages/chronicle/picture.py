"""The years as a picture: one line a person, where it lived and with whom. Plain inline SVG."""

from html import escape

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
LEFT, ROW, TEXT = 150, 22, 14


def lifelines(years: list[FamilyYear], words: Words, width: int = 760) -> str:
    """SVG of parents and children by year; states are told by colour, pattern and title."""
    first, last = years[0].year, years[-1].year
    step = (width - LEFT) / (last - first + 1)
    order = sorted(
        {c.key: c for y in years for c in y.children}.values(), key=lambda c: c.birth_year
    )
    parents = [m for m in (years[-1].mother, years[-1].father) if m]
    rows = [*parents, *order]
    height = ROW * (len(rows) + 3)
    parts = [
        f'<svg class="lives" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Who was at home and who was away, {first} to {last}">'
    ]
    for n, member in enumerate(rows):
        top = ROW * n
        who = escape(capital(words.role(member.key)))
        parts.append(f'<text x="0" y="{top + TEXT}">{who}</text>')
        for year in years:
            now = next((m for m in year.members() if m.key == member.key), None)
            if now is None or not now.alive:
                continue
            state = _state(now, year.year)
            x = LEFT + (year.year - first) * step
            parts.append(
                f'<rect class="{state}" x="{x:.1f}" y="{top + 2}" width="{step:.1f}" '
                f'height="{ROW - 6}"><title>{year.year}: {STATES[state]}</title></rect>'
            )
    axis = ROW * len(rows) + TEXT
    for decade in range(first - first % 10 + 10, last + 1, 10):
        x = LEFT + (decade - first + 0.5) * step
        side = "end" if decade > last - 3 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{axis}" text-anchor="{side}">{decade}</text>')
    for n, (state, meaning) in enumerate(STATES.items()):
        left = n * 155
        parts.append(f'<rect class="{state}" x="{left}" y="{axis + 10}" width="14" height="12"/>')
        parts.append(f'<text class="key" x="{left + 18}" y="{axis + 20}">{meaning}</text>')
    return "".join([*parts, "</svg>"])


def _state(member: Member, year: int) -> str:
    if member.at >= 0:
        return "away"
    if member.at == IN_PRISON:
        return "prison"
    if member.age(year) >= CHILD_AGE or member.arrangement == WITH_PARENT:
        return "home"
    return "none" if member.arrangement in (SIBLINGS, ALONE) else "carer"
