"""The page put together: sections in order, the charts' library, and everything in one file."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import files
from pathlib import Path

import polars as pl
from markupsafe import Markup

from leftbehind.base.markdown import render
from leftbehind.base.person import ARRANGEMENTS
from leftbehind.counts.world import World
from leftbehind.ensembles import Ensemble
from leftbehind.evidence.validate.own_start import require_country
from leftbehind.evidence.validate.page import run_facts
from leftbehind.pages import findings, vega
from leftbehind.pages.report.care import carers, hours
from leftbehind.pages.report.china import provinces
from leftbehind.pages.report.counts import interval, official, walk
from leftbehind.pages.report.economy import industry
from leftbehind.pages.report.facts import RURAL, Facts
from leftbehind.pages.report.moves import cities
from leftbehind.pages.report.policies import policies
from leftbehind.pages.report.returns import coming_home
from leftbehind.pages.report.section import Section
from leftbehind.pages.report.style import unchecked
from leftbehind.pages.report.sureness import sure
from leftbehind.pages.report.why import why_home
from leftbehind.pages.report.words import Words

SECTIONS = (
    "industry",
    "cities",
    "counts",
    "walk",
    "map",
    "care",
    "hours",
    "returns",
    "policies",
    "sure",
)
MAKERS: dict[str, Callable[[Facts, Words], Section]] = {
    "industry": industry,
    "cities": cities,
    "counts": official,
    "walk": walk,
    "map": provinces,
    "care": carers,
    "hours": hours,
    "sure": sure,
}
NOT_LEFT_BEHIND = "migrant-children"


def page(run: World | Ensemble, language: str = "en", compare: Path | None = None) -> str:
    """The report as one HTML text; nothing in it loads anything.

    Of an ensemble it tells the draw nearest to the medians (Ensemble.middle), and in its last
    section how the published counts lie in the intervals of all draws. `compare` is a folder that
    `leftbehind compare` wrote. Raises InputError for a language that is not known, a run that ends
    before families could move, a population of a part of the country, or a folder that holds no
    comparison.
    """
    words = Words(language)
    ensemble = run if isinstance(run, Ensemble) else None
    world = run.middle() if isinstance(run, Ensemble) else run
    require_country(world)
    facts = Facts(world, ensemble)
    # Families are lived again while the rest is counted and drawn: kernels hold no lock.
    with ThreadPoolExecutor(1) as beside, unchecked():
        why = beside.submit(why_home, facts)
        makers = MAKERS | {
            "returns": partial(coming_home, why=why),
            "policies": partial(policies, compare=compare),
        }
        sections = [makers[name](facts, words) for name in SECTIONS]
    return render(
        __package__,
        "page.html.j2",
        words=words,
        sections=sections,
        keys=key_facts(facts, words),
        facts=facts,
        about=about(facts, words),
        source=source(facts, words),
        library=library(),
        style=Markup(style()),
        script=Markup(script()),
        scale=f"{world.scale:,}",
        scenario=world.scenario_name,
    )


def library() -> Markup:
    """Vega, Vega-Lite and Vega-Embed, from the installed package vl-convert."""
    code = vega.script()
    return Markup(code.replace("</script", "<\\/script").replace("<!--", "\\u003c!--"))


def style() -> str:
    """The styles of a page of charts."""
    return _own("report.css")


def script() -> str:
    """What draws and saves the charts of a page."""
    return _own("saving.js") + _own("report.js")


def _own(name: str) -> str:
    return files("leftbehind.pages.report").joinpath(name).read_text(encoding="utf-8")


def key_facts(facts: Facts, words: Words) -> list[str]:
    """The four sentences at the top."""
    year = facts.year
    rural = {row["year"]: row for row in facts.rural.iter_rows(named=True)}
    now = [
        count[year]
        for alike, count in facts.counts
        if alike[0].name != NOT_LEFT_BEHIND and not alike[0].arrangement and not alike[0].reading_of
    ]
    care = facts.rural_by_care.filter(pl.col("year") == year)
    by_care = dict(care.group_by("arrangement").agg(pl.col("number").sum()).iter_rows())
    total = sum(by_care.values()) or 1.0
    met, number = sum(check.met for check in facts.judged), len(facts.judged)
    # The interval of the panel of section 3: of those that ask the same, the last one's.
    draws = facts.draws_of(
        next(a[-1].name for a, _ in facts.counts if RURAL in [d.name for d in a])
    )
    return [
        words(
            "page.key_now",
            year=year,
            number=words.people(rural[year]["number"] / 1e6),
            share=words.percent(rural[year]["share"]),
        )
        + _published(facts, words)
        + (interval(draws, year, words) if draws is not None else ""),
        words(
            "page.key_definitions",
            year=year,
            low=words.people(min(now)),
            high=words.people(max(now)),
        ),
        words(
            "page.key_care",
            year=year,
            parent=words.percent(by_care.get("parent", 0.0) / total),
            grandparents=words.percent(
                sum(by_care.get(name, 0.0) for name in ARRANGEMENTS[1:3]) / total
            ),
        ),
        words("page.key_sure", number=number, met=met, missed=number - met),
    ]


def _published(facts: Facts, words: Words) -> str:
    """What was published for the count of the first key fact, if that year has a figure."""
    names = next(
        [d.name for d in alike] for alike, _ in facts.counts if RURAL in [d.name for d in alike]
    )
    checks = [check for check in facts.compared(names) if int(check.year) <= facts.year]
    here = [check for check in checks if int(check.year) == facts.year]
    trend = findings.trend(RURAL, checks, words)
    told = ""
    if here:
        key = "page.key_published_met" if here[-1].met else "page.key_published_missed"
        told = words(key, number=words.people(here[-1].published))
    return f"{told} {trend.text}" if trend else told


def source(facts: Facts, words: Words) -> str:
    """Where a chart's simulated numbers come from, for its source line and its citation."""
    manifest = facts.world.manifest
    return words(
        "page.source",
        version=manifest["version"],
        seed=manifest["seed"],
        scale=f"{facts.world.scale:,}",
        scenario=words("page.scenario", name=facts.world.scenario_name)
        if facts.world.scenario_name
        else "",
    )


def about(facts: Facts, words: Words) -> str:
    """What identifies the run, in words."""
    manifest = facts.world.manifest
    run = run_facts(manifest)
    changed = len(run["parameters_not_at_prior_mean"])
    key = "page.changed" if changed else "page.priors"
    drawn = ""
    if facts.ensemble:
        drawn = words("page.drawn", draws=facts.ensemble.manifest["draws"], draw=manifest["draw"])
    return drawn + words(
        "page.about",
        version=run["version"],
        seed=run["seed"],
        first=run["from"],
        last=run["to"],
        scale=f"{facts.world.scale:,}",
        alive=f"{manifest['alive']:,}",
        parameters=words(key, number=run["parameters"], changed=changed),
    )
