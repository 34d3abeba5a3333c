"""The order of the year: printed, in the model description and in the compiled legs the same."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leftbehind.model import year
from leftbehind.model.tallies import TALLIES, count
from leftbehind.model.year import ORDER

ODD = Path(__file__).parents[1] / "docs" / "ODD.md"
LEGS = {1: "expect_deaths", 2: "until_births", 3: "from_births"}
SOURCE = ast.parse(inspect.getsource(year))
FUNCTIONS = {node.name: node for node in SOURCE.body if isinstance(node, ast.FunctionDef)}


def calls(function: str) -> Iterator[str]:
    """Calls `module.function` that a function of year.py makes, through its own functions too."""
    nodes = [node for node in ast.walk(FUNCTIONS[function]) if isinstance(node, ast.Call)]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func)
        elif isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            yield from calls(node.func.id)


@pytest.mark.parametrize("leg", LEGS)
def test_a_leg_calls_its_steps_in_the_order_of_the_list(leg: int) -> None:
    steps = [step.call for step in ORDER if step.leg == leg]
    verbs = {call.split(".")[1] for call in (step.call for step in ORDER)}
    called = [call for call in calls(LEGS[leg]) if call.split(".")[1] in verbs]
    assert called == steps


def test_the_model_description_has_the_same_steps_in_the_same_order() -> None:
    text = ODD.read_text(encoding="utf-8")
    section = text[text.index("### 1.3") : text.index("## 2.")]
    legs = [
        " ".join(part.split()) for part in section.split("\n1. ")[1].split("\n\n")[0].split("\n")
    ]
    told = " ".join(legs)
    at = 0
    for step in ORDER:
        found = told.find(step.what, at)
        assert found >= 0, f"{step.what!r} is missing, or not in its place"
        at = found + len(step.what)


def test_every_step_says_what_it_reads_and_writes() -> None:
    for step in ORDER:
        assert step.contract.startswith("Reads ") and " Writes " in step.contract, step.call


def test_the_order_can_be_printed() -> None:
    command = [sys.executable, "-m", "leftbehind.model.year"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = printed.strip().split("\n")
    assert len(lines) == len(ORDER)
    assert all(step.call in line for step, line in zip(ORDER, lines, strict=True))


def test_every_tally_of_the_list_is_counted() -> None:
    source = inspect.getsource(inspect.unwrap(count))
    counted = {tally.name for tally in TALLIES if f"out.{tally.name}[j]" in source}
    assert {tally.name for tally in TALLIES} - counted == {"choices"}  # migration counts them
