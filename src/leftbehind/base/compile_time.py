"""How long the compiler has worked: the first start compiles the model, later ones read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class CompileTime:
    """Seconds of a stretch of work in which kernels were being compiled, in any thread."""

    seconds: float = 0.0


@contextmanager
def compile_time() -> Iterator[CompileTime]:
    """Measure the time that passes here while Numba compiles; zero where its cache has all."""
    from numba.core import event

    measured = CompileTime()
    listener = event.TimingListener()
    with event.install_listener("numba:compile", listener):
        yield measured
    measured.seconds = listener.duration if listener.done else 0.0
