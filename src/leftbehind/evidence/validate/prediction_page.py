"""The page PREDICTIONS.md, written from an ensemble, and the same for machines."""

import json
import math
from collections.abc import Iterable
from typing import Any

import polars as pl

from leftbehind.base.markdown import figure, render, table
from leftbehind.evidence.validate.check import by_group
from leftbehind.evidence.validate.children import COUNTS
from leftbehind.evidence.validate.prediction import LAST_FITTED, Prediction

FEW = 20  # fewer draws have none beyond the ends of a 90 percent interval
WHERE = ("what", "year", "place", "median")
HEAD = (*WHERE, "50 %", "90 %", "published", "unit", "inside", "basis", "held out")
OUTSIDE_HEAD = (*WHERE, "90 %", "published", "unit", "half-widths", "percent", "basis", "note")
GROUP_HEAD = (
    "group",
    "compared",
    "inside 50 %",
    "inside 90 %",
    f"held out after {LAST_FITTED}",
    "inside 50 %",
    "inside 90 %",
)


def page(manifest: dict[str, Any], found: list[Prediction]) -> str:
    """The Markdown page: the ensemble, the held-out figures outside, then all by group."""
    judging = [p for p in found if p.judges]
    by_words = [p for p in found if not p.check.is_reading]
    outside = sorted((p for p in judging if not p.inside_90), key=_far)
    groups = by_group(found, lambda p: p.check)
    return render(
        __package__,
        "predictions.md.j2",
        described=describe(manifest),
        sentence=sentence(by_words, "published figures"),
        judging=sentence(judging, _judging()),
        last=LAST_FITTED,
        by_group=table(GROUP_HEAD, map(_group_row, groups.items())),
        outside=table(OUTSIDE_HEAD, map(_outside_row, outside)),
        number_outside=len(outside),
        groups=groups,
        rows={name: table(HEAD, map(_row, members)) for name, members in groups.items()},
    )


def data(manifest: dict[str, Any], found: list[Prediction]) -> str:
    """The predictions as JSON; figures that are not finite are null."""
    names = ("version", "seed", "scale", "from", "to", "draws", "posterior", "posterior_file")
    content = {
        "ensemble": {name: manifest[name] for name in names},
        "all": _numbers([p for p in found if not p.check.is_reading]),
        f"held_out_after_{LAST_FITTED}": _numbers([p for p in found if p.judges]),
        "predictions": [prediction.record() for prediction in found],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def describe(manifest: dict[str, Any]) -> str:
    """The ensemble in words."""
    draws = manifest["draws"]
    few = ""
    if draws < FEW:
        few = f" With fewer than {FEW} draws the ends of the 90 % intervals are hardly known."
    scenario = ""
    if manifest["scenario"].get("change"):
        scenario = " The world is a **scenario**, which need not agree with what was published."
    return (
        f"leftbehind {manifest['version']}, {draws} draws of the parameters "
        f"(`{manifest['posterior_file']}`), seed {manifest['seed']}, {manifest['from']} to "
        f"{manifest['to']}, one simulated person for {manifest['scale']:,} real ones.{scenario}"
        f"{few}"
    )


def sentence(found: list[Prediction], what: str) -> str:
    """How many published figures lie inside the intervals."""
    number = len(found)
    if not number:
        return f"There are no {what} in these years."
    wide, narrow = (
        f"{inside} ({inside / number:.0%})" for inside in (_inside(found, 90), _inside(found, 50))
    )
    return (
        f"Of {number} {what}, {wide} lie inside the 90 % interval and {narrow} inside the 50 % "
        "interval."
    )


def judging_sentence(found: list[Prediction]) -> str:
    """The same of the held-out figures after the years fitted."""
    return sentence([p for p in found if p.judges], _judging())


def summary(found: Iterable[Prediction]) -> pl.DataFrame:
    """The official counts of children beside the intervals, for the table at the end of a run.

    Columns: definition, year, median, low_50, high_50, low_90, high_90 and published (million),
    inside_90.
    """
    rows = [
        (
            p.check.what,
            int(p.check.year),
            p.median,
            p.low_50,
            p.high_50,
            p.low_90,
            p.high_90,
            p.published,
            p.inside_90,
        )
        for p in found
        if p.check.group == COUNTS
    ]
    numbers = ("median", "low_50", "high_50", "low_90", "high_90", "published")
    schema = {
        "definition": pl.String,
        "year": pl.Int64,
        **dict.fromkeys(numbers, pl.Float64),
        "inside_90": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _judging() -> str:
    return f"held-out figures after {LAST_FITTED}"


def _far(prediction: Prediction) -> float:
    """Sorts the farthest first; before them what could not be measured."""
    return -math.inf if math.isnan(prediction.median) else -prediction.half_widths


def _inside(found: Iterable[Prediction], level: int) -> int:
    return sum(getattr(p, f"inside_{level}") for p in found)


def _numbers(found: list[Prediction]) -> dict[str, int]:
    return {"number": len(found), "inside_50": _inside(found, 50), "inside_90": _inside(found, 90)}


def _group_row(group: tuple[str, list[Prediction]]) -> tuple[object, ...]:
    """How many of a group are compared and inside, of all and of those that judge."""
    name, members = group
    judging = [p for p in members if p.judges]
    return (name, *_numbers(members).values(), *_numbers(judging).values())


def _row(p: Prediction) -> tuple[str, ...]:
    inside = "50 %" if p.inside_50 else "90 %" if p.inside_90 else "**no**"
    held_out = "yes" if p.check.held_out else ""
    return (*_start(p), _ends(p.low_50, p.high_50), *_end(p), inside, p.check.basis, held_out)


def _outside_row(p: Prediction) -> tuple[str, ...]:
    far = "all draws alike" if math.isinf(p.half_widths) else figure(p.half_widths)
    return (*_start(p), *_end(p), far, figure(p.percent), p.check.basis, p.check.note)


def _start(p: Prediction) -> tuple[str, ...]:
    return p.check.what, p.check.year, p.check.place, figure(p.median)


def _end(p: Prediction) -> tuple[str, ...]:
    return _ends(p.low_90, p.high_90), figure(p.published), p.check.unit


def _ends(low: float, high: float) -> str:
    return f"{figure(low)} to {figure(high)}"
