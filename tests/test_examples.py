"""Each example of the site runs: commands and Python of its pages, in order, on a small world.

`R` stands for the folder of a run and `E` for that of an ensemble, as on the pages. What
test_readme runs, word for word, is not run again.
"""

import ast
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import leftbehind
from leftbehind.base import randomness
from leftbehind.cli.app import app
from leftbehind.counts.samples.design import Design
from tests.draws import draws_file
from tests.families import Family
from tests.random_families import parameters, place
from tests.test_readme import COMMANDS

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ("HOW_DO_I", "ENSEMBLES", "OWN_DATA", "SCENARIOS", "TAKE_AWAY")
PYTHON_PAGES = ("ENSEMBLES", "api/ensemble", "api/samples", "api/stable", "api/world")
SCALE, LAST = 400_000, 2018
DRAWS = 2
# Few people and few years in place of what a page gives.
OWN = "--scale 1 --to 2011 --threads 1 --no-report"
QUICK = {
    "--people 5000 --from 2005 --to 2015": "--people 50 --from 2014 --to 2015",
    "people = 2000": "people = 100",
    "number = 40": "number = 20",
    "example.csv --scale 1 --to 2015": f"example.csv {OWN}",
    "--population people.parquet": f"--population people.parquet {OWN}",
    "--seeds 10": f"--seeds 1 --scale {SCALE} --to 2002 --threads 1",
    "--out runs/slump": f"--out slump --scale {SCALE} --to 1981 --threads 1 --no-report",
    " > mine.toml": "",
}


def blocks(page: str, language: str = "") -> list[str]:
    """The fenced blocks of a page in a language, without the indentation of a list."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def quick(text: str) -> str:
    for given, instead in QUICK.items():
        text = text.replace(given, instead)
    return text


def lines_of(page: str) -> list[str]:
    """The commands of a page, fenced or indented, that no other test runs."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    lines = [line for block in blocks(page) for line in block.splitlines()]
    lines += re.findall(r"^ {4}(leftbehind .*)$", text, re.MULTILINE)
    told = [line.split("  #")[0].strip() for line in lines if line.startswith("leftbehind ")]
    return [quick(line) for line in told if line not in COMMANDS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Iterator[Path]:
    """A folder with a run R, an ensemble E, and the files that pages speak of."""
    top = tmp_path_factory.mktemp("examples")
    draws = str(draws_file(top, DRAWS))
    leftbehind.run(scale=SCALE, last=LAST, threads=1, out=top / "R")
    leftbehind.run(scale=SCALE, last=LAST, draws=DRAWS, workers=1, draws_from=draws, out=top / "E")
    (design,) = blocks("TAKE_AWAY", "toml")
    assert Design.of(tomllib.loads(design)).clusters is not None
    (top / "design.toml").write_text(quick(design), encoding="utf-8")
    (own,) = blocks("HOW_TO_ADD", "toml")
    (top / "pre-school.toml").write_text(own, encoding="utf-8")
    (people,) = [block for block in blocks("OWN_DATA") if block.startswith("year,person_id")]
    (top / "example.csv").write_text(people, encoding="utf-8")
    pl.read_csv(top / "example.csv").write_parquet(top / "people.parquet")
    (top / "mine.csv").write_text("name,value\ncare_neighbour,0.3\n", encoding="utf-8")
    before = Path.cwd()
    os.chdir(top)
    yield top
    os.chdir(before)


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_work_in_its_order(page, folder):
    lines = lines_of(page)
    assert lines
    for line in lines:
        result = CliRunner().invoke(app, shlex.split(line)[1:], env={"COLUMNS": "200"})
        assert result.exit_code == 0, (line, result.output, result.exception)
        assert result.output.strip(), line


def test_no_page_has_a_command_that_no_test_runs():
    for path in DOCS.rglob("*.md"):
        page = path.relative_to(DOCS).with_suffix("").as_posix()
        text = path.read_text(encoding="utf-8")
        fenced = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
        for language, block in fenced:
            if language == "" and re.search(r"^ *leftbehind [a-z]", block, re.MULTILINE):
                assert page in PAGES, page
            if language == "python":
                assert page in (*PYTHON_PAGES, "HOW_TO_ADD"), page
        assert page in PAGES or not re.search(r"^ {4}leftbehind [a-z]", text, re.MULTILINE), page


@pytest.mark.parametrize("page", PYTHON_PAGES)
def test_the_python_of_a_page_works(page, folder):
    """Of lines that make a run or an ensemble the one that is there is opened."""
    code = "\n".join(blocks(page, "python"))
    code = re.sub(r"lb\.run\(draws=[^)]*\)", 'lb.open_run("E")', code)
    code = re.sub(r"lb\.run\([^)]*\)", 'lb.open_run("R")', code)
    scope: dict[str, object] = {}
    exec(code, scope)
    expressions = [node for node in ast.parse(code).body if isinstance(node, ast.Expr)]
    for node in expressions:
        assert eval(ast.unparse(node), scope) is not None, ast.unparse(node)
    assert expressions or page == "api/stable"


def run_from_a_file(code: str, scope: dict[str, object], path: Path) -> None:
    """Run `code` as that of the file `path`: compiled kernels are kept beside a file."""
    path.write_text(code, encoding="utf-8")
    exec(compile(code, str(path), "exec"), scope)


def test_the_process_and_the_tally_that_the_page_adds_work(folder, monkeypatch):
    _, process, tally = blocks("HOW_TO_ADD", "python")
    monkeypatch.setattr(randomness, "CURE", 900, raising=False)
    family = Family(2010)
    one, other = family.woman(40, limited=1), family.man(70, limited=1)
    at = family.at(place(2010, 1), parameters(2010))
    at = at._replace(people=at.people.view(np.recarray))  # fields by name, uncompiled too
    scope: dict[str, object] = {}
    run_from_a_file(tally, scope, folder / "tally.py")
    out = scope["TALLY"].zeros(1, 31)[0]  # type: ignore[attr-defined]
    scope["tally"].py_func(at, out)  # type: ignore[attr-defined]
    assert out.sum() == 2 and out[1, 0] == 1 and out[2, 1] == 1
    run_from_a_file(process, scope, folder / "process.py")
    scope["is_cured"] = scope["is_cured"].py_func  # type: ignore[attr-defined]
    scope["step"].py_func(at._replace(p=SimpleNamespace(cure=1.0)))  # type: ignore[attr-defined]
    assert (family.of(one, "limited"), family.of(other, "limited")) == (0, 1)


def test_the_definition_that_the_page_adds_counts(folder):
    rows = leftbehind.World("R").left_behind(Path("pre-school.toml"), by="age", years=2010)
    assert set(rows["age"]) <= set(range(6)) and rows["number"].sum() > 0
