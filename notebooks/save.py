"""Run the notebooks and keep their results in them: `make notebooks`.

    python notebooks/save.py [NAME.ipynb ...]

Kept are tables and pictures, without times and folders; the run's card says of which version they
are. `source` in a notebook's metadata is a hash of its code, so that a test sees code that was
changed after its results were made.
"""

import hashlib
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
TEMPORARY = re.compile(r"(?:/[\w.+-]+)+/leftbehind-\w+(?:/run)?")
DECIMALS = re.compile(r"(\d+\.\d{2})\d+")
LIMIT = 3600  # seconds a cell may take


def source_hash(book: nbformat.NotebookNode) -> str:
    """What tells whether the code of a notebook is as it was."""
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def save(path: Path) -> None:
    """Run a notebook and write it with its results."""
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=LIMIT, kernel_name="python3", record_timing=False).execute()
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [kept for output in cell.outputs if (kept := _kept(output))]
    book.metadata["leftbehind"] = {"source": source_hash(book)}
    path.write_text(nbformat.writes(book, indent=1) + "\n", encoding="utf-8")


def _kept(output: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    """A result without what is of this moment and machine; none for messages on the way."""
    if output.output_type == "stream":
        output["text"] = TEMPORARY.sub("a temporary folder", output["text"])
        return output if output["name"] == "stdout" else None
    data = output.data
    for kind, text in data.items():
        data[kind] = TEMPORARY.sub("a temporary folder", text)
    if "image/svg+xml" in data:
        output["data"] = nbformat.from_dict(
            {"image/svg+xml": DECIMALS.sub(r"\1", data["image/svg+xml"])}
        )
    if "execution_count" in output:
        output.execution_count = None
    return output


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(path.name for path in FOLDER.glob("*.ipynb")):
        save(FOLDER / name)
