"""The HTML report: one file, ten sections, offline, in English or Simplified Chinese.

    text = leftbehind.pages.report.build.page(world, language="en")

One module a section or two; each section is a function `(Facts, Words) -> Section`. The words lie
in data/report, one TOML file a language; the page in page.html.j2, report.css and report.js.
"""
