"""`leftbehind explore --static`: live worlds, and write the page that answers between them."""

from pathlib import Path
from typing import Annotated

import typer

from leftbehind.cli.screen import DONE, bar, console

Out = Annotated[
    Path | None,
    typer.Option("--static", help="Write a page that needs no program into this folder instead."),
]
Worlds = Annotated[
    int, typer.Option("--worlds", help="With --static: changed worlds to live, for the page.")
]
Checks = Annotated[
    int, typer.Option("--checks", help="With --static: worlds that only check its answers.")
]
Draws = Annotated[
    int, typer.Option("--draws", help="With --static: draws of parameters and luck, for intervals.")
]
Levers = Annotated[
    list[str] | None,
    typer.Option("--lever", help="With --static: a lever; repeatable. None: six that ship."),
]
Work = Annotated[
    Path, typer.Option("--work", help="With --static: the worlds lived, to go on with --resume.")
]

STAGES = {"start": "the world as it was", "worlds": "worlds", "child": "one child's two lives"}


def write(
    out: Path,
    work: Path,
    scale: int,
    seed: int,
    sizes: tuple[int, int, int],
    levers: list[str] | None,
    lang: str,
    workers: str,
    resume: bool,
    replace: bool,
) -> None:
    """Live what is missing and write the pages; `sizes`: worlds, checks and draws."""
    from leftbehind.base.workers import workers_for
    from leftbehind.pages.static import study
    from leftbehind.pages.static.levers import SHIPPED

    plan = study.Plan(scale, seed, tuple(levers or SHIPPED), *sizes)
    with bar(DONE) as shown:
        tasks = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(STAGES[what], total=total)
            shown.update(tasks[what], completed=done)

        made = study.run(
            out,
            work,
            plan,
            language=lang,
            workers=workers_for(workers),
            resume=resume,
            replace=replace,
            tell=tell,
        )
    error = made["error"]
    size = max(page.stat().st_size for page in out.glob("*.html")) / 1e6
    console.print(
        f"Page: {out / 'index.html'} ({size:.1f} MB, opens from a disk or any web server, needs no "
        f"network).\nOf {error['worlds']} worlds lived only to check it, counts of the country "
        f"lie within {error['nine_in_ten']:.1f} % nine times in ten, at worst within "
        f"{error['largest']:.1f} %.",
        soft_wrap=True,
    )
