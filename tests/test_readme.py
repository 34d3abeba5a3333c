"""Every command that the README names works: each is run, on a small world, and must say its thing.

`R` stands for the folder of a run, as in the README. Options that make a command quick are added at
its end; what the README gives stays as it is.
"""

import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import leftbehind
from leftbehind.cli.app import app
from tests.draws import draws_file

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
COMMANDS = list(dict.fromkeys(re.findall(r"`(leftbehind [^`]+)`", README)))
RUN = "R"
# Commands that take minutes at any scale: their tests live them, here only their options are read.
ELSEWHERE = {
    "calibrate": "test_calibrate.py",
    "policies": "test_policies.py",
    "solve": "test_solve.py",
    "cuts": "test_cuts.py",
    "predictions": "test_ensemble_tables.py",
}
QUICK = {
    "run": "--scale 200000 --to 1981 --threads 1",
    "find": "--no-country",
    "population": "--threads 1",
    "panel": "--from 2018 --threads 1",
    "survey": "--threads 1",
    "rerun": "--threads 1",
    "compare": "--scale 200000 --seeds 1 --to 2004 --definition acwf-2010 --threads 1",
    "sensitivity": "--scale 500000 --year 1985 --threads 1",
}
# What each must print, or the file that it must write with that text in it.
SAYS: dict[str, tuple[str | None, str]] = {
    "run": (None, "Simulated China, 1950 to 1981"),
    "plan": (None, "GiB"),
    "validate": (f"{RUN}/VALIDATION.md", "Misses, largest first"),
    "verify": (None, "Whole: "),
    "definitions": (None, "mca-2016"),
    "count": (None, "Sichuan"),
    "reconcile": (None, "What no clause explains, mca-2018"),
    "find": (None, "Families just so: in Liangshan"),
    "chronicle": (None, "A family of Liangshan (Sichuan)"),
    "scenarios": (None, "city-schools-open"),
    "compare": (None, "No hukou barrier to city schools"),
    "report": ("report.html", "Left behind"),
    "place": (f"{RUN}/place-513400.html", "Liangshan"),
    "sensitivity": (None, "At the means"),
    "sources": (None, "assumption"),
    "figure": ("docs/left_behind.svg", "<svg"),
    "population": (None, "people"),
    "tables": (None, "divide by number"),
    "panel": ("PANEL/datapackage.json", "life_events"),
    "survey": ("SAMPLE/codebook.csv", "weight_answered"),
    "rerun": (None, "The same bits"),
    "cite": (None, "The leftbehind maintainers"),
}
ROWS = re.findall(r"^\| `leftbehind ([a-z]+)[^|]*` \| (.*) \|$", README, re.MULTILINE)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[leftbehind.World]:
    """Coarser than the suite's world: that commands work is asked here, not what they count."""
    yield leftbehind.run(scale=50_000, out=tmp_path_factory.mktemp("readme") / "run")


def named(command: str) -> str:
    return command.split()[1]


def test_the_readme_names_every_command_there_is():
    known = set(typer.main.get_command(app).commands)
    assert {named(command) for command in COMMANDS} == known
    assert known == {*SAYS, *ELSEWHERE, "explore"}


@pytest.mark.parametrize("command", [c for c in COMMANDS if named(c) in ELSEWHERE])
def test_a_long_command_takes_the_options_of_the_readme(command):
    assert (Path(__file__).parent / ELSEWHERE[named(command)]).is_file()
    result = CliRunner().invoke(app, [*shlex.split(command)[1:], "--help"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", [c for c in COMMANDS if named(c) in SAYS])
def test_a_command_of_the_readme_works(command, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = named(command)
    Path("design.toml").write_text("people = 500\nwaves = [2015]\n", encoding="utf-8")
    words = shlex.split(f"{command} {QUICK.get(name, '')}")[1:]
    if "--draws" in words:
        few = ["--draws", "2", "--workers", "1", "--draws-from", str(draws_file(tmp_path, 2))]
        words += few
    if name != "run" and RUN in words:
        words[words.index(RUN)] = str(world.folder)
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    file, text = SAYS[name]
    if "--docs" in words:
        file, text = "docs/SOURCES.md", "assumption"
    if file and file.startswith(RUN):
        file = str(world.folder / file.removeprefix(f"{RUN}/"))
        assert not Path("docs").exists()
    said = Path(file).read_text(encoding="utf-8") if file else result.output
    assert text in said


def test_the_explorer_of_the_readme_serves_its_page():
    # `explore --static` writes a page: test_static_page.py.
    (command,) = [c for c in COMMANDS if named(c) == "explore" and "--static" not in c]
    words = [sys.executable, "-m", *shlex.split(command), "--no-browser", "--scale", "1000000"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            said = iter(process.stdout.readline, "")  # before it, of kernels that are compiled
            told = (re.search(r"http://127\.0\.0\.1:\d+/\S*", line) for line in said)
            address = next(filter(None, told), None)
            assert address
            with urllib.request.urlopen(address.group(), timeout=30) as reply:
                assert "what if" in reply.read().decode().lower()
        finally:
            process.terminate()


@pytest.mark.parametrize(("name", "words"), ROWS)
def test_options_that_the_readme_names_exist(name, words):
    command = typer.main.get_command(app).commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"`(--[a-z-]+)", words)) <= known


def test_the_python_of_the_readme_works():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert "scale=10_000" in code
    scope: dict[str, object] = {}
    *lines, last = code.replace("scale=10_000", "scale=200_000").strip().splitlines()
    exec("\n".join(lines), scope)
    table = eval(last, scope)
    assert set(table["away"]) >= {"father only", "mother only", "both"}
    assert set(table["year"]) == {2010} and table["number"].sum() > 0
