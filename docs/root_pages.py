"""A hook of MkDocs: pages and files that stand at the root of the repository join the site."""

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


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, with their links turned to where things are in the site."""
    for name, place in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=in_site(text)))
    for name in FILES:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def in_site(text: str) -> str:
    """A root page's links as they are in the site, where `docs/` is the top."""
    return re.sub(r"\]\((?:\./)?docs/", "](", text)
