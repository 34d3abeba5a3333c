"""The pages in git agree with what they say they were written from, and lead somewhere."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer

from leftbehind.cli.app import app
from leftbehind.pages import own_data, reference_pages, scenario_page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
AGAIN = "run `leftbehind sources --docs docs` and commit the page"
HASH_LINE = re.compile(r"^- `(\w+)`: `(\w+)`$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("name", ["PARAMETERS.md", "SOURCES.md"])
def test_page_is_up_to_date(name, tmp_path):
    committed = DOCS / name
    assert committed.is_file(), f"{committed} is missing: {AGAIN}"
    page = committed.read_text(encoding="utf-8")
    written_from = dict(HASH_LINE.findall(page))
    assert written_from, f"{committed} names no table: {AGAIN}"
    now = reference_pages.hashes(list(written_from))
    changed = [table for table, value in now.items() if value != written_from[table]]
    assert not changed, f"{committed} is older than the tables {', '.join(changed)}: {AGAIN}"
    reference_pages.write(tmp_path)
    assert (tmp_path / name).read_text(encoding="utf-8") == page, f"{committed} differs: {AGAIN}"


@pytest.mark.parametrize(
    ("name", "make"), [("SCENARIOS.md", scenario_page.page), ("OWN_DATA.md", own_data.page)]
)
def test_a_page_that_the_program_writes_is_as_it_writes_it(name, make):
    assert (DOCS / name).read_text(encoding="utf-8") == make()


def test_every_parameter_and_table_is_on_its_page():
    from leftbehind.inputs.tables import read_table, table_names

    page = reference_pages.parameters_page()
    assert all(f"`{name}`" in page for name in read_table("parameters")["name"])
    page = reference_pages.sources_page()
    assert all(f"## {name}\n" in page for name in table_names())


@pytest.mark.parametrize(
    "page", ["README.md", "docs/ODD.md", "docs/OWN_DATA.md", "docs/WHAT_IT_CAN_SAY.md"]
)
def test_a_page_names_only_commands_and_files_that_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands
    named = set(re.findall(r"`leftbehind\s+([a-z]+)", text))
    assert named <= set(commands), named - set(commands)
    source = ROOT / "src" / "leftbehind"
    files = re.findall(r"`([a-z_]+/[a-z_]+\.py|[a-z_]+\.py)`", text)
    missing = [file for file in files if not (source / file).is_file()]
    assert not missing, missing


def in_git() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a clone")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_no_link_of_a_page_in_git_is_dead():
    kept = {path.resolve() for path in in_git()}
    pages = [path for path in kept if path.suffix == ".md"]
    assert len(pages) > 10
    for page in pages:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).resolve() in kept, f"{page}: {target}"


def test_results_are_built_and_not_kept():
    built = {"VALIDATION.md", "PREDICTIONS.md", "CALIBRATION.md", "policies.json"}
    built |= {"validation.json", "predictions.json"}
    names = [path.relative_to(ROOT) for path in in_git()]
    assert not [name for name in names if name.name in built or "docs/policies" in str(name)]
    assert not [name for name in names if name.parts[0] == "evidence"]


def test_the_makefile_builds_every_page_of_results_that_the_site_has_a_place_for():
    import runpy

    places = runpy.run_path(str(DOCS / "root_pages.py"))["EVIDENCE"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^evidence/(\S+\.md):", makefile, re.MULTILINE))
    assert targets == set(places)
    page = (DOCS / "EVIDENCE.md").read_text(encoding="utf-8")
    built = set(re.findall(r"^evidence/(\S+\.(?:md|txt)):", makefile, re.MULTILINE))
    assert set(re.findall(r"`make evidence/(\S+)`", page)) == built


def test_the_files_for_citing_agree():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    told = dict(re.findall(r"^([a-z-]+): (?!\[)\"?(.+?)\"?$", citation, re.MULTILINE))
    assert told["title"].startswith(f"{meta['name']}: ") and told["version"] == meta["version"]
    assert meta["license"].endswith(f"/{told['license']}")
    (keywords,) = re.findall(r"^keywords: \[(.*)\]$", citation, re.MULTILINE)
    assert keywords.split(", ") == meta["keywords"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert meta["description"] == project["description"]
    assert set(meta["keywords"]) == set(project["keywords"])
    assert (ROOT / meta["readme"]).is_file() and (ROOT / meta["softwareHelp"]).is_file()
