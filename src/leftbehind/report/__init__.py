"""The HTML report: one file, ten sections, offline, in English or Simplified Chinese.

    page = leftbehind.report.page(world, language="en")

One module a group of sections; each section is a function `(Facts, Words) -> Section`. The words lie
in data/report, one TOML file a language; the page in page.html.j2, report.css and report.js.
"""

from leftbehind.report.build import SECTIONS, page

__all__ = ["SECTIONS", "page"]
