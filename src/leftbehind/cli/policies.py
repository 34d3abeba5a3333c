"""The command `leftbehind policies`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

console = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the program's."""
    app.command()(policies)


def policies(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the pages; none: pages/ in the folder --work."),
    ] = None,
    work: Annotated[
        Path, typer.Option("--work", help="Folder of the worlds lived, to go on with --resume.")
    ] = Path("runs/policies"),
    scale: Annotated[
        int, typer.Option("--scale", help="One simulated person stands for that many.")
    ] = 20_000,
    draws: Annotated[int, typer.Option("--draws", help="Draws of the posterior, with luck.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="The first seed.")] = 1,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help="A scenario; repeatable. None: the whole gallery."),
    ] = None,
    moved: Annotated[
        list[str] | None,
        typer.Option("--parameter", help="A parameter to move; repeatable. None: the top six."),
    ] = None,
    workers: Annotated[
        str, typer.Option("--workers", help="Processes, or auto: one a core. No other effect.")
    ] = "auto",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on; worlds already lived are kept.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Start anew in the folder of a study.")
    ] = False,
) -> None:
    """A page a policy: what it does, to whom, how, and on which assumptions that hangs."""
    from leftbehind.base.workers import workers_for
    from leftbehind.evidence.policies import study

    out = out or work / "pages"
    plan = study.Plan(scale, draws, seed, tuple(policy or ()), tuple(moved or ()))
    with Progress(
        TextColumn("worlds"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("worlds")

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        study.run(
            work, out, plan, workers=workers_for(workers), resume=resume, replace=replace, tell=tell
        )
    console.print(f"Pages: {out / 'README.md'}; for programs: {out / 'policies.json'}")
