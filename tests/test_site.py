"""The documentation builds as a site without a warning, holds the public API, and loads nothing."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parent.parent
PAGES = (
    "index",
    "ODD",
    "WHAT_IT_CAN_SAY",
    "EVIDENCE",
    "PARAMETERS",
    "SOURCES",
    "SCENARIOS",
    "ENSEMBLES",
    "TAKE_AWAY",
    "HOW_DO_I",
    "GALLERY",
    "notebooks/counting_children",
    "notebooks/survey",
    "notebooks/what_if",
    "CONTRIBUTING",
    "HOW_TO_ADD",
    "TRIALS",
    "CHANGELOG",
)
FUNCTIONS = ("run", "open_run", "compare", "reconcile", "scenarios", "definitions")
QUESTIONS = ("people", "left_behind", "reconcile", "counts", "table", "tables", "years")
PUBLIC = {
    "stable": (
        *(f"leftbehind.ensembles.face.{name}" for name in FUNCTIONS),
        "leftbehind.runs.plan.Given",
    ),
    "world": (
        "leftbehind.runs.living.live_run",
        "leftbehind.runs.plan.Plan",
        *(f"leftbehind.counts.world.World.{name}" for name in QUESTIONS),
        "leftbehind.counts.world.World",
        "leftbehind.counts.reconciliation.reconcile",
    ),
    "definitions": (
        "leftbehind.counts.definitions.get",
        "leftbehind.counts.definitions.Definition",
    ),
    "scenario": ("leftbehind.inputs.scenario.get", "leftbehind.inputs.scenario.Scenario"),
    "compare": (
        "leftbehind.counts.compare.comparison.run",
        "leftbehind.counts.compare.comparison.Comparison",
    ),
    "ensemble": (
        "leftbehind.ensembles.running.live_ensemble",
        "leftbehind.ensembles.running.EnsemblePlan",
        "leftbehind.ensembles.ensemble.Ensemble",
        "leftbehind.ensembles.posterior.Posterior",
    ),
    "families": (
        "leftbehind.pages.chronicle.story.tell",
        "leftbehind.pages.chronicle.story.Asked",
        "leftbehind.counts.find.find",
    ),
    "samples": (
        "leftbehind.counts.samples.survey.survey",
        "leftbehind.counts.samples.panel.panel",
        "leftbehind.counts.codebook.codebook",
    ),
    "replay": ("leftbehind.runs.replay.Replay", "leftbehind.counts.reasons.decide"),
    "checks": (
        "leftbehind.counts.sensitivity.care_and_week",
        "leftbehind.evidence.validate.checks",
    ),
}
# Elements by the attributes with which they make a browser load something.
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
ELSEWHERE = re.compile(r"^(?:https?:)?//")


class Page(HTMLParser):
    """What a page loads, and the names of its parts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names.add(given.get("id") or "")
        if LOADS.get(tag) in given and given.get("rel") not in ("next", "prev", "canonical"):
            self.loads.append(given[LOADS[tag]] or "")


# Pages of results: one is made and says something, the others are missing.
RESULTS = ("VALIDATION", "PREDICTIONS", "CALIBRATION", "policies/README")
MADE = {
    "VALIDATION.md": "# Validation\n\nMade for a test.\n",
    "policies/a-policy.md": "# A policy\n\n[All policies](README.md)\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site, built as `make docs` does: a warning is an error there."""
    folder, built = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("evidence")
    for name, text in MADE.items():
        (built / name).parent.mkdir(exist_ok=True)
        (built / name).write_text(text, encoding="utf-8")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder))
    assert config.strict
    (hook,) = config.hooks.values()
    hook.BUILT = built
    build(config)
    return folder


@pytest.mark.parametrize("name", RESULTS)
def test_a_page_of_results_is_there_or_says_how_to_make_it(site, name):
    place = name.replace("README", "index")  # where MkDocs puts it
    text = (site / f"{place}.html").read_text(encoding="utf-8")
    made = f"{name}.md" in MADE
    assert ("Made for a test." in text) == made
    assert (f"make evidence/{name}.md" in text) != made


def test_a_policy_that_was_studied_has_its_page(site):
    assert "A policy" in (site / "policies" / "a-policy.html").read_text(encoding="utf-8")


def test_all_pages_of_the_documentation_are_in_the_site(site):
    for name in PAGES:
        assert (site / f"{name}.html").is_file(), name
    assert (site / "left_behind.svg").is_file() and (site / "CITATION.cff").is_file()


def test_the_gallery_shows_every_picture_of_the_notebooks(site):
    page = Page((site / "GALLERY.html").read_text(encoding="utf-8"))
    kept = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb")]
    drawn = {f"notebooks/{path.name}" for path in (site / "notebooks").glob("*.svg")}
    assert len(drawn) == sum(text.count('"image/svg+xml"') for text in kept)
    assert {"left_behind.svg", *drawn} <= set(page.loads)


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_api_is_described(site, name):
    page = Page((site / "api" / f"{name}.html").read_text(encoding="utf-8"))
    assert set(PUBLIC[name]) <= page.names


def test_no_page_or_style_loads_anything_from_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) >= len(PAGES) + len(PUBLIC)
    for path in pages:
        loads = Page(path.read_text(encoding="utf-8")).loads
        assert loads and not [target for target in loads if ELSEWHERE.match(target)], path
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert styles and not re.search(r"url\([\"']?(?:https?:)?//|@import", styles)


def test_the_page_of_the_stable_api_names_the_whole_face():
    import leftbehind

    text = (ROOT / "docs/api/stable.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`lb\.(\w+)", text))
    assert named == set(leftbehind.__all__)
    for what in (leftbehind.World, leftbehind.Ensemble):
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `lb.{what.__name__}(")]
        for name in re.findall(r"`(\w+)`", row.split("|")[2]):
            assert hasattr(what, name) or name in ("folder", "manifest", "scale"), name
