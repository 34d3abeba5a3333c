"""What a study of cuts does: which cuts and forms, how many draws, how coarse."""

from dataclasses import dataclass

from leftbehind.base.errors import InputError
from leftbehind.evidence.calibrate.solving import SOLVED
from leftbehind.evidence.calibrate.targets import LAST_YEAR, load
from leftbehind.evidence.cuts import forms
from leftbehind.runs.plan import check_settings

CUTS = (2000, 2005, 2008, 2010, 2012)
LAST = 2024  # the last year of which the tables hold figures


@dataclass(frozen=True)
class Plan:
    """Sizes; the same plan, tables and code give the same bits.

    `steps` of the solver at each cut, `replicates` runs that differ in luck only, `draws` of the
    parameters that are lived to `last`.
    """

    cuts: tuple[int, ...] = CUTS
    forms: tuple[str, ...] = (forms.ALL,)
    scale: int = 50_000
    seed: int = 1
    steps: int = 3
    replicates: int = 4
    draws: int = 20
    parameters: tuple[str, ...] = SOLVED
    last: int = LAST

    def check(self) -> None:
        """Raise InputError for what cannot be: a cut needs figures to fit, and later ones."""
        check_settings(1950, self.last, self.scale, self.seed, 1)
        for name in self.forms:
            forms.get(name)
        if not self.cuts or not self.forms:
            raise InputError("cuts: give at least one --cut and one --form")
        first = min(target.year for target in load())
        for cut in self.cuts:
            if not first <= cut <= LAST_YEAR:
                raise InputError(
                    f"--cut {cut}: not allowed; give a year from {first}, the first with a figure "
                    f"that may be fitted, to {LAST_YEAR}: later figures only judge"
                )
        sizes = {"--draws": (self.draws, 2), "--steps": (self.steps, 2)}
        for option, (value, least) in {**sizes, "replicates": (self.replicates, 2)}.items():
            if not least <= value <= 1000:
                raise InputError(
                    f"{option} {value}: not allowed; give a whole number from {least} to 1000"
                )


# Tries the machinery in a minute; its figures mean nothing.
SHORT = Plan(
    cuts=(2005, 2010),
    scale=200_000,
    steps=2,
    replicates=2,
    draws=3,
    parameters=("choice_network", "choice_alpha_single"),
)
