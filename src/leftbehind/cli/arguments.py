"""Arguments that cannot be, told like every other fault: which one, and what is allowed."""

import os
import re
import sys
from typing import Any

import typer

from leftbehind.base.errors import InputError, nearest, shown

COMPLETION = "_LEFTBEHIND_COMPLETE"  # set by a shell that asks how to complete a word
INTERRUPTED = 130  # status after Ctrl-C
# The library's error for all that is wrong with arguments; it has no public name of its own.
UsageError: Any = typer.BadParameter.__base__
_KINDS = {"integer": "give a whole number", "number": "give a number", "path": "give a path"}
_LIMIT = re.compile(r"(greater|less) than or equal to (\S+)|(-?\d+)<=x")


def call(app: typer.Typer) -> None:
    """Do what the command line asks and end; InputError for arguments that cannot be.

    Ctrl-C ends with status 130 and its own cause, so that what was kept can be told. (The library's
    own way to call a command loses it.)
    """
    if COMPLETION in os.environ:
        app()
    command = typer.main.get_command(app)
    try:
        with command.make_context("leftbehind", sys.argv[1:]) as context:
            command.invoke(context)
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
            sys.exit(2)
        raise InputError(_told(error)) from error
    except ValueError as error:  # a null byte in a path, a number of thousands of digits
        if "null byte" not in str(error) and "digits" not in str(error):
            raise
        raise InputError("an argument holds what no path or number can; give another") from error
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (typer.Abort, BrokenPipeError):  # no answer to a question; nobody reads the output
        sys.exit(1)
    except KeyboardInterrupt as stop:
        raise SystemExit(INTERRUPTED) from stop
    sys.exit(0)


def _told(error: Any) -> str:
    """A wrong argument as a sentence."""
    command = error.ctx.command_path if error.ctx else "leftbehind"
    see = f"`{command} --help` lists what there is"
    kind = type(error).__name__
    if kind == "MissingParameter":
        return f"{_name(error)} is missing; {see}"
    if kind == "BadParameter":
        return f"{_name(error)}: not allowed; {_allowed(str(error.message))}; {see}"
    if kind == "NoSuchOption":
        hint = nearest(error.option_name, list(error.possibilities or ()))
        return f"no option is called {shown(error.option_name)}{hint}; {see}"
    return f"{str(error.message).rstrip('.')[:300]}; {see}"


def _name(error: Any) -> str:
    """The option, or the argument as it stands in the help."""
    if error.param is None:
        return "an argument"
    long = [name for name in error.param.opts if name.startswith("--")]
    return long[0] if long else str(error.param.name).upper()


def _allowed(message: str) -> str:
    limit = _LIMIT.search(message)
    if limit and limit[2]:
        return f"give at {'least' if limit[1] == 'greater' else 'most'} {limit[2]}"
    return next((told for word, told in _KINDS.items() if word in message), "give another value")
