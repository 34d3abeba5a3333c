"""What a family was looked for by, and what it misses, in words."""

from leftbehind.counts.find import Found, missed
from leftbehind.counts.how_many import Number
from leftbehind.counts.likeness import Like
from leftbehind.pages.chronicle.money import rounded
from leftbehind.pages.chronicle.words import Say


def wanted(like: Like, say: Say) -> str:
    """The conditions in one line."""
    parts = []
    if like.children is not None:
        key = "wanted.children_one" if like.children == 1 else "wanted.children"
        parts.append(say(key, number=say.number(like.children)))
    if like.oldest is not None:
        parts.append(say("wanted.oldest", age=like.oldest))
    if like.both_away:
        parts.append(say("wanted.both_away"))
    if like.one_away:
        parts.append(say("wanted.one_away"))
    if like.work_in is not None:
        parts.append(say("wanted.work", place=say.place(like.work_in)))
    if like.schooling is not None:
        parts.append(say("wanted.schooling", years=like.schooling))
    if like.walk is not None:
        low, high = (f"{x:.0f}" for x in like.walk)
        key = "wanted.walk_any" if like.walk[0] < 1 else "wanted.walk"
        parts.append(say(key, low=low, high=high))
    return say("list.pause").join(parts) or say("wanted.any")


def differs(found: Found, key: int, say: Say) -> list[str]:
    """What the family of `key` misses of what was asked for, each in words."""
    like = found.asked
    out = []
    for condition, row in missed(found, key, say.places):
        if condition == "children":
            out.append(say("missed.children", **{"is": row["children"], "wanted": like.children}))
        elif condition == "oldest":
            out.append(say("missed.oldest", **{"is": row["oldest"], "wanted": like.oldest}))
        elif condition == "schooling":
            out.append(say("missed.schooling", **{"is": row["schooling"]}))
        elif condition == "away":
            some = max(_at(row, "mother_at"), _at(row, "father_at")) >= 0
            out.append(say("missed.away" if some else "missed.away_one"))
        elif condition == "work":
            at = sorted({p for p in (_at(row, "mother_at"), _at(row, "father_at")) if p >= 0})
            assert like.work_in is not None
            places = say.listed([say.place(p) for p in at if p != like.work_in or len(at) == 1])
            if at:
                out.append(say("missed.work", place=places))
        else:
            out.append(_walk(row, say))
    return out


def _at(row: dict[str, object], column: str) -> int:
    return int(str(row[column]))


def _walk(row: dict[str, object], say: Say) -> str:
    minutes = row["grandmother_minutes"]
    if minutes is None:
        return say("missed.walk_none")
    walk = float(str(minutes))
    return say("missed.walk_home") if walk < 1 else say("missed.walk", **{"is": int(walk)})


def how_many(number: Number, say: Say) -> str:
    """A number of families with its interval."""
    if number.number == 0:
        return say("find.fewer", high=rounded(number.high))
    low, high = rounded(max(number.low, 0.0)), rounded(number.high)
    told = rounded(number.number) if number.number >= 1 else f"{number.number:.1f}"
    if number.low < 1:
        low = f"{number.low:.1f}"
    if number.high < 1:
        high = f"{number.high:.1f}"
    return say("find.about", number=told, low=low, high=high)
