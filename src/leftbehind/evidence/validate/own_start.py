"""What a run that began from a population of one's own can be compared with."""

from typing import Any

from leftbehind.base.errors import InputError
from leftbehind.counts.world import World

COUNTRY = 0.90  # least share of China (people registered in 2010) where the population has people
KIN = 0.9  # least share of people of 20-49 whose mother is known (alive or dead)


def covers_country(world: World) -> bool:
    """Whether the run's people are those of China: a run from 1950, or a whole population."""
    start = world.manifest.get("start")
    return not start or float(start["country_covered"]) >= COUNTRY


def require_country(world: World) -> None:
    """Raise InputError if the run has the people of some places only."""
    if not covers_country(world):
        covered = world.manifest["start"]["country_covered"]
        raise InputError(
            f"{world.folder}: its population covers {covered:.0%} of China; published figures are "
            "of all China, so there is nothing to compare"
        )


def knows_kin(manifest: dict[str, Any]) -> bool:
    """Whether grown people had their mothers on record when the run began.

    Else children lack grandparents, and the figures on kin say nothing about the model.
    """
    start = manifest.get("start")
    return not start or float(start["mother_known_20_49"]) >= KIN


def in_words(manifest: dict[str, Any]) -> str:
    """How the run began, for its page; nothing for a run that began in 1950."""
    own = manifest.get("population")
    if not own:
        return ""
    began = f"It began in {own['year']} from the people of the file `{own['file']}`."
    if knows_kin(manifest):
        return began
    return f"{began} Most grown people's mothers are not in it, so kin is not compared."
