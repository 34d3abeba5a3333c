"""Every command that prints a table hands its rows to other programs, or says why it cannot."""

import ast
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import typer
from typer.testing import CliRunner

import leftbehind
from leftbehind.base.errors import InputError
from leftbehind.base.formats import encoded
from leftbehind.cli.app import app

SOURCE = Path(leftbehind.__file__).parent
# Its last lines repeat tables of the folder that it has just written.
REPEATS = {"run"}


def commands(group=None, before: str = "") -> dict[str, object]:
    """Every command by its words."""
    found = {}
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            found |= commands(command, f"{before}{name} ")
        else:
            found[before + name] = command
    return found


COMMANDS = commands()


def calls(tree: ast.Module, module: str) -> dict[str, set[str]]:
    """What each function of a module names, in full: `leftbehind.base.listing.listing`."""
    known = {n.name: f"{module}.{n.name}" for n in tree.body if isinstance(n, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    found: dict[str, set[str]] = {}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            read = found.setdefault(f"{module}.{function.name}", set())
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    read.add(f"{known.get(node.value.id)}.{node.attr}")
                elif isinstance(node, ast.Name):
                    read.add(known.get(node.id, ""))
    return found


def printers() -> set[str]:
    """Functions that lead to a table of the screen (base/listing.py)."""
    reads: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        reads |= calls(ast.parse(path.read_text(encoding="utf-8")), module)
    found = {"leftbehind.base.listing.listing"}
    while more := {name for name, read in reads.items() if read & found} - found:
        found |= more
    return found


def test_every_command_that_prints_a_table_gives_its_rows():
    printing = printers()
    bare, giving = set(), set()
    for name, command in COMMANDS.items():
        options = {option for parameter in command.params for option in parameter.opts}
        prints = f"{command.callback.__module__}.{command.callback.__name__}" in printing
        gives = {"--csv", "--json"} <= options
        (giving if gives else bare).update({name} if prints else ())
        assert prints or not gives, f"{name} gives rows that it does not print"
    assert bare == REPEATS
    assert {"count", "find", "compare", "population check", "tables", "survey"} <= giving


GIVING = [n for n, c in COMMANDS.items() if any("--csv" in p.opts for p in c.params)]
NEEDED = {
    "count": "R acwf-2010",
    "reconcile": "R acwf-2010 mca-2016 --year 1990",
    "compare": "baseline city-schools-open",
    "survey": "R --design D --out OUT",
    "population check": "F",
}


@pytest.mark.parametrize("name", GIVING)
def test_where_rows_go_is_checked_before_anything_is_read(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("there.csv").write_text("mine")
    for option, where, told in (
        ("--csv", "rows.txt", "not known by its ending"),
        ("--json", "rows.csv", "not known by its ending"),
        ("--csv", "there.csv", "is there already"),
    ):
        words = [*name.split(), *NEEDED.get(name, "").split(), option, where]
        result = CliRunner().invoke(app, words)
        assert isinstance(result.exception, InputError), (words, result.output)
        assert told in str(result.exception) and where in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert Path("there.csv").read_text() == "mine"


def test_stata_takes_every_name_once(tmp_path):
    rows = pl.DataFrame({"who cares": ["a"], "who_cares": [1], "2010": [2.0], "x" * 40: [None]})
    (tmp_path / "a.dta").write_bytes(encoded(rows, "dta"))
    frame, meta = pyreadstat.read_dta(str(tmp_path / "a.dta"))
    assert list(frame.columns) == ["who_cares", "who_cares_2", "_2010", "x" * 32]
    assert meta.column_labels[:3] == ["who cares", "who_cares", "2010"]
