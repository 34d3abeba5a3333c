"""The generated pages agree with the tables they say they were written from."""

import re
from pathlib import Path

import pytest
import typer

from leftbehind.cli.app import app
from leftbehind.pages import reference_pages

DOCS = Path(__file__).parent.parent / "docs"
AGAIN = "run `leftbehind sources --docs docs` and commit the page"


@pytest.mark.parametrize("name", ["PARAMETERS.md", "SOURCES.md"])
def test_page_is_up_to_date(name, tmp_path):
    committed = DOCS / name
    assert committed.is_file(), f"{committed} is missing: {AGAIN}"
    page = committed.read_text(encoding="utf-8")
    written_from = reference_pages.hashes_in(page)
    assert written_from, f"{committed} names no table: {AGAIN}"
    now = reference_pages.hashes(list(written_from))
    changed = [table for table, value in now.items() if value != written_from[table]]
    assert not changed, f"{committed} is older than the tables {', '.join(changed)}: {AGAIN}"
    reference_pages.write(tmp_path)
    assert (tmp_path / name).read_text(encoding="utf-8") == page, f"{committed} differs: {AGAIN}"


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
    root = DOCS.parent
    text = (root / page).read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands
    named = set(re.findall(r"`leftbehind\s+([a-z]+)", text))
    assert named <= set(commands), named - set(commands)
    source = root / "src" / "leftbehind"
    files = re.findall(r"`([a-z_]+/[a-z_]+\.py|[a-z_]+\.py)`", text)
    missing = [file for file in files if not (source / file).is_file()]
    assert not missing, missing
