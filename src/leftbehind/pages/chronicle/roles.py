"""Words for people: their place in the family, never a name."""

from collections.abc import Sequence

from leftbehind.base.person import FEMALE

ORDINALS = ("eldest", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
ELDERS = (
    "the father's father",
    "the father's mother",
    "the mother's father",
    "the mother's mother",
)


def children_roles(sexes: Sequence[int]) -> list[str]:
    """Roles of all children of a mother in order of birth: `the eldest daughter`, `the son`, ..."""
    out = []
    for n, sex in enumerate(sexes):
        word = "daughter" if sex == FEMALE else "son"
        same = sum(1 for other in sexes if other == sex)
        before = sum(1 for other in sexes[:n] if other == sex)
        if same == 1:
            out.append(f"the {word}")
        elif before == same - 1:
            out.append(f"the {'younger' if same == 2 else 'youngest'} {word}")
        else:
            first = "elder" if same == 2 else ORDINALS[min(before, len(ORDINALS) - 1)]
            out.append(f"the {first} {word}")
    return out


def listed(items: Sequence[str]) -> str:
    """`a, b and c`."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
