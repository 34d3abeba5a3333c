"""The command line: its commands, and the errors a user can mend.

A command's file is imported for its options; what it works with is imported when it is called, so
that `leftbehind --help` need not wait for the compiler and the table library.
"""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from leftbehind.base.ending import end_like_ctrl_c, in_words, what_was_kept
from leftbehind.base.errors import InputError
from leftbehind.cli import (
    arguments,
    calibrate,
    counts,
    cuts,
    evidence,
    explorer,
    families,
    place,
    plan,
    policies,
    population,
    predictions,
    report,
    run,
    scenarios,
    sensitivity,
    solve,
    take,
    verify,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="China's families, person by person, 1950 to 2050, and the children who stay behind.",
)
COMMANDS: dict[str, Callable[..., None]] = {
    "run": run.run,
    "plan": plan.plan,
    "validate": evidence.validate,
    "sources": evidence.sources,
    "count": counts.count,
    "definitions": counts.list_definitions,
    "reconcile": counts.reconcile,
    "figure": counts.figure,
    "sensitivity": sensitivity.sensitivity,
    "scenarios": scenarios.scenarios,
    "compare": scenarios.compare,
    "find": families.find_families,
    "chronicle": families.tell_chronicle,
    "place": place.place,
    "explore": explorer.explore,
    "report": report.report,
    "calibrate": calibrate.calibrate,
    "solve": solve.solve,
    "cuts": cuts.cuts,
    "policies": policies.policies,
    "predictions": predictions.predictions,
    "verify": verify.verify,
    "tables": take.tables,
    "panel": take.panel,
    "survey": take.survey,
    "rerun": take.rerun,
    "cite": take.cite,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(population.population, name="population")


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        import leftbehind

        typer.echo(f"leftbehind {leftbehind.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take what is said before the name of a command."""


def main() -> None:
    """Entry point: an error that the user can mend ends with its message and status 2."""
    gc.freeze()  # all that is imported stays: no search through it for garbage
    end_like_ctrl_c()
    try:
        arguments.call(app)
    except (InputError, OSError, MemoryError) as error:
        from rich.markup import escape

        from leftbehind.cli.screen import errors

        told = error if isinstance(error, InputError) else InputError(in_words(error))
        words = escape(str(told))
        errors.print(f"[bold red]Error:[/] {words}", highlight=False, soft_wrap=True)
        sys.exit(2)
    except SystemExit as end:
        if end.code == arguments.INTERRUPTED:
            with suppress(OSError):  # the terminal may have gone
                typer.echo(f"Stopped. {what_was_kept(end)}".rstrip(), err=True)
        raise


if __name__ == "__main__":
    main()
