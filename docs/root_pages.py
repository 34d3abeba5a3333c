"""A hook of MkDocs: pages that lie elsewhere join the site.

Those at the root of the repository, the notebooks with their saved pictures, and those that `make
evidence` builds into `evidence/`. Of the latter each has a place in the site: where one is not made
yet, it says so and how to make it.
"""

import re
from pathlib import Path

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
FILES = ("CITATION.cff",)
BUILT = ROOT / "evidence"
EVIDENCE = {
    "VALIDATION.md": "Validation",
    "PREDICTIONS.md": "Predictions",
    "CALIBRATION.md": "Calibration",
    "policies/README.md": "Policies",
}
NOTEBOOKS = ROOT / "notebooks"
SVG, HTML, MARKDOWN, TEXT = "image/svg+xml", "text/html", "text/markdown", "text/plain"
FIGURE = """\
![Simulated counts by four definitions, 1980 to 2020, with the published points](left_behind.svg)

`leftbehind figure R --out left_behind.svg` draws this one; more are in the report of a run
(`leftbehind report R`)."""
MISSING = """\
# {title}

This page is not made yet. It shows results of runs, so it is built and not kept:

    make evidence/{name}
    make docs

What is kept of the results: [EVIDENCE.md]({up}EVIDENCE.md).
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, with their links turned to where things are in the site."""
    for name, place in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=in_site(text)))
    for name in FILES:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    for name, text in (evidence(BUILT) | notebooks(NOTEBOOKS)).items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **of_the_page: object) -> str:
    """A page's text with links to notebooks turned to their pages in the site."""
    return re.sub(r"\]\((?:\.\./)?notebooks/(\w+)\.ipynb\)", r"](notebooks/\1.md)", markdown)


def in_site(text: str) -> str:
    """A root page's links as they are in the site, where `docs/` is the top."""
    return re.sub(r"\]\((?:\./)?docs/", "](", text)


def evidence(folder: Path) -> dict[str, str]:
    """The pages of results by their place in the site: those made, and words for those missing."""
    found = {
        name: MISSING.format(title=title, name=name, up="../" * name.count("/"))
        for name, title in EVIDENCE.items()
    }
    made = [folder / name for name in EVIDENCE if (folder / name).is_file()]
    made += (folder / "policies").glob("*.md")
    return found | {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in made
    }


def notebooks(folder: Path) -> dict[str, str]:
    """The notebooks as pages with their saved results, their pictures, and the gallery of all."""
    found, gallery = (
        {},
        ["# Gallery", FIGURE, "Below: what `make notebooks` keeps in the notebooks."],
    )
    for path in sorted(folder.glob("*.ipynb")):
        parts, pictures, heading = [], 0, ""
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                parts.append(cell.source)
                headings = re.findall(r"^#+ (.*)$", cell.source, re.MULTILINE)
                heading = headings[-1] if headings else heading
                continue
            parts.append(f"```python\n{cell.source}\n```")
            for output in cell.outputs:
                data = output.get("data") or {TEXT: output.get("text", "")}
                if SVG in data:
                    pictures += 1
                    name = f"{path.stem}-{pictures}.svg"
                    found[f"notebooks/{name}"] = data[SVG]
                    parts.append(f"![{heading}]({name})")
                    gallery += [f"## {heading}", f"![{heading}](notebooks/{name})"]
                    gallery.append(f"[How it is made](notebooks/{path.stem}.md)")
                else:
                    parts.append(_shown(data))
        found[f"notebooks/{path.stem}.md"] = "\n\n".join(parts) + "\n"
    return found | {"GALLERY.md": "\n\n".join(gallery) + "\n"}


def _shown(data: dict[str, str]) -> str:
    """A result of a cell that is no picture."""
    if MARKDOWN in data:
        return data[MARKDOWN]
    if HTML in data:
        return re.sub(r"\n\s*", "\n", data[HTML]).strip()
    return f"```text\n{data.get(TEXT, '')}\n```"
