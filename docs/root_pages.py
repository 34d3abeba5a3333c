"""A hook of MkDocs: pages that lie elsewhere join the site.

Those at the root of the repository, and those that `make evidence` builds into `evidence/`. Of the
latter each has a place in the site: where one is not made yet, it says so and how to make it.
"""

import re
from pathlib import Path

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
    for name, text in evidence(BUILT).items():
        files.append(File.generated(config, name, content=text))
    return files


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
