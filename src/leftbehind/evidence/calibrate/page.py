"""The page CALIBRATION.md, written from the folder of a finished calibration."""

from pathlib import Path
from typing import Any

from leftbehind.base.markdown import render, table
from leftbehind.ensembles.draws import DRAWS, check
from leftbehind.evidence.calibrate.folder import Folder
from leftbehind.evidence.calibrate.targets import LAST_YEAR, SAME_FIGURE
from leftbehind.inputs.parameters import parameter_table
from leftbehind.inputs.tables import data_folder, sha256

SHOWN = 30  # units of screening listed
SCREENING = ("parameter, or process moved as one", "largest effect", "on", "overall", "")
WAVES = (
    "wave",
    "runs",
    "n-th largest counts",
    "percent of the prior left",
    "percent of figures within two predicted deviations",
)
TARGETS = (
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
PARAMETERS = (
    "parameter",
    "meaning",
    "prior mean",
    "prior 5 to 95 percent",
    "median",
    "posterior 5 to 95 percent",
    "percent of variance gone",
)


def page(folder: Path) -> str:
    """The page as Markdown; InputError if the calibration in `folder` is not whole."""
    made, found = check(folder), Folder(folder).json("findings")
    shipped = data_folder() / DRAWS
    active = [p for p in found["parameters"] if p["active"]]
    active.sort(key=lambda p: -float(p["learned"]))
    meaning = dict(parameter_table().select("name", "meaning").iter_rows())
    return render(
        __package__,
        "calibration.md.j2",
        last_year=LAST_YEAR,
        same_figure=SAME_FIGURE,
        shown=SHOWN,
        made=made,
        found=found,
        ships=shipped.is_file() and sha256(shipped) == made["draws_sha256"],
        screening=table(
            SCREENING, (_unit_row(r, made["active"]) for r in found["screening"][:SHOWN])
        ),
        waves=table(WAVES, map(_wave_row, found["waves"])),
        targets=table(TARGETS, map(_target_row, found["targets"])),
        parameters=table(PARAMETERS, (_parameter_row(p, meaning) for p in active)),
    )


def _unit_row(row: dict[str, Any], active: list[str]) -> tuple[str, ...]:
    sizes = f"{row['largest']:.2f}", row["target"], f"{row['overall']:.2f}"
    return (f"`{row['unit']}`", *sizes, "active" if row["unit"] in active else "")


def _wave_row(wave: dict[str, Any]) -> tuple[object, ...]:
    within = "" if wave["within_two"] is None else f"{100 * wave['within_two']:.0f}"
    return wave["stage"], wave["runs"], wave["rank"], f"{100 * wave['left']:.2f}", within


def _target_row(target: dict[str, Any]) -> tuple[object, ...]:
    relative = target["kind"] == "relative"
    errors = (
        f"{100 * target[name]:.0f}%" if relative else f"{target[name]:.2g}"
        for name in ("error", "discrepancy", "scale_shift")
    )
    place = "" if target["place"] == "china" else f" {target['place']}"
    return (
        target["what"] + place,
        target["year"],
        f"{target['published']:.4g}",
        *errors,
        f"{target['at_prior_means']:.4g}",
        f"{target['draws_median']:.4g}",
        f"{target['draws_5']:.4g} to {target['draws_95']:.4g}",
        f"{target['distance']:+.1f}",
    )


def _parameter_row(parameter: dict[str, Any], meaning: dict[str, str]) -> tuple[str, ...]:
    return (
        f"`{parameter['name']}`",
        meaning.get(parameter["name"], ""),
        f"{parameter['prior_mean']:.4g}",
        f"{parameter['prior_5']:.4g} to {parameter['prior_95']:.4g}",
        f"{parameter['median']:.4g}",
        f"{parameter['low_5']:.4g} to {parameter['high_95']:.4g}",
        f"{100 * max(parameter['learned'], 0.0):.0f}",
    )
