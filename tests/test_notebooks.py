"""The example notebooks run from beginning to end; results kept in them are those of their code."""

import ast
import runpy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
# Each notebook, with values for its parameter cell: coarser and shorter than what readers get.
NOTEBOOKS = {
    "counting_children.ipynb": {"SCALE": 50_000, "LAST": 2012},
    "survey.ipynb": {"SCALE": 100_000, "LAST": 1990, "PEOPLE": 500},
    "what_if.ipynb": {"SCALE": 200_000, "LAST": 2014, "SEEDS": 2},
}
MOST = 400_000  # bytes of a notebook with its results
LIMIT = 600  # seconds a cell may take: the first may compile the model


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / name, as_version=4)


def with_parameters(book: nbformat.NotebookNode, values: dict[str, int]) -> nbformat.NotebookNode:
    """The notebook with other values of names that its cell tagged `parameters` sets."""
    (cell,) = [c for c in book.cells if "parameters" in c.metadata.get("tags", [])]
    known = {t.id for line in ast.parse(cell.source).body for t in getattr(line, "targets", [])}
    assert set(values) <= known, f"the parameter cell sets {known}"
    cell.source += "".join(f"\n{name} = {value}" for name, value in values.items())
    return book


def outputs(book: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]


def test_every_notebook_is_tested():
    assert {path.name for path in FOLDER.glob("*.ipynb")} == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_results_that_it_keeps_are_those_of_its_code_and_small(name):
    book = read(name)
    nbformat.validate(book)
    assert not any(c.get("execution_count") for c in book.cells)
    if not outputs(book):
        return
    source_hash = runpy.run_path(str(FOLDER / "save.py"))["source_hash"]
    assert book.metadata["leftbehind"]["source"] == source_hash(book), "run `make notebooks`"
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs(book))
    assert not any(output.output_type == "error" for output in outputs(book))
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert len(text.encode()) < MOST
    assert "/tmp/" not in text and "/home/" not in text and "<script" not in text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_draws_without_a_network(name):
    book = with_parameters(read(name), NOTEBOOKS[name])
    NotebookClient(book, timeout=LIMIT, kernel_name="python3").execute()
    shown = [output.data for output in outputs(book) if "data" in output]
    pictures = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    assert pictures and all("<svg" in picture for picture in pictures)
    assert not any("<script" in data.get("text/html", "") for data in shown)
    assert not any(output.output_type == "error" for output in outputs(book))
