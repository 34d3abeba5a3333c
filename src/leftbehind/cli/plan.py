"""The command `leftbehind plan`: what a run will need, before it starts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import bar, console

if TYPE_CHECKING:
    from leftbehind.model.simulation import YearOutput
    from leftbehind.runs.forecast import Forecast


def plan(
    last: options.Last = 2020,
    scale: options.Scale = 1000,
    threads: options.Threads = options.CORES,
    out: Annotated[Path, typer.Option("--out", help="Folder of the run.")] = options.BASELINE,
) -> None:
    """Say what time, memory and disk a run will need here, from two small worlds lived now."""
    from leftbehind.cli.preparing import prepare
    from leftbehind.model.population.founders import START
    from leftbehind.runs.forecast import MEASURED, forecast
    from leftbehind.runs.plan import check_settings

    check_settings(START, last, scale, 1, threads)
    prepare()
    with bar(disable=not console.is_terminal, transient=True) as shown:
        years = len(MEASURED) * (last - START + 1)
        task = shown.add_task("Measuring", total=years)

        def tell(year: "YearOutput") -> None:
            shown.advance(task)

        found = forecast(scale, last, threads, out, tell)
    for line in lines(found, out):
        console.print(line, soft_wrap=True, highlight=False)


def lines(found: "Forecast", out: Path) -> list[str]:
    """What the forecast says, a line a thing."""
    people, lived = _number(found.people), _number(found.person_years)
    told = [
        f"A world at 1:{found.scale:,} to {found.last}: {people} people at its end, {lived} "
        f"person-years. Measured in {found.measuring:.0f} s; expect a factor of about 1.5 either "
        "way, more the farther the scale is from the measured ones.",
        f"Time     {_time(found.seconds)} with {found.threads} threads",
        f"Memory   {_size(found.memory)} at the peak; this machine has {_size(found.there)}",
        f"Output   {_size(found.tables)} of tables in {out}",
        f"Disk     {_size(found.free)} free there",
    ]
    if not found.fits:
        told += [
            "The people do not fit into memory. Out of core they take "
            f"{_size(found.people_on_disk)} of disk, and the run more time:",
            f"  leftbehind run --scale {found.scale} --to {found.last} --memory 4GiB --out {out}",
        ]
    needed = found.tables + (0.0 if found.fits else found.people_on_disk)
    if needed > found.free:
        told.append(f"The disk is too small: {_size(needed)} are needed. Give --out elsewhere.")
    return told


def _number(value: float) -> str:
    return f"{value / 1e6:,.1f} million" if value >= 1e6 else f"{value:,.0f}"


def _size(size: float) -> str:
    return f"{size / 2**30:,.1f} GiB" if size >= 2**30 else f"{size / 2**20:,.0f} MiB"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:,.1f} h"
