"""The page docs/CALIBRATION.md, written from the folder of a finished calibration."""

from pathlib import Path
from typing import Any

from leftbehind.base.markdown import table
from leftbehind.ensembles.draws import DRAWS, RECORD, check
from leftbehind.evidence.calibrate.targets import LAST_YEAR, SAME_FIGURE
from leftbehind.inputs.parameters import parameter_table

SHOWN = 30  # units of screening listed

HEAD = f"""# Calibration

Written by `leftbehind calibrate --docs docs`; do not edit.

Which values of the parameters fit the published figures of {LAST_YEAR} and before? The answer is
not one set of values but draws of a posterior, each of which has been run. **No figure after
{LAST_YEAR} and none marked held out was looked at** (the program refuses them): later figures
judge the draws, see [VALIDATION.md](VALIDATION.md).
"""

METHOD = f"""## How

1. **Luck and scale.** Runs at the prior means that differ in luck only tell how much a figure
   varies by chance; finer runs tell what a finer scale adds to it. That shift is added to every
   figure below, and its error counts as uncertainty.
2. **Screening** (Morris, library SALib). Parameters marked "may move" in
   [PARAMETERS.md](PARAMETERS.md) are moved one by one, all others of a process together. Those that
   matter more, over all targets, than luck could feign are *active*, at most as many as the plan
   says.
3. **History matching.** Waves of runs, all parameters drawn from their priors (a Latin hypercube),
   the active ones where the model is not ruled out yet. Gaussian processes (scikit-learn) emulate
   each target from the active parameters, weighted by what screening found; the rest is their
   noise. A point is ruled out where its third largest implausibility reaches 3.
4. **Posterior** by randomised maximum likelihood. Each draw starts from a point of the prior and
   errors of all targets, and is the point that best trades the distance from the one against that
   from the other. Errors correlate by {SAME_FIGURE} between years of one figure and not otherwise
   (an assumption). Parameters that are not active keep their prior draws.
5. **Every draw is run.** What its run shows beyond the emulated figures is its own luck and its
   other parameters; the draw is solved again with that known, and run again. It is kept if the
   third largest implausibility of its last run is below 3.

A prior is a normal about the table's mean, cut at the ends of its range, which are read as two
standard deviations. A target's tolerance joins the published figure's own error (its accepted range
read as 95 percent, half as large again where the figure could not be verified) and the model's
discrepancy, an assumption stated for every target in the table `calibration_targets`.
"""

LIMITS = """## What it cannot say

- The discrepancies decide how much the figures teach; they are assumptions.
- Parameters without a bearing on the targets, such as those of the child's week, keep their priors:
  the draws carry that ignorance into every later result, but no data has narrowed it.
- Randomised maximum likelihood samples the posterior exactly only of a linear model with normal
  errors; parameters that are not active are drawn from their priors, not weighed by how well they
  fit.
- A posterior tells which parameters fit, not whether the model's mechanisms are right.
"""


def page(folder: Path) -> str:
    """The page as Markdown; InputError if the calibration in `folder` is not whole."""
    made = check(Path(folder) / DRAWS, Path(folder) / RECORD)
    parts = [
        HEAD,
        _facts(made),
        METHOD,
        _better(made),
        _screening(made),
        _waves(made),
        _targets(made),
        _parameters(made),
        LIMITS,
        _provenance(made),
    ]
    return "\n".join(parts)


def _facts(made: dict[str, Any]) -> str:
    plan = made["plan"]
    return (
        f"{made['runs']} runs, most at 1:{plan['scale']:,}, took "
        f"{made['core_seconds'] / 60:.0f} minutes of one core. {len(made['parameters'])} "
        f"parameters vary, {len(made['active'])} of them active; {len(made['targets'])} targets. "
        f"**{made['draws']} draws** are kept of {made['runs_at_draws']} that were run.\n"
    )


def _better(made: dict[str, Any]) -> str:
    means, median = made["distance_at_prior_means"], made["distance_at_posterior_median"]
    each = sorted(made["distance"])
    return f"""## What it gained

Root mean square distance from the targets, in tolerances (1 is as far as expected): {means:.2f} at
the prior means, {median:.2f} at the median of the draws, {each[len(each) // 2]:.2f} for the draws
themselves ({each[0]:.2f} to {each[-1]:.2f}, each one run with its luck).

`leftbehind run` keeps the prior means of the parameter table. In Python the draws are
`leftbehind.evidence.calibrate.posterior()`, and
`leftbehind.run(parameters=leftbehind.evidence.calibrate.median())` runs their median.
"""


def _screening(made: dict[str, Any]) -> str:
    rows = [
        (
            f"`{r['unit']}`",
            f"{r['largest']:.2f}",
            r["target"],
            f"{r['overall']:.2f}",
            "active" if r["unit"] in made["active"] else "",
        )
        for r in made["screening"][:SHOWN]
    ]
    head = ("parameter, or process moved as one", "largest effect", "on", "overall", "")
    return (
        "## What matters\n\nMean size of the change across the whole prior, in tolerances of the "
        f"target: the largest on any target, and the root mean square over all. Luck alone could "
        f"feign {made['screening_from_luck']:.2f} overall. The first {len(rows)} of "
        f"{len(made['screening'])}; the full table is "
        f"`screening.parquet` of the folder.\n\n{table(head, rows)}\n"
    )


def _waves(made: dict[str, Any]) -> str:
    rows = [
        (
            w["stage"],
            w["runs"],
            w["rank"],
            f"{100 * w['left']:.2f}",
            "" if w["within_two"] is None else f"{100 * w['within_two']:.0f}",
        )
        for w in made["waves"]
    ]
    head = (
        "wave",
        "runs",
        "n-th largest counts",
        "percent of the prior left",
        "percent of figures within two predicted deviations",
    )
    rounds = ", ".join(f"{value:.2f}" for value in made["rounds"])
    return (
        "## Waves\n\nThe last column is a test on new points: what the wave before had emulated, "
        f"beside what its runs gave (95 is expected).\n\n{table(head, rows)}\n\n"
        f"Median distance of the draws' runs, round by round: {rounds} tolerances.\n"
    )


def _targets(made: dict[str, Any]) -> str:
    rows = []
    for t in made["targets"]:
        relative = t["kind"] == "relative"
        error, discrepancy, shift = (
            f"{100 * t[name]:.0f}%" if relative else f"{t[name]:.2g}"
            for name in ("error", "discrepancy", "scale_shift")
        )
        rows.append(
            (
                t["what"] + ("" if t["place"] == "china" else f" {t['place']}"),
                t["year"],
                f"{t['published']:.4g}",
                error,
                discrepancy,
                shift,
                f"{t['at_prior_means']:.4g}",
                f"{t['draws_median']:.4g}",
                f"{t['draws_5']:.4g} to {t['draws_95']:.4g}",
                f"{t['distance']:+.1f}",
            )
        )
    head = (
        "target",
        "year",
        "published",
        "its error",
        "discrepancy",
        "scale adds",
        "at prior means",
        "draws",
        "5 to 95 percent",
        "distance",
    )
    return (
        "## Targets\n\nThe distance is that of the draws' median from the published figure, in "
        "tolerances. Percentages are of the figure; other errors are in its unit.\n\n"
        f"{table(head, rows)}\n"
    )


def _parameters(made: dict[str, Any]) -> str:
    meaning = dict(parameter_table().select("name", "meaning").iter_rows())
    active = sorted(
        (p for p in made["parameters"] if p["active"]), key=lambda p: p["learned"], reverse=True
    )
    rows = [
        (
            f"`{p['name']}`",
            meaning.get(p["name"], ""),
            f"{p['prior_mean']:.4g}",
            f"{p['prior_5']:.4g} to {p['prior_95']:.4g}",
            f"{p['median']:.4g}",
            f"{p['low_5']:.4g} to {p['high_95']:.4g}",
            f"{100 * max(p['learned'], 0.0):.0f}",
        )
        for p in active
    ]
    head = (
        "parameter",
        "meaning",
        "prior mean",
        "prior 5 to 95 percent",
        "median",
        "posterior 5 to 95 percent",
        "percent of variance gone",
    )
    return f"## Prior and posterior of the active parameters\n\n{table(head, rows)}\n"


def _provenance(made: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {value}" for name, value in made["packages"].items())
    tables = "\n".join(f"- `{name}`: `{value}`" for name, value in made["data"].items())
    return (
        f"## Written from\n\nleftbehind {made['version']}, seed {made['seed']}, kernels "
        f"`{made['code']}`; {packages}. Draws: `{made['draws_sha256']}`. SHA-256 of the tables:\n\n"
        f"{tables}\n"
    )
