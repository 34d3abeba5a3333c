"""The page of scenarios: what each of the gallery changes, why, and what its numbers rest on."""

from leftbehind.base.markdown import render
from leftbehind.inputs.levers import LEVERS
from leftbehind.inputs.scenario import gallery


def page() -> str:
    """The page as Markdown."""
    limits = {lever: limits for lever, (_, *limits) in LEVERS.items()}
    return render(__package__, "scenarios.md.j2", scenarios=gallery(), levers=limits)
