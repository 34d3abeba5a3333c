"""The page put together: one HTML file with its numbers, drawings, words and library."""

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

import leftbehind
from leftbehind.base.markdown import render
from leftbehind.counts import definitions
from leftbehind.counts.definitions import Definition
from leftbehind.counts.headline import LINES, MILLION
from leftbehind.counts.official import published
from leftbehind.inputs.tables import read_table
from leftbehind.pages.explorer.branching import YEARS
from leftbehind.pages.explorer.evidence import WHO
from leftbehind.pages.explorer.words import words_of
from leftbehind.pages.report.build import library, script, style
from leftbehind.pages.static.answers import Answers
from leftbehind.pages.static.charts import specs
from leftbehind.pages.static.child import Lives
from leftbehind.pages.static.child_words import Told, told
from leftbehind.pages.static.levers import NAME, Lever
from leftbehind.pages.static.packed import numbers
from leftbehind.pages.static.words import ENGLISH, Words

if TYPE_CHECKING:
    from leftbehind.pages.static.study import Plan

SECTIONS = (
    "number",
    "controls",
    "world",
    "results",
    "lines",
    "tiles",
    "provinces",
    "care",
    "share",
)
FIRST_ASKED = "acwf-2010"


def page(
    answers: Answers, lives: Lives, plan: "Plan", language: str, names: Mapping[str, str]
) -> str:
    """The page in one language; `names` are the files of all languages beside it."""
    words = Words(language)
    child = told(lives, words)
    facts = _facts(answers, plan)
    return render(
        __package__,
        "page.html.j2",
        words=words,
        facts=facts,
        source=words("page.source", **facts),
        child=child,
        charts=("lines", "tiles", "provinces", "care"),
        languages=[(code, words_of(code).content["name"], name) for code, name in names.items()],
        content=_content(answers, words, facts, child),
        style=Markup(style() + _own("static.css")),
        library=library(),
        # In a block: the library's module has names of one and two letters.
        script=Markup(f"{script()}\n{{\n{_own('answers.js')}{_own('static.js')}}}"),
        errors=_errors(answers),
    )


def _own(name: str) -> str:
    return files("leftbehind.pages.static").joinpath(name).read_text(encoding="utf-8")


def _facts(answers: Answers, plan: "Plan") -> dict[str, Any]:
    levers = "".join(f" --lever {name}" for name in plan.levers)
    return {
        "version": leftbehind.__version__,
        "seed": plan.seed,
        "scale": f"{plan.scale:,}",
        "one_in": plan.scale,
        "worlds": plan.worlds,
        "draws": plan.draws,
        "first": YEARS[0],
        "last": YEARS[-1],
        "command": f"leftbehind explore --static PAGE --scale {plan.scale} --seed {plan.seed} "
        f"--worlds {plan.worlds} --checks {plan.checks} --draws {plan.draws}{levers}",
    }


def _errors(answers: Answers) -> dict[str, str]:
    found = answers.checked_error()
    return {
        "checks": str(found["worlds"]),
        "definitions": str(len(answers.layout.names)),
        "median": f"{found['median']:.1f}",
        "nine": f"{found['nine_in_ten']:.1f}",
        "largest": f"{found['largest']:.1f}",
        "inside": f"{100 * found['inside']:.0f}",
    }


def _content(answers: Answers, words: Words, facts: dict[str, Any], child: Told) -> dict[str, Any]:
    """All that the page's script reads."""
    layout, response = answers.layout, answers.response
    persons = answers.persons()
    drawings = specs(words)
    if child.chart:
        drawings["child"] = child.chart
    return {
        "levers": [_lever(lever, words) for lever in answers.levers],
        "years": list(YEARS),
        "definitions": [
            {
                "name": name,
                "persons": persons[d],
                "base": layout.base_of[d],
                "title": words.definition(definitions.get(name)),
                "words": words.who(definitions.get(name)),
                "published": _published(definitions.get(name), words),
            }
            for d, name in enumerate(layout.names)
        ],
        "asked": FIRST_ASKED,
        "provinces": [
            {
                "id": row["name"],
                "name": words.place(row["name"]),
                "short": words.short(row["name"]),
                "row": row["tile_row"],
                "column": row["tile_col"],
            }
            for row in read_table("provinces").sort("code").to_dicts()
        ],
        "carers": [words.carer(who) for who in WHO],
        "shapes": layout.shapes(),
        "positions": answers.positions[1:].tolist(),
        "powers": response.powers.tolist(),
        "weights": [[float(f"{w:.9g}") for w in term[1:]] for term in response.weights],
        "numbers": numbers(answers),
        "drawings": drawings,
        "words": {
            **{name: words.content[name] for name in SECTIONS},
            "source": words("page.source", **facts),
            "linkProblem": words("page.link_problem"),
            "oldBrowser": words("page.old_browser"),
            "same": words("real.same"),
        },
        "facts": facts,
        "name": NAME,
        "language": words.language,
    }


def _lever(lever: Lever, words: Words) -> dict[str, Any]:
    """A lever with its words, how far it goes, and its change in a scenario file."""
    english = Words(ENGLISH)
    return {
        "name": lever.name,
        "unit": lever.unit,
        "low": lever.low,
        "high": lever.high,
        "step": lever.step,
        "neutral": lever.neutral,
        "span": lever.span,
        "per": lever.per,
        "title": words.lever(lever.name, "title"),
        "words": words.lever(lever.name, "words"),
        "english": f"{english.lever(lever.name, 'title')}: {english(f'controls.{lever.unit}')}",
        "toml": toml(lever),
    }


def toml(lever: Lever) -> str:
    """A lever's change in a scenario file, with {amount} for what the reader sets."""
    return (
        f'[[change]]\nlever = "{lever.name}"\n{lever.operation} = {{amount}}\n'
        f"from = {YEARS[0]}\nto = {YEARS[-1]}\n"
    )


def _published(definition: Definition, words: Words) -> list[dict[str, Any]]:
    """Published counts of it and of definitions that ask the same of other years, in persons."""
    alike = next((names for names in LINES.values() if definition.name in names), ())
    points: dict[str, dict[str, Any]] = {}
    for name in (definition.name, *alike):
        one = definitions.get(name)
        agency = words.definition(one) if words.language == "zh" else one.agency
        for row in published(one).iter_rows(named=True):
            if row["unit"] == "million persons" and row["year"] in YEARS:
                ends = {end: (row[end] or row["value"]) * MILLION for end in ("low", "high")}
                point = {"year": row["year"], "value": row["value"] * MILLION, **ends}
                points.setdefault(row["id"], {**point, "agency": agency})
    return sorted(points.values(), key=lambda point: int(point["year"]))
