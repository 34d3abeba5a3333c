"""What a command does before it lives its first year: compile the model, once a machine."""

import time

from leftbehind.cli.screen import bar, console

COMPILING = "Compiling the model (only the first time)"


def prepare() -> float:
    """Compile what is not compiled yet, with a bar; returns the seconds that it took.

    Ctrl-C is heard at once: other processes compile.
    """
    from leftbehind.base.workers import cores
    from leftbehind.model.entries import compile_ahead, is_compiled, kernels

    if is_compiled():
        return 0.0
    began = time.perf_counter()
    if not console.is_terminal:
        console.print(f"{COMPILING} ...")
        compile_ahead(cores())
        return time.perf_counter() - began
    with bar("{task.completed}/{task.total}") as shown:
        task = shown.add_task(COMPILING, total=kernels())
        compile_ahead(cores(), lambda: shown.advance(task))
    return time.perf_counter() - began
