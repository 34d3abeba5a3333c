"""The family as pictures: a kin tree of one year, and who was where in each year.

Each has a legend and words that tell it to who does not see it; the years also as plain text.
"""

from leftbehind.base.markdown import render
from leftbehind.base.person import FEMALE, IN_PRISON
from leftbehind.pages.chronicle.family import FamilyYear
from leftbehind.pages.chronicle.member import Member
from leftbehind.pages.chronicle.record import Picture
from leftbehind.pages.chronicle.render import columns
from leftbehind.pages.chronicle.words import Words

STATES = ("home", "away", "carer", "none", "prison")
SIGNS = {"home": "=", "away": "o", "carer": "-", "none": "!", "prison": "x"}
NO_ADULT = ("older sibling", "alone")
WIDTH = 480  # of both pictures: their letters stay readable on a telephone
BOX, GAP, IN_A_ROW, NARROW = 46, 34, 4, 6


def state(member: Member, year: int) -> str:
    """Where somebody was: one of STATES."""
    if member.at >= 0:
        return "away"
    if member.at == IN_PRISON:
        return "prison"
    if not member.is_child(year) or member.arrangement == "parent":
        return "home"
    return "none" if member.arrangement in NO_ADULT else "carer"


def lives(years: list[FamilyYear], words: Words) -> Picture:
    """Parents and children by year."""
    told = _lives(years)
    first, last = years[0].year, years[-1].year
    rows = [(words.sentence(words.role(key)), life) for key, life in told.items()]
    states = {s: words(f"lives.{s}") for s in STATES}
    used = {s for _, life in rows for s in life.values()}
    label = words(
        "lives.label",
        first=first,
        last=last,
        people=words("list.clause").join(_in_words(who, life, states, words) for who, life in rows),
    )
    svg = render(
        __package__,
        "templates/lives.html",
        rows=[(who, _spans(life)) for who, life in rows],
        first=first,
        last=last,
        states={s: text for s, text in states.items() if s in used},
        label=label,
        width=WIDTH,
    )
    return Picture(svg, _as_text(rows, first, last, states, used), label)


def _lives(years: list[FamilyYear]) -> dict[int, dict[int, str]]:
    children = {child.key: child for year in years for child in year.children}
    parents = {m.key: m for year in years for m in year.parents()}
    order = [*parents, *sorted(children, key=lambda key: children[key].birth_year)]
    out: dict[int, dict[int, str]] = {key: {} for key in order}
    for year in years:
        for member in year.members():
            if member.key in out and member.alive:
                now = state(member, year.year)
                # A parent is told as one, at whatever age.
                lone = member.key in parents and now in ("carer", "none")
                out[member.key][year.year] = "home" if lone else now
    return out


def _spans(life: dict[int, str]) -> list[tuple[int, int, str]]:
    out: list[tuple[int, int, str]] = []
    for year, now in life.items():
        if out and out[-1][2] == now and out[-1][1] == year - 1:
            out[-1] = (out[-1][0], year, now)
        else:
            out.append((year, year, now))
    return out


def _in_words(who: str, life: dict[int, str], states: dict[str, str], words: Words) -> str:
    parts = [
        words("list.gap" if words.language == "en" else "list.colon").join(
            (states[now], str(a) if a == b else words("list.span", first=a, last=b))
        )
        for a, b, now in _spans(life)
    ]
    return words("lives.one", who=who, parts=words("list.comma").join(parts))


def _as_text(
    rows: list[tuple[str, dict[int, str]]],
    first: int,
    last: int,
    states: dict[str, str],
    used: set[str],
) -> str:
    """One line a person, one sign a year, and what the signs mean."""
    across = range(first, last + 1)
    width = max(columns(who) for who, _ in rows) + 2
    ticks = [" "] * (len(across) + 4)
    for year in across:
        if year % 10 == 0:
            ticks[year - first : year - first + 4] = str(year)
    lines = [" " * width + "".join(ticks).rstrip()]
    for who, life in rows:
        signs = "".join(SIGNS[life[y]] if y in life else " " for y in across)
        lines.append(who + " " * (width - columns(who)) + signs.rstrip())
    legend = "   ".join(f"{SIGNS[s]} {states[s]}" for s in STATES if s in used)
    return "\n".join([*lines, "", legend])


def tree(now: FamilyYear, words: Words) -> Picture:
    """Grandparents, parents and children of the year, joined by lines."""
    boxes, links, height = _boxes(now, words)
    label = words(
        "tree.label",
        year=now.year,
        people=words("list.clause").join(
            words("list.pause").join(str(b[part]) for part in ("title", "born", "where") if b[part])
            for b in boxes
        ),
    )
    svg = render(
        __package__,
        "templates/tree.html",
        boxes=boxes,
        links=links,
        height=height,
        width=WIDTH,
        label=label,
        legend=[
            [(k, words(f"tree.{k}")) for k in ("here", "away", "carer", "dead")],
            [(k, words(f"tree.{k}")) for k in ("woman", "man", "pair", "line")],
        ],
    )
    return Picture(svg, "\n".join(_tree_text(now, words)), label)


def _boxes(now: FamilyYear, words: Words) -> tuple[list[dict[str, object]], list[str], int]:
    """Boxes of all with their places, the lines between them, and the height of the picture."""
    boxes: list[dict[str, object]] = []
    wide = WIDTH / IN_A_ROW
    elders: list[str] = words.content["role"]["elder"]
    for which, elder in enumerate(now.elders):
        boxes.append(_box(elder, elders[which], now, words, which * wide, 0.0, wide))
    row = float(BOX + GAP)
    order = (now.father, now.mother)
    for n, parent in enumerate(order):
        name = words("role.mother" if n else "role.father")
        boxes.append(_box(parent, name, now, words, (2 * n + 0.5) * wide, row, wide))
    links = [
        f"M{wide * (2 * n + s + 0.5):.0f} {BOX} V{BOX + GAP / 2:.0f} H{wide * (2 * n + 1):.0f} "
        f"V{row:.0f}"
        for n in range(2)
        for s in range(2)
    ]
    links.append(f"M{wide * 1.5:.0f} {row + BOX / 2:.0f} H{wide * 2.5:.0f}")
    middle = row + BOX / 2
    for n, child in enumerate(now.children):
        line, place = divmod(n, IN_A_ROW)
        beside = min(IN_A_ROW, len(now.children) - line * IN_A_ROW)
        x = (WIDTH - beside * wide) / 2 + place * wide
        y = row * (2 + line)
        boxes.append(_box(child, words.role(child.key), now, words, x, y, wide))
        bus = row + BOX + GAP / 2 + line * row
        links.append(f"M{WIDTH / 2} {middle} V{bus:.0f} H{x + wide / 2:.0f} V{y:.0f}")
    rows = 2 + (len(now.children) + IN_A_ROW - 1) // IN_A_ROW
    return boxes, links, int(rows * row)


def _box(
    member: Member | None, name: str, now: FamilyYear, words: Words, x: float, y: float, wide: float
) -> dict[str, object]:
    place = {"x": x + NARROW / 2, "y": y, "w": wide - NARROW, "h": BOX}
    if member is None:
        told = {"title": words.sentence(name), "born": words("tree.unknown"), "where": ""}
        return {**place, **told, "kind": "no", "round": False}
    born = words("tree.years", born=member.birth_year)
    if not member.alive:
        born = words("tree.died", born=member.birth_year, died=member.death_year)
        where, kind = words("tree.dead"), "dead"
    elif member.at >= 0:
        where, kind = words.place(member.at), "away"
    elif state(member, now.year) in ("carer", "none") and member in now.children:
        where, kind = words("tree.carer"), "carer"
    else:
        where, kind = words(f"lives.{'prison' if member.at == IN_PRISON else 'home'}"), "here"
        where = words("tree.here") if kind == "here" and member.at != IN_PRISON else where
    title = words.sentence(words.role(member.key) if member.key else name)
    female = member.sex == FEMALE
    return {**place, "title": title, "born": born, "where": where, "kind": kind, "round": female}


def _tree_text(now: FamilyYear, words: Words) -> list[str]:
    lines = []
    boxes, _, _ = _boxes(now, words)
    for n, box in enumerate(boxes):
        indent = "" if n < 4 else "  " if n < 6 else "    "
        parts = [str(box["title"]), str(box["born"]), str(box["where"])]
        lines.append(indent + words("list.pause").join(p for p in parts if p))
    return lines
