"""The command `leftbehind policies`."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli import options
from leftbehind.cli.screen import DONE, bar, console


def policies(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the pages; none: pages/ in the folder --work."),
    ] = None,
    work: Annotated[
        Path, typer.Option("--work", help="Folder of the worlds lived, to go on with --resume.")
    ] = Path("runs/policies"),
    scale: options.Scale = 20_000,
    draws: Annotated[int, typer.Option("--draws", help="Draws of the posterior, with luck.")] = 12,
    seed: options.Seed = 1,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help="A scenario; repeatable. None: the whole gallery."),
    ] = None,
    moved: Annotated[
        list[str] | None,
        typer.Option("--parameter", help="A parameter to move; repeatable. None: the top six."),
    ] = None,
    workers: options.Workers = "auto",
    resume: options.Resume = False,
    replace: options.Replace = False,
) -> None:
    """A page a policy: what it does, to whom, how, and on which assumptions that hangs."""
    from leftbehind.base.workers import workers_for
    from leftbehind.evidence.policies import study

    out = out or work / "pages"
    plan = study.Plan(scale, draws, seed, tuple(policy or ()), tuple(moved or ()))
    with bar(DONE) as shown:
        task = shown.add_task("worlds")

        def tell(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        study.run(
            work, out, plan, workers=workers_for(workers), resume=resume, replace=replace, tell=tell
        )
    console.print(f"Pages: {out / 'README.md'}; for programs: {out / 'policies.json'}")
